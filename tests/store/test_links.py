"""Links that do one thing: counted by day, revoked, and gone with their maker."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from guardian.store.accounts import Account, Role, key_of
from guardian.store.household import Store
from guardian.store.links import Link, LinkDeed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
LINK = Link(
    0, key_of("token"), "Grandma", LinkDeed.PAUSE, "Lina", 30, 2, "Mara", NOW,
    NOW + timedelta(days=7),
)  # fmt: skip


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.in_memory()
    yield opened
    opened.close()


def test_a_link_is_found_by_its_token_alone(store: Store) -> None:
    number = store.links.make(LINK)
    found = store.links.of_key(key_of("token"))
    assert found is not None
    assert (found.number, found.title, found.until) == (number, "Grandma", LINK.until)
    assert store.links.of_key("token") is None
    assert store.links.all() == [found]


def test_it_is_used_so_often_a_day(store: Store) -> None:
    number = store.links.make(LINK)
    used = [store.links.use(number, NOW, day) for day in (TODAY, TODAY, TODAY, TOMORROW)]
    assert used == [True, True, False, True]
    found = store.links.all()[0]
    assert (found.uses, found.left(TODAY), found.left(TOMORROW)) == (3, 2, 1)
    assert found.used == NOW


def test_a_revoked_number_is_not_given_again(store: Store) -> None:
    number = store.links.make(LINK)
    assert store.links.revoke(number)
    assert not store.links.revoke(number)
    assert not store.links.use(number, NOW, TODAY)
    assert store.links.make(LINK) > number


def test_a_link_follows_whom_it_is_for(store: Store) -> None:
    store.links.make(LINK)
    store.renames.person("Lina", "Lina M.")
    assert store.links.all()[0].person == "Lina M."


def test_links_go_with_who_made_them(store: Store) -> None:
    store.accounts.put(Account("Mara", Role.PARENT, "scrypt$"))
    store.links.make(LINK)
    store.accounts.remove("Mara")
    assert store.links.all() == []


def test_a_revoked_link_comes_back_as_it_was(store: Store) -> None:
    number = store.links.make(LINK)
    store.links.use(number, NOW, TODAY)
    (before,) = store.links.all()
    assert store.links.revoke(number)
    store.links.restore(before)
    assert store.links.all() == [before]

"""Requests, changes and the journal are asked for what is shown of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from guardian.policy.requests import Answer, Kind
from guardian.store.household import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store() -> Iterator[Store]:
    """Five requests, an hour apart, of two children in turn; all but the last two are answered."""
    made = Store.in_memory()
    for number in range(5):
        at = NOW + number * HOUR
        asked = made.requests.ask(("Lina", "Noor")[number % 2], Kind.TIME, "", 30, at)
        if number < 3:
            made.requests.answer(asked, Answer.ONCE, "", at)
    yield made
    made.close()


def test_what_waits(store: Store) -> None:
    assert [each.number for each in store.requests.waiting()] == [4, 5]
    assert [each.number for each in store.requests.waiting("Lina")] == [5]
    assert store.requests.waiting("Mia") == []


def test_what_was_answered_comes_in_pieces_the_last_first(store: Store) -> None:
    assert [each.number for each in store.requests.answered(NOW, 2)] == [3, 2]
    assert [each.number for each in store.requests.answered(NOW, 2, before=2)] == [1]
    assert [each.number for each in store.requests.answered(NOW + HOUR, 9)] == [3, 2]


def test_what_somebody_asked_in_a_time(store: Store) -> None:
    assert [each.number for each in store.requests.of("Lina", NOW, NOW + 4 * HOUR)] == [1, 3]
    assert [each.number for each in store.requests.of("Noor", NOW, NOW + 9 * HOUR)] == [2, 4]


def test_changes_are_found_by_whom_they_are_about(store: Store) -> None:
    for name in ("Lina", 'A "b" \\', "Zoë"):
        store.changes.keep("Mara", b"", b"x", NOW, [(f"people[{name}].age_band", (), ("6-8",))])
    for name in ("Lina", 'A "b" \\', "Zoë"):
        (found,) = store.changes.between(NOW, NOW + HOUR, f"[{name}]")
        assert store.changes.naming(f"[{name}]") == [found]
        assert store.changes.naming(f"[{name}]", before=found.number) == []
        assert found.places[0][0] == f"people[{name}].age_band"
    assert store.changes.between(NOW + HOUR, NOW + 2 * HOUR, "Lina") == []


def test_a_journal_is_read_by_whom_it_is_about(store: Store) -> None:
    for number, about in enumerate(("Lina", "", "Noor", "Lina")):
        store.accounts.note("Mara", f"deed {number}", about, NOW + number * HOUR)
    of_lina = [each.deed for each in store.accounts.since(NOW, "Lina")]
    assert of_lina == ["deed 3", "deed 0"]
    assert [each.deed for each in store.accounts.since(NOW + HOUR, "Lina")] == ["deed 3"]
    assert [each.deed for each in store.accounts.since(NOW + 2 * HOUR)] == ["deed 3", "deed 2"]
    assert [each.deed for each in store.accounts.journal(1, about="Lina")] == ["deed 3"]
    assert [each.deed for each in store.accounts.journal(9, before=4, about="Lina")] == ["deed 0"]
    assert [each.deed for each in store.accounts.journal(2)] == ["deed 3", "deed 2"]
    assert [each.deed for each in store.accounts.journal(9, about="")] == ["deed 1"]

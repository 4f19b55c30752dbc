"""Nothing that was ever shipped goes without a word, and what is gone is still blocked."""

import re

import pytest

from guardian.lists import bundled as bundled_lists
from guardian.lists.suffixes import icann_suffixes
from guardian.names import normalise, suffixes
from guardian.safety import plain, services
from guardian.safety.helplines import is_protected
from guardian.safety.tombstones import Tombstone, tombstones
from guardian.settings import bundled

FOLDERS = bundled.categories(bundled_lists.folder())
LIVING = {
    "service": services.ids(),
    "category": frozenset(FOLDERS.values()),
    "list": frozenset(FOLDERS),
}
GRAVES = {
    "service": tombstones().words,
    "category": tombstones().words,
    "list": tombstones().lists,
}
SHIPPED = [tuple(line.split()) for line in plain.lines("shipped.txt")]


@pytest.mark.parametrize(("kind", "word"), SHIPPED, ids=[" ".join(each) for each in SHIPPED])
def test_what_was_shipped_is_here_or_has_a_tombstone(kind: str, word: str) -> None:
    assert word in LIVING[kind] or word in GRAVES[kind], (
        f"{kind} {word} was shipped and is gone; say in guardian/safety/data/tombstones.yaml what "
        "a configuration that uses it means now"
    )


@pytest.mark.parametrize("kind", LIVING)
def test_what_is_here_is_in_the_list_of_what_was_shipped(kind: str) -> None:
    assert LIVING[kind] - {word for its_kind, word in SHIPPED if its_kind == kind} == set(), (
        "add these to guardian/safety/data/shipped.txt"
    )


@pytest.mark.parametrize("grave", tombstones().words.values(), ids=lambda each: each.id)
def test_a_tombstone_is_of_use(grave: Tombstone) -> None:
    assert re.fullmatch(r"[0-9]+(\.[0-9]+){2}", grave.since)
    assert grave.id not in LIVING["service"] | LIVING["category"]
    assert bool(grave.replaced_by) != bool(grave.names)
    assert bool(grave.title) == bool(grave.names)
    if grave.replaced_by:
        assert grave.replaced_by in LIVING["service"] | LIVING["category"]
    for name in grave.names:
        assert normalise(name) == name
        assert not is_protected(name)
        assert name.encode() not in icann_suffixes()
        for above in suffixes(name):
            owners = [each for each in services.ids() if above in services.service(each).names]
            assert not owners, f"{name} is {owners[0]}'s"


def test_the_list_of_a_tombstone_that_took_over_is_here() -> None:
    for grave in tombstones().lists.values():
        assert grave.id not in LIVING["list"]
        assert not grave.replaced_by or grave.replaced_by in LIVING["list"]


def test_a_service_that_is_gone_keeps_its_last_names() -> None:
    assert "omegle" not in services.ids()
    assert "omegle" in services.known()
    assert services.covering("www.omegle.com", {"omegle", "tiktok"}) == {"omegle"}
    assert services.title("omegle", "fr") == "Omegle"

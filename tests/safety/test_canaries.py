"""The names that no family filter blocks: enough, well formed, and spared by our own lists."""

import pytest

from guardian.lists import bundled
from guardian.lists.suffixes import icann_suffixes
from guardian.names import normalise, suffixes
from guardian.safety import helplines, plain
from guardian.safety.canaries import canaries

OWN = [line.split()[0] for line in plain.lines("canaries.txt")]


def test_there_are_enough_and_each_stands_once() -> None:
    assert len(OWN) >= 500
    assert len(OWN) == len(set(OWN))


@pytest.mark.parametrize("name", OWN)
def test_each_is_a_name_that_somebody_has_registered(name: str) -> None:
    assert normalise(name) == name
    assert name.encode() not in icann_suffixes()


@pytest.mark.parametrize(
    ("name", "categories"),
    [
        ("wikipedia.org", set()),
        ("facebook.com", {"social"}),
        ("maps.google.com", {"search"}),  # as google.com
        ("docs.google.com", {"file-sharing", "search"}),
    ],
)
def test_which_lists_may_name_it(name: str, categories: set[str]) -> None:
    assert canaries()[name] == categories


def test_names_of_help_are_canaries_of_every_list() -> None:
    for name in helplines.protected_names():
        assert canaries()[name] == frozenset()


@pytest.mark.parametrize("folder", sorted(each.name for each in bundled.folder().glob("*/")))
def test_our_own_lists_name_none(folder: str) -> None:
    source = bundled.source(folder)
    entries = {line.strip().strip("|^") for line in source.path.read_text().splitlines()}
    for name, categories in canaries().items():
        if source.category not in categories:
            assert entries.isdisjoint([*suffixes(name), f"www.{name}"]), name

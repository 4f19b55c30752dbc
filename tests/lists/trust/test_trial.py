"""New content of a list is tried: it stands in the index beside the old one."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from guardian.lists.entry import ListInfo
from guardian.lists.index import Index
from guardian.lists.library import Library, NotForOne
from guardian.lists.source import SourceKind
from guardian.lists.trust.contents import Decision
from guardian.lists.trust.doubts import Why
from guardian.names import to_wire
from tests.lists.test_library import is_current, only, update
from tests.lists.trust.test_trust import Home, names

OLD = "both.example\nold.example\n"
NEW = "both.example\nnew.example\n"


def index_of(library: Library) -> Index:
    opened = library.open_index(lambda _problem: None)
    assert opened is not None
    return opened[1]


def blocked(library: Library, *tried: str) -> set[str]:
    """Of three names, those that are blocked for who tries new content of these lists."""
    index = index_of(library)
    asked = ("old.example", "both.example", "www.new.example")
    return {each for each in asked if index.match(to_wire(each), 1, tried).blocked}


def decided(home: Home, decision: Decision, *devices: str) -> Library:
    library = home.library
    library.decide("own", decision, devices=devices)
    assert not is_current(library)
    update(library)
    assert is_current(library)
    return library


@pytest.fixture
def home(tmp_path: Path, clock: Any) -> Home:
    """A staged list with old content in force and new content that waits."""
    home = Home(tmp_path, clock, shadow=True)
    home.has(OLD)
    decided(home, Decision.RELEASED)
    home.has(NEW)
    assert home.why() == [Why.STAGED]
    return home


def test_it_counts_for_who_tries_it_alone(home: Home) -> None:
    library = decided(home, Decision.TRIED, "192.0.2.7", "id:lina-phone")
    assert library.trials() == {"own": ("192.0.2.7", "id:lina-phone")}
    assert index_of(library).trials == {"own"}
    assert [each.id for each in index_of(library).lists] == ["own"]
    assert blocked(library) == {"old.example", "both.example"}
    assert blocked(library, "own") == {"both.example", "www.new.example"}
    assert blocked(library, "another") == {"old.example", "both.example"}
    waiting = only(library).waiting
    assert waiting is not None
    assert waiting.devices == ("192.0.2.7", "id:lina-phone")


@pytest.mark.parametrize(
    ("decision", "blocks"),
    [
        (Decision.RELEASED, {"both.example", "www.new.example"}),
        (Decision.REJECTED, {"both.example", "old.example"}),
        (Decision.OPEN, {"both.example", "old.example"}),
    ],
)
def test_its_end(home: Home, decision: Decision, blocks: set[str]) -> None:
    decided(home, Decision.TRIED, "192.0.2.7")
    library = decided(home, decision)
    assert library.trials() == {}
    assert index_of(library).trials == frozenset()
    assert blocked(library) == blocks
    assert (only(library).waiting is not None) == (decision is Decision.OPEN)


def test_the_very_first_content_can_be_tried(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock, shadow=True)
    home.has(NEW)
    library = decided(home, Decision.TRIED, "192.0.2.7")
    assert blocked(library) == set()
    assert blocked(library, "own") == {"both.example", "www.new.example"}


def test_what_comes_next_is_tried_in_its_place(home: Home) -> None:
    decided(home, Decision.TRIED, "192.0.2.7")
    home.has(OLD + NEW)
    update(home.library)
    assert home.library.trials() == {"own": ("192.0.2.7",)}
    assert blocked(home.library, "own") == {"old.example", "both.example", "www.new.example"}


def test_what_is_doubtful_for_another_reason_is_not(home: Home) -> None:
    decided(home, Decision.TRIED, "192.0.2.7")
    home.has(f"{NEW}encyclopaedia.example\n")
    update(home.library)
    assert home.why() == [Why.CANARY, Why.STAGED]
    assert home.library.trials() == {}
    assert blocked(home.library, "own") == {"old.example", "both.example"}


def test_a_list_that_grew_too_fast_can_be_tried(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock)
    home.has(names(0, 300))
    home.has(names(200, 1200))
    library = decided(home, Decision.TRIED, "192.0.2.7")
    index, last = index_of(library), to_wire("n1199.games.example")
    assert not index.match(last, 1).blocked
    assert index.match(last, 1, ("own",)).blocked
    assert not index.match(to_wire("n0.games.example"), 1, ("own",)).blocked


def test_patterns_too(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock, shadow=True, format="adblock")
    home.has("/^old[0-9]/\n")
    decided(home, Decision.RELEASED)
    home.has("/^new[0-9]/\n")
    index = index_of(decided(home, Decision.TRIED, "192.0.2.7"))
    for name, in_force, on_trial in (("old1.example", 1, 0), ("new1.example", 0, 1)):
        assert len(index.match(to_wire(name), 1).blocked) == in_force
        assert len(index.match(to_wire(name), 1, ("own",)).blocked) == on_trial


def test_addresses_too(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock, shadow=True)
    home.has("192.0.2.0/25\n192.0.2.128/26\n")
    decided(home, Decision.RELEASED)
    home.has("198.51.100.0/25\n198.51.100.128/26\n")
    networks = index_of(decided(home, Decision.TRIED, "192.0.2.7")).networks
    old, new = ip_address("192.0.2.9"), ip_address("198.51.100.9")
    assert [*map(networks.categories, (old, new))] == [{"games"}, frozenset()]
    assert [networks.categories(each, ("own",)) for each in (old, new)] == [frozenset(), {"games"}]


def test_what_is_illegal_is_so_everywhere(tmp_path: Path, clock: Any) -> None:
    home = Home(
        tmp_path, clock, shadow=True, category="illegal", kind=SourceKind.IWF, format="domains"
    )
    home.has(NEW)
    with pytest.raises(NotForOne, match="own is about illegal content"):
        home.library.decide("own", Decision.TRIED, devices=["192.0.2.7"])
    assert home.library.trials() == {}


def test_for_whom_a_list_counts() -> None:
    now, new = ListInfo("own", "games"), ListInfo("own.new", "games", trial_of="own")
    assert [each.counts(()) for each in (now, new)] == [True, False]
    assert [each.counts(("own",)) for each in (now, new)] == [False, True]
    assert [each.counts(("other",)) for each in (now, new)] == [True, False]

"""What several entries on one name come to."""

import pytest

from guardian.lists.entry import Entry, Kind, ListInfo, Modifiers, Scope
from guardian.lists.match import weigh

ADS = ListInfo("ads", "ads")
MORE_ADS = ListInfo("more-ads", "ads")
FINE = ListInfo("fine", "ads", allows=True)
POLICE = ListInfo("police", "illegal", confidential=True)
NOT_ILLEGAL = ListInfo("fine", "illegal", allows=True)
IMPORTANT = Modifiers(important=True)


def block(info: ListInfo, *modifiers: Modifiers, scope: Scope = Scope.SUBDOMAINS) -> Entry:
    return Entry(info, Kind.BLOCK, scope, *modifiers)


def allow(info: ListInfo, *modifiers: Modifiers) -> Entry:
    return Entry(info, Kind.ALLOW, Scope.SUBDOMAINS, *modifiers)


@pytest.mark.parametrize(
    ("entries", "categories"),
    [
        ([block(ADS)], {"ads"}),
        ([block(ADS), allow(ADS)], set()),
        ([block(ADS, IMPORTANT), allow(ADS)], {"ads"}),
        ([block(ADS, IMPORTANT), allow(ADS, IMPORTANT)], set()),
        ([block(ADS), allow(MORE_ADS)], {"ads"}),  # an exception acts within its own list
        ([block(ADS), block(MORE_ADS), block(FINE)], set()),
        ([block(ADS, IMPORTANT), block(FINE)], set()),
        ([block(ADS), allow(FINE)], set()),  # `@@` in a list of kind allow allows too
        ([block(POLICE), block(NOT_ILLEGAL)], {"illegal"}),
        ([block(POLICE), block(FINE)], {"illegal"}),
        ([block(ADS, scope=Scope.EXACT)], set()),
        ([block(ADS, Modifiers(only_types=frozenset({28})))], set()),
        ([block(ADS, Modifiers(not_types=frozenset({1})))], set()),
        ([block(ADS, Modifiers(denyallow=("www.shop.example",)))], set()),
        ([block(ADS, Modifiers(denyallow=("other.shop.example",)))], {"ads"}),
    ],
)
def test_entries_on_a_parent(entries: list[Entry], categories: set[str]) -> None:
    found = [("shop.example", entry) for entry in entries]
    assert weigh(found, "www.shop.example", 1).blocked_categories == categories


ZONE = ListInfo("zone", "ads", nearest=True)
PASSES = Entry(ZONE, Kind.ALLOW, Scope.BELOW)
ONE, BELOW, ALL = Scope.EXACT, Scope.BELOW, Scope.SUBDOMAINS


@pytest.mark.parametrize(
    ("found", "qname", "blocked"),
    [
        ([("a.test", block(ZONE, scope=BELOW))], "a.test", False),
        ([("a.test", block(ZONE, scope=BELOW))], "c.b.a.test", True),
        ([("b.a.test", block(ZONE, scope=ONE)), ("a.test", PASSES)], "b.a.test", True),
        ([("b.a.test", PASSES), ("a.test", block(ZONE, scope=BELOW))], "c.b.a.test", False),
        # b.a.test stands in the zone, so *.a.test means nothing below it (RFC 4592)
        ([("b.a.test", block(ZONE, scope=ONE)), ("a.test", block(ZONE, scope=BELOW))], "c.b.a.test",
         False),
        ([("b.a.test", block(ADS, scope=ONE)), ("a.test", block(ADS, scope=BELOW))], "c.b.a.test",
         True),
        ([("b.a.test", block(ZONE)), ("a.test", allow(ZONE))], "c.b.a.test", True),
        ([("b.a.test", allow(ZONE)), ("a.test", block(ZONE))], "c.b.a.test", False),
        ([("b.a.test", block(ZONE, scope=ONE)), ("a.test", block(ZONE))], "c.b.a.test", True),
        ([("b.a.test", block(ADS)), ("a.test", allow(ADS))], "c.b.a.test", False),
    ],
)  # fmt: skip
def test_the_nearest_name_of_a_zone_has_the_last_word(
    found: list[tuple[str, Entry]], qname: str, blocked: bool
) -> None:
    assert bool(weigh(found, qname, 1).blocked) is blocked


def test_an_exact_entry_speaks_of_its_own_name() -> None:
    entry = block(ADS, scope=Scope.EXACT)
    assert weigh([("shop.example", entry)], "shop.example", 1).blocked == (entry,)


def test_what_was_lifted_and_by_whom() -> None:
    match = weigh([("shop.example", block(ADS)), ("shop.example", block(FINE))], "shop.example", 1)
    assert [entry.list for entry in match.allowed] == [FINE]

"""What a child types as a site, how their forms are sealed, and how often they come."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.policy import sentences
from guardian.policy.people import AgeBand, HouseholdKind, Person, Privacy
from guardian.policy.requests import Answer, Wait
from guardian.web import kindly
from guardian.web.forms import Bad
from guardian.web.pages.me import site
from guardian.web.seals import Pace, Seals


@pytest.mark.parametrize(
    ("typed", "qname"),
    [
        ("example.org", "example.org"),
        (" Example.ORG. ", "example.org"),
        ("https://www.example.org/watch?v=1#x", "www.example.org"),
        ("http://user:word@example.org:8080/", "example.org"),
        ("example.org/games", "example.org"),
        ("example.org:443", "example.org"),
        ("www . example . org", "www.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_site_as_people_write_it(typed: str, qname: str) -> None:
    assert site(typed) == qname


@pytest.mark.parametrize(
    "typed", ["", "tv", "192.0.2.1", "http://", "[::1", "[::1]", "x" * 300, "ä..example", "a/b.c"]
)
def test_what_is_no_site(typed: str) -> None:
    with pytest.raises(Bad, match="Write the name of a site"):
        site(typed)


@given(st.text())
def test_anything_typed_is_a_name_or_a_sentence(typed: str) -> None:
    with contextlib.suppress(Bad):
        assert "." in site(typed)


def test_a_seal_is_for_one_address_and_one_hour() -> None:
    now = [1000.0]
    seals = Seals(lambda: now[0])
    seal = seals.seal("192.0.2.7")
    assert seals.fits(seal, "192.0.2.7")
    assert not seals.fits(seal, "192.0.2.8")
    assert not Seals(lambda: now[0]).fits(seal, "192.0.2.7")  # another start of guardian
    now[0] += 3599
    assert seals.fits(seal, "192.0.2.7")
    now[0] += 1
    assert not seals.fits(seal, "192.0.2.7")


@given(st.text(), st.text())
def test_no_text_is_a_seal(seal: str, address: str) -> None:
    assert not Seals(lambda: 0.0).fits(seal, address)


def test_a_seal_cannot_be_made_to_last() -> None:
    seals = Seals(lambda: 1000.0)
    until, _, signature = seals.seal("192.0.2.7").partition(".")
    assert not seals.fits(f"{int(until) + 1}.{signature}", "192.0.2.7")
    assert not seals.fits(f"{until}.{signature.upper()}", "192.0.2.7")


def test_pace() -> None:
    now = [0.0]
    pace = Pace(3, 60, lambda: now[0])
    assert [pace.may("a") for _ in range(4)] == [True, True, True, False]
    assert pace.may("b")
    now[0] = 19
    assert not pace.may("a")
    now[0] = 40
    assert [pace.may("a") for _ in range(3)] == [True, True, False]
    now[0] = 10_000
    assert [pace.may("a") for _ in range(4)] == [True, True, True, False]


def test_there_are_words_for_everything() -> None:
    blocks = set(sentences.WORDINGS) - {
        "illegal", "helpline", "essential", "own:allow", "own:opened", "category:plural",
        "safe-search", "safe-search:youtube", "learning", "default",
    }  # fmt: skip
    assert set(kindly.WHY) == blocks
    assert set(kindly.STYLES) == set(AgeBand)
    assert set(kindly.WAITS) == set(Wait)
    assert set(kindly.ASK) == set(HouseholdKind)
    assert set(kindly.ANSWERS) == set(Answer)


@pytest.mark.parametrize(
    ("privacy", "kinds", "names"),
    [
        (Privacy.COUNTS, False, False),
        (Privacy.CATEGORIES, True, False),
        (Privacy.BLOCKED, True, True),
    ],
)
def test_one_is_told_what_can_be_seen(privacy: Privacy, kinds: bool, names: bool) -> None:
    person = Person("Lina", AgeBand.FROM_9, privacy=privacy)
    seen, never = kindly.seen_of(person), kindly.never_seen_of(person)
    assert (kindly.SEEN_KINDS in seen) is kinds
    assert (kindly.SEEN_NAMES in seen) is names
    assert (kindly.NEVER_FILTERED in never) is not names
    assert kindly.SEEN_NOW in kindly.seen_of(person, "site")
    assert kindly.NEVER_SITES not in kindly.never_seen_of(person, "site")
    assert kindly.SEEN_NOW not in seen
    assert kindly.NEVER_SITES in never


def test_no_child_is_told_that_something_is_forbidden() -> None:
    told = [*(each for pair in kindly.WHY.values() for each in pair), *kindly.BECAUSE.values()]
    told += [*kindly.WAITS.values(), *kindly.ANSWERS.values(), *kindly.SEEN, *kindly.NEVER]
    for sentence in told:
        for word in ("denied", "forbidden", "violation", "blocked", "not allowed"):
            assert word not in sentence.lower()

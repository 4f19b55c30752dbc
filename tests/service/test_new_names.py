"""A name is new on its first day, on every resolver, through kills and cuts; then it is known."""

from array import array
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.names import to_wire
from guardian.service import known_names, new_names
from guardian.service.known_names import (
    EPOCH,
    LEARNING,
    BadKnownNames,
    KnownNames,
    Newcomers,
)
from guardian.service.new_names import NewNames, followed, is_unfamiliar

KEY = bytes(range(32))
DAY = timedelta(days=1)
BEGUN = date(2026, 11, 1)
TODAY = BEGUN + LEARNING
ONE, TWO = to_wire("www.one.example"), to_wire("two.example")


def resolver(names: NewNames) -> Newcomers:
    return Newcomers(KnownNames.open(names.path, KEY), names.serial)


def asked(names: NewNames, *wire_names: bytes) -> list[bool]:
    """What a fresh resolver says of names; control hears of it."""
    newcomers = resolver(names)
    said = [newcomers.is_new(name) for name in wire_names]
    names.hear(newcomers.take())
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "names"


def test_new_until_the_day_is_over_then_known(folder: Path) -> None:
    names = NewNames(folder, KEY, TODAY)
    assert asked(names, ONE, ONE, to_wire("one.example"), to_wire("cdn.one.example")) == [True] * 4
    assert asked(names, ONE) == [True]  # another resolver, or the same started again
    assert not names.begin_day(TODAY)
    assert names.begin_day(TODAY + DAY)
    assert asked(names, ONE, TWO) == [False, True]
    assert not names.begin_day(TODAY)  # a clock that went back begins no day


def test_a_clock_that_was_far_ahead_is_got_over(folder: Path) -> None:
    names = NewNames(folder, KEY, date(2030, 1, 1))
    asked(names, ONE)
    names.close()
    names = NewNames(folder, KEY, BEGUN)
    assert names.learning_until == TODAY
    assert asked(names, ONE, TWO) == [False, True]


def test_each_day_has_a_file_of_its_own(folder: Path) -> None:
    names = NewNames(folder, KEY, TODAY)
    serial = names.serial
    names.begin_day(TODAY + DAY)
    assert names.serial != serial


@pytest.mark.parametrize(
    ("name", "is_new"),
    [
        ("new.example", True),
        ("a.b.new.co.uk", True),
        ("someone.github.io", False),  # github.io is known to many
        ("www.wikipedia.org", False),
        ("www.youtube.com", False),
        ("co.uk", False),
        ("printer", False),
        ("7.100.51.198.in-addr.arpa", False),
        ("xn--e1afmkfd.xn--p1ai", True),
    ],
)
def test_what_can_be_new(folder: Path, name: str, is_new: bool) -> None:
    assert asked(NewNames(folder, KEY, TODAY), to_wire(name)) == [is_new]


def test_nothing_is_new_in_the_first_seven_days(folder: Path) -> None:
    names = NewNames(folder, KEY, BEGUN)
    for day in range(7):
        names.begin_day(BEGUN + DAY * day)
        assert names.is_learning
    assert names.learning_until == TODAY
    names.begin_day(TODAY)
    assert not names.is_learning
    again = NewNames(folder, KEY, TODAY + DAY)
    assert not again.is_learning


def test_a_kill_loses_a_minute_at_most(folder: Path) -> None:
    names = NewNames(folder, KEY, TODAY)
    asked(names, ONE)
    names.save(1000.0)
    asked(names, TWO)
    names.save(1059.0)  # not yet a minute: the card is spared
    after = NewNames(folder, KEY, TODAY)  # as if killed here
    after.begin_day(TODAY + DAY)
    assert asked(after, ONE, TWO) == [False, True]


def test_a_kill_between_the_day_s_file_and_the_log_s_end_does_no_harm(folder: Path) -> None:
    names = NewNames(folder, KEY, TODAY)
    asked(names, ONE)
    names.save(1000.0)
    log = (folder / "today.log").read_bytes()
    names.begin_day(TODAY + DAY)
    (folder / "today.log").write_bytes(log)
    after = NewNames(folder, KEY, TODAY + DAY)
    assert asked(after, ONE, TWO) == [False, True]
    after.save(1000.0)
    last = NewNames(folder, KEY, TODAY + DAY * 2)
    assert asked(last, ONE, TWO) == [False, False]


@pytest.mark.parametrize("left", range(1, 20))
def test_a_log_cut_by_a_power_cut_is_gone_on_with(folder: Path, left: int) -> None:
    names = NewNames(folder, KEY, TODAY)
    asked(names, ONE, TWO)
    names.save(1000.0)
    log = folder / "today.log"
    log.write_bytes(log.read_bytes()[:left])
    after = NewNames(folder, KEY, TODAY)
    asked(after, ONE, TWO, to_wire("three.example"))
    after.save(1000.0)
    last = NewNames(folder, KEY, TODAY + DAY)
    assert asked(last, ONE, TWO, to_wire("three.example")) == [False] * 3


@pytest.mark.parametrize("damage", [b"", b"GKN1", b"nonsense" * 20])
def test_a_damaged_file_is_begun_anew(folder: Path, damage: bytes) -> None:
    asked(NewNames(folder, KEY, BEGUN), ONE)
    (folder / "known.gkn").write_bytes(damage)
    names = NewNames(folder, KEY, TODAY)
    assert "learnt anew" in names.problem
    assert names.is_learning


def test_another_key_cannot_read_it(folder: Path) -> None:
    names = NewNames(folder, KEY, TODAY)
    with pytest.raises(BadKnownNames, match="another key"):
        KnownNames.open(names.path, bytes(32))


def test_nobody_reads_names_from_the_disk(folder: Path) -> None:
    names = NewNames(folder, KEY, TODAY)
    asked(names, to_wire("secret.example"))
    names.save(1000.0)
    names.begin_day(TODAY + DAY)
    asked(names, to_wire("later.example"))
    names.save(2000.0)
    content = b"".join(each.read_bytes() for each in folder.iterdir())
    assert b"secret" not in content
    assert b"later" not in content


def test_switched_off_it_forgets(folder: Path) -> None:
    names = followed(None, folder, KEY, BEGUN, wanted=True)
    assert names is not None
    asked(names, ONE)
    names.close()
    assert followed(names, folder, KEY, BEGUN, wanted=False) is None
    assert not folder.exists()
    assert followed(None, folder, KEY, BEGUN, wanted=False) is None


def test_a_command_beside_it_sees_the_same(folder: Path) -> None:
    names = NewNames(folder, KEY, BEGUN)
    asked(names, ONE)
    names.begin_day(TODAY)
    asked(names, TWO)
    names.close()
    known = new_names.opened(folder, KEY)
    assert known is not None
    for name, day, said in (
        (ONE, TODAY, False),
        (TWO, TODAY, True),
        (TWO, TODAY + DAY, False),
        (to_wire("three.example"), TODAY + DAY, True),
        (TWO, TODAY - DAY, False),  # a day of learning
    ):
        assert is_unfamiliar(folder, known, name, day) == said, (name, day)
    assert new_names.opened(folder, bytes(32)) is None


def test_what_was_not_asked_for_longest_goes_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_names, "MOST_NAMES", 2)
    names = NewNames(folder, KEY, BEGUN)
    asked(names, ONE, TWO)
    names.begin_day(BEGUN + DAY)
    asked(names, ONE, to_wire("three.example"))
    names.begin_day(BEGUN + DAY * 2)
    assert asked(names, ONE, TWO, to_wire("three.example")) == [False, True, False]


def test_a_machine_that_makes_names_up_fills_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_names, "MOST_A_DAY", 10)
    newcomers = resolver(NewNames(folder, KEY, TODAY))
    for number in range(50):
        assert newcomers.is_new(to_wire(f"n{number}.example"))
    assert len(newcomers.take()) == 10


@settings(max_examples=50, deadline=None)
@given(days=st.lists(st.frozensets(st.integers(0, 30), max_size=12), max_size=8))
def test_new_means_on_no_day_before(
    tmp_path_factory: pytest.TempPathFactory, days: list[Iterable[int]]
) -> None:
    names = NewNames(tmp_path_factory.mktemp("names"), KEY, BEGUN)
    seen: set[int] = set()
    for number, some in enumerate(days):
        names.begin_day(BEGUN + DAY * number)
        wires = [to_wire(f"n{each}.example") for each in some]
        assert asked(names, *wires) == [each not in seen for each in some]
        seen.update(some)
        known = KnownNames.open(names.path, KEY)
        assert all(one < other for one, other in pairwise(known.hashes))


def test_the_bytes_of_a_large_household(folder: Path) -> None:
    folder.mkdir()
    hashes, days = array("Q", range(200_000)), array("H", [(TODAY - EPOCH).days]) * 200_000
    known_names.write(folder / "known.gkn", KEY, BEGUN, TODAY, (hashes, days), ([], [], []))
    assert (folder / "known.gkn").stat().st_size < 2_100_000

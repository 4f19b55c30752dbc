"""Which new device may be a known one: only what a person is asked about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from guardian.policy.sightings import QUIET, Sighting, is_private, may_be

NOW = datetime(2026, 11, 26, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD = Sighting(
    "a4:83:e7:00:00:01", "a4:83:e7:00:00:01", "linas-phone", "10.0.0.2", NOW - 9 * HOUR, NOW - HOUR
)
NEW = Sighting(
    "da:11:22:33:44:55", "da:11:22:33:44:55", "linas-phone", "10.0.0.3", NOW - QUIET, NOW
)


@pytest.mark.parametrize(
    ("mac", "private"),
    [
        ("da:11:22:33:44:55", True),
        ("02:00:00:00:00:01", True),
        ("a4:83:e7:00:00:01", False),
        ("", False),
    ],
)
def test_a_made_up_address_has_its_bit(mac: str, *, private: bool) -> None:
    assert is_private(mac) is private


def test_the_one_that_went_quiet_and_is_called_the_same() -> None:
    assert may_be(NEW, [OLD], (), NOW) == OLD


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (replace(NEW, mac="a4:83:e7:00:00:09"), OLD),  # its maker gave it its address
        (replace(NEW, name="noors-phone"), OLD),
        (replace(NEW, name=""), replace(OLD, name="")),  # no name is nobody's name
        (NEW, replace(OLD, last=NOW - QUIET + timedelta(seconds=1))),  # it is not quiet yet
        (replace(NEW, first=NOW - 2 * HOUR), OLD),  # both were there at once
        (NEW, replace(OLD, mac="")),  # nothing that could have changed
        (NEW, replace(OLD, mac=NEW.mac)),
    ],
)
def test_any_other_is_not_asked_about(new: Sighting, old: Sighting) -> None:
    assert may_be(new, [old], (), NOW) is None


def test_one_without_a_name_may_be_the_only_one_of_its_kind() -> None:
    nameless = replace(NEW, name="", fingerprint="android")
    old = replace(OLD, fingerprint="android")
    assert may_be(nameless, [old], (), NOW) == old
    assert may_be(nameless, [replace(old, fingerprint="other")], (), NOW) is None
    assert may_be(replace(nameless, fingerprint=""), [OLD], (), NOW) is None
    # A second phone of this kind is in the house, even if it is not quiet: it could be hers.
    twin = replace(old, sign="x", mac="a4:83:e7:00:00:02", last=NOW)
    assert may_be(nameless, [old, twin], (), NOW) is None
    # What says another name is another one, whatever its kind.
    assert may_be(replace(nameless, name="noors-phone"), [old], (), NOW) is None


def test_what_a_person_said_is_not_asked_again() -> None:
    assert may_be(NEW, [OLD], {(NEW.sign, OLD.sign)}, NOW) is None
    assert may_be(NEW, [OLD], {(OLD.sign, NEW.sign)}, NOW) == OLD


def test_of_several_the_last_one() -> None:
    earlier = replace(OLD, sign="x", mac="a4:83:e7:00:00:02", last=NOW - 2 * HOUR)
    assert may_be(NEW, [earlier, OLD], (), NOW) == OLD

"""Devices that asked: each once, and known again after a restart."""

from datetime import UTC, datetime, timedelta

from guardian.network.neighbours import NOBODY, Neighbours
from guardian.policy.devices import DeviceTable, HostName, Mac
from guardian.policy.people import AgeBand, Person
from guardian.service.seen import SeenDevices
from guardian.store.devices import FORGOTTEN
from guardian.store.household import Store

NOW = datetime(2026, 11, 26, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAC = "a4:83:e7:00:00:01"
TABLE = Neighbours({"10.0.0.2": MAC, "fd00::2": MAC}, {"10.0.0.2": "tablet"})
LINA = Person("Lina", AgeBand.FROM_6, devices=(Mac(MAC),))
DEVICES = DeviceTable([LINA])


def test_a_device_with_two_addresses_is_one() -> None:
    seen = SeenDevices()
    seen.see("10.0.0.2", NOW, TABLE)
    seen.see("10.0.0.9", NOW, TABLE)
    seen.see("fd00::2", NOW + MINUTE, TABLE)
    tablet, other = seen.all(TABLE, DEVICES)
    assert tablet.signs == (MAC, "tablet", "fd00::2", "10.0.0.2")
    assert (tablet.owner, tablet.sighting.first, tablet.sighting.last) == (
        "Lina", NOW, NOW + MINUTE,
    )  # fmt: skip
    assert (other.signs, other.owner) == (("10.0.0.9",), "")


def test_one_that_was_known_by_its_address_is_the_same_once_more_is_known() -> None:
    store = Store.in_memory()
    seen = SeenDevices()
    seen.see("10.0.0.2", NOW, NOBODY)
    seen.write(store.devices)
    assert [each.sign for each in store.devices.all()] == ["10.0.0.2"]
    seen.recognise(TABLE)
    assert [each.sighting.sign for each in seen.all(TABLE, DEVICES)] == [MAC]
    seen.write(store.devices)
    assert [each.sign for each in store.devices.all()] == [MAC]
    store.close()


def test_one_that_is_away_is_still_somebodys_after_a_restart() -> None:
    store = Store.in_memory()
    seen = SeenDevices()
    seen.see("10.0.0.2", NOW, TABLE)
    seen.write(store.devices)
    again = SeenDevices()
    again.remember(store.devices.all())
    (tablet,) = again.all(NOBODY, DEVICES)
    assert (tablet.owner, tablet.sighting.name, tablet.sighting.last) == ("Lina", "tablet", NOW)
    assert DEVICES.owner(name=HostName("tablet")) is None
    store.close()


def test_who_asks_all_the_time_is_written_once_a_minute() -> None:
    store = Store.in_memory()
    seen = SeenDevices()
    for second in range(150):
        seen.see("10.0.0.2", NOW + timedelta(seconds=second), TABLE)
        seen.write(store.devices)
        (kept,) = store.devices.all()
        assert kept.last == NOW + timedelta(seconds=second - second % 60)
    store.close()


def test_what_is_gone_for_long_is_forgotten_with_what_was_said_of_it() -> None:
    store = Store.in_memory()
    seen = SeenDevices()
    seen.see("10.0.0.2", NOW, TABLE)
    seen.write(store.devices)
    store.devices.tell_apart(MAC, "a4:83:e7:00:00:02")
    store.devices.expire(NOW + FORGOTTEN)
    assert store.devices.different() == {(MAC, "a4:83:e7:00:00:02")}
    store.devices.expire(NOW + FORGOTTEN + MINUTE)
    assert (store.devices.all(), store.devices.different()) == ([], set())
    store.close()


def test_a_device_is_known_by_more_as_more_is_heard_of_it() -> None:
    """A name and a fingerprint that came later stay with it, over a restart too."""
    store = Store.in_memory()
    seen = SeenDevices()
    seen.see("10.0.0.2", NOW, Neighbours({"10.0.0.2": MAC}))
    seen.see("10.0.0.3", NOW + MINUTE, NOBODY)
    seen.recognise(Neighbours({"10.0.0.2": MAC}, said={MAC: "tablet"}, fingerprints={MAC: "ab"}))
    seen.write(store.devices)
    other, tablet = store.devices.all()
    assert (tablet.sign, tablet.name, tablet.fingerprint) == (MAC, "tablet", "ab")
    assert (tablet.address, tablet.last) == ("10.0.0.2", NOW)
    assert (other.sign, other.name, other.fingerprint) == ("10.0.0.3", "", "")
    seen.recognise(NOBODY)  # what is not told any more is not forgotten
    assert [each.sighting for each in seen.all(NOBODY, DEVICES)] == [other, tablet]
    store.close()

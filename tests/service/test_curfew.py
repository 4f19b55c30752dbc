"""Whose internet is off, as the keeper of a firewall is told it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guardian.network.firewall.keep import SOCKET
from guardian.network.neighbours import Neighbours
from guardian.policy.devices import DeviceTable, Mac
from guardian.policy.off import Off
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.timeline import HORIZON, DeviceBlock, Pause, Spell, UsedUp, compile_timelines
from guardian.policy.windows import Weekday, Window, WindowKind
from guardian.service.curfew import CUT, Curfew, Found, find
from guardian.service.on_devices import OnDevices

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
PHONE, TABLET, STRANGE = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"
NEIGHBOURS = Neighbours(
    {"192.168.1.5": PHONE, "fd00::5": PHONE, "fd00::aaaa": PHONE, "192.168.1.7": STRANGE},
    {"192.168.1.5": "lina-phone"},
)
LINA = Person(
    "Lina",
    AgeBand.FROM_9,
    Profile("child"),
    (Mac(PHONE), Mac(TABLET), ip_address("192.168.1.9"), ip_network("192.168.9.0/24")),
)
NOOR = Person("Noor", AgeBand.FROM_13, Profile("grandma", allow_names=frozenset({"a.example"})))
HOUSEHOLD = Household(ZoneInfo("UTC"), (LINA, NOOR))


def found(
    spells: Sequence[Spell], *exempt: Any, household: Household = HOUSEHOLD, at: datetime = NOW
) -> Found:
    timelines = compile_timelines(household, spells, NOW, HORIZON, {})
    on_devices = OnDevices()
    on_devices.renew(household, timelines, spells, NEIGHBOURS)
    every = {**timelines, **on_devices.by_key}
    table = DeviceTable(household.holders)
    return find(household, table, NEIGHBOURS, every, on_devices.clients, exempt, at)


def pause(who: str | None = "Lina") -> Pause:
    return Pause(who, None, NOW, LATER)


def test_a_pause_is_for_all_devices_by_all_their_addresses() -> None:
    told = found([pause()])
    addresses = {PHONE, *NEIGHBOURS[PHONE], TABLET, "192.168.1.9"}
    assert told.off == dict.fromkeys(addresses, (Off.WHOLLY, LATER))
    assert told.next == LATER


def test_a_pause_of_strangers_is_for_who_is_nobody() -> None:
    assert found([pause(None)]).off.keys() == {STRANGE, "192.168.1.7"}


def test_nobody_is_off_without_a_reason() -> None:
    assert not found([]).off


@pytest.mark.parametrize(
    "exempt", [Mac(PHONE), ip_address("192.168.1.5"), ip_network("fd00::/64")], ids=str
)
def test_who_is_exempt_is_never_off(exempt: Any) -> None:
    assert found([pause()], exempt).off.keys() == {TABLET, "192.168.1.9"}


def test_one_device_alone_may_be_off() -> None:
    block = DeviceBlock(None, PHONE, NOW, LATER)
    assert found([block]).off.keys() == {PHONE, *NEIGHBOURS[PHONE]}


def test_bedtime_begins_and_ends_at_its_minute() -> None:
    night = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20, 30), time(7))
    lina = replace(LINA, profile=Profile("child", windows=(night,)))
    household = replace(HOUSEHOLD, people=(lina,))
    begin, end = NOW.replace(minute=30), NOW.replace(day=24, hour=7)
    before = found([], household=household)
    assert not before.off
    assert before.next == begin  # control looks again then, though nothing was written
    assert found([], household=household, at=begin).off[PHONE] == (Off.WHOLLY, end)
    assert found([], household=household, at=end - timedelta(seconds=1)).next == end
    assert not found([], household=household, at=end).off


class Keeper:
    """Somebody who listens to a curfew."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def told(self) -> Any:
        async with asyncio.timeout(30):
            return json.loads(await self._reader.readline())


def test_a_keeper_is_told_at_once_and_whenever_it_changes(tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "run").mkdir()
        curfew = Curfew()
        await curfew.open(tmp_path)
        assert (tmp_path / SOCKET).stat().st_mode & 0o777 == 0o600
        reader, writer = await asyncio.open_unix_connection(tmp_path / SOCKET)
        keeper = Keeper(reader)
        assert await keeper.told() == {"off": {}, "open": []}
        curfew.leave_open(["192.0.2.1"], NOW)
        assert await keeper.told() == {"off": {}, "open": ["192.0.2.1"]}
        curfew.follow(Found({PHONE: (Off.WHOLLY, LATER)}, LATER), NOW)
        assert (await keeper.told())["off"] == {PHONE: 7200}
        assert curfew.due == NOW + timedelta(minutes=1)  # it is told again before it ends
        curfew.follow(Found({PHONE: (Off.WHOLLY, LATER)}, LATER), NOW + timedelta(seconds=1))
        curfew.follow(Found({}, LATER), NOW + timedelta(seconds=2))
        assert (await keeper.told())["off"] == {}  # and nothing in between, which was the same
        curfew.close()
        assert await reader.read() == b""
        writer.close()

    asyncio.run(story())


def test_a_device_with_something_open_is_cut_once(tmp_path: Path) -> None:
    def off(curfew: Curfew, what: Off, after: float) -> set[str]:
        now = NOW + timedelta(seconds=after)
        there = {PHONE: (what, LATER)} if what is not Off.NO else {}
        curfew.follow(Found(there, LATER), now)
        return {*json.loads(curfew._line(now))["off"]}

    curfew = Curfew()
    assert off(curfew, Off.PARTLY, 0) == {PHONE}
    assert curfew.due == NOW + CUT
    assert off(curfew, Off.PARTLY, 19) == {PHONE}
    assert off(curfew, Off.PARTLY, 20) == set()
    assert off(curfew, Off.PARTLY, 3000) == set()
    assert off(curfew, Off.NO, 3001) == set()
    assert off(curfew, Off.PARTLY, 3002) == {PHONE}  # at the next bedtime again


def test_what_is_left_open_makes_it_a_cut() -> None:
    noor = replace(NOOR, devices=(Mac(PHONE),))
    household = replace(HOUSEHOLD, people=(noor,))
    used_up = UsedUp("Noor", None, NOW, LATER)
    told = found([used_up], household=household)
    assert told.off[PHONE] == (Off.PARTLY, LATER)

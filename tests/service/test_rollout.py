"""What resolvers have after any row of changes is what a compile of everything would give them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.dns.view import Block, Rewrite, Schedule
from guardian.names import to_wire
from guardian.network.neighbours import Neighbours
from guardian.policy.budgets import Budget, Period
from guardian.policy.devices import Device, KnownDevice, Mac
from guardian.policy.people import AgeBand, Household, Person, Profile
from guardian.policy.rules import Category, Engine, Everything, Level, SafeSearch
from guardian.policy.timeline import DeviceBlock, DeviceFree, Grant, Opened, Pause, Spell
from guardian.policy.unsure import Known
from guardian.policy.windows import Dates, Weekday, Window, WindowKind
from guardian.service.budgets import Budgets
from guardian.service.classify import Special
from guardian.service.in_force import WHO, InForce
from guardian.service.noted import Noted
from guardian.service.rollout import Rollout
from guardian.service.snapshot import Delta, Snapshot, StateData, difference
from guardian.service.supervise import Policy, Supervised
from guardian.settings import Settings, load
from guardian.store.household import Store

ROOT: Final = Path(__file__).resolve().parents[2]
SETTINGS: Final = load(ROOT / "config" / "home.yaml")
START: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
SPECIAL: Final = Special(["help.example"], [], ["time.example"])
PEOPLE: Final = ("Lina", "Mara", "Noor", "Omar")
MAC: Final = "a4:83:e7:00:00:01"
SIGNS: Final = (MAC, "10.0.0.1", "10.0.0.77", "10.1.2.3")
SERVICES: Final = ("roblox", "tiktok", "youtube")
NAMES: Final = (
    "roblox.com", "www.tiktok.com", "youtube.com", "accounts.youtube.com", "own.example",
    "www.own.example", "other.example", "help.example", "time.example", "www.google.com",
)  # fmt: skip

services = st.frozensets(st.sampled_from(SERVICES), max_size=2)
names = st.frozensets(st.sampled_from(["own.example", "other.example", "youtube.com"]), max_size=2)
clocks = st.sampled_from([time(0), time(12, 30), time(13), time(14), time(20), time(7)])
windows = st.builds(
    Window,
    kind=st.sampled_from(WindowKind),
    days=st.frozensets(st.sampled_from(Weekday), min_size=3),
    start=clocks,
    end=clocks,
    blocks=st.just((Everything(),)) | services.map(lambda each: tuple(map(Category, sorted(each)))),
)
profiles = st.builds(
    Profile,
    name=st.just("p"),
    blocked=services,
    allow_names=names,
    deny_names=names,
    deny_patterns=st.frozensets(st.sampled_from(["o*.example", "/^www/"]), max_size=1),
    safe_search=st.frozensets(st.just(SafeSearch(Engine.GOOGLE, Level.STRICT))),
    windows=st.lists(windows, max_size=2).map(tuple),
    budgets=st.sampled_from([(), (Budget("roblox", Period.DAY, (0, 0, 0, 0, 30, 60, 0)),)]),
)
whose = st.sampled_from([*PEOPLE, None])
lengths = st.integers(5, 200).map(lambda minutes: timedelta(minutes=minutes))
changes = st.one_of(
    st.tuples(st.just("profile"), whose, profiles),
    st.tuples(st.just("same profile"), whose, whose),
    st.tuples(st.just("spell"), whose, st.sampled_from([Pause, Grant]),
              st.none() | st.sampled_from(SERVICES), lengths),
    st.tuples(st.just("spell"), whose, st.just(Opened), st.sampled_from(NAMES), lengths),
    st.tuples(st.just("device"), st.sampled_from([DeviceBlock, DeviceFree]),
              st.sampled_from(SIGNS), lengths),
    st.tuples(st.just("clear"), st.sampled_from(SIGNS)),
    st.tuples(st.just("cut"), st.booleans()),
    st.tuples(st.just("end"), whose),
    st.tuples(st.just("gone"), whose),
    st.tuples(st.just("holidays"), st.integers(0, 3)),
    st.tuples(st.just("seen"), st.sampled_from(["10.0.0.9", "10.0.0.8"])),
    st.tuples(st.just("later"), st.integers(1, 90)),
    st.tuples(st.just("back"), st.integers(1, 90)),
    st.tuples(
        st.just("missing"),
        st.sampled_from([Known(), Known(lists=False), Known(clock=False), Known(store=False)]),
    ),
    st.tuples(st.just("busy")),
)  # fmt: skip


class Receiver:
    """A resolver without sockets: what it has after what it was told."""

    def __init__(self) -> None:
        self.in_force = InForce(SPECIAL, Noted())
        self.snapshot: Snapshot | None = None
        self.latest: Policy | None = None
        self.deltas = 0

    def hand_over(self, policy: Policy) -> None:
        self.latest = policy

    def take(self, now: datetime) -> None:
        """Take the latest policy as resolvers do: what is new of it, through JSON."""
        assert self.latest is not None
        after, second = self.latest.snapshot, int(now.timestamp())
        delta = difference(self.snapshot, after) if self.snapshot is not None else None
        if self.snapshot is None or delta is None:
            told = Snapshot.from_data(json.loads(json.dumps(after.to_data())))
            self.in_force.take(told, None, frozenset(), second)
        else:
            self.deltas += 1
            delta = Delta.from_data(json.loads(json.dumps(delta.to_data())))
            told = self.snapshot.changed(delta)
            if WHO.issuperset(delta.fields):
                self.in_force.change(delta, second)
            else:
                self.in_force.take(told, None, frozenset(), second)
        assert told == after
        self.snapshot = told

    def clients(self) -> Iterator[tuple[str, int]]:
        assert self.snapshot is not None
        yield from self.snapshot.clients.items()
        yield from self.snapshot.networks
        yield "a stranger", self.snapshot.stranger

    def decisions(self, at: datetime) -> dict[str, list[Any]]:
        """What becomes of names at an instant: by client, the view's end and each decision."""
        return {client: self._decisions(number, at) for client, number in self.clients()}

    def _decisions(self, number: int, at: datetime) -> list[Any]:
        second = int(at.timestamp())
        now = self.in_force.schedules[number]
        row = self.in_force.snapshot.schedules[number]
        later = Schedule(self.in_force._views.stretches(row))
        for each in (now, later):
            each.advance(second)
        assert (now.view.mask, now.view.until) == (later.view.mask, later.view.until)
        found: list[Any] = []
        for name in map(to_wire, NAMES):
            mask = self.in_force.classify(name, 1)
            decision = now.view.decide(mask, name) if mask & now.view.mask else None
            match decision:
                case Block():
                    found.append((decision.answer, decision.ttl, decision.ede))
                case Rewrite():
                    found.append(decision.target)
                case None:
                    found.append(None)
        return found


class Home:
    """A household that changes."""

    def __init__(self) -> None:
        self.store = Store.in_memory()
        self.known = Known()
        self.now = START
        self.neighbours = Neighbours({"10.0.0.9": MAC})
        profile = Profile("first")
        devices: tuple[tuple[Device, ...], ...] = (
            (ip_address("10.0.0.1"), ip_address("fd00::1")),
            (ip_address("10.0.0.2"), Mac(MAC)),
            (ip_network("10.1.0.0/16"),),
            (),
        )
        self.people = {
            name: Person(name, AgeBand.FROM_9, profile, each)
            for name, each in zip(PEOPLE, devices, strict=True)
        }
        self.unknown: Profile | None = None
        self.devices: tuple[KnownDevice, ...] = ()
        self.settings = self._settings()

    def _settings(self) -> Settings:
        household = Household(
            SETTINGS.household.zone, tuple(self.people.values()), unknown=self.unknown,
            devices=self.devices,
        )  # fmt: skip
        return replace(SETTINGS, household=household)

    def change(self, kind: str, *what: Any) -> None:
        match kind, what:
            case "profile", (None, profile):
                self.unknown = profile
            case "profile", (name, profile) if name in self.people:
                self.people[name] = replace(self.people[name], profile=profile)
            case "same profile", (name, other) if name in self.people and other in self.people:
                profile = self.people[other].profile
                self.people[name] = replace(self.people[name], profile=profile)
            case "spell", (name, kind_of, thing, length):
                spell: Spell = kind_of(name, thing, self.now, self.now + length)
                self.store.spells.add(spell)
            case "device", (kind_of, sign, length):
                self.store.spells.set_on_device(
                    kind_of(None, sign, self.now, self.now + length), [sign]
                )
            case "clear", (sign,):
                self.store.spells.clear_device([sign])
            case "cut", (blocked,):
                signs = (Mac(MAC), ip_address("10.0.0.3"))
                self.devices = (KnownDevice(signs, "Tablet", blocked=blocked),)
            case "end", (name,):
                for each in self.store.spells.running(self.now):
                    if each.person == name:
                        self.store.spells.end(type(each), name, each.thing)
            case "gone", (name,) if len(self.people) > 1:
                self.people.pop(name, None)
            case "seen", (address,):
                self.neighbours = Neighbours({address: MAC})
            case "later", (minutes,):
                self.now += timedelta(minutes=minutes)
            case "missing", (known,):
                self.known = known
            case "back", (minutes,):
                self.now -= timedelta(minutes=minutes)
            case _:
                pass
        if kind in ("profile", "same profile", "gone", "cut"):
            self.settings = self._settings()
        if kind == "holidays":
            day = self.now.date() + timedelta(days=what[0])
            household = replace(self.settings.household, holidays=(Dates(day, day),))
            self.settings = replace(self.settings, household=household)

    def apply(self, rollout: Rollout) -> None:
        budgets = Budgets(self.store, self.now.date())
        agreed = [
            *self.store.spells.running(self.now),
            *budgets.used_up(self.settings.household, self.now),
        ]
        rollout.apply(self.settings, self.neighbours, b"", agreed, self.known, self.now)

    def afresh(self) -> tuple[Rollout, Receiver]:
        """All of it compiled and taken whole."""
        rollout, receiver = rollout_to()
        self.apply(rollout)
        receiver.take(self.now)
        return rollout, receiver


def rollout_to() -> tuple[Rollout, Receiver]:
    rollout, receiver = Rollout(), Receiver()
    rollout.resolvers.append(cast(Supervised, receiver))
    return rollout, receiver


@settings(max_examples=100)
@given(row=st.lists(changes, min_size=1, max_size=12))
def test_deltas_give_what_a_compile_of_everything_gives(row: list[tuple[Any, ...]]) -> None:
    home = Home()
    rollout, receiver = rollout_to()
    home.apply(rollout)
    receiver.take(home.now)
    for change in row:
        home.change(*change)
        home.apply(rollout)
        if change[0] == "busy":  # the next delta spans two changes
            continue
        receiver.take(home.now)
        fresh, whole = home.afresh()
        later = [timedelta(0), timedelta(minutes=40), timedelta(hours=9), timedelta(days=5)]
        assert fresh.timelines.keys() == rollout.timelines.keys()
        for at in (home.now + each for each in later):
            for person, timeline in fresh.timelines.items():
                assert rollout.timelines[person].state(at) == timeline.state(at), person
        assert receiver.decisions(home.now) == whole.decisions(home.now)
    home.store.close()


def test_one_pause_moves_one_person_and_nothing_else() -> None:
    home = Home()
    rollout, receiver = rollout_to()
    home.apply(rollout)
    receiver.take(home.now)
    assert receiver.latest is not None
    before = receiver.latest.snapshot
    mara = rollout.timelines["Mara"]
    home.change("spell", "Lina", Pause, None, timedelta(minutes=30))
    home.apply(rollout)
    delta = difference(before, receiver.latest.snapshot)
    assert delta is not None
    assert delta.clients.keys() == {"10.0.0.1", "fd00::1"}
    assert not delta.fields
    assert len(delta.schedules) == 1
    assert len(delta.states) == 1
    assert rollout.timelines["Mara"] is mara
    classify = receiver.in_force.classify
    receiver.take(home.now)
    assert receiver.deltas == 1
    assert receiver.in_force.classify is classify  # no name is looked at again


def test_a_blocked_device_moves_alone_and_moves_back() -> None:
    home = Home()
    rollout, receiver = rollout_to()
    home.apply(rollout)
    receiver.take(home.now)
    assert receiver.latest is not None
    before = receiver.latest.snapshot
    home.change("device", DeviceBlock, MAC, timedelta(minutes=30))
    home.apply(rollout)
    delta = difference(before, receiver.latest.snapshot)
    assert delta is not None
    assert delta.clients.keys() == {"10.0.0.9"}
    assert not delta.fields
    receiver.take(home.now)
    assert receiver.decisions(home.now)["10.0.0.9"][NAMES.index("time.example")] is not None
    assert receiver.decisions(home.now)["10.0.0.9"][NAMES.index("help.example")] is None
    home.change("clear", MAC)
    home.apply(rollout)
    assert receiver.latest.snapshot.clients == before.clients
    home.store.close()


def test_a_row_whose_state_is_another_is_told_again() -> None:
    """A resolver that was busy may have the row with what its number meant before."""
    one, other = (StateData((), answer, (), 10) for answer in ("zero", "nxdomain"))
    row = ((0, 0),)
    before = Snapshot((one,), (row,), {}, (), 0)
    delta = difference(before, replace(before, states=(other,)))
    assert delta == Delta({0: other}, {0: row})
    assert difference(before, replace(before, states=())) is None


def test_numbers_are_used_again() -> None:
    home = Home()
    rollout, receiver = rollout_to()
    home.apply(rollout)
    for minutes in range(1, 40):
        home.change("spell", "Lina", Pause, None, timedelta(minutes=minutes))
        home.apply(rollout)
        home.change("end", "Lina")
        home.apply(rollout)
    assert receiver.latest is not None
    assert len(receiver.latest.snapshot.schedules) <= 4
    assert len(receiver.latest.snapshot.states) <= 4
    home.store.close()


def test_hours_pass_without_moving_anybody() -> None:
    """A week ahead is compiled again and again; who follows which schedule stays."""
    home = Home()
    night = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20), time(7))
    for name in PEOPLE:
        home.change("profile", name, Profile(name, windows=(night,)))
    rollout, receiver = rollout_to()
    home.apply(rollout)
    receiver.take(home.now)
    for _ in range(30):
        assert receiver.latest is not None
        before = receiver.latest.snapshot
        home.change("later", 60)
        home.apply(rollout)
        assert receiver.latest.snapshot.clients == before.clients
        receiver.take(home.now)
    home.store.close()

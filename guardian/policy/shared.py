"""What holds for a device that several people use: one person's rules, or the strictest of several.

The strictest is exact and no mixture of rules: its states have a part for each of the people, and
a name gets the strictest of the verdicts that these give (`judge.decider`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from guardian.policy import sentences
from guardian.policy.devices import Follows, SharedDevice
from guardian.policy.judge import Facts, judge, strictness
from guardian.policy.people import Household
from guardian.policy.rules import State
from guardian.policy.timeline import CheckedIn, Spell, Stretches, Timeline

_NOTHING: Final = frozenset[str]()


def followed(device: SharedDevice, spells: Iterable[Spell], at: datetime) -> str | None:
    """Whom alone a device follows at an instant; None where the strictest holds."""
    if device.follows is Follows.PERSON:
        return device.person
    here = check_in(device, spells, at)
    return here.person if here is not None else None


def check_in(device: SharedDevice, spells: Iterable[Spell], at: datetime) -> CheckedIn | None:
    """Who is checked in at a device at an instant."""
    mine = _check_ins(device, spells)
    return next((each for each in mine if each.since <= at < each.until), None)


def decided_by(
    device: SharedDevice, timelines: Mapping[str | None, Timeline], facts: Facts, at: datetime
) -> list[str]:
    """Whose verdict on a name is the strictest; nobody's where nothing speaks against the name."""
    verdicts = {each: judge(timelines[each].state(at), facts) for each in device.of}
    most = max(verdicts.values(), key=strictness)
    return [each for each, verdict in verdicts.items() if verdict == most and strictness(most)]


def says(
    device: SharedDevice,
    spells: Iterable[Spell],
    at: datetime,
    zone: ZoneInfo,
    decided: Sequence[str] = (),
    say: sentences.Say = sentences.english,
) -> str:
    """Whom a device follows, as a sentence. decided: whose strictest rules decided, if known."""
    if device.person is not None:
        return sentences.follows(device.name, device.person, say=say)
    here = check_in(device, spells, at)
    if here is not None and here.person is not None:
        until = sentences.clock(here.until, at, zone, say)
        return sentences.follows(device.name, here.person, until, say)
    who = decided if len(decided) < len(device.of) else ()
    return sentences.follows_strictest(device.name, device.of, who, say)


def _check_ins(device: SharedDevice, spells: Iterable[Spell]) -> list[CheckedIn]:
    if device.follows is not Follows.CHECKED_IN:
        return []
    return [each for each in spells if isinstance(each, CheckedIn) and each.thing == device.name]


def shared_timelines(
    household: Household, timelines: Mapping[str | None, Timeline], spells: Iterable[Spell]
) -> dict[str | None, Timeline]:
    """The timeline of each shared device by its name.

    timelines: of all people. spells: with who is checked in where. Use of a shared device is
    measured only while it follows somebody alone.
    """
    spells = [each for each in spells if isinstance(each, CheckedIn) and each.person in timelines]
    merged: dict[tuple[str, ...], Stretches] = {}
    found: dict[str | None, Timeline] = {}
    for device in household.shared:
        if device.person is not None:
            stretches = timelines[device.person].stretches
        else:
            if device.of not in merged:
                merged[device.of] = _merged([timelines[each] for each in device.of])
            stretches = merged[device.of]
        base = Timeline(device.name, household.zone, stretches, timelines[None].end)
        found[device.name] = _with_check_ins(base, _check_ins(device, spells), timelines)
    return found


class SharedTimelines:
    """The timelines of shared devices while wishes change. by_device: by name."""

    def __init__(self) -> None:
        self.by_device: dict[str | None, Timeline] = {}

    def renew(
        self,
        household: Household,
        timelines: Mapping[str | None, Timeline],
        spells: Iterable[Spell],
    ) -> set[str | None]:
        """Bring them up to those of the people; gives the names whose are others, or gone."""
        before = self.by_device
        new = shared_timelines(household, timelines, spells) if household.shared else {}
        kept = {name: each for name, each in before.items() if new.get(name) == each}
        self.by_device = new | kept  # the same object for what is the same
        return (before.keys() | new.keys()) - kept.keys()


def strictest(states: Sequence[State]) -> State:
    """The state under which a name gets the strictest verdict that it gets under any of these."""
    parts = tuple({id(each): each for each in states}.values())  # equal ones are one object
    if len(parts) == 1:
        return replace(parts[0], metered=_NOTHING) if parts[0].metered else parts[0]
    extra = parts[0].extra_time.intersection(*(each.extra_time for each in parts))
    return State((), parts[0].block_answer, extra, parts=parts)


def _merged(timelines: Sequence[Timeline]) -> Stretches:
    """The strictest of several people, at all times."""
    different = {id(each.stretches): each for each in timelines}.values()
    edges = sorted({start for each in different for start, _ in each.stretches})
    known: dict[tuple[int, ...], State] = {}
    row: list[tuple[datetime, State]] = []
    for at in edges:
        states = [each.state(at) for each in different]
        key = tuple(map(id, states))
        if key not in known:  # a week repeats itself
            known[key] = strictest(states)
        row.append((at, known[key]))
    return _without_repeats(row)


def _with_check_ins(
    base: Timeline, spells: Sequence[CheckedIn], timelines: Mapping[str | None, Timeline]
) -> Timeline:
    """A device's timeline, in which it follows who is checked in while they are."""
    start = base.stretches[0][0]
    spells = [each for each in spells if each.since < base.end and each.until > start]
    if not spells:
        return base
    row = list(base.stretches)
    for spell in spells:
        person = timelines[spell.person]
        since, until = max(spell.since, start), spell.until
        after = Timeline(base.person, base.zone, tuple(row), base.end)
        row = [each for each in row if each[0] < since]
        row.append((since, person.state(since)))
        row += [each for each in person.stretches if since < each[0] < until]
        if until < base.end:
            row.append((until, after.state(until)))
            row += [each for each in after.stretches if each[0] > until]
    return replace(base, stretches=_without_repeats(row))


def _without_repeats(row: Iterable[tuple[datetime, State]]) -> Stretches:
    found: list[tuple[datetime, State]] = []
    for start, state in row:
        if not found or found[-1][1] != state:
            found.append((start, state))
    return tuple(found)

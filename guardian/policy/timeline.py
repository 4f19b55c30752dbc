"""Time is compiled, not computed per query: each person's next days as a row of states."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guardian.policy.people import EDE_ILLEGAL, EDE_OF_KIND, Household, Profile
from guardian.policy.rules import (
    ILLEGAL_CATEGORY,
    Action,
    BlockAnswer,
    Category,
    Engine,
    Essentials,
    Everything,
    Helplines,
    Homographs,
    Names,
    Networks,
    Patterns,
    Rule,
    State,
    Step,
    Types,
    Unfamiliar,
    What,
)

HORIZON: Final = timedelta(days=8)  # a week and a day: every weekly window opens at least once


ALLOW_ONLY: Final = "allow-only"
_NONE: Final = frozenset[str]()
Stretches = tuple[tuple[datetime, State], ...]

BLOCK_ILLEGAL: Final = Rule(
    Step.ILLEGAL,
    Category(ILLEGAL_CATEGORY),
    Action.BLOCK,
    "illegal",
    "illegal",
    ede=EDE_ILLEGAL,
)
ALLOW_HELPLINES: Final = Rule(Step.HELPLINE, Helplines(), Action.ALLOW, "helpline", "helpline")
ALLOW_ESSENTIALS: Final = Rule(Step.ESSENTIAL, Essentials(), Action.ALLOW, "essential", "essential")


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that is so for a person until it ends, beside their profile.

    person: a person's name; None for devices nobody has named yet. thing: a category or service;
    None for everything.
    since, until: aware instants; it holds from `since` on and no longer at `until`.
    """

    person: str | None
    thing: str | None
    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether it is so at an instant."""
        return self.since <= at < self.until


class Pause(Spell):
    """Internet off, or one thing of it."""

    __slots__ = ()


class Grant(Spell):
    """Extra time: windows and budgets do not stop everything, or one thing. It opens no content."""

    __slots__ = ()


class Opened(Spell):
    """One name, and all below it, open as by an own allow. thing: the qname."""

    __slots__ = ()


class CheckedIn(Spell):
    """A person at a shared device, which follows them meanwhile. thing: the device's name."""

    __slots__ = ()


class OnDevice(Spell):
    """Something that is so on one device, whoever has it. person: None. thing: a sign of it."""

    __slots__ = ()


class DeviceBlock(OnDevice):
    """No internet on a device, but helplines."""

    __slots__ = ()


class DeviceFree(OnDevice):
    """Extra time on a device: windows and budgets do not stop what its owner does on it."""

    __slots__ = ()


class Learning(Spell):
    """A parent learns what a site needs: `allow_only` stops nothing meanwhile. thing: the site."""

    __slots__ = ()


class Unsure(Spell):
    """A wait for a part that is missing. thing: a `Missing`, why (`unsure`)."""

    __slots__ = ()


class Missing(StrEnum):
    """A part that may not be there."""

    LISTS = "lists"
    CLOCK = "clock"
    STORE = "store"


class UsedUp(Spell):
    """A budget without minutes left, until its next period begins."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is in force for one person, from the first stretch on.

    person: their name; None for devices nobody has named yet.
    stretches: instants (aware, UTC, ascending) from each of which a state holds; neighbours differ.
    end: what is after it was not compiled.
    """

    person: str | None
    zone: ZoneInfo
    stretches: Stretches
    end: datetime

    def state(self, at: datetime) -> State:
        """What is in force at an instant; before the first stretch, the first."""
        return self.stretches[self._index(at)][1]

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant after `at` at which another state comes into force."""
        following = self._index(at) + 1
        return self.stretches[following][0] if following < len(self.stretches) else None

    def until(self, at: datetime, same: Callable[[State], bool]) -> datetime | None:
        """The first instant after `at` whose state is no longer `same`; None if none is known."""
        for start, state in self.stretches[self._index(at) + 1 :]:
            if not same(state):
                return start
        return None

    def rule_ends(self, rule: Rule, at: datetime) -> datetime | None:
        """When a rule that is in force at `at` ceases to be; None if not within the timeline."""
        return self.until(
            at, lambda state: any(each.id == rule.id for part in state.each for each in part.rules)
        )

    def _index(self, at: datetime) -> int:
        return max(0, bisect_right(self.stretches, at, key=lambda stretch: stretch[0]) - 1)


def compile_timelines(
    household: Household,
    spells: Iterable[Spell],
    now: datetime,
    horizon: timedelta,
    titles: Mapping[str, str],
) -> dict[str | None, Timeline]:
    """The timeline of each person by name, and under None that of devices nobody has named.

    titles: category id → title for people, in the order in which reasons prefer them. People with
    the same profile share their stretches; states that are equal are one object.
    """
    compiler = Compiler(household, now, now + horizon, titles)
    theirs = compiler.by_person(spells)
    return {
        person: compiler.timeline(person, profile, theirs.get(person, ()))
        for person, profile in everybody(household).items()
    }


def everybody(household: Household) -> dict[str | None, Profile | None]:
    """Each person's profile by name, and under None that of devices nobody has named."""
    found: dict[str | None, Profile | None] = {None: household.unknown}
    found.update((person.name, person.profile) for person in household.people)
    return found


@dataclass(frozen=True, slots=True)
class _Placed:
    """Rules that hold from one instant until another."""

    start: datetime
    end: datetime
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a profile says by itself, and its stretches by the spells that come on top."""

    always: list[Rule]
    windows: list[_Placed]
    stretches: dict[tuple[Spell, ...], Stretches] = field(default_factory=dict)


class Compiler:
    """Stretches by profile and spells, each combination worked out once.

    asked: categories and services whose title or rank something depends on.
    """

    def __init__(
        self, household: Household, start: datetime, end: datetime, titles: Mapping[str, str]
    ) -> None:
        self.start = start.astimezone(UTC)
        self.end = end.astimezone(UTC)
        self.asked: set[str] = set()
        self._household = household
        self._ede = EDE_OF_KIND[household.kind]
        self.call(titles)
        self._states: dict[State, State] = {}
        # By identity first: a profile's hash takes as long as all of its fields, and 100,000 people
        # share a few profiles.
        self._same: dict[int, tuple[Profile | None, _Basis]] = {}
        self._bases: dict[Profile | None, _Basis] = {}

    def call(self, titles: Mapping[str, str]) -> None:
        """Call things by these titles from now on."""
        self._titles = titles
        self._rank = {category: number for number, category in enumerate(titles)}

    def by_person(self, spells: Iterable[Spell]) -> dict[str | None, tuple[Spell, ...]]:
        """The spells that hold within the time that is compiled, by whose they are."""
        found: dict[str | None, list[Spell]] = {}
        for spell in spells:
            if isinstance(spell, CheckedIn | OnDevice):  # it changes a device, and no person
                continue
            if spell.since < self.end and spell.until > self.start:
                found.setdefault(spell.person, []).append(spell)
        return {person: tuple(theirs) for person, theirs in found.items()}

    def timeline(
        self, person: str | None, profile: Profile | None, spells: tuple[Spell, ...]
    ) -> Timeline:
        """A person's timeline; those with the same profile and spells share its stretches."""
        known = self._same.get(id(profile))
        if known is None:
            known = self._same[id(profile)] = (profile, self._basis(profile))
        basis = known[1]
        key = tuple(map(_anybodys, spells)) if spells else ()
        stretches = basis.stretches.get(key)
        if stretches is None:
            stretches = basis.stretches[key] = self._compile(profile, basis, spells)
        return Timeline(person, self._household.zone, stretches, self.end)

    def _basis(self, profile: Profile | None) -> "_Basis":
        basis = self._bases.get(profile)
        if basis is None:
            windows = self._windows(profile) if profile else []
            basis = self._bases[profile] = _Basis(self._always(profile), windows)
        return basis

    def _compile(
        self, profile: Profile | None, basis: "_Basis", spells: Sequence[Spell]
    ) -> Stretches:
        always = basis.always
        grants = [spell for spell in spells if isinstance(spell, Grant)]
        learning = [spell for spell in spells if isinstance(spell, Learning)]
        placed = self._spells(spells) + basis.windows
        answer = profile.block_answer if profile else BlockAnswer()
        metered = frozenset(each.category or "" for each in profile.budgets) if profile else _NONE
        edges = {edge for each in placed for edge in (each.start, each.end)}
        for spell in (*grants, *learning):
            edges.update((spell.since, spell.until))
        inside = sorted(edge for edge in edges if self.start < edge < self.end)
        stretches: list[tuple[datetime, State]] = []
        known: dict[tuple[frozenset[int], frozenset[str], frozenset[str], str], State] = {}
        for at in (self.start, *inside):
            active = [each for each in placed if each.start <= at < each.end]
            extra = frozenset(grant.thing or "" for grant in grants if grant.holds(at))
            opened = frozenset(
                spell.thing
                for spell in spells
                if isinstance(spell, Opened) and spell.thing and spell.holds(at)
            )
            watched = next((each.person or "" for each in learning if each.holds(at)), "")
            key = (frozenset(id(each.rules) for each in active), extra, opened, watched)
            if key not in known:  # a week repeats itself
                rules = {rule for each in active for rule in each.rules}
                lasting = _without_allow_only(always) if watched else always
                state = self._state(rules, lasting, extra, opened, answer)
                state = replace(state, metered=metered, watched=watched)
                known[key] = self._states.setdefault(state, state)
            if not stretches or stretches[-1][1] is not known[key]:
                stretches.append((at, known[key]))
        return tuple(stretches)

    def _state(
        self,
        passing: set[Rule],
        always: list[Rule],
        extra: frozenset[str],
        opened: frozenset[str],
        answer: BlockAnswer,
    ) -> State:
        if opened:
            always = [_without(rule, opened) for rule in always]
        if extra:
            passing = {each for rule in passing for each in _with_extra_time(rule, extra)}
        return State(tuple(sorted(passing.union(always), key=self._place)), answer, extra)

    def _always(self, profile: Profile | None) -> list[Rule]:
        rules = [BLOCK_ILLEGAL, ALLOW_HELPLINES]
        if self._household.essentials:
            rules.append(ALLOW_ESSENTIALS)
        if profile is None:
            return rules
        if profile.allow_names:
            what = Names(profile.allow_names)
            rules.append(Rule(Step.OWN, what, Action.ALLOW, "own:allow", "own:allow"))
        if profile.deny_names:
            what = Names(profile.deny_names)
            rules.append(self._block(Step.OWN, what, "own:deny", "own:deny"))
        if profile.deny_patterns:
            patterns = Patterns(profile.deny_patterns)
            rules.append(self._block(Step.OWN, patterns, "own:pattern", "own:pattern"))
        if profile.deny_types:
            types = Types(profile.deny_types)
            rules.append(self._block(Step.CATEGORY, types, "types", "types"))
        if profile.deny_networks:
            networks = Networks(profile.deny_networks)
            rules.append(self._block(Step.CATEGORY, networks, "networks", "networks"))
        if profile.deny_homographs:
            rules.append(self._block(Step.CATEGORY, Homographs(), "homograph", "homograph"))
        if profile.deny_new_names:
            rules.append(self._block(Step.CATEGORY, Unfamiliar(), "new-name", "new-name"))
        if profile.allow_only:
            rules.append(self._block(Step.CATEGORY, Everything(), ALLOW_ONLY, "allow-only"))
        for category in profile.blocked:
            what_category = Category(category)
            rule = self._block(Step.CATEGORY, what_category, f"category:{category}", "category")
            rules.append(replace(rule, spares=profile.spares))
        for safe in profile.safe_search:
            says = "safe-search:youtube" if safe.engine is Engine.YOUTUBE else "safe-search"
            rules.append(
                Rule(Step.SAFE_SEARCH, safe, Action.REWRITE, f"safe-search:{safe.engine}", says)
            )
        return rules

    def _windows(self, profile: Profile) -> list[_Placed]:
        placed: list[_Placed] = []
        zone, holidays = self._household.zone, self._household.holidays
        for window in profile.windows:
            rules = tuple(
                replace(
                    self._block_for_now(
                        Step.WINDOW, f"window:{window.kind}", str(window.kind), what
                    ),
                    spares=window.spares,
                )
                for what in window.blocks
            )
            spans = window.spans(self.start, self.end, zone, holidays, profile.windows)
            placed.extend(_Placed(start, end, rules) for start, end in spans)
        return placed

    def _spells(self, spells: Sequence[Spell]) -> list[_Placed]:
        placed: list[_Placed] = []
        for spell in spells:
            what = Everything() if spell.thing is None else Category(spell.thing)
            rule: Rule
            match spell:
                case Pause():
                    rule = self._block_for_now(Step.PAUSE, "pause", "pause", what)
                case Opened():
                    opened = Names(frozenset({spell.thing or ""}))
                    rule = Rule(Step.OWN, opened, Action.ALLOW, "own:opened", "own:opened")
                case Unsure():
                    # Extra time opens what time stops (WINDOW), and no content.
                    step = Step.CATEGORY if spell.thing == Missing.LISTS else Step.WINDOW
                    key = f"wait-{spell.thing}"
                    rule = self._block(step, Everything(), key, key)
                case UsedUp():
                    rule = self._block_for_now(Step.WINDOW, "budget", "budget", what)
                case _:
                    continue
            placed.append(_Placed(spell.since, spell.until, (rule,)))
        return placed

    def _block_for_now(self, step: Step, name: str, says: str, what: Everything | Category) -> Rule:
        """A block that comes and goes: of everything, or of one category."""
        if isinstance(what, Category):
            return self._block(step, what, f"{name}:{what.id}", f"{says}:some")
        return self._block(step, what, name, says)

    def _block(self, step: Step, what: What, name: str, says: str) -> Rule:
        title = ""
        if isinstance(what, Category):
            self.asked.add(what.id)
            title = self._titles.get(what.id) or what.id.replace("-", " ").capitalize()
        return Rule(step, what, Action.BLOCK, name, says, title, self._ede)

    def _place(self, rule: Rule) -> tuple[int, bool, bool, int, str]:
        """Where a rule stands: by step, budgets last, the widest first, then by title."""
        rank = len(self._rank)
        if isinstance(rule.what, Category):
            self.asked.add(rule.what.id)
            rank = self._rank.get(rule.what.id, rank)
        is_budget = rule.says.startswith("budget")
        return rule.step, is_budget, not isinstance(rule.what, Everything), rank, rule.id


def _anybodys(spell: Spell) -> Spell:
    """A spell that people can share; what is learnt is one person's."""
    return spell if isinstance(spell, Learning) else replace(spell, person=None)


def _without_allow_only(rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.id != ALLOW_ONLY]


def _without(rule: Rule, opened: frozenset[str]) -> Rule:
    """A rule that denies no name which a parent has opened."""
    if isinstance(rule.what, Names) and rule.action is Action.BLOCK:
        return replace(rule, what=Names(rule.what.names - opened))
    return rule


def _with_extra_time(rule: Rule, extra: frozenset[str]) -> Iterator[Rule]:
    """What is left of a rule while extra time opens some things: it stops none of them by time."""
    if rule.step is not Step.WINDOW:
        yield rule
    elif "" not in extra and not (isinstance(rule.what, Category) and rule.what.id in extra):
        yield replace(rule, spares=rule.spares | extra)

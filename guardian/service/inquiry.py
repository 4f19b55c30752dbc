"""What would happen to a name: the same policy and lists that the resolvers have, asked by hand."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple
from zoneinfo import ZoneInfo

from guardian.errors import GuardianError
from guardian.lists.discretion import Discretion, without_secrets
from guardian.lists.entry import Entry, ListInfo
from guardian.lists.index import Index
from guardian.lists.library import Library
from guardian.lists.match import Match
from guardian.lists.sayings import Saying, sayings
from guardian.lists.source import Source
from guardian.names import is_under, to_wire
from guardian.network import neighbours
from guardian.policy import sentences
from guardian.policy.devices import DeviceTable, SharedDevice, read_sign, written
from guardian.policy.explain import Explanation, Outlook, explain, outlook
from guardian.policy.judge import Facts, decider, judge
from guardian.policy.judge import Verdict as Decided
from guardian.policy.overrides import NO_TRIALS, Trials
from guardian.policy.people import Holder, Household, Person, Profile
from guardian.policy.rules import (
    ILLEGAL_CATEGORY,
    Action,
    Answer,
    Networks,
    SafeSearch,
    State,
    Step,
    Unfamiliar,
)
from guardian.policy.sentences import Say, english
from guardian.policy.shared import decided_by, followed, says, shared_timelines
from guardian.policy.timeline import HORIZON, Spell, Timeline, compile_timelines
from guardian.policy.unsure import waits
from guardian.policy.windows import instant
from guardian.qtypes import QTYPES
from guardian.safety import essentials, helplines, safe_search
from guardian.safety.homographs import Protected
from guardian.safety.services import Catalogue
from guardian.service import clock, lock, rebinding
from guardian.service.budgets import Budgets
from guardian.service.familiar import with_familiarity
from guardian.service.known import known
from guardian.service.local_names import stays_here
from guardian.service.lookup import lookup
from guardian.service.on_devices import OnDevices
from guardian.service.plan import (
    library_of,
    protected_names,
    services_of,
    sources_of,
    titles_of,
)
from guardian.service.servers import servers_of
from guardian.settings import Settings, load
from guardian.store.household import Store, StoreError

YEARS: Final = range(1971, 2200)
UNASKED: Final = (
    "No upstream said where this name leads, so addresses that are blocked were not looked at."
)


class CannotJudge(GuardianError):
    """A question about a record type that is none, or about a far-away year."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a name. at: without an offset, the household's wall clock; None: now.

    client: an address, or what a forwarder tells: a hardware address, "id:lina-phone".
    device: the name of a shared one. follow: whether an upstream is asked for the names that this
    one leads to, which are judged as DNS does.
    """

    qname: str
    qtype: str
    person: str | None
    client: str | None
    at: datetime | None
    device: str | None = None
    follow: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `guardian check` says; `as_data` is its documented JSON.

    at, until: local to the household. until: None where no change is known of.
    person: of a shared device, whom alone it follows. device: its name.
    sign: by what the device was recognised. follows: whom it follows, as a sentence, if it is
    shared. steps: what each step of the judgement said, in order.
    note: what else one should know; "" where there is nothing. inside: whether its answer leads
    into the house, and what becomes of that. says: what each list says of the name, whatever
    decided; nothing of illegal content.
    """

    qname: str
    qtype: str
    client: str | None
    person: str | None
    profile: str | None
    at: datetime
    action: str
    reason: str
    rule: str | None
    category: str | None
    list: str | None
    until: datetime | None
    answers: tuple[str, ...]
    device: str | None = None
    sign: str = ""
    follows: str = ""
    steps: tuple[str, ...] = ()
    note: str = ""
    inside: str = ""
    says: tuple[Saying, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The fields in their documented order, as JSON can hold them."""
        return {
            **{each.name: getattr(self, each.name) for each in fields(self)[:-4]},
            "at": self.at.isoformat(timespec="seconds"),
            "until": self.until.isoformat(timespec="seconds") if self.until else None,
            "answers": list(self.answers),
            "says": [each.as_data() for each in self.says],
        }


@dataclass(frozen=True, slots=True)
class _Way:
    """A name that another one leads to, and what lists say of it."""

    facts: Facts
    match: Match

    def decides(self, verdict: Decided) -> bool:
        """Whether a block comes from here."""
        if verdict.category == ILLEGAL_CATEGORY:
            return self.facts.illegal
        covered = is_under(self.facts.qname, verdict.name) if verdict.name else False
        return covered or verdict.category in self.facts.categories

    def entry(self, category: str | None) -> Entry | None:
        """The list's entry for it."""
        return next((each for each in self.match.blocked if each.list.category == category), None)


class Inquiry:
    """A household's policy and lists, open for questions."""

    def __init__(
        self,
        config: Path,
        state: Path,
        now: datetime,
        language: str = "",
        settings: Settings | None = None,
        *,
        may_know: bool = True,
    ) -> None:
        """Raises ConfigError; where no index was compiled yet, the lists are read as they are.

        language: of titles; the household's where none is given. settings: in force; None to read
        the file. may_know: whether who asks may be told of illegal content.
        """
        self._settings = settings or load(config, today=clock.day_for_ages(now))
        self._now = now
        self._sources = sources_of(self._settings)
        self._discretion = Discretion(state / "lists", lambda: now)
        self._may_know = may_know and not self._discretion.is_spent
        self._index, lists = self._open_index(state)
        household = self._settings.household
        self._spells, can_be_read = _agreed(state / "guardian.db", household, now)
        have = known(self._sources, lists, self._spells, now, store=can_be_read)
        self._spells += waits(household, have, now)
        self._used = services_of(self._settings, self._spells)
        self._titles = titles_of(self._settings, self._used, language)
        self._devices = DeviceTable(self._settings.household.holders)
        self._neighbours = cache(partial(neighbours.read, self._settings.discovery.leases))

    def _open_index(self, state: Path) -> tuple[Index, tuple[ListInfo, ...] | None]:
        """The index, and its lists; None where a running guardian has no index.

        What runs has what it has; what does not run would compile the lists as they are.
        """
        self._names = state / "names"
        library = library_of(self._settings, state, lambda: self._now)
        self._key = library.key()
        self._trials: Trials = NO_TRIALS
        opened = library.open_index(lambda _problem: None)
        runs = lock.is_held(state)
        if opened is not None and (runs or library.is_current(opened[1])):
            there = opened[1].trials
            self._trials = {id_: who for id_, who in library.trials().items() if id_ in there}
            return opened[1], opened[1].lists
        index = _compiled(
            state / "lists" / "check.gdx", library, () if runs else library.contents()
        )
        return index, None if runs else index.lists

    def answer(self, question: Question) -> Verdict:
        """The verdict on a name. Raises NobodyCalled, and CannotJudge for an unknown type."""
        return self.tell(question)[0]

    def tell(self, question: Question, say: Say = english) -> tuple[Verdict, Explanation, Outlook]:
        """The same, with all that led to it and what is in force then, in another language."""
        qname, qtype = question.qname, question.qtype
        household = self._settings.household
        at = question.at or self._now
        at = at.replace(tzinfo=household.zone) if at.tzinfo is None else at
        if question.at is not None:  # a clock that is not set may show any year
            _check_year(at.year)
        if qtype not in QTYPES:
            raise CannotJudge(f'"{qtype}" is no record type that check knows; use A, AAAA, HTTPS …')
        instant = at.astimezone(UTC)
        asks = self._asks(question, instant)
        match = self._match(qname, QTYPES[qtype], asks.timeline.state(instant).tries)
        protected = protected_names(household)
        facts = facts_of(
            qname, match, self._settings.services, QTYPES[qtype], self._used, protected
        )
        asked = self._asked(asks, facts, instant)
        timeline = asked.timeline
        facts, ways, note = self._followed(facts, timeline.state(instant), always=question.follow)
        facts, learning = with_familiarity(
            facts, timeline.state(instant), self._settings, self._names, self._key, at, self._now
        )
        told = self._openly(explain(timeline, facts, instant, say), say)
        verdict = told.verdict
        category = verdict.category
        entry = next((each for each in match.blocked if each.list.category == category), None)
        reason = told.reason
        via = next((way for way in ways if way.decides(verdict)), None) if not entry else None
        if via is not None:
            entry = via.entry(category)
            reason = say(sentences.VIA).format(reason=reason, name=via.facts.qname)
        if entry is not None and category != ILLEGAL_CATEGORY:
            reason = f"{reason}: named by list {_list(entry)}"
        held = rebinding.held_back(facts, self._settings) if verdict.action is Action.ALLOW else []
        inside = rebinding.told(facts, self._settings, held, say)
        found = Verdict(
            qname=qname,
            qtype=qtype,
            client=question.client,
            person=asked.person.name if asked.person else None,
            profile=asked.profile.name if asked.profile else None,
            at=at.astimezone(household.zone),
            action=verdict.action.value,
            reason=reason,
            rule=verdict.rule_id if verdict.rule else None,
            category=category,
            list=_list(entry) if entry and category != ILLEGAL_CATEGORY else None,
            until=_until(told, at, household.zone),
            answers=_answers(
                decider(timeline.state(instant), facts)[0], verdict.action, qname, qtype,
                self._settings.records.get,
            ),
            device=asked.device.name if asked.device else None,
            sign=asked.sign,
            follows=asked.follows,
            steps=(
                *(f"{each.step.name.lower()}: {each.sentence}" for each in told.steps),
                f"{rebinding.RULE}: {inside}",
            ),
            note=note or learning or self._untold(say),
            inside=inside,
            says=self._says(qname, match),
        )  # fmt: skip
        if held:
            found = replace(
                found, action=Action.BLOCK.value, reason=inside, rule=rebinding.RULE, list=None,
                category=None, until=None, answers=(),
            )  # fmt: skip
        return found, told, outlook(timeline, instant, say)

    def _followed(
        self, facts: Facts, state: State, *, always: bool
    ) -> tuple[Facts, list["_Way"], str]:
        """The facts with where the name leads, if that can matter; the ways; what to say of it."""
        matters = always or any(isinstance(rule.what, Networks) for rule in state.rules)
        if (
            not (matters or self._index.networks)
            or facts.helpline
            or stays_here(to_wire(facts.qname), self._settings)
        ):
            return facts, [], ""
        if judge(state, facts).action is Action.BLOCK:
            return facts, [], ""  # no server needs to hear of it
        led = lookup(facts.qname, facts.qtype, servers_of(self._settings), self._now)
        if led is None:
            return facts, [], UNASKED
        ways = [self._way(target, facts.qtype, state.tries) for target in led.targets]
        networks = self._index.networks
        listed = (networks.categories(each, state.tries) for each in led.addresses)
        met = replace(
            facts,
            addresses=led.addresses,
            targets=led.targets,
            categories=facts.categories.union(*(way.facts.categories for way in ways), *listed),
            illegal=facts.illegal or any(way.facts.illegal for way in ways),
        )
        return met, ways, ""

    def _way(self, target: str, qtype: int, tried: Collection[str]) -> "_Way":
        match = self._match(target, qtype, tried)
        return _Way(facts_of(target, match, self._settings.services, qtype, self._used), match)

    def _match(self, qname: str, qtype: int, tried: Collection[str]) -> Match:
        """What lists say of a name, as far as who asks may know. tried: as in `Index.match`."""
        found = self._index.match(to_wire(qname), qtype, tried)
        return self._discretion.heard(qname, found) if self._may_know else without_secrets(found)

    def _says(self, qname: str, match: Match) -> tuple[Saying, ...]:
        """What each list says of a name; nothing where one is about illegal content."""
        if ILLEGAL_CATEGORY in match.blocked_categories:
            return ()
        return sayings(self._index, qname, match)

    def _untold(self, say: Say) -> str:
        """What to say of lists of illegal content that were left out; "" where none was."""
        has_some = any(each.confidential for each in self._index.lists)
        return say(sentences.NOT_TOLD) if has_some and not self._may_know else ""

    def _openly(self, told: Explanation, say: Say) -> Explanation:
        """The explanation without a word of lists that were left out."""
        if not (untold := self._untold(say)):
            return told
        steps = tuple(
            replace(each, sentence=untold) if each.step is Step.ILLEGAL else each
            for each in told.steps
        )
        return replace(told, steps=steps)

    def belongs(self, qname: str) -> tuple[str, ...]:
        """The categories that lists put a name into, and the services it is of, by their titles."""
        match = without_secrets(self._index.match(to_wire(qname), QTYPES["A"]))
        categories = match.blocked_categories
        language = self._settings.household.language
        services = self._settings.services
        theirs = services.covering(qname, services.ids())
        named = {each: each.replace("-", " ").capitalize() for each in categories} | self._titles
        titles = {services.title(each, language) for each in theirs}
        return tuple(sorted(titles.union(named[each] for each in categories)))

    def day(self, person: str | None, day: date | None, device: str | None = None) -> Timeline:
        """A person's or shared device's timeline of one local day, today's where none is given.

        Neither: that of unknown devices. Raises NobodyCalled.
        """
        household = self._settings.household
        if person is not None:
            person = household.called(person).name
        elif device is not None:
            person = household.shared_device(device).name
        if day is not None:
            _check_year(day.year)
        day = day or self._now.astimezone(household.zone).date()
        start = instant(day, time(0), household.zone)
        length = instant(day + timedelta(days=1), time(0), household.zone) - start
        return self._timelines(start, length)[person]

    def _timelines(self, start: datetime, length: timedelta) -> dict[str | None, Timeline]:
        household = self._settings.household
        found = compile_timelines(household, self._spells, start, length, self._titles)
        return found | shared_timelines(household, found, self._spells)

    def _asks(self, question: Question, at: datetime) -> "_Asks":
        """Who asks, and what is in force for them."""
        holder, sign = self._holder(question)
        timelines = self._timelines(at, HORIZON)
        timeline = self._on_device(question.client, timelines) or timelines[_named(holder)]
        return _Asks(holder, sign, timelines, timeline)

    def _asked(self, asks: "_Asks", facts: Facts, at: datetime) -> "_Asked":
        """Who asks, how that is known, and what is in force for them."""
        household = self._settings.household
        holder, sign, timelines, timeline = asks
        if not isinstance(holder, SharedDevice):
            profile = holder.profile if holder else household.unknown
            return _Asked(holder, None, timeline, profile, sign)
        alone = followed(holder, self._spells, at)
        person = household.called(alone) if alone is not None else None
        decided = decided_by(holder, timelines, facts, at)
        return _Asked(
            person,
            holder,
            replace(timeline, person=alone or holder.name),
            person.profile if person else None,
            sign,
            says(holder, self._spells, at, household.zone, decided),
        )

    def _on_device(
        self, client: str | None, timelines: Mapping[str | None, Timeline]
    ) -> Timeline | None:
        """What is in force for a client, where that is not its owner's."""
        if client is None:
            return None
        found = OnDevices()
        found.renew(
            self._settings.household, timelines, self._spells, self._neighbours(), self._trials
        )
        key = found.clients.get(_as_told(client))
        return found.by_key[key] if key is not None else None

    def _holder(self, question: Question) -> tuple[Holder | None, str]:
        """Whose the device is that asks, and by what it was recognised."""
        household = self._settings.household
        if question.person is not None:
            return household.called(question.person), ""
        if question.device is not None:
            return household.shared_device(question.device), ""
        if question.client is None:
            return None, ""
        owner = neighbours.owner_of(question.client, self._neighbours(), self._devices)
        return (owner.holder, str(owner.sign)) if owner else (None, "")


def _named(holder: Holder | None) -> str | None:
    return holder.name if holder else None


def _as_told(client: str) -> str:
    """A client as devices are told apart by: "id:Lina" and "A4-83-…" have more than one form."""
    return written(read_sign(client))


class _Asks(NamedTuple):
    """Who asks. sign: by what that is known. timelines: of all, by whose they are."""

    holder: Holder | None
    sign: str
    timelines: Mapping[str | None, Timeline]
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks. person: of a shared device, whom alone it follows; profile: theirs."""

    person: Person | None
    device: SharedDevice | None
    timeline: Timeline
    profile: Profile | None
    sign: str
    follows: str = ""


def _compiled(path: Path, library: Library, contents: Iterable[tuple[Source, Path]]) -> Index:
    """An index of contents, at a path for a moment."""
    from guardian.lists.compile import Compiler  # the pages ask much, and never compile
    from guardian.lists.reading import BadSource

    compiler = Compiler(library.key(), helplines.protected_names())
    for source, content in contents:
        with suppress(BadSource):
            compiler.add(source, content)
    compiler.write(path)
    try:
        return Index.open(path, library.key())
    finally:
        path.unlink()


def _agreed(path: Path, household: Household, now: datetime) -> tuple[list[Spell], bool]:
    """What was agreed, and whether it can be read."""
    if not path.exists():
        return [], True
    try:
        store = Store.open(path)
    except StoreError:
        return [], False
    try:
        budgets = Budgets(store, now.astimezone(household.zone).date())
        return [*store.spells.running(now), *budgets.used_up(household, now)], True
    except sqlite3.Error:
        return [], False
    finally:
        store.close()


def _check_year(year: int) -> None:
    """Raises CannotJudge for a year in which nobody will ask anything."""
    if year not in YEARS:
        raise CannotJudge(
            f"the year {year} is too far away; use one from {YEARS[0]} to {YEARS[-1]}"
        )


def facts_of(
    qname: str,
    match: Match,
    services: Catalogue,
    qtype: int = 1,
    used: frozenset[str] = frozenset(),
    protected: Iterable[str] = (),
) -> Facts:
    """What lists and the product itself know of a name.

    used: the services to look at. protected: the household's own names (`plan.protected_names`).
    """
    categories = match.blocked_categories | services.covering(qname, used)
    target = safe_search.targets().get(qname)
    return Facts(
        qname=qname,
        categories=categories - {ILLEGAL_CATEGORY},
        illegal=ILLEGAL_CATEGORY in categories,
        helpline=helplines.is_protected(qname),
        essential=essentials.is_essential(qname),
        safe_search=target[0] if target else None,
        qtype=qtype,
        looks_like=Protected(protected).looks_like(qname) if "xn--" in qname else "",
    )


def _until(told: Explanation, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the verdict changes: with the timeline, and for a new name with the day."""
    ends = [told.until] if told.until is not None else []
    if told.verdict.rule is not None and isinstance(told.verdict.rule.what, Unfamiliar):
        ends.append(instant(at.astimezone(zone).date() + timedelta(days=1), time(0), zone))
    return min(ends).astimezone(zone) if ends else None


def _list(entry: Entry) -> str:
    version = f", version {entry.list.version}" if entry.list.version else ""
    if entry.list.trial_of:
        return f"{entry.list.trial_of}, new content that is tried{version}"
    return f"{entry.list.id}{version}"


def _answers(
    state: State,
    action: Action,
    qname: str,
    qtype: str,
    records: Callable[[str], tuple[Any, ...] | None],
) -> tuple[str, ...]:
    if action is Action.ALLOW:
        wanted = {"A": 4, "AAAA": 6}.get(qtype)
        return tuple(str(each) for each in records(qname) or () if each.version == wanted)
    if action is Action.REWRITE:
        engine, levels = safe_search.targets()[qname]
        for rule in state.rules:
            if isinstance(rule.what, SafeSearch) and rule.what.engine == engine:
                return (levels.get(rule.what.level) or next(iter(levels.values())),)
        return ()
    answer = state.block_answer
    if answer.answer is Answer.ZERO:
        return {"A": ("0.0.0.0",), "AAAA": ("::",)}.get(qtype, ())  # noqa: S104 (an answer)
    if answer.answer is Answer.ADDRESS:
        wanted = {"A": 4, "AAAA": 6}.get(qtype)
        return tuple(str(each) for each in answer.addresses if each.version == wanted)
    return ()

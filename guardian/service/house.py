"""A running household as its pages see it: `web.house` says what they may ask and do."""

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guardian import __version__
from guardian.lists.discretion import Discretion, without_secrets
from guardian.lists.sayings import Saying
from guardian.lists.standing import SourceStatus
from guardian.lists.suffixes import icann_suffixes
from guardian.lists.trust.contents import Decision
from guardian.names import suffixes
from guardian.network import makers
from guardian.policy import sentences
from guardian.policy.agreement import Agreement
from guardian.policy.budgets import Account
from guardian.policy.explain import Explanation, explain
from guardian.policy.honesty import Bypass, Honesty, judged
from guardian.policy.insight import Insight
from guardian.policy.people import Holder
from guardian.policy.requests import Answer, Kind
from guardian.policy.rules import ILLEGAL_CATEGORY
from guardian.policy.sentences import english
from guardian.policy.timeline import (
    DeviceBlock,
    DeviceFree,
    Grant,
    OnDevice,
    Opened,
    Pause,
    Spell,
    Timeline,
    compile_timelines,
)
from guardian.policy.unsure import told
from guardian.policy.windows import DAY, Dates, instant
from guardian.service import appeals, holidays, rebinding, requests, send, upstream_health
from guardian.service.copies import HouseholdCopies
from guardian.service.courier import sent
from guardian.service.edits import Edits
from guardian.service.familiar import with_familiarity
from guardian.service.first_run import forget_code, kept_code
from guardian.service.inquiry import Inquiry, Question, facts_of
from guardian.service.kinds import kindred
from guardian.service.open_lists import OpenLists
from guardian.service.own_addresses import HouseholdAddresses
from guardian.service.page_certificate import PageCertificate
from guardian.service.plan import protected_names
from guardian.service.seen import plain_address
from guardian.service.servers import servers_of
from guardian.service.status import gather
from guardian.service.watching import Watching
from guardian.settings import Settings
from guardian.settings.endpoints import Address, Server
from guardian.store.appeals import Verdict
from guardian.store.channels import Channel, Channels
from guardian.store.household import Store
from guardian.store.illegal_hits import DayHits
from guardian.web.channels import TEST
from guardian.web.figures import ListFigures, Numbers
from guardian.web.house import Judged, Kindred, Says, Seen, Within
from guardian.web.languages import Language
from guardian.web.status import Status
from guardian.web.upstreams import Asked, Tried
from guardian.web.watching import Heard

if TYPE_CHECKING:
    from guardian.service.control import Control

_TRY_SECONDS: Final = 2.0
_DEEDS: Final[Mapping[type[Spell], str]] = {
    Pause: "paused",
    Grant: "gave extra time",
    Opened: "opened a name",
    DeviceBlock: "blocked a device for a while",
    DeviceFree: "gave a device extra time",
}


class RunningHouse:
    """What `web.house.House` promises, kept by control."""

    def __init__(self, control: "Control", state: Path) -> None:
        self._control = control
        self._state = state
        self.code = kept_code(state)
        if control.store.accounts.all():
            forget_code(state)
        self.changes = 0
        self._changed = asyncio.Event()
        self._lists = OpenLists()
        self._watching = Watching(control, self)
        self.configuration = Edits(control, self, state)
        self.certificate = PageCertificate(control, self)
        self.copies = HouseholdCopies(control, self, state)
        self.own_addresses = HouseholdAddresses(control, self, state)

    @property
    def store(self) -> Store:
        return self._control.store

    @property
    def is_away(self) -> bool:
        return self._control.is_store_away

    @property
    def settings(self) -> Settings:
        return self._control.settings

    @property
    def timelines(self) -> Mapping[str | None, Timeline]:
        return self._control.timelines

    @property
    def spells(self) -> Sequence[Spell]:
        return self._control.spells

    def now(self) -> datetime:
        return datetime.now(UTC)

    def titles(self, language: str) -> Mapping[str, str]:
        return self._control.titles(language)

    def title(self, thing: str, language: str) -> str:
        services = self.settings.services
        if thing in services.ids():
            return services.title(thing, language)
        return self.titles(language).get(thing, thing)

    def knows(self, thing: str) -> bool:
        return thing in self.settings.categories or thing in self.settings.services.known()

    def lists(self) -> Sequence[SourceStatus]:
        return self._control.lists.status()

    def illegal_hits(self) -> Sequence[DayHits] | None:
        if not self.settings.lists.count_illegal:
            return None
        return self.store.illegal_hits.before(self._today())

    def update_lists(self, who: str) -> None:
        self._control.lists.update()
        self.store.accounts.note(who, "had all lists fetched", "", self.now())

    def decide_list(self, wanted: str, content: str, who: str, *, take: bool) -> None:
        decision = Decision.RELEASED if take else Decision.REJECTED
        self._control.lists.decide(wanted, decision, content)
        deed = "took the new content of the list" if take else "kept the old content of the list"
        self.store.accounts.note(who, f"{deed} {wanted}", "", self.now())
        if not take:  # a trial ends at once; what is taken counts once it is compiled
            self._control.apply()

    def try_list(self, wanted: str, content: str, devices: Sequence[str], who: str) -> None:
        decision = Decision.TRIED if devices else Decision.OPEN
        self._control.lists.decide(wanted, decision, content, devices)
        deed = "tries new content of the list" if devices else "tries no more the list"
        self.store.accounts.note(who, f"{deed} {wanted}", "", self.now())
        self._control.apply()

    async def put_list_back(self, wanted: str, number: int, who: str) -> None:
        await self._control.lists.put_back(wanted, number)
        self.store.accounts.note(who, f"put back the list {wanted}", "", self.now())

    def who_says(self, qname: str, language: str, *, may_know: bool) -> Sequence[Says] | None:
        found = self.lists_in_force.match(qname)
        discretion = Discretion(self._state / "lists", self.now)
        may_know = may_know and not discretion.is_spent
        found = discretion.heard(qname, found) if may_know else without_secrets(found)
        if ILLEGAL_CATEGORY in found.blocked_categories:
            return None
        return self._says(self.lists_in_force.sayings(qname, found), language)

    def _says(self, sayings: Iterable[Saying], language: str) -> list[Says]:
        return [
            Says(
                each.list,
                self.title(each.category, language),
                each.version,
                allows=each.allows,
                line=each.line,
                came=each.came,
            )
            for each in sayings
        ]

    def status(self, language: Language, people: Collection[str] | None = None) -> Status:
        control, now = self._control, self.now()
        waiting = self.store.requests.waiting()
        status = gather(
            self.settings,
            self.timelines,
            control.counts(now),
            control.lists.status(),
            [
                *told(self.settings.household, control.known, language.say),
                *control.troubles.now,
                *control.courier.problems(language),
                *control.backups.problems(language),
                *self.certificate.problems(),
                *control.encrypted.problems(self.settings),
                *upstream_health.problems(self.settings, control.figures.upstreams()),
            ],
            self.accounts(),
            waiting,
            self.titles(language.code),
            control.spells,
            now,
            language,
            people,
        )
        names, zone = control.new_names, self.settings.household.zone
        if names is None or not names.is_learning:
            return status
        note = sentences.none_is_new(names.learning_until, now, zone, language.say)
        return replace(status, notices=(*status.notices, note))

    def numbers(self) -> Numbers:
        control, figures = self._control, self._control.figures
        path = self._state / "guardian.db"
        lists = tuple(
            ListFigures(each.source.id, each.names, each.fetched, not each.problem)
            for each in control.lists.status()
        )
        return Numbers(
            version=__version__,
            queries=figures.queries,
            blocked=figures.blocked,
            cached=figures.cached,
            upstreams=tuple(figures.upstreams()),
            lists=lists,
            restarts=sum(each.restarts for each in control.resolvers),
            resolvers=sum(each.ready.is_set() for each in control.resolvers),
            store=sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*")),
            problems=len(control.troubles.now) + sum(not each.is_well for each in lists),
            now=self.now(),
            illegal_yesterday=self._illegal_yesterday(),
        )

    def _illegal_yesterday(self) -> Mapping[str, int] | None:
        if not self.settings.lists.count_illegal:
            return None
        hits = self.store.illegal_hits.yesterday(self._today())
        return {
            each.id: hits.get(each.id, 0)
            for each in self.settings.lists.sources
            if each.category == ILLEGAL_CATEGORY
        }

    def day(self, person: str, day: date) -> Timeline:
        household = self.settings.household
        theirs = replace(household, people=(household.called(person),))
        start, end = (instant(each, time(0), household.zone) for each in (day, day + DAY))
        spells = [each for each in self._control.spells if each.person == person]
        titles = self._control.titles(household.language)
        return compile_timelines(theirs, spells, start, end - start, titles)[person]

    def calendar(self, content: bytes) -> Sequence[tuple[str, Dates]]:
        return holidays.read(content, "calendar")

    def insight(self, person: str) -> Insight | None:
        return self._control.insights.present.get(person)

    def accounts(self) -> Mapping[str, Sequence[Account]]:
        return self._control.budgets.accounts(self.settings.household, self.now())

    def seen(self) -> Sequence[Seen]:
        return self._control.seen()

    def maker(self, mac: str) -> str:
        return makers.maker(mac)

    def watch(self, sign: str, minutes: int, site: str, who: str, address: str) -> str:
        device = self._watching.begin(sign, minutes, site, address, self.now())
        owner = self._watching.owner(device)
        self.note(who, "watched what a site needs" if site else "watched an app", owner)
        self._in_force()
        return device

    def watches(self) -> Sequence[Heard]:
        return self._watching.summaries(self.now())

    def watched(self, sign: str, language: Language) -> Heard | None:
        return self._watching.heard(sign, language, self.now())

    def stop_watch(self, sign: str, who: str) -> None:
        self._watching.stop(sign, self.now())
        self._control.apply()

    def forget_watch(self, sign: str) -> None:
        self._watching.stop(sign, self.now())
        self._control.watches.drop(sign)
        self._control.apply()

    def watched_for(self, address: str) -> str | None:
        try:
            return self._watching.at(plain_address(address), self.now())
        except ValueError:
            return None

    def holder_at(self, address: str) -> Holder | None:
        try:
            return self._control.held_by(plain_address(address))
        except ValueError:
            return None

    @property
    def lists_in_force(self) -> OpenLists:
        """The compiled lists."""
        return self._lists.use(*self._control.lists.in_force())

    def in_force(self, client: str) -> Timeline:
        with contextlib.suppress(ValueError):
            client = plain_address(client)
        key = self._control.key_of(client)
        if key is None:
            holder = self._control.held_by(client)
            key = holder.name if holder else None
        return self.timelines[key]

    def explain(self, qname: str, timeline: Timeline, language: Language) -> Explanation:
        now, settings = self.now(), self.settings
        _, key = self._control.lists.in_force()
        state = timeline.state(now)
        facts = facts_of(
            qname,
            self.lists_in_force.match(qname, state.tries),
            settings.services,
            used=self._control.used(),
            protected=protected_names(settings.household),
        )
        facts, _ = with_familiarity(facts, state, settings, self._state / "names", key, now, now)
        return explain(timeline, facts, now, language.say)

    def judge(
        self,
        qname: str,
        person: str | None,
        at: datetime | None,
        language: Language | None = None,
        *,
        may_know: bool,
    ) -> Judged:
        asked = Question(qname, "A", person, None, at, follow=True)
        code, say = (language.code, language.say) if language else ("", english)
        inquiry = Inquiry(
            self.settings.path, self._state, self.now(), code, self.settings, may_know=may_know
        )
        verdict, told, view = inquiry.tell(asked, say)
        held = verdict.rule == rebinding.RULE
        decided = (each.step.name for each in told.steps if each.decided)
        return Judged(
            qname=qname,
            action=verdict.action,
            reason=verdict.inside if held else told.reason,
            until=verdict.until,
            steps=(*(each.sentence for each in told.steps), verdict.inside),
            step=rebinding.RULE.upper() if held else next(decided, ""),
            rule=verdict.rule or "",
            category=verdict.category or "",
            list=verdict.list or "",
            in_force=(view.title, view.detail),
            says=tuple(self._says(verdict.says, code or self.settings.household.language)),
        )

    def within(self, service_id: str) -> Mapping[str, Within]:
        service = self.settings.services.service(service_id)
        return self.lists_in_force.within(service)

    def categories(self, language: str) -> Sequence[Kindred]:
        return kindred(self.settings, language)

    def sites(self, qname: str) -> Sequence[str]:
        endings = icann_suffixes()
        above = [each for each in suffixes(qname) if each.encode() not in endings]
        return above if above[:1] == [qname] and "." in qname else ()

    @property
    def channels(self) -> Channels:
        return self._control.courier.channels

    def can_notify(self) -> bool:
        return send.is_there()

    def failing_channels(self) -> Mapping[int, str]:
        return self._control.courier.failing()

    async def check_address(self, url: str) -> str:
        return await sent(url)

    async def try_channel(self, channel: Channel) -> str:
        courier = self._control.courier
        speaks = courier.language_of(self.store.accounts.called(channel.account))
        return await sent(channel.url, speaks.say(TEST))

    def upstreams(self) -> Sequence[Asked]:
        return tuple(upstream_health.asked(self.settings, self._control.figures.upstreams()))

    async def try_upstream(self, server: Server) -> Tried:
        from guardian.service.trying import tried  # while somebody sets it up

        return await asyncio.to_thread(tried, self.settings, server, _TRY_SECONDS)

    async def addresses_of(self, name: str) -> tuple[Address, ...]:
        from guardian.service.lookup import addresses_of

        servers, now = servers_of(self.settings), self.now()
        return await asyncio.to_thread(addresses_of, name, servers, now)

    def begin(self, spell: Spell, who: str) -> None:
        with self.store.writing():
            self.store.spells.add(spell)
            self.note(who, _DEEDS[type(spell)], spell.person)
        self._in_force()

    def end(self, kind: type[Spell], person: str | None, thing: str | None, who: str) -> None:
        with self.store.writing():
            self.store.spells.end(kind, person, thing)
            self.note(who, f"ended: {_DEEDS[kind]}", person)
        self._in_force()

    def set_on_device(self, spell: OnDevice, signs: Sequence[str], who: str, about: str) -> None:
        with self.store.writing():
            self.store.spells.set_on_device(spell, signs)
            self.note(who, _DEEDS[type(spell)], about)
        self._in_force()

    def clear_device(self, signs: Sequence[str], who: str, about: str) -> None:
        with self.store.writing():
            if not self.store.spells.clear_device(signs):
                return
            self.note(who, "ended what was otherwise on a device", about)
        self._in_force()

    def honesty(self, signs: Sequence[str], asked: datetime | None) -> Honesty:
        control, heard = self._control, self._control.whereabouts.heard_of
        times = [at for at in map(heard, signs) if at is not None]
        return judged(asked, max(times, default=None), control.tries.of(signs), self.now())

    def begin_check(self) -> str:
        return self._control.checks.begin()

    def checked(self, label: str) -> tuple[str, str] | None:
        checks = self._control.checks
        qname = checks.named(label)
        client = checks.asked(qname)
        return None if client is None else (qname, client)

    def tried(self) -> Sequence[Bypass]:
        return self._control.tries.lately(self.now())

    def tell_apart(self, new: str, known: str, who: str) -> None:
        with self.store.writing():
            self.store.devices.tell_apart(new, known)
            self.note(who, "said that two devices are two", "")
        self.touch()

    def confuse(self, new: str, known: str, who: str) -> None:
        with self.store.writing():
            self.store.devices.confuse(new, known)
            self.note(who, "took back that two devices are two", "")
        self.touch()

    def earn(self, person: str, thing: str | None, minutes: int, who: str) -> None:
        with self.store.writing():
            self.store.usage.earn(self._today(), person, thing, minutes)
            self.note(who, "added minutes", person)
        self._in_force()

    def ask(self, person: str, kind: Kind, what: str, minutes: int) -> int:
        number = requests.ask(self.store, person, kind, what, minutes, self.now())
        self._control.raise_events()
        self.touch()
        return number

    def agree(self, person: str, agreed: Agreement) -> None:
        self.store.agreements.add(person, agreed)
        self.touch()

    def read_news(self, person: str, keys: Sequence[str]) -> None:
        self.store.news.read(person, keys)
        self.touch()

    def answer(self, number: int, answer: Answer, because: str, who: str) -> None:
        with self.store.writing():
            found = requests.answer(
                self.store, self.settings, self._state, number, answer, because, self.now()
            )
            self.store.links.forget_answers(number, self.now())
            self.note(who, f"answered {answer}", found.person)
        self._control.reload()
        self._in_force()

    def appeal(self, person: str, qname: str, reason: str) -> bool:
        return appeals.appeal(self, person, qname, reason)

    def decide_appeal(self, number: int, verdict: Verdict, because: str, who: str) -> None:
        appeals.decide(self, number, verdict, because, who)

    def take_back(self, number: int, who: str) -> None:
        with self.store.writing():
            found = requests.take_back(self.store, self.settings, self._state, number, self.now())
            self.note(who, "took back an answer", found.person)
        self._control.reload()
        self._in_force()

    def note(self, who: str, deed: str, about: str | None) -> None:
        """Write into the journal. about: a person; None or "" for nobody."""
        self.store.accounts.note(who, deed, about or "", self.now())

    def _today(self) -> date:
        return self.now().astimezone(self.settings.household.zone).date()

    def _in_force(self) -> None:
        self._control.apply()
        self._control.raise_events()

    def refused(self, problem: Exception) -> None:
        self._control.troubles.refused(problem)

    def touch(self) -> None:
        """Tell all who watch that something has changed."""
        self.changes += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        await self._changed.wait()

"""The control process: config, policy, lists, statistics and the page; it supervises the resolvers.

DNS comes first: with a compiled index the resolvers answer before the page is even imported. A
config, database or index that cannot be used is said in a sentence, and the last good one is used.
"""

import asyncio
import contextlib
import ctypes
import gc
import signal
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from guardian.errors import GuardianError, Said
from guardian.lists.trust.difference import Recent
from guardian.network import neighbours
from guardian.network.sensor.heard import Attempt
from guardian.policy import unsure
from guardian.policy.devices import DeviceTable, HostName, Mac
from guardian.policy.honesty import RECENT, Kind
from guardian.policy.people import Holder, Household, Privacy
from guardian.policy.timeline import Spell, Timeline
from guardian.policy.unsure import Known
from guardian.service import clock, curfew, lock, wake
from guardian.service.activity import Told
from guardian.service.agreed import Agreed, is_forgotten
from guardian.service.announce import NOBODY, Announcer
from guardian.service.backups import Backups
from guardian.service.budgets import Budgets
from guardian.service.checks import Checks
from guardian.service.configuration import Configuration
from guardian.service.courier import Courier
from guardian.service.curfew import Curfew
from guardian.service.desk import Desk
from guardian.service.encrypted import EncryptedDns
from guardian.service.figures import Figures
from guardian.service.front import Front
from guardian.service.given import NONE_GIVEN, Given
from guardian.service.heartbeat import beats
from guardian.service.herald import Herald, Noticed
from guardian.service.insight import Insights
from guardian.service.known import known
from guardian.service.lists import HouseholdLists, told_to_wait
from guardian.service.new_names import NewNames, followed
from guardian.service.notify import NotifyListener
from guardian.service.plan import titles_of
from guardian.service.recent import recent
from guardian.service.rollout import Rollout
from guardian.service.seen import SeenDevices
from guardian.service.sensed import SensorSocket
from guardian.service.standing import Standing
from guardian.service.supervise import Report, Supervised, Takers
from guardian.service.tried import Tries, ways_around
from guardian.service.troubles import Troubles
from guardian.service.watch import Watches
from guardian.service.whereabouts import Whereabouts
from guardian.settings import ConfigError, Settings
from guardian.settings.sections.web import Tls
from guardian.store.household import Store
from guardian.web.house import Seen

if TYPE_CHECKING:  # it brings the pages, which come after DNS
    from guardian.service.house import RunningHouse
    from guardian.service.tls import Certificates


_WATCH_SECONDS: Final = 0.5
_COUNT_SECONDS: Final = 5
_NEWS_SECONDS: Final = 10
_CERTIFICATE_SECONDS: Final = 5  # between two looks at its files
_STORE_SECONDS: Final = 5  # between two looks at a store that could not be read
_RECOMPILE_SECONDS: Final = 3600
_BACKUP_SECONDS: Final = 86_400
_COPY_SECONDS: Final = 60  # between two looks whether a copy of it all is due
_BEAT_SECONDS: Final = 2.0
_MMAP_THRESHOLD: Final = -3  # mallopt(3)


class Control:
    """One household, from file and state folder to answering processes."""

    def __init__(
        self,
        config: Path,
        state: Path,
        say: Callable[[str], None],
        given: Given = NONE_GIVEN,
        announcer: Announcer = NOBODY,
    ) -> None:
        """say: tells the person at the terminal a sentence. given: sockets that are open already.

        announcer: tells who started us how we are.
        """
        self._configuration = Configuration(config, state, _now)
        self._state = state
        self._say = say
        self._given = given
        self._announcer = announcer
        self._lock: IO[str] | None = None
        self.troubles = Troubles(state, say)
        self._seen = SeenDevices()
        self._told = Told()
        self.figures = Figures(time.monotonic)
        self.whereabouts = Whereabouts(self._somebody_moved)
        self.tries = Tries()
        self.checks = Checks(time.monotonic)
        self._stopped = asyncio.Event()
        self._changed: Callable[[], None] = lambda: None  # tells those who watch a page
        self._rollout = Rollout()
        self._end = self._rollout.stop
        self.lists = HouseholdLists(state, self._rollout, self.troubles, _now, self._recent)
        self._notify = NotifyListener(self.lists.notified, self.troubles.tell)
        self._herald = Herald()
        self._standing = Standing()
        self._noticed = Noticed()
        self.courier = Courier(state, lambda: self.store, lambda: self.settings, self.titles, _now)
        self.known = Known()  # what there is, and what is missing
        self._missing: tuple[str, ...] = ()
        self._front = Front(self.troubles.tell)
        self.encrypted = EncryptedDns(
            state, self._rollout.use_certificate, self.troubles.tell, _now
        )
        self.watches = Watches(lambda now: self.store.spells.running(now), _now)
        self.new_names: NewNames | None = None
        self._tells_new_names = False
        self._asked_of: Household | None = None
        self.curfew = Curfew()
        self.insights = Insights(
            lambda: self.store if self._agreed.is_known else None, self.troubles.surviving
        )
        self.backups = Backups(state, lambda: self.store, lambda: self.settings, _now)
        self.settings: Settings

    @property
    def house(self) -> "RunningHouse":
        """The household as its pages see it, once they are open."""
        return self._front.house

    @property
    def certificates(self) -> "Certificates | None":
        """Of the pages; None where they are plain HTTP."""
        return self._front.certificates

    @property
    def timelines(self) -> Mapping[str | None, Timeline]:
        """Everybody's, as they are in force."""
        return self._rollout.timelines

    @property
    def store(self) -> Store:
        """What was agreed and counted; an empty one while that cannot be read."""
        return self._agreed.store

    @property
    def is_store_away(self) -> bool:
        """Whether the store cannot be read."""
        return not self._agreed.is_known

    @property
    def budgets(self) -> Budgets:
        """Everybody's minutes."""
        return self._agreed.budgets

    @property
    def spells(self) -> Sequence[Spell]:
        """What holds for somebody for a while, as it was compiled into them."""
        return self._rollout.spells

    def titles(self, language: str) -> Mapping[str, str]:
        """Category or service → title, of all that can be blocked."""
        return titles_of(self.settings, self._rollout.used, language)

    def seen(self) -> Sequence[Seen]:
        """The devices that asked lately."""
        return self._seen.all(self.whereabouts.table, self._devices)

    def used(self) -> frozenset[str]:
        """The services that some rule is about."""
        return self._rollout.used

    @property
    def resolvers(self) -> Sequence[Supervised]:
        """The processes that answer DNS."""
        return self._rollout.resolvers

    async def run(self, started: Callable[["Control"], None]) -> None:
        """Serve until told to stop. started: called when DNS and the page are there.

        Raises ConfigError where there is no usable configuration, new or old; AlreadyRunning,
        CannotListen.
        """
        self._prepare()
        self._agreed = Agreed(self._state / "guardian.db", self.troubles.tell)
        self._follow(self._load())
        self._agreed.begin(self.settings.household, _now())
        with self.troubles.surviving():
            self._seen.remember(self.store.devices.all())
            self.tries.remember(self.store.attempts.since(_now() - RECENT))
            self._forget_illegal()
        self.lists.follow(self.settings)
        await self.lists.begin()
        takers: Takers = {
            "report": lambda said: self._reported(Report(**said)),
            "names": self.watches.see,
            "heard": self._heard_names,
            "new": self._heard_new_names,
            "figures": self.figures.tell,
            "illegal": self._heard_illegal,
            "checks": self.checks.take,
        }
        self.whereabouts.begin(self.settings.discovery.leases)
        self._rollout.start(self.settings, self._state, takers, self._given)
        self._tell_unused()
        self.apply()
        await self._follow_certificate()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopped.set)
        loop.add_signal_handler(signal.SIGHUP, self._told_to_reload)
        loop.add_signal_handler(signal.SIGUSR1, self._make_room)
        await self._front.open(self, self._state, self.settings)
        _give_memory_back()
        self._changed = self.troubles.changed = self.house.touch
        self._notify.follow(self.settings.lists.notify, self.lists.sources)
        desk = Desk(
            {
                "learnt": self.watches.tell,
                "forget": self.watches.forget,
                "keepers": lambda _: self.curfew.is_heard,
                "roles": lambda _: self.tries.in_others_roles(_now()),
            }
        )
        sensed = SensorSocket(self.whereabouts.said, self._tried)
        with self.troubles.surviving():
            await desk.open(self._state)
            await self.curfew.open(self._state)
            sensed.open(self._state)
        async with asyncio.TaskGroup() as tasks:
            work = [
                tasks.create_task(self._watch()),
                tasks.create_task(self.lists.keep(self.apply)),
                tasks.create_task(self.lists.keep_zones(self.apply)),
                tasks.create_task(self._keep_counts()),
                tasks.create_task(self._keep_sending()),
                tasks.create_task(
                    curfew.keep_help_open(
                        self.curfew, lambda: self.settings, self.troubles.surviving, _now
                    )
                ),
                tasks.create_task(self._keep_alive()),
            ]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await asyncio.gather(*(each.ready.wait() for each in self._rollout.resolvers))
            started(self)
            self._announcer.ready(self._stands())
            await self._stopped.wait()
            self._announcer.stopping()
            for task in work:
                task.cancel()
        desk.close()
        self.curfew.close()
        sensed.close()
        self._notify.close()
        await self._front.close()
        self._close()

    def _prepare(self) -> None:
        _give_memory_back()
        self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._state / "run").mkdir(exist_ok=True, mode=0o700)
        self._lock = lock.hold(self._state)

    def _load(self) -> Settings:
        """The settings of the file, or of its last good copy where it cannot be used."""
        try:
            settings, content = self._configuration.read()
        except ConfigError as problem:
            good = self._configuration.last_good()
            if good is None:
                raise
            settings = good
            self.troubles.tell(
                Said(
                    "%(problem)s\nthe last good configuration stays in force", problem=_of(problem)
                )
            )
        else:
            self._keep_good(settings, content)
        self._remark(settings)
        return settings

    def _keep_good(self, settings: Settings, content: bytes) -> tuple[str, str] | None:
        """Remember a configuration that can be used; gives who is called otherwise now."""
        names = self._configuration.keep(settings, content, self.store)
        if names is not None:
            self._say(f"{names[0]} is {names[1]} now; minutes, pauses and requests moved along")
        return names

    def _remark(self, settings: Settings) -> None:
        """Say what can be used and was better written otherwise; it is no problem yet."""
        for remark in settings.remarks:
            self._say(f"{remark}.")

    def _follow(self, settings: Settings) -> None:
        self.settings = settings = self.insights.follow(settings, _now())
        self._devices = DeviceTable(settings.household.holders)

    def apply(self) -> None:
        """Put policy into force as it is for now."""
        settings, now = self.settings, _now()
        agreed = self._agreed.in_force(settings.household, now)  # first: it copes with a lost store
        self.watches.follow()
        self._rollout.heard = self.clients_heard()
        with contextlib.suppress(sqlite3.Error):  # those that are known stay
            self._rollout.tokens = {each.key: each.sign for each in self.store.addresses.all()}
        with self.troubles.surviving():
            self._follow_new_names()
        lists, can_be_read = self._rollout.lists, self._agreed.is_known
        have = known(self.lists.sources, lists, agreed, now, store=can_be_read)
        self.known = replace(have, store=can_be_read and not is_forgotten(agreed))
        self._rollout.apply(
            settings, self.whereabouts.table, self.lists.key(), agreed, have, now,
            self.lists.trials(),
        )  # fmt: skip
        self._tell_missing()
        self._follow_curfew(now)
        self._changed()

    def _follow_curfew(self, now: datetime) -> None:
        """Tell who keeps the firewall whose internet is off."""
        firewall = self.settings.firewall
        if firewall.ends_what_is_open:
            household, rollout = self.settings.household, self._rollout
            found = curfew.find(
                household, self._devices, self.whereabouts.table, rollout.timelines,
                rollout.on_devices, firewall.exempt, now,
            )  # fmt: skip
        else:
            found = curfew.NOBODY
        self.curfew.follow(found, now)

    def clients_heard(self) -> dict[str, str]:
        """The addresses of the devices that are watched, by which resolvers know them."""
        return {
            client: watch.sign
            for watch in self.watches.running().values()
            for sign in watch.signs
            for client in (sign, *self.whereabouts.table.get(sign, ()))
        }

    def _heard_names(self, told: Mapping[str, Mapping[str, int]]) -> None:
        if self.watches.hear(told):
            self._changed()

    def _tried(self, attempt: Attempt) -> None:
        self.whereabouts.tried(attempt)
        if self.tries.take(attempt.mac, attempt.kind, attempt.times, _now()):
            self._changed()

    def _heard_illegal(self, hits: Mapping[str, int]) -> None:
        if self.settings.lists.count_illegal:
            self._told.take_illegal(hits)

    def _forget_illegal(self) -> None:
        """Where nobody wants it counted, nothing stays of what was."""
        if not self.settings.lists.count_illegal:
            self.store.illegal_hits.forget()

    def _tell_unused(self) -> None:
        for where in self._given.unused:
            self.troubles.tell(
                Said(
                    "systemd holds %(address)s, and listen.dns does not name it: questions there "
                    "stay unanswered; change listen.dns or guardian.socket",
                    address=where,
                )
            )

    def _tell_missing(self) -> None:
        """Say at the terminal what is missing, and for whom what was chosen: once each."""
        told = tuple(unsure.told(self.settings.household, self.known))
        for sentence in told:
            if sentence not in self._missing:
                self._say(sentence)
        self._missing = told

    def _follow_new_names(self) -> None:
        """Tell which names are new, if some rule is about them and the day is sure."""
        household = self.settings.household
        if household is not self._asked_of:  # 100,000 people take a while to ask
            self._asked_of = household
            self._tells_new_names = any(each.deny_new_names for each in household.in_force)
        if clock.is_set(_now()):
            wanted = self._tells_new_names
            folder, key = self._state / "names", self.lists.key()
            before = self.new_names
            self.new_names = followed(before, folder, key, self._today(), wanted=wanted)
            self._rollout.use_names(self.new_names)
            if before is None and self.new_names is not None and self.new_names.problem:
                self.troubles.tell(self.new_names.problem)

    def _heard_new_names(self, hashes: Sequence[int]) -> None:
        if self.new_names is not None:
            self.new_names.hear(hashes)

    def _make_room(self) -> None:
        """End for another control, which is about to start: DNS goes on meanwhile."""
        self._end = self._rollout.leave
        self._stopped.set()

    def _told_to_reload(self) -> None:
        self._announcer.reloading()
        self.reload()
        self._announcer.ready(self._stands())

    def _stands(self) -> str:
        where = ", ".join(map(str, self.settings.listen.dns))
        return f"DNS is answered at {where}; the page is at {self.settings.listen.web}"

    def reload(self) -> None:
        """Read the configuration again; one that cannot be used changes nothing."""
        try:
            settings, content = self._configuration.read()
        except ConfigError as problem:
            self.troubles.tell(
                Said("%(problem)s\nthe configuration in force stays", problem=_of(problem))
            )
            return
        self.troubles.begin_anew()
        before, after = self.settings.listen, settings.listen
        listen_changed = (before.dns, before.web) != (after.dns, after.web)
        encrypted_changed = self.settings.encrypted.places != settings.encrypted.places
        tls_changed = _tls_of(self.settings) != _tls_of(settings)
        with self.troubles.surviving():
            self.save_counts()  # under the names under which it was counted
        names = None
        with self.troubles.surviving():  # what cannot be remembered is in force all the same
            names = self._keep_good(settings, content)
            for person in _counts_only(settings) - _counts_only(self.settings):
                self.store.activity.forget_kinds(person)
        self._follow(settings)
        with self.troubles.surviving():
            self._forget_illegal()
        if names is not None:
            self.budgets.rename(*names)
        self._remark(settings)
        self.lists.follow(settings)
        self.whereabouts.follow(settings.discovery.leases)
        self._notify.follow(settings.lists.notify, self.lists.sources)
        self.apply()
        self.lists.look_soon()
        if listen_changed:
            self.troubles.tell(
                Said("the addresses under listen have changed; start guardian again for them")
            )
        if encrypted_changed:
            self.troubles.tell(
                Said("the addresses under encrypted have changed; start guardian again for them")
            )
        if tls_changed:
            self.troubles.tell(
                Said("web.tls or web.redirect has changed; start guardian again for it")
            )

    def restored(self) -> None:
        """Follow a store that holds something else now."""
        self._herald = Herald()
        self.reload()
        self.apply()

    def _reported(self, report: Report) -> None:
        self.figures.report(report)
        self.whereabouts.asked(report.counts)
        now, around = _now(), ways_around(self._rollout.used, self.settings.services)
        for text, (_, _, things, _, stopped) in report.counts.items():
            if text:  # "": forwarders' clients that said nothing of themselves
                sign = self._seen.see(text, now, self.whereabouts.table)
                if stopped and not around.isdisjoint(stopped):
                    self.tries.take(sign, Kind.NAMES, 1, now)
            holder = self.held_by(text)
            if holder and things and (user := self._rollout.user(holder, now)):
                self.budgets.see(user, things, now)
        self._told.take(report, self.held_by)

    def held_by(self, client: str) -> Holder | None:
        """Whose device a client is, or which shared one, told as for DNS; None for nobody's."""
        owner = neighbours.owner_of(client, self.whereabouts.table, self._devices)
        return owner.holder if owner else None

    def key_of(self, client: str) -> str | None:
        """Of the timeline that a client follows as a device; None where it follows its owner's."""
        return self._rollout.key_of(client)

    async def _watch(self) -> None:
        """Look twice a second, and whenever a command says that it wrote something."""
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        with wake.listening(self._state, loop, woken.set):
            watch = clock.Clock(time.time, time.monotonic)
            day, steps, next_step = self._today(), 0, loop.time()
            while True:
                next_step = max(next_step, loop.time()) + _WATCH_SECONDS
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(next_step):
                        while await woken.wait():
                            woken.clear()
                            with self.troubles.surviving():
                                self.notice()
                steps += 1
                with self.troubles.surviving():
                    if self._today() != day:  # somebody may be older, and budgets begin anew
                        day = self._today()
                        self.reload()
                        self.apply()
                    if watch.jumped():
                        self.apply()
                    self.notice()
                    if (now := _now()) >= self.curfew.due:
                        self._follow_curfew(now)
                    await self.whereabouts.look()
                    await self._now_and_then(steps * _WATCH_SECONDS)

    def notice(self) -> None:
        """Follow a file or a store that somebody has written."""
        if self._configuration.has_changed():
            self.reload()
        if self._agreed.changed():
            self.apply()
            self.raise_events()

    async def _now_and_then(self, passed: float) -> None:
        """What is due after so many seconds: new addresses, a longer plan, a backup."""
        if passed % _CERTIFICATE_SECONDS == 0:
            if await self._front.follow(self.settings):
                self._changed()
            await self._follow_certificate()
        if passed % _STORE_SECONDS == 0:
            self.troubles.try_again(lambda: self.store.try_writing())
            if self._try_store_again():
                self._seen.remember(self.store.devices.all())
                self.apply()
        if passed % _NEWS_SECONDS == 0:
            self._notice_for_news()
            if self.insights.is_due(_now()):
                self.reload()
        if passed % _RECOMPILE_SECONDS == 0:
            self.apply()
            self.store.expire(_now())
        if passed % _BACKUP_SECONDS == 0:
            await asyncio.to_thread(self.store.back_up)
        can_copy = self._agreed.is_known and clock.is_set(_now())
        is_time = passed % _COPY_SECONDS == 0 and can_copy
        if is_time and await asyncio.to_thread(self.backups.keep_up):  # sealing takes a second
            self._changed()

    async def _follow_certificate(self) -> None:
        """Hand resolvers the certificate of encrypted DNS when it is another one."""
        if await self.encrypted.follow(self.settings):
            self.apply()

    def _recent(self) -> Recent:
        """What was looked up here lately, as far as it is kept and can be read."""
        folder, household = self._state / "names", self.settings.household
        try:
            return recent(self.store, household, folder, self.lists.key(), _now())
        except sqlite3.Error:
            return {}

    def _notice_for_news(self) -> None:
        """Look for what the next events may tell: devices without a name, and lasting trouble."""
        status = self.lists.status()
        lists = [each.problem for each in status if each.problem] + told_to_wait(status)
        troubles = self._standing.after([*self.troubles.now, *self._missing, *lists], _now())
        strangers = self._seen.strangers(self.whereabouts.table, self._devices)
        self._noticed = Noticed(strangers, troubles)

    def _try_store_again(self) -> bool:
        return self._agreed.try_again(self.settings.household, _now())

    def _somebody_moved(self) -> None:
        """Another device is at some address, or one is known by more."""
        with self.troubles.surviving():
            self._seen.recognise(self.whereabouts.table)
            if not self._rollout.resolvers:
                return  # nothing is in force yet: the first `apply` sees to it
            if self._knows_by_sign():
                self.apply()
            else:
                self._follow_curfew(_now())

    def _knows_by_sign(self) -> bool:
        household = self.settings.household
        told = self.settings.listen.forwarders or self._rollout.tokens
        if told or self._rollout.has_exceptions or household.devices:
            return True
        return any(
            isinstance(device, Mac | HostName)
            for holder in household.holders
            for device in holder.devices
        )

    async def _keep_counts(self) -> None:
        while True:
            await asyncio.sleep(_COUNT_SECONDS)
            with self.troubles.surviving():
                self.save_counts()
                self._follow_minutes()
                self.raise_events()
                self.watches.forget_old()
                if self.clients_heard() != self._rollout.heard:  # one has come to its end
                    self.apply()
                if self.new_names is not None:
                    self.new_names.save(time.monotonic())

    def save_counts(self) -> None:
        """Keep what was counted and used since the last time, in one transaction."""
        household, now = self.settings.household, _now()
        with self.store.writing():
            self._told.write(self.store, household, now)
            self.budgets.save(household, now)
            self._seen.write(self.store.devices)
            self.tries.write(self.store.attempts, now.astimezone(household.zone).date())
        self._told.written()
        self.tries.written()
        self.budgets.saved()

    def counts(self, now: datetime) -> Mapping[str, tuple[int, int]]:
        """Person ("" for unknown devices) → today's queries and blocks, the last ones included."""
        counts = self.store.counts.on(now.astimezone(self.settings.household.zone).date())
        for who, (queries, blocked) in self._told.today().items():
            before = counts.get(who, (0, 0))
            counts[who] = (before[0] + queries, before[1] + blocked)
        return counts

    def raise_events(self) -> None:
        """Tell what is due; while the store is away, nothing could be told only once."""
        if not self._agreed.is_known:
            return
        household, now = self.settings.household, _now()
        accounts, titles = self.budgets.accounts(household, now), self._rollout.titles
        news = self._herald.tell(
            self.store, household, self.timelines, accounts, titles, now, self._noticed,
            self.courier.speakers,
        )  # fmt: skip
        if news:
            self.courier.take(news)
            self._changed()

    async def _keep_alive(self) -> None:
        """While DNS answers at all its addresses, give signs of life to who wants some."""
        if (between := self._announcer.between_signs) is None:
            return
        while True:
            # Where somebody asks for others, a packet without their header is not answered.
            told = all(each.ready.is_set() for each in self.resolvers)
            listen = self.settings.listen
            if told and (listen.front_ends or await beats(listen.dns, _BEAT_SECONDS)):
                self._announcer.alive()
            await asyncio.sleep(between.total_seconds())

    async def _keep_sending(self) -> None:
        while True:
            with self.troubles.surviving():
                if await self.courier.deliver():
                    self._changed()
            await self.courier.rest()

    def _follow_minutes(self) -> None:
        """Where a budget ran out, or began anew, that is in force now."""
        household, now = self.settings.household, _now()
        if not self._rollout.follows(self.budgets.used_up(household, now)):
            self.apply()

    def _today(self) -> Any:
        return _now().astimezone(self.settings.household.zone).date()

    def _close(self) -> None:
        self.whereabouts.close()
        self._end()
        with self.troubles.surviving():
            self.save_counts()
        with self.troubles.surviving():
            if self.new_names is not None:
                self.new_names.close()
        with self.troubles.surviving():
            self.store.back_up()
        self.store.close()


def _tls_of(settings: Settings) -> tuple[object, ...]:
    """What of TLS only a start takes over."""
    return settings.web.tls is Tls.OFF, settings.web.redirect


def _counts_only(settings: Settings) -> set[str]:
    """The people of whom parents see no more than how much and when."""
    people = settings.household.people
    return {each.name for each in people if each.privacy is Privacy.COUNTS}


def _of(problem: GuardianError) -> str:
    """An error's message, as a page can say it."""
    return str(problem) if not problem.args else problem.args[0]


def _now() -> datetime:
    return datetime.now(UTC)


def _give_memory_back() -> None:
    """Have libc return to the system what is free now, and from now on large pieces at once: it
    would keep what starting took, and what hashing a password takes. musl does so by itself.
    """
    gc.collect()
    libc = ctypes.CDLL(None)
    if (mallopt := getattr(libc, "mallopt", None)) is not None:
        mallopt(_MMAP_THRESHOLD, 1 << 20)
    if (trim := getattr(libc, "malloc_trim", None)) is not None:
        trim(0)

"""The control process: config, policy, lists, statistics and the page; it supervises the resolvers.

DNS comes first: with a compiled index the resolvers answer before the page is even imported. A
config, database or index that cannot be used is said in a sentence, and the last good one is used.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any, Final

from guardian.errors import GuardianError
from guardian.lists import bundled
from guardian.lists.library import CompileError, Library, SourceStatus
from guardian.lists.replace import replace_file
from guardian.network import neighbours
from guardian.policy.devices import DeviceTable, HostName, Mac
from guardian.policy.people import Household
from guardian.policy.timeline import Timeline
from guardian.safety import helplines
from guardian.service import clock, history, wake
from guardian.service.budgets import Budgets
from guardian.service.desk import Desk
from guardian.service.new_names import NewNames, followed
from guardian.service.plan import sources_of, titles_of
from guardian.service.rollout import Rollout
from guardian.service.seen import SeenDevices
from guardian.service.supervise import Counts, Takers
from guardian.service.watch import Watches
from guardian.settings import ConfigError, Settings, load
from guardian.settings.settings import parse
from guardian.store.household import Store, StoreError
from guardian.web.house import Seen

log = logging.getLogger(__name__)

_WATCH_SECONDS: Final = 0.5
_COUNT_SECONDS: Final = 5
_NEIGHBOUR_SECONDS: Final = 10
_RECOMPILE_SECONDS: Final = 3600
_FETCH_SECONDS: Final = 600
_BACKUP_SECONDS: Final = 86_400
_MMAP_THRESHOLD: Final = -3  # mallopt(3)


class AlreadyRunning(GuardianError):
    """Another control process has this state folder."""


class Control:
    """One household, from file and state folder to answering processes."""

    def __init__(self, config: Path, state: Path, say: Callable[[str], None]) -> None:
        """say: tells the person at the terminal a sentence."""
        self._config = config
        self._state = state
        self._say = say
        self._lock: IO[str] | None = None
        self.problems: list[str] = []
        self._counted: Counter[tuple[str, int]] = Counter()
        self._seen = SeenDevices()
        self._neighbours: Mapping[str, Sequence[str]] = {}
        self._stopped = asyncio.Event()
        self._changed: Callable[[], None] = lambda: None  # tells those who watch a page
        self._compile_soon = asyncio.Event()
        self._fetch_all = False  # at the next turn, not only what is due
        self._watches = Watches(lambda now: self.store.spells(now), _now)
        self.new_names: NewNames | None = None
        self._tells_new_names = False
        self._asked_of: Household | None = None
        self.settings: Settings

    @property
    def timelines(self) -> Mapping[str | None, Timeline]:
        """Everybody's, as they are in force."""
        return self._rollout.timelines

    def titles(self, language: str) -> Mapping[str, str]:
        """Category or service → title, of all that can be blocked."""
        return titles_of(self.settings, self._rollout.used, language)

    def lists(self) -> Sequence[SourceStatus]:
        """How each list stands."""
        return self._library.status()

    def update_lists(self) -> None:
        """Fetch every list again, soon."""
        self._fetch_all = True
        self._compile_soon.set()

    def seen(self) -> Sequence[Seen]:
        """The devices that asked lately."""
        return self._seen.all(self._neighbours, self._devices)

    async def run(self, started: Callable[["Control"], None]) -> None:
        """Serve until told to stop. started: called when DNS and the page are there.

        Raises ConfigError where there is no usable configuration, new or old; AlreadyRunning,
        CannotListen.
        """
        self._prepare()
        self._config_seen = _stamp(self._config)
        self._open_store()
        seen = self.store.version()  # before anything of it is read: a later write is noticed
        self._follow(self._load())
        self.budgets = Budgets(self.store, self._today())
        self._rollout = Rollout(self.store)
        self._use_lists()
        opened = self._library.open_index(self._trouble)
        stale = opened is None or not self._library.is_current(opened[1])
        self._take(opened[0] if opened else None)
        del opened
        if self._rollout.index is None:
            await self._compile()
            stale = False
        takers: Takers = {
            "counts": self._reported,
            "names": self._watches.see,
            "new": self._heard_new_names,
        }
        self._rollout.start(self.settings, self._state, takers)
        self.apply()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopped.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        runner = await self._open_page()
        desk = Desk({"learnt": self._watches.tell, "forget": self._watches.forget})
        with self._surviving():
            await desk.open(self._state)
        async with asyncio.TaskGroup() as tasks:
            work = [
                tasks.create_task(self._watch(seen)),
                tasks.create_task(self._keep_lists(compile_now=stale)),
                tasks.create_task(self._keep_counts()),
            ]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await asyncio.gather(*(each.ready.wait() for each in self._rollout.resolvers))
            started(self)
            await self._stopped.wait()
            for task in work:
                task.cancel()
        desk.close()
        await runner.cleanup()
        self._close()

    def _prepare(self) -> None:
        _give_memory_back()
        self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._state / "run").mkdir(exist_ok=True, mode=0o700)
        self._lock = (self._state / "run" / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(
                f"{self._state}: guardian runs with this state folder already; stop it, or give "
                "another one with --state"
            ) from None

    @property
    def _last_good(self) -> Path:
        return self._state / "config.last-good.yaml"

    def _open_store(self) -> None:
        try:
            self.store, mended = Store.open_mended(self._state / "guardian.db")
        except StoreError as problem:
            self.store, mended = Store.in_memory(), f"{problem}; until then nothing is remembered"
        if mended:
            self._trouble(mended)

    def _load(self) -> Settings:
        """The settings of the file, or of its last good copy where it cannot be used."""
        try:
            settings, content = self._read_config()
        except ConfigError as problem:
            if not self._last_good.exists():
                raise
            # As if it stood in the file's place: paths of lists are meant from there.
            settings = parse(self._last_good.read_bytes(), self._config, bundled.folder())
            self._trouble(f"{problem}\nthe last good configuration stays in force")
        else:
            self._keep_good(content)
        return settings

    def _read_config(self) -> tuple[Settings, bytes]:
        """The settings, and the very bytes that said so. Raises ConfigError."""
        load(self._config)  # for its errors about the file itself
        content = self._config.read_bytes()
        return parse(content, self._config, bundled.folder()), content

    def _keep_good(self, content: bytes) -> None:
        """Remember a configuration that can be used, and what it changed of the one before."""
        before = self._last_good.read_bytes() if self._last_good.exists() else content
        replace_file(self._last_good, [content])
        if before != content:
            self.store.changed(history.author(self._state), before, content, _now())

    def _trouble(self, sentence: str) -> None:
        self.problems.append(sentence)
        self._say(sentence)

    def _follow(self, settings: Settings) -> None:
        self.settings = settings
        self._devices = DeviceTable(settings.household.people)

    def _use_lists(self) -> None:
        self._sources = sources_of(self.settings)
        self._library = Library(
            self._state / "lists", self._sources, _now, helplines.protected_names()
        )

    def _take(self, index: Path | None) -> None:
        """Use an index from the next hand-over on."""
        try:
            if index is not None:
                self._rollout.use(index)
        except OSError as problem:
            self._trouble(f"{index}: cannot be read ({problem.strerror}); the one in force stays")

    async def _compile(self) -> None:
        try:
            self._take(await self._library.compile())
        except CompileError as problem:
            self._trouble(str(problem))

    def apply(self) -> None:
        """Put policy into force as it is for now."""
        self._watches.follow()
        with self._surviving():
            self._follow_new_names()
        self._rollout.apply(
            self.settings,
            self._neighbours,
            self._library.key(),
            self.budgets,
            _now(),
        )
        self._changed()

    def _follow_new_names(self) -> None:
        """Tell which names are new, if some rule is about them and the day is sure."""
        household = self.settings.household
        if household is not self._asked_of:  # 100,000 people take a while to ask
            self._asked_of = household
            self._tells_new_names = any(each.deny_new_names for each in household.in_force)
        if clock.is_set(_now()):
            wanted = self._tells_new_names
            folder, key = self._state / "names", self._library.key()
            before = self.new_names
            self.new_names = followed(before, folder, key, self._today(), wanted=wanted)
            self._rollout.use_names(self.new_names)
            if before is None and self.new_names is not None and self.new_names.problem:
                self._trouble(self.new_names.problem)

    def _heard_new_names(self, hashes: Sequence[int]) -> None:
        if self.new_names is not None:
            self.new_names.hear(hashes)

    def reload(self) -> None:
        """Read the configuration again; one that cannot be used changes nothing."""
        self._config_seen = _stamp(self._config)
        try:
            settings, content = self._read_config()
        except ConfigError as problem:
            self._trouble(f"{problem}\nthe configuration in force stays")
            return
        self.problems.clear()
        listen_changed = settings.listen != self.settings.listen
        self._follow(settings)
        self._keep_good(content)
        self._use_lists()
        self.apply()
        self._compile_soon.set()
        if listen_changed:
            self._trouble("the addresses under listen have changed; start guardian again for them")

    def _reported(self, counts: Counts) -> None:
        now = _now()
        for text, (queries, blocked, things) in counts.items():
            self._seen.see(text, now)
            signs = neighbours.signs_of(text, self._neighbours)
            owner = self._devices.owner(ip_address(text), *signs)
            person = owner.person.name if owner else ""
            self._counted[person, 0] += queries
            self._counted[person, 1] += blocked
            if owner and things:
                self.budgets.see(person, things, now)

    async def _watch(self, seen: int) -> None:
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
                            with self._surviving():
                                seen = self._notice(seen)
                steps += 1
                with self._surviving():
                    if self._today() != day:  # somebody may be older, and budgets begin anew
                        day = self._today()
                        self.reload()
                        self.apply()
                    if watch.jumped():
                        self.apply()
                    seen = self._notice(seen)
                    await self._now_and_then(steps * _WATCH_SECONDS)

    def _notice(self, seen: int) -> int:
        """Follow a file or a store that somebody has written; gives the store's version."""
        if _stamp(self._config) != self._config_seen:
            self.reload()
        if (version := self.store.version()) != seen:
            self.apply()
        return version

    async def _now_and_then(self, passed: float) -> None:
        """What is due after so many seconds: new addresses, a longer plan, a backup."""
        if passed % _NEIGHBOUR_SECONDS == 0:
            await self._look_for_neighbours()
        if passed % _RECOMPILE_SECONDS == 0:
            self.apply()
        if passed % _BACKUP_SECONDS == 0:
            self.store.back_up()

    async def _look_for_neighbours(self) -> None:
        found = await asyncio.to_thread(neighbours.read)
        if found != self._neighbours:
            self._neighbours = found
            if self._knows_by_sign():
                self.apply()

    @contextlib.contextmanager
    def _surviving(self) -> Iterator[None]:
        """Say what the disk or the database refuses, once, and go on."""
        try:
            yield
        except (OSError, sqlite3.Error) as problem:
            said = f"{self._state}: it cannot be written or read ({problem}); see that it has room"
            if said not in self.problems:
                self._trouble(said)

    def _knows_by_sign(self) -> bool:
        return any(
            isinstance(device, Mac | HostName)
            for person in self.settings.household.people
            for device in person.devices
        )

    async def _keep_lists(self, *, compile_now: bool) -> None:
        """Fetch what is due and compile what changed, for as long as we run."""
        if compile_now:
            self._compile_soon.set()
        while True:
            everything, self._fetch_all = self._fetch_all, False
            await self._library.fetch_due(everything=everything)
            opened = self._library.open_index(lambda _problem: None)
            if opened is None or not self._library.is_current(opened[1]):
                await self._compile()
                self.apply()
            elif opened[0] != self._rollout.index:  # compiled by hand, beside us
                self._take(opened[0])
                self.apply()
            del opened
            self._changed()
            self._compile_soon.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FETCH_SECONDS):
                    await self._compile_soon.wait()

    async def _keep_counts(self) -> None:
        while True:
            await asyncio.sleep(_COUNT_SECONDS)
            with self._surviving():
                self.save_counts()
                self._count_minutes()
                self._watches.forget_old()
                if self.new_names is not None:
                    self.new_names.save(time.monotonic())

    def save_counts(self) -> None:
        """Keep what was counted since the last time."""
        counted, self._counted = self._counted, Counter()
        people = {person for person, _ in counted}
        if people:
            rows = [(each, counted[each, 0], counted[each, 1]) for each in people]
            self.store.count(self._today(), rows)

    def _count_minutes(self) -> None:
        """Keep what was used of budgets; where one ran out, or began anew, that is in force now."""
        household, now = self.settings.household, _now()
        self.budgets.save(household, now)
        if not self._rollout.follows(self.budgets.used_up(household, now)):
            self.apply()

    def _today(self) -> Any:
        return _now().astimezone(self.settings.household.zone).date()

    async def _open_page(self) -> Any:
        from aiohttp import web  # after DNS: it is the largest import

        from guardian.service.house import RunningHouse
        from guardian.web.application import application

        self.house = RunningHouse(self, self._state)
        self._changed = self.house.touch
        runner = web.AppRunner(application(self.house), access_log=None)
        await runner.setup()
        endpoint = self.settings.listen.web
        try:
            await web.TCPSite(runner, str(endpoint.address), endpoint.port).start()
        except OSError as problem:
            self._trouble(f"the page cannot be at {endpoint}: {problem.strerror}")
        return runner

    def _close(self) -> None:
        self._rollout.stop()
        self.save_counts()
        if self.new_names is not None:
            with self._surviving():
                self.new_names.close()
        self.store.back_up()
        self.store.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _give_memory_back() -> None:
    """Have libc return large pieces to the system: it would keep what hashing a password took."""
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:  # musl has none
        mallopt(_MMAP_THRESHOLD, 1 << 20)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)

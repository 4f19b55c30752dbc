"""Policy on its way to where it acts: compiled for now, and handed to every resolver."""

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from guardian.lists.entry import ListInfo
from guardian.lists.index import BadIndex, Index
from guardian.network.neighbours import Neighbours
from guardian.policy.devices import SharedDevice
from guardian.policy.overrides import NO_TRIALS, Trials
from guardian.policy.people import Holder
from guardian.policy.shared import SharedTimelines, followed
from guardian.policy.timeline import HORIZON, Spell, Timeline, Unsure, UsedUp
from guardian.policy.timelines import Timelines
from guardian.policy.unsure import Known, waits
from guardian.service.given import NONE_GIVEN, Given
from guardian.service.listening import places_of
from guardian.service.new_names import NewNames
from guardian.service.on_devices import OnDevices
from guardian.service.plan import Plan, services_among, services_of, titles_of
from guardian.service.supervise import Policy, Supervised, Takers
from guardian.settings import Settings


class Rollout:
    """The policy in force, and the resolvers that have it.

    spells: what was compiled. titles: of categories and services, for people. used: services that a
    rule is or was about. index: the compiled lists in use, key: theirs; lists: what is in it, None
    where there is none. heard: clients whose names are to be told → the device. tokens: of devices'
    own addresses → sign.
    """

    def __init__(self) -> None:
        self.heard: Mapping[str, str] = {}
        self.tokens: Mapping[str, str] = {}
        self.resolvers: list[Supervised] = []
        self._serial = 0
        self._timelines = Timelines(HORIZON)
        self._shared = SharedTimelines()
        self._on_devices = OnDevices()
        self._plan = Plan()
        self._changed: set[str | None] = set()  # whose timelines the plan does not know yet
        self._settings: Settings | None = None
        self.used: frozenset[str] = frozenset()
        self._derived: dict[_Key, Spell] = {}  # spells that nobody made: they follow from the rest
        self.index: Path | None = None
        self.key = b""
        self.lists: tuple[ListInfo, ...] | None = None
        self._trials: frozenset[str] = frozenset()  # lists of which the index has new content
        self._index_file: BinaryIO | None = None
        self._new_names: NewNames | None = None
        self._names_file: BinaryIO | None = None
        self._names_serial = 0
        self._certificate: BinaryIO | None = None
        self._spent: list[BinaryIO] = []  # closed once no resolver is promised them
        self.spells: list[Spell] = []
        self.titles: dict[str, str] = {}

    @property
    def timelines(self) -> Mapping[str | None, Timeline]:
        """Everybody's and each shared device's by name, as they are in force.

        Those of devices with something otherwise on them have keys of their own (`key_of`).
        """
        people, shared = self._timelines.by_person, self._shared.by_device
        others = [each for each in (shared, self._on_devices.by_key) if each]
        return ChainMap(people, *others) if others else people

    def key_of(self, client: str) -> str | None:
        """Of the timeline that a client follows as a device; None where it follows its owner's."""
        return self._on_devices.clients.get(client)

    @property
    def on_devices(self) -> Mapping[str, str]:
        """Client → the key of its timeline, of those that follow one as a device."""
        return self._on_devices.clients

    @property
    def has_exceptions(self) -> bool:
        """Whether something is otherwise on some device."""
        return self._on_devices.has_any

    def start(
        self, settings: Settings, state: Path, takers: Takers, given: Given = NONE_GIVEN
    ) -> None:
        """Start the resolvers, or take over those that run. Raises CannotListen.

        given: sockets that are open already.
        """
        places = places_of(settings)
        for number in range(settings.resolver.workers):
            path = state / "run" / f"resolver-{number}.sock"
            resolver = Supervised(path, places, settings.resolver.run_as, takers, given.open)
            resolver.start()
            self.resolvers.append(resolver)

    def use(self, index: Path, key: bytes) -> None:
        """Use an index from the next hand-over on, and hold it open however it is called.

        Raises OSError, BadIndex where it cannot be read; the one in use stays.
        """
        file = index.open("rb")
        try:
            opened = Index.from_fd(file.fileno(), key, str(index), whole=True)
        except BadIndex:
            file.close()
            raise
        self._spent += [self._index_file] if self._index_file is not None else []
        self.index, self.key, self._index_file = index, key, file
        self.lists, self._trials = opened.lists, opened.trials

    def use_names(self, names: NewNames | None) -> None:
        """Tell new names by what is known here, from the next hand-over on; None: tell none.

        Raises OSError where the file cannot be read.
        """
        serial = names.serial if names is not None else 0
        if serial != self._names_serial:
            file = names.path.open("rb") if names is not None else None
            self._spent += [self._names_file] if self._names_file is not None else []
            self._names_file, self._names_serial = file, serial
        self._new_names = names

    def use_certificate(self, file: BinaryIO) -> None:
        """Serve with this certificate and key, in PEM, from the next hand-over on."""
        self._spent += [self._certificate] if self._certificate is not None else []
        self._certificate = file

    def apply(
        self,
        settings: Settings,
        neighbours: Neighbours,
        key: bytes,
        agreed: Iterable[Spell],
        known: Known,
        now: datetime,
        trials: Trials = NO_TRIALS,
    ) -> None:
        """Compile policy for now and hand it to all resolvers.

        neighbours: MAC or host name → addresses seen now. key: the secret of the compiled lists.
        agreed: pauses, extra time, used-up budgets. known: what there is; who waits for what is
        missing is found out here. trials: lists of which devices try new content; it counts where
        it is in the index.
        """
        household = settings.household
        spells = [self._as_before(each) for each in (*agreed, *waits(household, known, now))]
        self.spells = spells
        self._derived = {_key(each): each for each in spells if isinstance(each, UsedUp | Unsure)}
        self._know(settings, spells)
        self._changed |= self._timelines.renew(household, spells, now, self.titles)
        self._changed |= self._shared.renew(household, self._timelines.by_person, spells)
        on_devices = self._on_devices
        there = {each: devices for each, devices in trials.items() if each in self._trials}
        self._changed |= on_devices.renew(household, self.timelines, spells, neighbours, there)
        snapshot = self._plan.snapshot(
            settings, self.timelines, self._changed, neighbours, key, self.used, on_devices.clients,
            self.tokens,
        )  # fmt: skip
        self._changed = set()
        if self.heard:
            snapshot = replace(snapshot, heard=dict(self.heard))
        if self._new_names is not None:
            learning = self._new_names.is_learning
            snapshot = replace(snapshot, new_names=self._names_serial, learning=learning)
        self._serial += 1
        policy = Policy(
            snapshot, self._index_file, self._serial, self._names_file, self._certificate
        )
        for resolver in self.resolvers:
            resolver.hand_over(policy)
        for file in self._spent:
            file.close()
        self._spent.clear()

    def _know(self, settings: Settings, spells: Iterable[Spell]) -> None:
        """Know the services and titles that matter now.

        A service that somebody was paused for stays known: nobody else's rules, and no bit of a
        resolver's, have to move when the pause ends.
        """
        new = services_among(settings, spells)
        if settings is not self._settings:
            new = services_of(settings, spells)
        if settings is not self._settings or not new <= self.used:
            # One of the household's own may be gone.
            known = self.used & settings.services.known()
            self._settings, self.used = settings, known | new
            self.titles = titles_of(settings, self.used)

    def _as_before(self, spell: Spell) -> Spell:
        """A derived spell as it was known: it began to be so then, and not now once more."""
        before = self._derived.get(_key(spell))
        return before if before is not None and before.since <= spell.since else spell

    def follows(self, over: Sequence[UsedUp]) -> bool:
        """Whether these are the used-up budgets that the policy in force knows."""
        return {_key(each) for each in over} == {key for key in self._derived if key[0] is UsedUp}

    def user(self, holder: Holder, now: datetime) -> str | None:
        """For whose budgets use counts; None for a shared device while it follows the strictest."""
        if isinstance(holder, SharedDevice):
            return followed(holder, self.spells, now)
        return holder.name

    def leave(self) -> None:
        """Let the resolvers go on until the next control takes them over."""
        for resolver in self.resolvers:
            resolver.leave()

    def stop(self) -> None:
        """End the resolvers."""
        for resolver in self.resolvers:
            resolver.stop()


_Key = tuple[type[Spell], str | None, str | None, datetime]


def _key(spell: Spell) -> _Key:
    return type(spell), spell.person, spell.thing, spell.until

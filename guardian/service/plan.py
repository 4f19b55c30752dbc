"""From the household's wish to a resolver's snapshot: where settings, store and lists meet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from guardian.lists import bundled, catalogue
from guardian.lists.feeds.route import Route
from guardian.lists.library import Library
from guardian.lists.source import Source, SourceKind, Tsig, ZoneSource
from guardian.lists.suffixes import icann_suffixes
from guardian.lists.trust.difference import Recent
from guardian.policy.budgets import Budget
from guardian.policy.devices import (
    ClientId,
    HostName,
    Mac,
    is_told,
    written,
)
from guardian.policy.people import Household, Privacy
from guardian.policy.privacy import NEVER_NAMED
from guardian.policy.timeline import Spell, Timeline
from guardian.safety import helplines
from guardian.safety.canaries import canaries
from guardian.service import designated
from guardian.service.on_devices import holder_of
from guardian.service.schedules import Schedules
from guardian.service.servers import authorities_of, groups_of, servers_of
from guardian.service.snapshot import ForwarderData, FrontEndData, Snapshot
from guardian.settings import Settings
from guardian.settings.sections.lists import ListStage
from guardian.settings.sections.transfers import Zone


def sources_of(settings: Settings) -> tuple[Source, ...]:
    """The lists that the settings name."""
    own = tuple(
        Source(
            id=each.id,
            category=each.category,
            location=_location(each.location, settings.path),
            kind=SourceKind(each.kind.value),
            format=each.format.value,
            update=each.update,
            title=each.title,
            hold=each.hold,
            suffixes=each.suffixes,
            proof=each.proof,
            credentials=each.credentials.within(settings.path.parent),
            change=each.change,
            shadow=each.stage is ListStage.SHADOW,
            quiet=each.category in NEVER_NAMED,
            licence=_licence(each.location),
            expires=each.expires,
            zone=_zone(each.zone, settings.path) if each.zone else None,
            hashing=each.hashing,
        )
        for each in settings.lists.sources
    )
    ours = tuple(bundled.source(each) for each in settings.lists.bundled)
    return ours + own


def library_of(
    settings: Settings,
    state: Path,
    now: Callable[[], datetime],
    changed: Callable[[], None] = lambda: None,
    recent: Callable[[], Recent] = dict,
) -> Library:
    """Those lists in a state folder; see `Library`. Raises CannotKeep."""
    return Library(
        state / "lists",
        sources_of(settings),
        now,
        helplines.protected_names(),
        changed,
        route_of(settings),
        canaries(),
        settings.lists.versions,
        recent,
        settings.lists.memory,
    )


def _licence(location: str) -> str:
    """What the catalogue says of a list's licence; "" where it does not know the list."""
    # Most own lists are files of this house: for these it need not be read.
    known = catalogue.at(location) if "://" in location else None
    return known.licence.id if known else ""


def _zone(zone: Zone, config: Path) -> ZoneSource:
    key = zone.tsig
    primaries = tuple((str(each.address), each.port) for each in zone.primaries)
    tsig = Tsig(key.name, key.algorithm, _at(key.secret_file, config)) if key else None
    return ZoneSource(zone.name, primaries, tsig)


def _location(location: str, config: Path) -> str:
    return location if "://" in location else str(_at(location, config))


def _at(path: str, config: Path) -> Path:
    """A path as the configuration has it, from its folder."""
    return (config.parent / path).resolve()


def route_of(settings: Settings) -> Route:
    """How the servers of lists are reached."""
    servers = [each for each in servers_of(settings) if not each.group]
    authorities = settings.lists.authorities
    return Route(
        upstreams=tuple(
            (suffix, asdict(replace(each, suffixes=())))
            for each in servers
            for suffix in each.suffixes or ("",)
        ),
        records={qname: tuple(map(str, known)) for qname, known in settings.records.items()},
        proxy=settings.lists.proxy,
        authorities=str(_at(authorities, settings.path)) if authorities else "",
        private=all(each.transport.is_encrypted for each in settings.upstreams),
        process="guardian.service.fetch_process",
    )


def titles_of(settings: Settings, used: Iterable[str], language: str = "") -> dict[str, str]:
    """Service or category → title for people, services first: their reasons say more.

    used: what `services_of` gave. language: the household's where none is given.
    """
    language = language or settings.household.language
    titles = {each: settings.services.title(each, language) for each in sorted(used)}
    titles |= {category: category.capitalize() for category in sorted(settings.categories)}
    for each in settings.lists.bundled:
        titles[bundled.category(each)] = bundled.title(each, language)
    return titles


def services_of(settings: Settings, spells: Iterable[Spell]) -> frozenset[str]:
    """The services that somebody's rules are about."""
    mentioned = settings.household.mentioned & settings.services.known()
    return mentioned | services_among(settings, spells)


def services_among(settings: Settings, spells: Iterable[Spell]) -> frozenset[str]:
    """The services that spells are about."""
    return settings.services.known() & {each.thing for each in spells if each.thing is not None}


@dataclass(frozen=True, slots=True)
class _Followers:
    """Which device follows whose timeline, by name, as of one household and its neighbours.

    clients: address → name; addresses: the same, the other way round. networks: narrowest first.
    told: the same by what forwarders tell of their clients, where there are any.
    by_sign: whether some device is known by what neighbours show.
    metered: things whose use is measured, "" for everything. protected: `protected_names`.
    """

    household: Household
    neighbours: Mapping[str, Sequence[str]]
    clients: dict[str, str]
    addresses: dict[str, list[str]]
    networks: tuple[tuple[str, str], ...]
    told: dict[str, str]
    by_sign: bool
    behind: bool
    metered: tuple[str, ...]
    protected: tuple[str, ...]

    @classmethod
    def of(
        cls, household: Household, neighbours: Mapping[str, Sequence[str]], *, behind: bool
    ) -> "_Followers":
        """behind: whether forwarders or devices' own addresses tell who asks."""
        signs: dict[str, str] = {}
        addresses: dict[str, str] = {}
        networks: list[tuple[str, str]] = []
        told: dict[str, str] = {}
        by_sign = behind
        for holder in household.holders:
            for device in holder.devices:
                match device:
                    case ClientId():
                        told[written(device)] = holder.name
                    case Mac(text) | HostName(text):
                        by_sign = True
                        signs.update(dict.fromkeys(neighbours.get(text.lower(), ()), holder.name))
                        if isinstance(device, Mac):
                            told[text] = holder.name
                    case IPv4Network() | IPv6Network():
                        networks.append((str(device), holder.name))
                    case _:
                        addresses[str(device)] = told[str(device)] = holder.name
        networks.sort(key=lambda row: -int(row[0].rpartition("/")[2]))
        clients = signs | addresses  # an address of its own is the surer sign
        by_name: dict[str, list[str]] = {}
        for client, name in clients.items():
            by_name.setdefault(name, []).append(client)
        metered = tuple(sorted({each.category or "" for each in budgets_of(household)}))
        told = _known_by_address(clients, neighbours) | told if behind else {}
        protected = protected_names(household)
        rows = tuple(networks)
        return cls(
            household, neighbours, clients, by_name, rows, told, by_sign, behind, metered, protected
        )

    def still(
        self, household: Household, neighbours: Mapping[str, Sequence[str]], *, behind: bool
    ) -> bool:
        """Whether they are those of a household and its neighbours, too."""
        return (
            behind == self.behind
            and household is self.household
            and (not self.by_sign or neighbours == self.neighbours)
        )


def _known_by_address(
    clients: Mapping[str, str], neighbours: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """MAC → name, of those whose address, or the name that goes with it, is somebody's."""
    return {
        sign: clients[address]
        for sign, addresses in neighbours.items()
        for address in addresses
        if ":" in sign and address in clients
    }


class Plan:
    """Snapshots, one after the other; what did not change is not worked out again."""

    def __init__(self) -> None:
        self._schedules = Schedules()
        self._numbers: dict[str | None, int] = {}
        self._groups: Mapping[str, str] = {}  # who has upstreams of their own
        self._followers: _Followers | None = None
        self._clients: dict[str, int] = {}
        self._exceptional: dict[str, int] = {}  # clients that do not follow their owner
        self._all: dict[str, int] = {}

    def snapshot(
        self,
        settings: Settings,
        timelines: Mapping[str | None, Timeline],
        changed: Iterable[str | None],
        neighbours: Mapping[str, Sequence[str]],
        key: bytes,
        used: Iterable[str],
        on_devices: Mapping[str, str],
        tokens: Mapping[str, str],
    ) -> Snapshot:
        """Everything that a resolver needs.

        changed: whose timelines are others than in the snapshot before, or new, or gone.
        neighbours: MAC or host name → addresses seen now. used: what `services_of` gave.
        on_devices: client → the timeline that it follows in place of its owner's.
        tokens: of devices' own addresses → sign.
        """
        moved = self._number(timelines, {*changed, *self._elsewhere(settings, timelines)})
        before = self._clients
        tells = _has_behind(settings) or bool(tokens)
        followers = self._follow(settings.household, neighbours, moved, tells=tells)
        numbers, schedules = self._numbers, self._schedules
        exceptional = {client: numbers[key] for client, key in on_devices.items()}
        addresses = {each: number for each, number in exceptional.items() if not is_told(each)}
        if self._clients is not before or addresses != self._exceptional:
            self._exceptional = addresses
            self._all = self._clients | addresses if addresses else self._clients
        signs = {sign: numbers[name] for sign, name in followers.told.items()}
        if tells:
            signs |= {each: number for each, number in exceptional.items() if each not in addresses}
        return Snapshot(
            states=schedules.states,
            schedules=schedules.rows,
            clients=self._all,
            networks=tuple((network, numbers[name]) for network, name in followers.networks),
            stranger=numbers[None],
            servers=servers_of(settings),
            records={
                qname: tuple(map(str, addresses)) for qname, addresses in settings.records.items()
            },
            metered=followers.metered,
            protected=followers.protected,
            services={each: _names_of(settings, each) for each in sorted(used)},
            key=key.hex(),
            cache_bytes=settings.resolver.cache_bytes,
            connections=settings.encrypted.connections,
            dns_path=settings.encrypted.path,
            proxies=tuple(map(str, settings.encrypted.proxies)),
            mixed_case=settings.resolver.mixed_case,
            authorities=authorities_of(settings),
            strategy=settings.resolver.strategy.value,
            dns64=settings.resolver.dns64,
            tells=any(each.privacy is Privacy.BLOCKED for each in settings.household.people),
            forwarders=tuple(
                ForwarderData(str(each.address), each.option, each.named_as.value)
                for each in settings.listen.forwarders
            ),
            front_ends=tuple(
                FrontEndData(str(each.address), each.subscriber or 0)
                for each in settings.listen.front_ends
            ),
            signs=signs,
            tokens=tokens,
            designated=designated.records(settings),
            allowed=tuple(map(str, settings.access.allow)),
            others=settings.access.others.value,
            rate=settings.access.rate,
            structured=_structured(settings),
            inward=settings.rebinding.allow if settings.rebinding.protect else None,
            counts_illegal=settings.lists.count_illegal,
        )

    def _elsewhere(
        self, settings: Settings, timelines: Iterable[str | None]
    ) -> Iterable[str | None]:
        """Whose names are looked up by others than before."""
        before, self._groups = self._groups, groups_of(settings)
        others = {who for who, _ in before.items() ^ self._groups.items()}
        return [who for who in timelines if holder_of(who) in others] if others else ()

    def _number(
        self, timelines: Mapping[str | None, Timeline], changed: Iterable[str | None]
    ) -> list[str | None]:
        """Number the timelines that changed; gives whose number is another now."""
        numbers, schedules = self._numbers, self._schedules
        before = {name: numbers.pop(name, None) for name in changed}
        for number in before.values():
            if number is not None:
                schedules.release(number)
        for name, number in before.items():
            if name in timelines:
                group = self._groups.get(holder_of(name), "")
                numbers[name] = schedules.number(timelines[name], number, group)
        return [name for name, number in before.items() if numbers.get(name) != number]

    def _follow(
        self,
        household: Household,
        neighbours: Mapping[str, Sequence[str]],
        moved: Iterable[str | None],
        *,
        tells: bool,
    ) -> _Followers:
        """Bring the clients up to the numbers."""
        followers, numbers = self._followers, self._numbers
        if followers is None or not followers.still(household, neighbours, behind=tells):
            followers = _Followers.of(household, neighbours, behind=tells)
            self._followers = followers
            self._clients = {each: numbers[name] for each, name in followers.clients.items()}
            return followers
        theirs = {
            client: numbers[name]
            for name in moved
            if name is not None
            for client in followers.addresses.get(name, ())
        }
        if theirs:
            self._clients = self._clients | theirs  # another one: snapshots never change
        return followers


def _structured(settings: Settings) -> tuple[int, tuple[str, ...], str] | None:
    said = settings.structured
    return None if said.option is None else (said.option, said.contacts, said.organisation)


def _has_behind(settings: Settings) -> bool:
    """Whether somebody tells for whom it asks."""
    return bool(settings.listen.forwarders or settings.listen.front_ends)


def _names_of(settings: Settings, service_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    service = settings.services.service(service_id)
    return service.names, service.keep


def protected_names(household: Household) -> tuple[str, ...]:
    """What the household's own names are registered as, where some rule is to protect them."""
    if not any(profile.deny_homographs for profile in household.in_force):
        return ()
    allowed = {name for profile in household.in_force for name in profile.allow_names}
    registered = {icann_suffixes().registered(name) for name in allowed}
    return tuple(sorted(registered - {""}))


def budgets_of(household: Household) -> Iterator[Budget]:
    """All budgets that somebody has."""
    for profile in household.in_use:
        yield from profile.budgets

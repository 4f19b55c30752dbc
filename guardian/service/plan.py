"""From the household's wish to a resolver's snapshot: where settings, store and lists meet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from guardian.lists import bundled
from guardian.lists.source import Source, SourceKind
from guardian.policy.budgets import Budget
from guardian.policy.devices import HostName, Mac
from guardian.policy.people import Household
from guardian.policy.timeline import Spell, Timeline
from guardian.safety import services
from guardian.service.schedules import Schedules
from guardian.service.snapshot import ServerData, Snapshot
from guardian.settings import Settings


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
        )
        for each in settings.lists.sources
    )
    ours = tuple(bundled.source(each) for each in settings.lists.bundled)
    return ours + own


def _location(location: str, config: Path) -> str:
    return location if "://" in location else str((config.parent / location).resolve())


def titles_of(settings: Settings, used: Iterable[str], language: str = "") -> dict[str, str]:
    """Service or category → title for people, services first: their reasons say more.

    used: what `services_of` gave. language: the household's where none is given.
    """
    language = language or settings.household.language
    titles = {each: services.title(each, language) for each in sorted(used)}
    titles |= {category: category.capitalize() for category in sorted(settings.categories)}
    for each in settings.lists.bundled:
        titles[bundled.category(each)] = bundled.title(each, language)
    return titles


def services_of(household: Household, spells: Iterable[Spell]) -> frozenset[str]:
    """The services that somebody's rules are about."""
    passing = {each.thing for each in spells if each.thing is not None}
    return (household.mentioned | passing) & services.ids()


def snapshot_of(
    settings: Settings,
    timelines: Mapping[str | None, Timeline],
    neighbours: Mapping[str, Sequence[str]],
    key: bytes,
    used: Iterable[str],
) -> Snapshot:
    """Everything that a resolver needs.

    neighbours: MAC or host name → addresses seen now. used: what `services_of` gave.
    """
    schedules = Schedules()
    numbers = {person: schedules.number(timeline) for person, timeline in timelines.items()}
    signs: dict[str, int] = {}
    addresses: dict[str, int] = {}
    networks: list[tuple[str, int]] = []
    for person in settings.household.people:
        number = numbers[person.name]
        for device in person.devices:
            match device:
                case Mac(text) | HostName(text):
                    signs.update(dict.fromkeys(neighbours.get(text.lower(), ()), number))
                case IPv4Network() | IPv6Network():
                    networks.append((str(device), number))
                case _:
                    addresses[str(device)] = number
    networks.sort(key=lambda row: -int(row[0].rpartition("/")[2]))
    return Snapshot(
        states=tuple(schedules.states),
        schedules=tuple(schedules.rows),
        clients=signs | addresses,  # an address of its own is the surer sign
        networks=tuple(networks),
        stranger=numbers[None],
        servers=_servers(settings),
        records={
            qname: tuple(map(str, addresses)) for qname, addresses in settings.records.items()
        },
        metered=tuple(sorted({each.category or "" for each in budgets_of(settings.household)})),
        services={
            each: (services.service(each).names, services.service(each).keep)
            for each in sorted(used)
        },
        key=key.hex(),
        cache_bytes=settings.resolver.cache_bytes,
        mixed_case=settings.resolver.mixed_case,
    )


def budgets_of(household: Household) -> Iterator[Budget]:
    """All budgets that somebody has."""
    for person in household.people:
        if person.profile is not None:
            yield from person.profile.budgets


def _servers(settings: Settings) -> tuple[ServerData, ...]:
    default = [ServerData(str(each.address), each.port) for each in settings.upstreams]
    conditional = [
        ServerData(str(upstream.address), upstream.port, (forward.suffix,))
        for forward in settings.forwards
        for upstream in forward.upstreams
    ]
    return (*default, *conditional)

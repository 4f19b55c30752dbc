"""From the household's wish to a resolver's snapshot: where settings, store and lists meet."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from guardian.lists import bundled
from guardian.lists.source import Source, SourceKind
from guardian.policy.devices import Device, HostName, Mac
from guardian.policy.people import Person
from guardian.policy.timeline import HORIZON, Pause, Timeline, compile_timelines
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


def titles_of(settings: Settings, sources: Iterable[Source]) -> dict[str, str]:
    """Category → title for people: a bundled list's, else the category's own name."""
    titles = {category: category.capitalize() for category in sorted(settings.categories)}
    for source in sources:
        if source.title and source.id.endswith("-starter"):
            titles[source.category] = source.title
    return titles


def timelines_of(
    settings: Settings, pauses: Iterable[Pause], titles: Mapping[str, str], now: datetime
) -> dict[str | None, Timeline]:
    """What is in force for each person, and under None for unknown devices."""
    return compile_timelines(settings.household, pauses, now, HORIZON, titles)


def snapshot_of(
    settings: Settings,
    timelines: Mapping[str | None, Timeline],
    neighbours: Mapping[str, Sequence[str]],
    index: Path | None,
    key: bytes,
) -> Snapshot:
    """Everything that a resolver needs. neighbours: MAC or host name → addresses seen now."""
    schedules = Schedules()
    stranger = schedules.number(timelines[None])
    clients: dict[str, int] = {}
    networks: list[tuple[str, int]] = []
    for person in settings.household.people:
        number = schedules.number(timelines[person.name])
        for device in person.devices:
            if isinstance(device, Mac | HostName):
                clients.update(dict.fromkeys(neighbours.get(device.text.lower(), ()), number))
    for person in settings.household.people:
        number = schedules.number(timelines[person.name])
        for text in _addresses(person.devices):
            if "/" in text:
                networks.append((text, number))
            else:
                clients[text] = number
    networks.sort(key=lambda row: -int(row[0].rpartition("/")[2]))
    return Snapshot(
        states=tuple(schedules.states),
        schedules=tuple(schedules.rows),
        clients=clients,
        networks=tuple(networks),
        stranger=stranger,
        servers=_servers(settings),
        records={
            qname: tuple(map(str, addresses)) for qname, addresses in settings.records.items()
        },
        index=str(index) if index else None,
        key=key.hex(),
        cache_bytes=settings.resolver.cache_bytes,
    )


def _addresses(devices: Iterable[Device]) -> list[str]:
    return [str(device) for device in devices if not isinstance(device, Mac | HostName)]


def _servers(settings: Settings) -> tuple[ServerData, ...]:
    default = [ServerData(str(each.address), each.port) for each in settings.upstreams]
    conditional = [
        ServerData(str(upstream.address), upstream.port, (forward.suffix,))
        for forward in settings.forwards
        for upstream in forward.upstreams
    ]
    return (*default, *conditional)


def note_of(person: Person) -> str:
    """A person's band and devices in a few words."""
    count = len(person.devices)
    band = "adult" if person.age_band == "adult" else f"{person.age_band} years"
    devices = "1 device" if count == 1 else f"{count} devices"
    return f"{band} · {devices}"

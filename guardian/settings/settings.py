"""A configuration file as one frozen value, or everything that is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from itertools import chain
from pathlib import Path
from typing import Final

from guardian.errors import Said
from guardian.lists.bundled import folder
from guardian.policy import growing
from guardian.policy.devices import Device, Follows, KnownDevice, SharedDevice
from guardian.policy.people import AgeBand, Household, HouseholdKind, Person, Profile
from guardian.safety.majority import age_of_majority
from guardian.safety.services import Catalogue
from guardian.safety.tombstones import Tombstones, tombstones
from guardian.settings import bundled, nodes, ready_made, zones
from guardian.settings.endpoints import Address, Server
from guardian.settings.errors import ConfigError, Problem
from guardian.settings.fields import (
    Field,
    Reading,
    Section,
    Values,
    Wrong,
    nearest,
    read_fields,
)
from guardian.settings.nodes import Node, Scalar, Sequence, Table
from guardian.settings.sections import (
    access,
    backup,
    devices,
    discovery,
    encrypted,
    firewall,
    household,
    lists,
    network,
    people,
    profiles,
    rebinding,
    resolver,
    services,
    shared,
    structured,
    updates,
    upstreams,
)
from guardian.settings.sections import web as web_section
from guardian.settings.sections.access import Access
from guardian.settings.sections.discovery import Discovery
from guardian.settings.sections.encrypted import Encrypted
from guardian.settings.sections.firewall import Firewall
from guardian.settings.sections.rebinding import Rebinding
from guardian.settings.sections.structured import StructuredErrors
from guardian.settings.sections.updates import Updates
from guardian.settings.sections.web import Web


@dataclass(frozen=True, slots=True)
class Forward:
    """Names under a suffix (a qname) that are asked at certain resolvers and nowhere else."""

    suffix: str
    upstreams: tuple[Server, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a configuration file says.

    path: the file. upstreams: asked for everything without a forward. own_upstreams: person → who
    is asked for them instead. records: qname → addresses that guardian answers by itself.
    categories: all that profiles can block, beside services.
    remarks: sentences about words of an earlier version.
    bases: person → the profile that they would have without rules of their own, if any.
    """

    path: Path
    household: Household
    listen: network.Listen
    upstreams: tuple[Server, ...]
    forwards: tuple[Forward, ...]
    records: Mapping[str, tuple[Address, ...]]
    lists: lists.Lists
    resolver: resolver.Resolver
    backup: backup.Backup
    categories: frozenset[str]
    bases: Mapping[str, Profile]
    own_upstreams: Mapping[str, tuple[Server, ...]] = field(default_factory=dict)
    services: Catalogue = field(default_factory=Catalogue)
    web: Web = field(default_factory=Web)
    access: Access = field(default_factory=Access)
    rebinding: Rebinding = field(default_factory=Rebinding)
    structured: StructuredErrors = field(default_factory=StructuredErrors)
    encrypted: Encrypted = field(default_factory=Encrypted)
    firewall: Firewall = field(default_factory=Firewall)
    discovery: Discovery = field(default_factory=Discovery)
    updates: Updates = field(default_factory=Updates)
    remarks: tuple[str, ...] = ()


HOUSEHOLD: Final = Field("household", household.HOUSEHOLD, "Where the family lives.")
LISTEN: Final = Field("listen", network.LISTEN, "Where guardian is found.", default="{}")
ENCRYPTED: Final = Field(
    "encrypted", encrypted.ENCRYPTED, "DNS that nobody on the way can read.", default="{}"
)
WEB: Final = Field("web", web_section.WEB, "How the pages are guarded.", default="{}")
UPSTREAMS: Final = Field("upstreams", upstreams.UPSTREAMS, "Who is asked for what stays open.")
ACCESS: Final = Field("access", access.ACCESS, "Who gets answers.", default="{}")
REBINDING: Final = Field(
    "rebinding", rebinding.REBINDING, "Names that lead into the house.", default="{}"
)
LOCAL: Final = Field("local", network.LOCAL, "Names inside the house.", default="{}")
LISTS: Final = Field("lists", lists.LISTS, "Where categories come from.", default="{}")
SERVICES: Final = Field("services", services.SERVICES, "Apps of your own choice.", default="{}")
PROFILES: Final = Field("profiles", profiles.PROFILES, "What somebody may do.", default="{}")
PEOPLE: Final = Field("people", people.PEOPLE, "Who is who.", default="[]")
SHARED: Final = Field("shared_devices", shared.SHARED, "What several use.", default="[]")
DEVICES: Final = Field("devices", devices.DEVICES, "More of single devices.", default="[]")
DISCOVERY: Final = Field(
    "discovery", discovery.DISCOVERY, "How devices are recognised.", default="{}"
)
UNKNOWN: Final = Field("unknown_devices", people.UNKNOWN, "What holds for everybody else.")
STRUCTURED: Final = Field(
    "structured_errors", structured.STRUCTURED, "What programs are told.", default="{}"
)
FIREWALL: Final = Field("firewall", firewall.FIREWALL, "What a router does for it.", default="{}")
RESOLVER: Final = Field("resolver", resolver.RESOLVER, "The answering processes.", default="{}")
BACKUP: Final = Field("backup", backup.BACKUP, "Copies of it all.", default="{}")
UPDATES: Final = Field("updates", updates.UPDATES, "Whose releases are genuine.", default="{}")

FILE: Final = Section(
    "",
    "The whole file.",
    (
        HOUSEHOLD,
        LISTEN,
        ACCESS,
        ENCRYPTED,
        WEB,
        UPSTREAMS,
        LOCAL,
        REBINDING,
        LISTS,
        SERVICES,
        PROFILES,
        PEOPLE,
        SHARED,
        DEVICES,
        DISCOVERY,
        UNKNOWN,
        STRUCTURED,
        FIREWALL,
        RESOLVER,
        BACKUP,
        UPDATES,
    ),
)


def load(path: Path, blocklists: Path | None = None, today: date | None = None) -> Settings:
    """The settings of a file.

    blocklists: the folder of the bundled lists, if not the one that came with guardian.
    today: for which ages are told; None: the real one.
    Raises ConfigError with every problem of the file.
    """
    try:
        with path.open("rb") as opened:
            content = opened.read(nodes.MAX_BYTES + 1)
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror or 'unknown reason'})"
        mend = "give the path of a readable file"
        raise ConfigError([Problem(str(path), 0, "", problem, mend)]) from None
    return parse(content, path, blocklists or folder(), today)


def parse(
    content: bytes,
    path: Path,
    blocklists: Path,
    today: date | None = None,
    gone: Tombstones | None = None,
) -> Settings:
    """The settings that these bytes of a file at `path` hold; see `load`.

    gone: words of earlier versions, if not those that came with guardian.
    """
    reading = Reading(str(path), gone=tombstones() if gone is None else gone)
    root = nodes.parse(content, reading.file, reading.problems)
    folders = bundled.categories(blocklists)
    reading.lists = frozenset(folders)
    reading.categories = frozenset(folders.values()) | _named_by_sources(root)
    reading.services = _own_services(root)
    if not isinstance(root, Table):
        reading.note(root, Wrong("the file is no table of keys", "start it with household:"))
        raise ConfigError(reading.problems)
    reading.today = today or datetime.now(_zone_of(root)).date()
    reading.majority = age_of_majority(_in_household(root, "country").upper())
    values = read_fields(FILE, root, reading)
    _check_upstreams(values, reading)
    _check_places(values, reading)
    _check_people(values, reading)
    _check_shared(values, reading)
    if DEVICES in values:
        devices.check(values[DEVICES], reading)
    _check_profiles(values, reading)
    known = _profiles(values, reading)
    if reading.problems:
        raise ConfigError(reading.problems)
    return _settings(values, path, reading, known)


def _profiles(values: Values, reading: Reading) -> dict[str, Profile]:
    written = dict(values[PROFILES]) if PROFILES in values else {}
    return profiles.complete(written, ready_made.profiles(), reading)


def _zone_of(root: Table) -> tzinfo:
    """The household's zone, for telling what day it is; UTC where it cannot be read."""
    try:
        return zones.zone(_in_household(root, "time_zone"))
    except LookupError:
        return UTC


def _in_household(root: Table, key: str) -> str:
    """What is written under household, before that is read; "" where nothing is."""
    household = root.entries.get("household")
    node = household.entries.get(key) if isinstance(household, Table) else None
    return node.text if isinstance(node, Scalar) else ""


def _named_by_sources(root: Node) -> frozenset[str]:
    """Categories that the file's own sources bring along; their form is checked with the source."""
    section = root.entries.get("lists") if isinstance(root, Table) else None
    sources = section.entries.get("sources") if isinstance(section, Table) else None
    items = sources.items if isinstance(sources, Sequence) else (sources,)
    named = [item.entries.get("category") for item in items if isinstance(item, Table)]
    return frozenset(node.text for node in named if isinstance(node, Scalar) and node.text)


def _own_services(root: Node) -> frozenset[str]:
    """The words of the file's own services; their form is checked with the service."""
    section = root.entries.get("services") if isinstance(root, Table) else None
    return frozenset(section.entries if isinstance(section, Table) else ())


def _settings(values: Values, path: Path, reading: Reading, known: dict[str, Profile]) -> Settings:
    return Settings(
        path=path,
        household=_household(values, known),
        listen=values[LISTEN],
        web=values[WEB],
        access=values[ACCESS],
        rebinding=values[REBINDING],
        structured=values[STRUCTURED],
        encrypted=values[ENCRYPTED],
        firewall=values[FIREWALL],
        discovery=values[DISCOVERY],
        upstreams=_for_everything(values[UPSTREAMS]),
        own_upstreams=_own_upstreams(values[UPSTREAMS]),
        forwards=_forwards(values),
        records=dict(values[LOCAL].records),
        lists=values[LISTS],
        resolver=values[RESOLVER],
        backup=values[BACKUP],
        updates=values[UPDATES],
        categories=reading.categories,
        services=services.catalogue(values[SERVICES]),
        remarks=tuple(reading.remarks),
        bases=_bases(values, known),
    )


def _household(values: Values, known: dict[str, Profile]) -> Household:
    about = values[HOUSEHOLD]
    ready = ready_made.profiles()
    whole = _Whole(each.device for each in values[DEVICES])
    return Household(
        zone=about.zone,
        people=tuple(
            _person(replace(each, devices=whole.of(each.devices)), ready | known, about.kind)
            for each in values[PEOPLE]
        ),
        profiles=tuple(known.values()),
        unknown=(ready | known).get(values[UNKNOWN].profile),
        kind=about.kind,
        country=about.country,
        language=about.language,
        essentials=about.essentials,
        holidays=about.holidays,
        week_start=about.week_start,
        majority=age_of_majority(about.country),
        shared=tuple(
            SharedDevice(
                each.name,
                whole.of(each.devices),
                each.follows,
                _sharers(each, values),
                each.person,
            )
            for each in values[SHARED]
        ),
        devices=tuple(each.device for each in values[DEVICES]),
        notice=about.notice,
        statistics=about.statistics,
    )


class _Whole:
    """Devices with all of their signs."""

    def __init__(self, known: Iterable[KnownDevice]) -> None:
        self._signs = {sign: each.signs for each in known for sign in each.signs}

    def of(self, written: tuple[Device, ...]) -> tuple[Device, ...]:
        """What is written, and after each sign the others of the same device."""
        if self._signs.keys().isdisjoint(written):
            return written
        every = (sign for each in written for sign in (each, *self._signs.get(each, ())))
        return tuple(dict.fromkeys(every))


def _sharers(device: shared.SharedSettings, values: Values) -> tuple[str, ...]:
    """The people whose strictest rules a device may follow."""
    if device.person is not None:
        return (device.person,)
    children = (each.name for each in values[PEOPLE] if each.age_band is not AgeBand.ADULT)
    return device.of or tuple(children)


def _person(
    written: people.PersonSettings, known: Mapping[str, Profile], kind: HouseholdKind
) -> Person:
    """A person with their rules, unless these have ended because they are of age."""
    profile = _theirs(written, known)
    person = Person(
        written.name,
        written.age_band,
        profile,
        written.devices,
        written.born,
        own_choice=written.own_choice,
        privacy=written.privacy,
        sex=written.sex,
    )
    if profile is not None and growing.ends(person, kind):
        return replace(person, profile=None, outgrown=True)
    return person


def _bases(values: Values, known: dict[str, Profile]) -> dict[str, Profile]:
    every = ready_made.profiles() | known
    return {
        each.name: every[each.profile]
        for each in values[PEOPLE]
        if each.profile and each.profile in every
    }


def _theirs(person: people.PersonSettings, known: Mapping[str, Profile]) -> Profile | None:
    """A person's profile, with what is different for them."""
    base = known.get(person.profile) if person.profile else None
    if person.rules is None:
        return base
    if base is None:
        return replace(person.rules.own, name="own")
    return replace(person.rules.on(base), name=base.name)


def _for_everything(written: Iterable[upstreams.Upstream]) -> tuple[Server, ...]:
    ordinary = (each.servers for each in written if not each.suffixes and not each.people)
    return tuple(dict.fromkeys(chain.from_iterable(ordinary)))


def _own_upstreams(written: Iterable[upstreams.Upstream]) -> dict[str, tuple[Server, ...]]:
    found: dict[str, tuple[Server, ...]] = {}
    for each in written:
        for person in each.people:
            found[person] = tuple(dict.fromkeys((*found.get(person, ()), *each.servers)))
    return found


def _forwards(values: Values) -> tuple[Forward, ...]:
    found: dict[str, list[Server]] = {}
    for suffix, endpoint in values[LOCAL].suffixes:
        found.setdefault(suffix, []).append(Server(endpoint))
    for upstream in values[UPSTREAMS]:
        for suffix in upstream.suffixes:
            found.setdefault(suffix, []).extend(upstream.servers)
    return tuple(Forward(suffix, tuple(dict.fromkeys(each))) for suffix, each in found.items())


def _check_upstreams(values: Values, reading: Reading) -> None:
    if not (UPSTREAMS in values and LOCAL in values and LISTEN in values):
        return
    node = values.node(UPSTREAMS)
    written = len(node.items) if isinstance(node, Sequence) else 1
    readable = written == len(values[UPSTREAMS])
    if readable and not _for_everything(values[UPSTREAMS]):
        wrong = Wrong("nobody is asked for ordinary names", "add an upstream without a for")
        reading.note(values.node(UPSTREAMS), wrong)
    if PEOPLE in values:
        known = [each.name for each in values[PEOPLE]]
        for person in _own_upstreams(values[UPSTREAMS]):
            if person not in known:
                reading.note(node, Wrong(f'"{person}" is nobody here', nearest(person, known)))
    asked = [each.endpoint for upstream in values[UPSTREAMS] for each in upstream.servers]
    asked += [endpoint for _, endpoint in values[LOCAL].suffixes]
    for endpoint in dict.fromkeys(asked):
        if endpoint in values[LISTEN].dns:
            wrong = Wrong(
                Said("guardian would ask itself at %(address)s", address=endpoint),
                Said("name another resolver"),
            )
            reading.note(values.node(UPSTREAMS), wrong)


def _check_places(values: Values, reading: Reading) -> None:
    """No two things listen at one place."""
    if not (LISTEN in values and WEB in values and ENCRYPTED in values):
        return
    listen: network.Listen = values[LISTEN]
    wished: Encrypted = values[ENCRYPTED]
    streams = {*listen.dns, listen.web, *listen.block, *values[WEB].redirect}
    ours = wished.tls + wished.https + wished.behind_proxy
    for taken, places in ((streams, ours), ({*listen.dns}, wished.quic)):
        for endpoint in places:
            if endpoint in taken:
                problem = f"something else is at {endpoint} already"
                reading.note(values.node(ENCRYPTED), Wrong(problem, "give each a port of its own"))
            taken.add(endpoint)


def _check_people(values: Values, reading: Reading) -> None:
    """No two people or shared devices have one name, or one device."""
    holders: list[people.PersonSettings | shared.SharedSettings] = []
    if PEOPLE in values:
        holders += values[PEOPLE]
    if SHARED in values:
        holders += values[SHARED]
    named: dict[str, str] = {}
    owners: dict[Device, str] = {}
    first = _first_signs(values)
    for holder in holders:
        place = holder.name_node.path
        if named.setdefault(holder.name.casefold(), place) != place:
            is_person = named[holder.name.casefold()].startswith("people")
            taken = (
                Said('another person is called "%(name)s"', name=holder.name)
                if is_person
                else Said('another device is called "%(name)s"', name=holder.name)
            )
            wrong = Wrong(taken, Said("give each their own name"))
            reading.note(holder.name_node, wrong)
        for number, device in enumerate(holder.devices):
            owner = owners.setdefault(first.get(device, device), holder.name)
            if owner != holder.name:
                node = people.device_node(holder.devices_node, number)
                text = node.text if isinstance(node, Scalar) else "a device"
                wrong = Wrong(
                    Said('"%(device)s" is %(owner)s\'s already', device=text, owner=owner),
                    Said("keep it with one of the two"),
                )
                reading.note(node, wrong)


def _first_signs(values: Values) -> dict[Device, Device]:
    """Sign → the first one of the same device: two people cannot have a half of it each."""
    known = [each.device for each in values[DEVICES]] if DEVICES in values else []
    return {sign: each.signs[0] for each in known for sign in each.signs}


def _check_shared(values: Values, reading: Reading) -> None:
    """Everybody whom a shared device follows is there."""
    if PEOPLE not in values or SHARED not in values:
        return
    known = [each.name for each in values[PEOPLE]]
    for device in values[SHARED]:
        for name in device.of:
            if name not in known:
                wrong = Wrong(f'nobody is called "{name}"', nearest(name, known))
                reading.note(device.of_node, wrong)
        if device.person is not None and device.person not in known:
            mend = nearest(device.person, [Follows.STRICTEST, Follows.CHECKED_IN, *known])
            wrong = Wrong(f'nobody is called "{device.person}"', mend)
            reading.note(device.follows_node, wrong)
        if not _sharers(device, values):
            wrong = Wrong("there are no children to follow", "name the people that it is of")
            reading.note(device.name_node, wrong)


def _check_profiles(values: Values, reading: Reading) -> None:
    """Every profile that is named exists; one with problems of its own has its say elsewhere."""
    node = values.table.entries.get(PROFILES.name)
    written = list(node.entries) if isinstance(node, Table) else []
    wanted: list[tuple[str, Node]] = []
    if PEOPLE in values:
        wanted = [(each.profile, each.profile_node) for each in values[PEOPLE] if each.profile]
    if UNKNOWN in values:
        wanted.append((values[UNKNOWN].profile, values[UNKNOWN].profile_node))
    for name, place in wanted:
        if name not in (*written, *ready_made.profiles(), profiles.NO_PROFILE):
            mend = nearest(name, [*written, *ready_made.profiles()])
            reading.note(place, Wrong(f'there is no profile "{name}"', mend))

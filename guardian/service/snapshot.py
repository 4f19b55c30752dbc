"""What a resolver needs to know, as one immutable piece: the seam between control and data plane.

A snapshot says everything in ids and addresses; bits, views and masks are made from it by the
resolver (`views`), because only there the index with its categories is open.

Most changes are small: one person is paused, and all else is as it was. So a resolver that has a
snapshot is told only what another one has anew (`Delta`): of the tables the rows, of every other
field that changed the whole. Rows have numbers that stay; one that nobody refers to any more may be
there still, until another takes its number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import compress
from operator import eq, ne
from typing import Any, Final, TypeVar


@dataclass(frozen=True, slots=True)
class RuleData:
    """A policy rule in plain words.

    kind: everything, category, names, patterns, types, networks, homographs, new, helplines,
    essentials or safe.
    ids: the category, the names (patterns, numbers, networks), or engine and level.
    ede: info-code and text of a block.
    spares: categories and services that the rule is not about.
    tries: lists of which new content counts for its categories, that others do not have yet.
    """

    kind: str
    ids: tuple[str, ...]
    action: str
    ede: tuple[int, str] | None = None
    spares: tuple[str, ...] = ()
    tries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StateData:
    """What is in force for some people for some time. addresses, ttl: of blocked answers.

    metered: things whose names devices may not remember for long, "" for everything.
    parts: the states whose strictest verdict holds; there are no rules then.
    watched: the person whose names are told, if only their own would stop them; "" for nobody.
    upstreams: the group that is asked; "" for everybody's.
    """

    rules: tuple[RuleData, ...]
    answer: str
    addresses: tuple[str, ...]
    ttl: int
    metered: tuple[str, ...] = ()
    parts: tuple["StateData", ...] = ()
    watched: str = ""
    upstreams: str = ""


@dataclass(frozen=True, slots=True)
class ServerData:
    """An upstream. suffixes: what it is asked for; () for everything else.

    transport: udp, tcp, tls or https. name: that its certificate is to be for; "" for its address.
    path: of HTTPS. pins: SHA-256 of public keys, in base64. authorities: PEM of certificates that
    are trusted; "" for those of the snapshot.
    group: whose it is, where it is asked for some people only; "" for everybody's.
    """

    address: str
    port: int
    suffixes: tuple[str, ...] = ()
    transport: str = "udp"
    name: str = ""
    path: str = ""
    pins: tuple[str, ...] = ()
    authorities: str = ""
    group: str = ""

    @property
    def called(self) -> str:
        """It in a word, by which what resolvers tell of it is found again."""
        return " ".join((self.transport, self.address, str(self.port), self.name, self.path))


Row = tuple[tuple[int, int], ...]
"""A schedule: from which second on (wall clock) which state, by its number."""


@dataclass(frozen=True, slots=True)
class ForwarderData:
    """Who is believed about its clients. option: an EDNS option code; named_as: "mac" or "id"."""

    address: str
    option: int
    named_as: str


@dataclass(frozen=True, slots=True)
class FrontEndData:
    """Who asks for others by PROXY protocol. subscriber: the type of a client's id, 0 for none."""

    address: str
    subscriber: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole policy and surroundings of a resolver.

    schedules: rows of (second, number of a state). clients: address → number of a schedule;
    networks: the same by network, narrowest first; stranger: the schedule of everybody else.
    signs: the same by what forwarders tell of their clients, "a4:83:e7:00:00:01", "id:lina-phone".
    key: the secret of the compiled lists, hexadecimal. records: qname → addresses.
    services: those that some rule is about → names that are theirs, names below those that are not.
    metered: things whose use is measured, "" for everything.
    protected: the household's own registered names, for which no other should be taken.
    new_names: the serial of the known names that come along, if some rule is about new ones; else
    0. learning: none of these is new yet.
    cache_bytes: for all caches together. connections: encrypted ones at once. dns_path:
    of DNS over HTTPS; proxies: addresses that are believed there for whom they ask. mixed_case: of
    questions to upstreams (0x20).
    authorities: PEM of the system's certificates, where an upstream is encrypted; else "".
    strategy: which of several upstreams is asked. dns64: the prefix of addresses that are made for
    names without IPv6 (RFC 6147), "auto" to learn it, "" for none.
    tells: whether control is told names of what was blocked. heard: clients whose names a parent
    watches → the device, by which control calls it. tokens: hash of the secret in a device's own
    address → its sign, as in signs. designated: records about the resolver itself: qname, qtype,
    data in hexadecimal.
    allowed: networks that are served beside private ones; others: what all else hears, "refused" or
    "nothing". rate: of replies to each of these networks, a second.
    structured: of errors for programs: the option that asks for them, contacts, organisation.
    inward: qnames that may lead into the house, with all below them; None where every name may.
    counts_illegal: whether control is told, by list, how often illegal content was blocked.
    """

    states: tuple[StateData, ...]
    schedules: tuple[Row, ...]
    clients: Mapping[str, int]
    networks: tuple[tuple[str, int], ...]
    stranger: int
    servers: tuple[ServerData, ...] = ()
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    metered: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    new_names: int = 0
    learning: bool = False
    key: str = ""
    cache_bytes: int = 8 << 20
    connections: int = 1000
    dns_path: str = "/dns-query"
    proxies: tuple[str, ...] = ()
    mixed_case: bool = False
    authorities: str = ""
    strategy: str = "failover"
    dns64: str = ""
    tells: bool = False
    forwarders: tuple[ForwarderData, ...] = ()
    front_ends: tuple[FrontEndData, ...] = ()
    signs: Mapping[str, int] = field(default_factory=dict)
    heard: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    designated: tuple[tuple[str, int, str], ...] = ()
    allowed: tuple[str, ...] = ()
    others: str = "refused"
    rate: int = 200
    inward: tuple[str, ...] | None = None
    counts_illegal: bool = False
    structured: tuple[int, tuple[str, ...], str] | None = None

    def to_data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        states, rules = _with_rules_apart(self.states)
        return _plain(_row(self)) | {"states": states, "rules": rules}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Snapshot":
        """The snapshot that `to_data` gave, read back from JSON."""
        raw = dict(data)
        states = _states(raw.pop("states"), raw.pop("rules"))
        schedules = tuple(tuple(map(tuple, each)) for each in raw.pop("schedules"))
        return cls(states=tuple(states), schedules=schedules, **_read(raw))

    def changed(self, delta: "Delta") -> "Snapshot":
        """The snapshot that a delta makes of this one."""
        clients = {**self.clients, **delta.clients}
        return replace(
            self,
            states=_patched(self.states, delta.states),
            schedules=_patched(self.schedules, delta.schedules),
            clients={each: number for each, number in clients.items() if number is not None},
            **delta.fields,
        )


_RECORDS: Final[Mapping[str, type[Any]]] = {
    "servers": ServerData,
    "forwarders": ForwarderData,
    "front_ends": FrontEndData,
}
_TABLES: Final = frozenset({"states", "schedules", "clients"})


@dataclass(frozen=True, slots=True)
class Delta:
    """What another snapshot has anew.

    states, schedules: by number; clients: by address, None where it is nobody's any more.
    fields: every other field that changed, whole.
    """

    states: Mapping[int, StateData] = field(default_factory=dict)
    schedules: Mapping[int, Row] = field(default_factory=dict)
    clients: Mapping[str, int | None] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        states, rules = _with_rules_apart(self.states.values())
        return {
            "states": list(zip(self.states, states, strict=True)),
            "rules": rules,
            "schedules": list(self.schedules.items()),
            "clients": self.clients,
            "fields": _plain(self.fields),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Delta":
        """The delta that `to_data` gave, read back from JSON."""
        numbers = [number for number, _ in data["states"]]
        states = _states((row for _, row in data["states"]), data["rules"])
        return cls(
            dict(zip(numbers, states, strict=True)),
            {number: tuple(map(tuple, row)) for number, row in data["schedules"]},
            data["clients"],
            _read(data["fields"]),
        )


def difference(before: Snapshot, after: Snapshot) -> Delta | None:
    """What makes the second of the first; None where the whole has to be told.

    So it is where a table has become shorter: its numbers mean something else now.
    """
    if len(after.states) < len(before.states) or len(after.schedules) < len(before.schedules):
        return None
    changed = {
        each.name: getattr(after, each.name)
        for each in fields(Snapshot)
        if each.name not in _TABLES and getattr(after, each.name) != getattr(before, each.name)
    }
    states = _new_rows(before.states, after.states)
    return Delta(
        states,
        _new_rows(before.schedules, after.schedules) | _rows_with(states, before, after),
        _new_clients(before.clients, after.clients),
        changed,
    )


Value = TypeVar("Value")


def _new_rows(before: tuple[Value, ...], after: tuple[Value, ...]) -> dict[int, Value]:
    if before is after:
        return {}
    found = {
        number: new
        for number, (old, new) in enumerate(zip(before, after, strict=False))
        if old is not new and old != new
    }
    return found | dict(enumerate(after[len(before) :], start=len(before)))


def _rows_with(
    states: Mapping[int, StateData], before: Snapshot, after: Snapshot
) -> dict[int, Row]:
    """The rows in which one of these numbers has come to mean another state."""
    others = {number for number in states if number < len(before.states)}
    if not others:
        return {}
    return {
        number: row
        for number, row in enumerate(after.schedules)
        if any(state in others for _, state in row)
    }


def _new_clients(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int | None]:
    if before is after:
        return {}
    if len(before) == len(after) and all(map(eq, before, after)):
        # The same ones in the same order, as after most changes: 100,000 are compared in 5 ms.
        return dict(compress(after.items(), map(ne, before.values(), after.values())))
    was = before.get
    found: dict[str, int | None] = {
        client: number for client, number in after.items() if was(client) != number
    }
    return found | {client: None for client in before if client not in after}


def _patched(rows: tuple[Value, ...], changes: Mapping[int, Value]) -> tuple[Value, ...]:
    """Rows with others in their place; numbers past the end follow each other without a gap."""
    if not changes:
        return rows
    patched = list(rows)
    for number, row in sorted(changes.items(), key=lambda each: each[0]):
        patched[number : number + 1] = [row]
    return tuple(patched)


def _row(
    row: RuleData | StateData | ServerData | ForwarderData | FrontEndData | Snapshot,
) -> dict[str, Any]:
    # dataclasses.asdict copies what is never changed, and takes ten times as long.
    return {each.name: getattr(row, each.name) for each in fields(row)}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with those of records as JSON can hold them."""
    return {
        name: [_row(each) for each in value] if name in _RECORDS else value
        for name, value in row.items()
    }


def _with_rules_apart(
    states: Iterable[StateData],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """States with their rules by number, and the rules: most rules are in many states."""
    numbers: dict[RuleData, int] = {}

    def row(state: StateData) -> dict[str, Any]:
        rules = [numbers.setdefault(rule, len(numbers)) for rule in state.rules]
        return _row(state) | {"rules": rules, "parts": [row(part) for part in state.parts]}

    return [row(state) for state in states], [_row(rule) for rule in numbers]


def _states(rows: Iterable[dict[str, Any]], rules: Iterable[dict[str, Any]]) -> list[StateData]:
    read = [RuleData(**_read(each)) for each in rules]

    def state(row: dict[str, Any]) -> StateData:
        parts = tuple(map(state, row["parts"]))
        theirs = tuple(read[number] for number in row["rules"])
        return StateData(**_read(row) | {"rules": theirs, "parts": parts})

    return [state(row) for row in rows]


def _read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they were before JSON made lists of their tuples."""
    return {
        name: tuple(_RECORDS[name](**_read(each)) for each in value)
        if name in _RECORDS
        else _tuples(value)
        for name, value in raw.items()
    }


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(each) for each in value)
    if isinstance(value, dict) and any(isinstance(each, list) for each in value.values()):
        return {key: _tuples(each) for key, each in value.items()}
    return value

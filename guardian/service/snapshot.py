"""What a resolver needs to know, as one immutable piece: the seam between control and data plane.

A snapshot says everything in ids and addresses; bits, views and masks are made from it by the
resolver (`views`), because only there the index with its categories is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleData:
    """A policy rule in plain words.

    kind: everything, category, names, patterns, types, networks, helplines, essentials or safe.
    ids: the category, the names (patterns, numbers, networks), or engine and level.
    ede: info-code and text of a block.
    spares: categories and services that the rule is not about.
    """

    kind: str
    ids: tuple[str, ...]
    action: str
    ede: tuple[int, str] | None = None
    spares: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StateData:
    """What is in force for some people for some time. addresses, ttl: of blocked answers.

    metered: things whose names devices may not remember for long, "" for everything.
    """

    rules: tuple[RuleData, ...]
    answer: str
    addresses: tuple[str, ...]
    ttl: int
    metered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerData:
    """An upstream. suffixes: what it is asked for; () for everything else."""

    address: str
    port: int
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole policy and surroundings of a resolver.

    schedules: rows of (second, number of a state). clients: address → number of a schedule;
    networks: the same by network, narrowest first; stranger: the schedule of everybody else.
    key: the secret of the compiled lists, hexadecimal. records: qname → addresses.
    services: those that some rule is about → names that are theirs, names below those that are not.
    metered: things whose use is measured, "" for everything.
    cache_bytes: for all caches together. mixed_case: of questions to upstreams (0x20).
    """

    states: tuple[StateData, ...]
    schedules: tuple[tuple[tuple[int, int], ...], ...]
    clients: Mapping[str, int]
    networks: tuple[tuple[str, int], ...]
    stranger: int
    servers: tuple[ServerData, ...] = ()
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    metered: tuple[str, ...] = ()
    key: str = ""
    cache_bytes: int = 8 << 20
    mixed_case: bool = False

    def to_data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        states = [
            _row(each) | {"rules": [_row(rule) for rule in each.rules]} for each in self.states
        ]
        return _row(self) | {"states": states, "servers": [_row(each) for each in self.servers]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Snapshot":
        """The snapshot that `to_data` gave, read back from JSON."""
        raw = dict(data)
        raw["states"] = tuple(_state(each) for each in raw["states"])
        raw["schedules"] = tuple(tuple(map(tuple, each)) for each in raw["schedules"])
        raw["metered"] = tuple(raw["metered"])
        raw["networks"] = tuple(map(tuple, raw["networks"]))
        raw["servers"] = tuple(
            ServerData(each["address"], each["port"], tuple(each["suffixes"]))
            for each in raw["servers"]
        )
        return cls(**raw)


def _row(row: RuleData | StateData | ServerData | Snapshot) -> dict[str, Any]:
    # dataclasses.asdict copies what is never changed, and takes ten times as long.
    return {each.name: getattr(row, each.name) for each in fields(row)}


def _state(raw: dict[str, Any]) -> StateData:
    rules = tuple(
        RuleData(
            each["kind"],
            tuple(each["ids"]),
            each["action"],
            each["ede"] and tuple(each["ede"]),
            tuple(each["spares"]),
        )
        for each in raw["rules"]
    )
    return StateData(
        rules, raw["answer"], tuple(raw["addresses"]), raw["ttl"], tuple(raw["metered"])
    )

"""What the firewall does, as commands of libnftables' JSON (libnftables-json(5)).

One table of our own in the family inet, whose rules meet IPv4 and IPv6 alike. To apply it again
replaces all rules in one transaction and leaves alone what lives in sets: who is exempt for a
while, and whose internet is off.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any, Final

from guardian.policy.devices import Address, Mac, Network

Json = dict[str, Any]

FAMILY: Final = "inet"
TABLE: Final = "guardian"
_HERE: Final = {"family": FAMILY, "table": TABLE}
_BEFORE_OTHERS: Final = 5  # our chains come before those of the system's own firewall
_NAT_PREROUTING: Final = -100 - _BEFORE_OTHERS  # "dstnat - 5"
_FILTER: Final = -_BEFORE_OTHERS  # "filter - 5"

DYNAMIC: Final = {
    "exempt_mac": "ether_addr",
    "exempt_v4": "ipv4_addr",
    "exempt_v6": "ipv6_addr",
    "off_mac": "ether_addr",
    "off_v4": "ipv4_addr",
    "off_v6": "ipv6_addr",
    "ending_v4": "ipv4_addr",
    "ending_v6": "ipv6_addr",
}
"""Sets whose elements end by themselves: name → type."""

OPEN: Final = {"open_v4": "ipv4_addr", "open_v6": "ipv6_addr"}
_RANGES: Final = {
    "always_v4": "ipv4_addr",
    "always_v6": "ipv6_addr",
    "resolvers_v4": "ipv4_addr",
    "resolvers_v6": "ipv6_addr",
}

COUNTERS: Final = {
    "dns": "questions of plain DNS brought back to guardian",
    "dns_refused": "packets of plain DNS refused, that could not be brought back",
    "encrypted": "packets of encrypted DNS (port 853) refused",
    "resolvers": "packets to well-known resolvers refused",
    "off": "packets of devices whose internet is off refused",
}
"""Name → what is counted, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Port:
    """Where guardian answers in one address family. address: None for every one of this machine."""

    address: Address | None
    port: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What the firewall is to do.

    interfaces: those of the house, as the kernel calls them. ipv4, ipv6: where questions go; None
    where guardian does not listen, and plain DNS to elsewhere is refused.
    exempt: devices that nothing here is about. encrypted: whether port 853 is refused.
    resolvers: networks that are refused altogether; () for none.
    """

    interfaces: tuple[str, ...]
    ipv4: Port | None = None
    ipv6: Port | None = None
    exempt: tuple[Mac | Address | Network, ...] = ()
    encrypted: bool = True
    resolvers: tuple[Network, ...] = ()


def commands(wish: Wish) -> list[Json]:
    """The whole of it, to be run as one transaction, whether it is there already or not."""
    return [
        _add("table", {"family": FAMILY, "name": TABLE}),
        *(_add("counter", {**_HERE, "name": name}) for name in COUNTERS),
        *(_set(name, type_, ["timeout"]) for name, type_ in DYNAMIC.items()),
        *(_set(name, type_, []) for name, type_ in OPEN.items()),
        _set("always_mac", "ether_addr", []),
        *(_set(name, type_, ["interval"]) for name, type_ in _RANGES.items()),
        *({"flush": {"set": {**_HERE, "name": name}}} for name in ("always_mac", *_RANGES)),
        *_elements("always", wish.exempt),
        *_elements("resolvers", wish.resolvers),
        *(_add("chain", {**_HERE, "name": name}) for name in ("off_out", "off_in")),
        _chain("dns", "nat", "prerouting", _NAT_PREROUTING),
        _chain("passing", "filter", "forward", _FILTER),
        *({"flush": {"chain": {**_HERE, "name": name}}} for name in CHAINS),
        *_rules("off_out", _off_out(wish)),
        *_rules("off_in", _off_in(wish)),
        *_rules("dns", _dns(wish)),
        *_rules("passing", _passing(wish)),
    ]


CHAINS: Final = ("off_out", "off_in", "dns", "passing")

Rule = Sequence[Json]


def _dns(wish: Wish) -> Iterator[Rule]:
    yield [_match(meta("iifname"), _names(wish), "!="), ACT["return"]]
    yield from _unless("always", ("saddr",))
    yield from _unless("exempt", ("saddr",))
    for proto, where in (("ipv4", wish.ipv4), ("ipv6", wish.ipv6)):
        if where is None:
            continue
        to: Json = {"redirect": {"port": where.port}}
        if where.address is not None:
            family = "ip" if proto == "ipv4" else "ip6"
            to = {"dnat": {"family": family, "addr": str(where.address), "port": where.port}}
        yield [_match(meta("nfproto"), proto), *_to_dns(), counter("dns"), to]


def _passing(wish: Wish) -> Iterator[Rule]:
    inside = _names(wish)
    yield from _unless("always", ("saddr", "daddr"))
    yield [_match(meta("oifname"), inside), _in_set("ip", "daddr", "off_v4"), _jump("off_in")]
    yield [_match(meta("oifname"), inside), _in_set("ip6", "daddr", "off_v6"), _jump("off_in")]
    yield [_match(meta("iifname"), inside, "!="), ACT["return"]]
    yield [_in_set("ether", "saddr", "off_mac"), _jump("off_out")]
    yield [_in_set("ip", "saddr", "off_v4"), _jump("off_out")]
    yield [_in_set("ip6", "saddr", "off_v6"), _jump("off_out")]
    yield from _unless("exempt", ("saddr",))  # for a while, and not from bedtime
    # What comes so far was not brought back: guardian does not listen, or it began before there
    # was a firewall.
    yield [*_to_dns(), counter("dns_refused"), REFUSED]
    if wish.encrypted:
        yield [_port("tcp", "dport", 853), counter("encrypted"), RESET]
        yield [_port("udp", "dport", 853), counter("encrypted"), REFUSED]
    for family, name in (("ip", "resolvers_v4"), ("ip6", "resolvers_v6")):
        if wish.resolvers:
            known = _in_set(family, "daddr", name)
            yield [known, _match(meta("l4proto"), "tcp"), counter("resolvers"), RESET]
            yield [known, counter("resolvers"), REFUSED]


def _off_out(wish: Wish) -> Iterator[Rule]:
    """From a device whose internet is off: help, the house and the clock stay open."""
    yield [_in_set("ip", "daddr", "open_v4"), ACT["return"]]
    yield [_in_set("ip6", "daddr", "open_v6"), ACT["return"]]
    yield [_match(meta("oifname"), _names(wish)), ACT["return"]]
    yield [_port("udp", "dport", 123), ACT["return"]]
    yield [_match(meta("l4proto"), "tcp"), counter("off"), RESET]
    yield [counter("off"), PROHIBITED]


def _off_in(wish: Wish) -> Iterator[Rule]:
    # Where streams are being ended, one more piece goes through: what the device says to it is
    # reset towards the device, which would wait for ever where only the other end is told.
    for family, name in (("ip", "ending_v4"), ("ip6", "ending_v6")):
        yield [_match(meta("l4proto"), "tcp"), _in_set(family, "daddr", name), ACT["return"]]
    yield [_in_set("ip", "saddr", "open_v4"), ACT["return"]]
    yield [_in_set("ip6", "saddr", "open_v6"), ACT["return"]]
    yield [_match(meta("iifname"), _names(wish)), ACT["return"]]
    yield [_port("udp", "sport", 123), ACT["return"]]
    yield [_match(meta("l4proto"), "tcp"), counter("off"), RESET]
    yield [counter("off"), ACT["drop"]]


def _unless(prefix: str, sides: Iterable[str]) -> Iterator[Rule]:
    yield [_in_set("ether", "saddr", f"{prefix}_mac"), ACT["return"]]
    for side in sides:
        yield [_in_set("ip", side, f"{prefix}_v4"), ACT["return"]]
        yield [_in_set("ip6", side, f"{prefix}_v6"), ACT["return"]]


def set_of(prefix: str, target: Mac | Address) -> str:
    """The set of a device: by hardware address, IPv4 or IPv6."""
    return f"{prefix}_mac" if isinstance(target, Mac) else f"{prefix}_v{target.version}"


def element(name: str, values: Iterable[Any], deed: str = "add") -> Json:
    """A command that adds elements to a set, or takes them out (deed: "delete")."""
    return {deed: {"element": {**_HERE, "name": name, "elem": list(values)}}}


def flushed(name: str) -> Json:
    """A command that empties a set."""
    return {"flush": {"set": {**_HERE, "name": name}}}


def removal() -> list[Json]:
    """What leaves nothing of it behind, whether it is there or not."""
    table = {"table": {"family": FAMILY, "name": TABLE}}
    return [{"add": table}, {"delete": table}]


def _elements(prefix: str, targets: Iterable[Mac | Address | Network]) -> Iterator[Json]:
    every = tuple(targets)
    macs = sorted({each.text for each in every if isinstance(each, Mac)})
    if macs:
        yield element(f"{prefix}_mac", macs)
    networks = [ip_network(each) for each in every if not isinstance(each, Mac)]
    ipv4 = [each for each in networks if isinstance(each, IPv4Network)]
    ipv6 = [each for each in networks if isinstance(each, IPv6Network)]
    # Those that lie within others are left out: a set of ranges takes none twice.
    if ipv4:
        yield element(f"{prefix}_v4", map(_range, collapse_addresses(ipv4)))
    if ipv6:
        yield element(f"{prefix}_v6", map(_range, collapse_addresses(ipv6)))


def _range(network: Network) -> Any:
    if network.prefixlen == network.max_prefixlen:
        return str(network.network_address)
    return {"prefix": {"addr": str(network.network_address), "len": network.prefixlen}}


def _add(what: str, said: Json) -> Json:
    return {"add": {what: said}}


def _set(name: str, type_: str, flags: list[str]) -> Json:
    said: Json = {**_HERE, "name": name, "type": type_}
    if flags:
        said["flags"] = flags
    return _add("set", said)


def _chain(name: str, type_: str, hook: str, priority: int) -> Json:
    said = {"name": name, "type": type_, "hook": hook, "prio": priority, "policy": "accept"}
    return _add("chain", {**_HERE, **said})


def _rules(chain: str, rules: Iterable[Rule]) -> Iterator[Json]:
    for rule in rules:
        yield _add("rule", {**_HERE, "chain": chain, "expr": list(rule)})


def meta(key: str) -> Json:
    return {"meta": {"key": key}}


def _match(left: Json, right: Any, op: str = "==") -> Json:
    return {"match": {"op": op, "left": left, "right": right}}


def _names(wish: Wish) -> Any:
    return {"set": list(wish.interfaces)} if len(wish.interfaces) > 1 else wish.interfaces[0]


def _in_set(protocol: str, field: str, name: str) -> Json:
    return _match({"payload": {"protocol": protocol, "field": field}}, f"@{name}")


def _port(protocol: str, field: str, number: int) -> Json:
    return _match({"payload": {"protocol": protocol, "field": field}}, number)


def _to_dns() -> Rule:
    return [
        _match(meta("l4proto"), {"set": ["tcp", "udp"]}),
        _match({"payload": {"protocol": "th", "field": "dport"}}, 53),
    ]


def _jump(chain: str) -> Json:
    return {"jump": {"target": chain}}


def counter(name: str) -> Json:
    return {"counter": name}


ACT: Final[dict[str, Json]] = {"return": {"return": None}, "drop": {"drop": None}}
"""Verdicts by name."""
RESET: Final[Json] = {"reject": {"type": "tcp reset"}}
REFUSED: Final[Json] = {"reject": {"type": "icmpx", "expr": "port-unreachable"}}
PROHIBITED: Final[Json] = {"reject": {"type": "icmpx", "expr": "admin-prohibited"}}

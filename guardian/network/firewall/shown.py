"""The rules as nft shows them: what somebody reads before they say yes.

Only what `rules` makes is known here. nft could say it by itself, but not before the rules are in
the kernel, and not to who is no administrator.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from guardian.network.firewall.rules import FAMILY, TABLE, Json

_PRIORITIES: Final = {"nat": ("dstnat", -100), "filter": ("filter", 0)}


def shown(commands: Iterable[Json]) -> Iterator[str]:
    """The table as `nft list table` shows it, a line at a time, without what is counted."""
    added: dict[str, list[Json]] = {"set": [], "chain": [], "rule": [], "element": []}
    for command in commands:
        for what, said in command.get("add", {}).items():
            added.setdefault(what, []).append(said)
    yield f"table {FAMILY} {TABLE} {{"
    for each in added["set"]:
        elements = [one for row in added["element"] if row["name"] == each["name"]
                    for one in row["elem"]]  # fmt: skip
        yield from _set(each, elements)
    for each in added["chain"]:
        rules = [row["expr"] for row in added["rule"] if row["chain"] == each["name"]]
        yield from _chain(each, rules)
    yield "}"


def _set(said: Json, elements: list[Any]) -> Iterator[str]:
    yield f"\tset {said['name']} {{"
    yield f"\t\ttype {said['type']}"
    if "flags" in said:
        yield f"\t\tflags {','.join(said['flags'])}"
    if elements:
        yield f"\t\telements = {{ {', '.join(map(_value, elements))} }}"
    yield "\t}\n"


def _chain(said: Json, rules: Iterable[Iterable[Json]]) -> Iterator[str]:
    yield f"\tchain {said['name']} {{"
    if "hook" in said:
        name, base = _PRIORITIES[said["type"]]
        priority = f"{name} - {base - said['prio']}"
        hook = f"type {said['type']} hook {said['hook']} priority {priority}"
        yield f"\t\t{hook}; policy {said['policy']};"
    for rule in rules:
        yield f"\t\t{' '.join(map(_expression, rule))}"
    yield "\t}\n"


def _expression(said: Json) -> str:
    ((what, about),) = said.items()
    match what:
        case "match":
            return _match(about)
        case "counter":
            return f'counter name "{about}"'
        case "jump":
            return f"jump {about['target']}"
        case "redirect":
            return f"redirect to :{about['port']}"
        case "dnat":
            address = about["addr"] if about["family"] == "ip" else f"[{about['addr']}]"
            return f"dnat {about['family']} to {address}:{about['port']}"
        case "reject":
            return _reject(about)
    return str(what)  # a verdict by its name


def _match(about: Json) -> str:
    ((kind, left),) = about["left"].items()
    by_name = kind == "meta" and left["key"] in ("iifname", "oifname")
    if kind == "meta":
        field = left["key"] if by_name else f"meta {left['key']}"
    else:
        field = f"{left['protocol']} {left['field']}"
    op = "!= " if about["op"] == "!=" else ""
    right = about["right"]
    values = right["set"] if isinstance(right, dict) else [right]
    said = [f'"{each}"' if by_name else str(each) for each in values]
    return f"{field} {op}{{ {', '.join(said)} }}" if len(said) > 1 else f"{field} {op}{said[0]}"


def _reject(about: Json) -> str:
    if about["type"] == "tcp reset":
        return "reject with tcp reset"
    # Nothing is said of the usual one.
    return "reject" if about["expr"] == "port-unreachable" else f"reject with icmpx {about['expr']}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inside = value["prefix"]
        return f"{inside['addr']}/{inside['len']}"
    return str(value)

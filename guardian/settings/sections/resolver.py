"""`resolver`: the processes that answer DNS."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Network
from typing import Final

from guardian.settings import kinds
from guardian.settings.fields import Field, Reading, Section, Values, Wrong, maybe, record, scalar

_PREFIX_LENGTHS: Final = (32, 40, 48, 56, 64, 96)  # RFC 6052, section 2.2


class Strategy(StrEnum):
    """Which of several upstreams is asked."""

    FAILOVER = "failover"
    FASTEST = "fastest"
    PARALLEL = "parallel"


@dataclass(frozen=True, slots=True)
class Resolver:
    """cache_bytes: of each worker. run_as: a user; None to stay who guardian was started as.

    strategy: which of several upstreams is asked. dns64: a prefix, "auto", or "" for off.
    """

    workers: int
    cache_bytes: int
    mixed_case: bool
    run_as: str | None
    strategy: Strategy
    dns64: str = ""


def _dns64(text: str) -> str:
    word = text.lower()
    if word in ("off", "auto", "false", "no"):
        return "auto" if word == "auto" else ""
    try:
        prefix = IPv6Network(text)
    except ValueError:
        raise Wrong(f'"{text}" is no IPv6 prefix', "write auto, or it as 64:ff9b::/96") from None
    if prefix.prefixlen not in _PREFIX_LENGTHS:
        raise Wrong(f"a prefix of /{prefix.prefixlen} is not used", "write one of /96 or /64")
    return str(prefix)


WORKERS: Final = Field(
    "workers",
    kinds.whole_number(1, 64),
    "How many processes answer DNS; more than the machine has cores is of no use, and one is "
    "enough for a home.",
    default="1",
)
CACHE: Final = Field(
    "cache", kinds.SIZE, "How much memory each of them may use for answers.", default="8MB"
)
MIXED_CASE: Final = Field(
    "mixed_case",
    kinds.SWITCH,
    "Whether upstreams are asked in letters of mixed case, which a forged answer would have to "
    "guess. A few servers do not repeat the case; then leave it off.",
    default="off",
)
STRATEGY: Final = Field(
    "strategy",
    kinds.choice("way to choose an upstream", Strategy),
    "Which of several upstreams is asked: `failover`, the first that answers, in the order of the "
    "file; `fastest`, the one that answered fastest lately, the others being tried now and then; "
    "`parallel`, the first two at once, and the first good answer counts. In parallel both learn "
    "what the house looks up.",
    default="failover",
)
DNS64: Final = Field(
    "dns64",
    scalar("`off`, `auto` or an IPv6 prefix", "64:ff9b::/96", _dns64),
    "For networks that have IPv6 alone, with a NAT64 gateway: addresses are made for sites that "
    "have none for IPv6. `auto` learns the gateway's prefix from the upstream (RFC 7050); another "
    "one is written out, with a length of 32, 40, 48, 56, 64 or 96.",
    default="off",
)
RUN_AS: Final = Field(
    "run_as",
    maybe(kinds.USER),
    "The user they become once their ports are open, when guardian is started as root.",
    default="",
)


def _build(values: Values, _: Reading) -> Resolver:
    return Resolver(
        values[WORKERS],
        values[CACHE],
        values[MIXED_CASE],
        values[RUN_AS],
        values[STRATEGY],
        values[DNS64],
    )


SECTION: Final = Section(
    "resolver",
    "The processes that answer DNS.",
    (WORKERS, CACHE, STRATEGY, MIXED_CASE, DNS64, RUN_AS),
    "resolver:\n  workers: 2\n  cache: 32MB\n  strategy: fastest\n  run_as: guardian\n",
)
RESOLVER: Final = record(SECTION, _build, "the resolver's keys")

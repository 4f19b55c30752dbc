"""`resolver`: the processes that answer DNS."""

from dataclasses import dataclass
from typing import Final

from guardian.settings import kinds
from guardian.settings.fields import Field, Reading, Section, Values, maybe, record


@dataclass(frozen=True, slots=True)
class Resolver:
    """cache_bytes: of each worker. run_as: a user; None to stay who guardian was started as."""

    workers: int
    cache_bytes: int
    mixed_case: bool
    run_as: str | None


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
RUN_AS: Final = Field(
    "run_as",
    maybe(kinds.USER),
    "The user they become once their ports are open, when guardian is started as root.",
    default="",
)


def _build(values: Values, _: Reading) -> Resolver:
    return Resolver(values[WORKERS], values[CACHE], values[MIXED_CASE], values[RUN_AS])


SECTION: Final = Section(
    "resolver",
    "The processes that answer DNS.",
    (WORKERS, CACHE, MIXED_CASE, RUN_AS),
    "resolver:\n  workers: 2\n  cache: 32MB\n  run_as: guardian\n",
)
RESOLVER: Final = record(SECTION, _build, "the resolver's keys")

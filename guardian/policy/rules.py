"""What can be said about a name, and what is in force for somebody during one stretch of time.

Steps stand in the order of judgement: a rule of an earlier step is never beaten by one of a later
step. Rules carry no person and no hour, so that people under the same rules share one `State`; the
sentence about a person is made when somebody asks for it (`sentences`).
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from guardian.policy import sentences


class Step(IntEnum):
    """The order of judgement; docs/policy.md says why it is this one."""

    ILLEGAL = 1
    HELPLINE = 2
    ESSENTIAL = 3
    PAUSE = 4
    OWN = 5
    WINDOW = 6
    CATEGORY = 7
    SAFE_SEARCH = 8


class Action(StrEnum):
    ALLOW = "allow"
    BLOCK = "block"
    REWRITE = "rewrite"


class Engine(StrEnum):
    """Search engines and platforms with a safe mode that DNS can choose."""

    GOOGLE = "google"
    BING = "bing"
    DUCKDUCKGO = "duckduckgo"
    YOUTUBE = "youtube"
    ECOSIA = "ecosia"
    BRAVE = "brave"
    PIXABAY = "pixabay"
    YANDEX = "yandex"


class Level(StrEnum):
    """How much a safe mode hides; only YouTube knows MODERATE."""

    MODERATE = "moderate"
    STRICT = "strict"


ILLEGAL_CATEGORY: Final = "illegal"  # never a profile's choice: blocked for everybody


@dataclass(frozen=True, slots=True)
class Everything:
    """Every name there is."""


@dataclass(frozen=True, slots=True)
class Category:
    """The names that lists put into one category, or that belong to one service."""

    id: str


@dataclass(frozen=True, slots=True)
class Names:
    """These qnames, each with all below it."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Names that one of these patterns matches (`patterns.compiled`)."""

    patterns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Types:
    """Questions for these record types, by number."""

    qtypes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Networks:
    """Names whose answer has an address in one of these networks."""

    networks: frozenset[IPv4Network | IPv6Network]


@dataclass(frozen=True, slots=True)
class Homographs:
    """Names that look like another one that people know."""


@dataclass(frozen=True, slots=True)
class Unfamiliar:
    """Names that nobody in the household has looked up before today, by what is registered."""


@dataclass(frozen=True, slots=True)
class SafeSearch:
    """The names of one engine, answered with those of its safe mode."""

    engine: Engine
    level: Level


@dataclass(frozen=True, slots=True)
class Helplines:
    """Helplines, hotlines and emergency services."""


@dataclass(frozen=True, slots=True)
class Essentials:
    """What devices need to work and to stay safe: time, updates, captive-portal checks."""


What = (
    Everything
    | Category
    | Names
    | Patterns
    | Types
    | Networks
    | Homographs
    | Unfamiliar
    | SafeSearch
    | Helplines
    | Essentials
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is so for somebody during a stretch of time.

    id: stable and readable, such as "window:bedtime" or "category:adult"; equal in every stretch
        in which the same rule holds.
    says: key of the sentence that gives the reason (`sentences.WORDINGS`).
    title: what the rule is about, in people's words ("Adult content"); "" where nothing is named.
    spares: categories and services whose names it is not about after all.
    ede: info-code of the Extended DNS Error (RFC 8914) of a block: 15, 16 or 17; else None.
    """

    step: Step
    what: What
    action: Action
    id: str
    says: str
    title: str = ""
    ede: int | None = None
    spares: frozenset[str] = frozenset()

    @property
    def reason(self) -> str:
        """Why, without person or hour ("Bedtime"); fit for the text of an Extended DNS Error."""
        return sentences.brief(self.says, self.title)


class Answer(StrEnum):
    """What a blocked name is answered with."""

    ZERO = "zero"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    REFUSED = "refused"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class BlockAnswer:
    """How a block looks on the wire.

    addresses: for ADDRESS, at most one of each family; a family without one gets NODATA.
    ttl: seconds, 10 to 60.
    """

    answer: Answer = Answer.ZERO
    addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    ttl: int = 10


@dataclass(frozen=True, slots=True)
class State:
    """All that is in force for somebody during one stretch of time.

    rules: in order of judgement. Equal states are equal and hash alike, whoever they belong to.
    extra_time: categories and services that extra time opens; "" for everything.
    metered: those whose use is measured, likewise: devices may not remember their names for long.
    parts: of what several people share, what is in force for each of them; no rules then. The
    strictest of their verdicts holds.
    watched: the person for whom a parent learns what is needed: what `allow_only` would stop is
    open, and the names are shown to the parent; "" for nobody.
    tries: ids of lists of which new content counts in it, that does not count for others yet.
    """

    rules: tuple[Rule, ...]
    block_answer: BlockAnswer = field(default_factory=BlockAnswer)
    extra_time: frozenset[str] = frozenset()
    metered: frozenset[str] = frozenset()
    parts: tuple["State", ...] = ()

    @property
    def each(self) -> tuple["State", ...]:
        """Its parts; itself where it has none."""
        return self.parts or (self,)

    watched: str = ""
    tries: tuple[str, ...] = ()

    def of(self, step: Step) -> tuple[Rule, ...]:
        """The rules of one step, of all its parts."""
        return tuple(rule for part in self.each for rule in part.rules if rule.step is step)

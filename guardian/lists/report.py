"""What became of each line of a source."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final, NamedTuple

from guardian.lists import expressions
from guardian.lists.entry import BLOCKS_ALL, BLOCKS_BELOW, BLOCKS_ONE, Variety
from guardian.lists.expressions import BadExpression, Expression

SAMPLES: Final = 5  # lines shown for each reason
MOST_HELD: Final = 100
MOST_EXPRESSIONS: Final = 200  # of one source
MOST_COST: Final = 5000  # of all of them together, see `expressions.Expression`
_SAMPLE_BYTES: Final = 120
_MOST_KINDS: Final = 40
_OTHER_KIND: Final = "something else"

Network = IPv4Network | IPv6Network


class Reason(StrEnum):
    NOT_A_NAME = "not a domain name"
    SINGLE_LABEL = "a single label"
    PUBLIC_SUFFIX = "a public suffix, under which anybody may register: it waits for you"
    PROTECTED = "a name of help, which is never blocked"
    ADDRESS = "an IP address"
    NOT_A_DIGEST = "neither a SHA-256 digest nor a comment"
    NOT_AN_ADDRESS = "neither an IP address nor a range of them"
    AT_HOME = "an address of a home network or of the machine itself"
    NOT_A_SINK = "an address that is not a sink"
    COSMETIC = "a rule for pages, not for DNS"
    PATTERN = "a pattern"
    TOO_OPEN = "an expression that cannot be matched here, or that means every name"
    TOO_MANY = "one expression too many: each costs every name that is looked up"
    UNSUPPORTED = "an option that DNS cannot honour"
    SETTING = "a setting of a DNS server, which blocks no name"
    EVERYTHING = "a rule for every name there is"
    PATH = "a page: it cannot be enforced by DNS"
    EXCEPTION = "an exception, which a list of illegal content cannot have"
    TOO_LONG = "a line that is too long"
    TOO_VARIED = "one rule too many of unlike options"


class Rule(NamedTuple):
    """An entry as a source writes it, before it belongs to a list. name: ASCII, no final dot."""

    name: bytes
    variety: Variety


class Pattern(NamedTuple):
    """All names in which an expression is found."""

    expression: Expression
    variety: Variety


class Page(NamedTuple):
    """A URL that a source writes, other than a whole site's. is_folder: with all below it."""

    url: bytes
    is_folder: bool = False


@dataclass(slots=True)
class Parsed:
    """What a parser took and what it refused; grows while it reads.

    names: the plain block entries that cover subdomains, exact: those that do not: nearly all of a
    list; below: those that cover subdomains alone. special: the rest. patterns: entries without a
    name. taken_back: rules of this source that do not hold (`$badfilter`); the name of a pattern's
    is its expression between slashes. nearest: see `ListInfo`. networks: IP addresses and
    ranges that answers must not lead to. pages: of a confidential source, for who sees URLs.
    digests: of names that the source does not tell; hashing: how it made them (`hashing.Hashing`).
    unsupported: refused rules by the option or trigger that DNS cannot honour. held: public
    suffixes, the first MOST_HELD. confidential: no line is kept as a sample. Whoever compiles while
    a parser reads may empty names, exact, below, pages and digests between two
    lines.
    """

    confidential: bool = False
    lines: int = 0
    names: list[bytes] = field(default_factory=list)
    exact: list[bytes] = field(default_factory=list)
    below: list[bytes] = field(default_factory=list)
    special: list[Rule] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    taken_back: list[Rule] = field(default_factory=list)
    nearest: bool = False
    networks: list[Network] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    hashing: str = ""
    refused: Counter[Reason] = field(default_factory=Counter)
    unsupported: Counter[str] = field(default_factory=Counter)
    held: list[str] = field(default_factory=list)
    samples: dict[Reason, list[str]] = field(default_factory=dict)

    def take(self, name: bytes, variety: Variety) -> None:
        """Keep an entry."""
        if variety == BLOCKS_ALL:
            self.names.append(name)
        elif variety == BLOCKS_ONE:
            self.exact.append(name)
        elif variety == BLOCKS_BELOW:
            self.below.append(name)
        else:
            self.special.append(Rule(name, variety))

    def numbered(self, lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        """Lines with their numbers, which are counted here: others may have been read before."""
        for line in lines:
            self.lines += 1
            yield self.lines, line

    def take_pattern(self, text: str, variety: Variety, line: bytes, number: int) -> None:
        """Keep an entry for all names in which an expression is found, or count its line."""
        if self.confidential:  # an index keeps expressions as they are
            self.refuse(Reason.PATTERN, line, number)
            return
        try:
            pattern = Pattern(expressions.read(text), variety)
        except BadExpression:
            self.refuse(Reason.TOO_OPEN, line, number)
            return
        cost = pattern.expression.cost + sum(each.expression.cost for each in self.patterns)
        if len(self.patterns) >= MOST_EXPRESSIONS or cost > MOST_COST:
            self.refuse(Reason.TOO_MANY, line, number)
        elif pattern not in self.patterns:
            self.patterns.append(pattern)

    def take_patterns_back(self) -> None:
        """Drop the patterns that are taken back, when all has been read."""
        back = {
            (name[1:-1].decode("utf-8", "replace"), variety)
            for name, variety in self.taken_back
            if name.startswith(b"/")
        }
        if back:
            self.taken_back = [each for each in self.taken_back if not each.name.startswith(b"/")]
            self.patterns = [
                each for each in self.patterns if (each.expression.text, each.variety) not in back
            ]

    def settle(self, found: bytes | Reason, variety: Variety, line: bytes, number: int) -> None:
        """Keep the name that `spelling.mend` found, or count the line for its reason."""
        if isinstance(found, Reason):
            self.refuse(found, line, number)
        else:
            self.take(found, variety)

    def refuse(self, reason: Reason, line: bytes, number: int = 0) -> None:
        """Count a line, and keep a few of each kind to show. number: 0 where it is not known."""
        self.refused[reason] += 1
        if self.confidential or self.refused[reason] > SAMPLES:
            return
        text = line[:_SAMPLE_BYTES].decode("utf-8", "replace").strip()
        self.samples.setdefault(reason, []).append(f"line {number}: {text}" if number else text)

    def hold(self, name: bytes) -> None:
        """Count a public suffix, and keep it for a person to decide on."""
        self.refuse(Reason.PUBLIC_SUFFIX, name)
        text = name.decode("ascii")
        if not self.confidential and len(self.held) < MOST_HELD and text not in self.held:
            self.held.append(text)

    def no_support(self, what: str, line: bytes, number: int = 0) -> None:
        """Count a line that asks for something which DNS cannot honour, such as `$third-party`."""
        self.refuse(Reason.UNSUPPORTED, line, number)
        if not self.confidential:
            known = what in self.unsupported or len(self.unsupported) < _MOST_KINDS
            self.unsupported[what if known else _OTHER_KIND] += 1

    def as_data(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            "lines": self.lines,
            "refused": {reason.value: count for reason, count in sorted(self.refused.items())},
            "samples": {reason.value: lines for reason, lines in sorted(self.samples.items())},
            "unsupported": dict(self.unsupported.most_common()),
            "networks": len(self.networks),
            "patterns": len(self.patterns),
            "held": sorted(self.held),
        }

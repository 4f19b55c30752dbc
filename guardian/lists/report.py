"""What became of each line of a source."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from guardian.lists.entry import PLAIN, Kind, Modifiers, Scope

SAMPLES: Final = 5  # lines shown for each reason


class Reason(StrEnum):
    NOT_A_NAME = "not a domain name"
    SINGLE_LABEL = "a single label"
    PUBLIC_SUFFIX = "a public suffix: it would block everybody under it"
    ADDRESS = "an IP address"
    NOT_A_SINK = "an address that is not a sink"
    COSMETIC = "a rule for pages, not for DNS"
    PATTERN = "a pattern"
    UNSUPPORTED = "an option that DNS cannot honour"
    PATH = "a page: it cannot be enforced by DNS"
    TOO_LONG = "a line that is too long"


@dataclass(slots=True)
class Parsed:
    """What a parser took and what it refused; grows while it reads.

    names: the plain block entries that cover subdomains, exact: those that do not, as ASCII bytes:
    nearly all of a list. special: the rest: (name, kind, scope, modifiers). confidential: no line
    is kept as a sample.
    """

    confidential: bool = False
    lines: int = 0
    names: list[bytes] = field(default_factory=list)
    exact: list[bytes] = field(default_factory=list)
    special: list[tuple[bytes, Kind, Scope, Modifiers]] = field(default_factory=list)
    refused: Counter[Reason] = field(default_factory=Counter)
    samples: dict[Reason, list[str]] = field(default_factory=dict)

    def take(self, name: bytes, kind: Kind, scope: Scope, modifiers: Modifiers = PLAIN) -> None:
        """Keep an entry."""
        if kind is Kind.BLOCK and modifiers is PLAIN:
            (self.names if scope is Scope.SUBDOMAINS else self.exact).append(name)
        else:
            self.special.append((name, kind, scope, modifiers))

    def refuse(self, reason: Reason, line: bytes, number: int) -> None:
        """Count a line, and keep a few of each kind to show."""
        self.refused[reason] += 1
        samples = self.samples.setdefault(reason, [])
        if len(samples) < SAMPLES and not self.confidential:
            text = line[:120].decode("utf-8", "replace").strip()
            samples.append(f"line {number}: {text}")

    @property
    def taken(self) -> int:
        """How many entries were taken."""
        return len(self.names) + len(self.exact) + len(self.special)

    def as_data(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            "lines": self.lines,
            "taken": self.taken,
            "exceptions": sum(kind is Kind.ALLOW for _, kind, _, _ in self.special),
            "refused": {reason.value: count for reason, count in sorted(self.refused.items())},
            "samples": {reason.value: lines for reason, lines in sorted(self.samples.items())},
        }

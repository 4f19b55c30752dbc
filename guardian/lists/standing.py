"""How a list stands, as it is told to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardian.errors import Said
from guardian.lists.source import Source
from guardian.lists.stage import Stage
from guardian.lists.trust.contents import Version, Waiting


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands.

    names: taken into the index. refused: lines. fetched: UTC, when the content in force came; None
    for a local one. problem: "" where all is well. version, format, licence: of the last content.
    next: when it will be asked for again; None for one that is not fetched, or is held. stage: what
    is done with it now. refusals: reason (`report.Reason`) → how many lines, and some of them.
    held: public suffixes that it names, which wait for a person. waiting: newer content that does
    not count until a person releases it. current: what is known of the content in force. earlier:
    those before it that are kept, the newest first. asked: UTC, when its server was asked for it
    last. is_expired: whether a confidential one has grown too old. pages: of a confidential one,
    which a proxy can keep closed. duplicates: entries that were there before.
    """

    source: Source
    names: int
    refused: int
    fetched: datetime | None
    problem: str
    version: str = ""
    format: str = ""
    licence: str = ""
    next: datetime | None = None
    stage: Stage = Stage.RESTS
    refusals: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    held: tuple[str, ...] = ()
    waiting: Waiting | None = None
    current: Version | None = None
    earlier: tuple[Version, ...] = ()
    asked: datetime | None = None
    is_expired: bool = False
    pages: int = 0
    duplicates: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the earlier contents that are kept."""
        return tuple(each.number for each in self.earlier)


def refusals_of(report: dict[str, Any]) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """Reasons with the number of lines, the most first, and some of these."""
    samples = report.get("samples", {})
    rows = sorted(report.get("refused", {}).items(), key=lambda row: -row[1])
    return tuple((reason, count, tuple(samples.get(reason, ()))) for reason, count in rows)


def together(problems: Sequence[str]) -> str:
    """All problems in one sentence; "" for none."""
    if len(problems) > 1:
        return Said("%(one)s; %(other)s", one=problems[0], other=together(problems[1:]))
    return problems[0] if problems else ""

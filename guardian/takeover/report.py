"""What was kept of another product's settings, and what was not and why: a line for each."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from guardian.errors import GuardianError

_LONGEST: Final = 160  # characters of a word from somebody else's file


class BadExport(GuardianError):
    """A file that is not what it was said to be, or too much of it; the message says why."""

    exit_code: ClassVar[int] = 2


@dataclass(slots=True)
class Report:
    """kept, lost: sentences without their ends; of `lost`, what it was and why."""

    kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def keep(self, said: str) -> None:
        """Note what was taken over, once."""
        if (line := shown(said)) not in self.kept:
            self.kept.append(line)

    def lose(self, what: str, why: str) -> None:
        """Note what was not, once."""
        if (line := f"{shown(what)}: {why}") not in self.lost:
            self.lost.append(line)


def shown(text: str) -> str:
    """Somebody else's words in one line of a terminal or a comment, and no longer than fits."""
    line = "".join(each if each.isprintable() else " " for each in text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def several(count: int, one: str, more: str) -> str:
    """A number with its word: "1 name", "3 names"."""
    return f"{count} {one if count == 1 else more}"

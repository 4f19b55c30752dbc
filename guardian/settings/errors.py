"""What is wrong with a configuration: a sentence each, with place and remedy, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from guardian.errors import GuardianError, Said


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    line: counted from 1; 0 where the file as a whole is meant. field: such as "listen.dns[0]"; ""
    where there is none. mend: what to do, as an order ("write it as …").
    """

    file: str
    line: int
    field: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> Said:
        """Where it is, what is wrong and what to do."""
        line = Said("line %(line)s", line=self.line) if self.line else ""
        where = _joined(", ", [part for part in (self.file, line, self.field) if part])
        return Said(
            "%(where)s: %(problem)s; %(mend)s", where=where, problem=self.problem, mend=self.mend
        )

    @property
    def at_field(self) -> Said:
        """The same beside the field of a form, where the place is plain."""
        return Said("%(problem)s; %(mend)s.", problem=self.problem, mend=self.mend)


class ConfigError(GuardianError):
    """A configuration that cannot be used; its message has a line for each problem."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(_joined("\n", [problem.said for problem in self.problems]))


def _joined(between: str, parts: Sequence[str]) -> Said:
    """Parts one after the other, each still as it can be said."""
    named = {f"part{at}": part for at, part in enumerate(parts)}
    template = between.join(f"%({name})s" for name in named)
    return Said(template, **named)

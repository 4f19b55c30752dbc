"""What is wrong with a configuration: a sentence each, with place and remedy, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from guardian.errors import GuardianError


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
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(part for part in (self.file, line, self.field) if part)
        return f"{where}: {self.problem}; {self.mend}"


class ConfigError(GuardianError):
    """A configuration that cannot be used; its message has a line for each problem."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))

"""How much was told of each month so far: a privacy budget that a release cannot pass.

Noise hides one child in one release. Whoever has many releases of the same children takes the
average, and the noise is gone; so each release spends of a budget for its month and for its year,
and is written down before it is given out. The file has a line of JSON for each; it is kept by
whoever combines, and is the only proof of what was spent: keep it with the releases.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from io import TextIOWrapper
from os import fsync
from pathlib import Path
from typing import ClassVar, Final

from guardian.errors import GuardianError

MOST_A_MONTH: Final = Fraction(1)
MOST_A_YEAR: Final = Fraction(12)


class BudgetSpent(GuardianError):
    """A release that would tell too much, or a ledger that cannot say what was told."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A release that was made. digest: of the contributions, so that one can prove which."""

    period: str
    epsilon: Fraction
    made: str
    digest: str


class Ledger:
    """The file. limits: what may be spent for one month, and for the months of one year."""

    def __init__(
        self, path: Path, a_month: Fraction = MOST_A_MONTH, a_year: Fraction = MOST_A_YEAR
    ) -> None:
        self._path = path
        self._a_month, self._a_year = a_month, a_year

    def spend(self, period: str, epsilon: Fraction, digest: str, now: datetime) -> None:
        """Write a release down; it may be made then. Raises BudgetSpent, OSError."""
        with self._locked() as file:
            entries = list(self._entries(file))
            self._check(entries, period, epsilon)
            made = now.isoformat(timespec="seconds")
            row = {"period": period, "epsilon": str(epsilon), "made": made, "digest": digest}
            file.write(json.dumps(row) + "\n")
            file.flush()
            fsync(file.fileno())

    def entries(self) -> list[Entry]:
        """All releases so far. Raises BudgetSpent where that cannot be read."""
        if not self._path.exists():
            return []
        with self._path.open(encoding="utf-8") as file:
            return list(self._entries(file))

    @contextmanager
    def _locked(self) -> Iterator[TextIOWrapper]:
        with self._path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # two at once would each see room for one
            file.seek(0)
            yield file

    def _entries(self, file: TextIOWrapper) -> Iterator[Entry]:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                epsilon = Fraction(row["epsilon"])
                if epsilon <= 0 or not line.endswith("\n"):
                    raise ValueError
                yield Entry(str(row["period"]), epsilon, str(row["made"]), str(row["digest"]))
            except (ValueError, KeyError, TypeError, ZeroDivisionError):
                raise BudgetSpent(
                    f"{self._path}, line {number}: it does not say what was spent, so nothing more "
                    "is told; put back a copy of the ledger"
                ) from None

    def _check(self, entries: list[Entry], period: str, epsilon: Fraction) -> None:
        month = sum((each.epsilon for each in entries if each.period == period), Fraction(0))
        year = sum((each.epsilon for each in entries if each.period[:4] == period[:4]), Fraction(0))
        if month + epsilon > self._a_month:
            raise BudgetSpent(
                f"{_said(month)} of the privacy budget of {period} ({_said(self._a_month)}) is "
                "spent; use the release that there is"
            )
        if year + epsilon > self._a_year:
            raise BudgetSpent(
                f"{_said(year)} of the privacy budget of {period[:4]} ({_said(self._a_year)}) is "
                "spent; release nothing more of that year"
            )


def _said(epsilon: Fraction) -> str:
    return f"{float(epsilon):g}"

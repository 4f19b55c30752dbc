"""What pages ask of the copies of a household (its backups), and do with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the household. at: when it was made, UTC. size: bytes."""

    name: str
    at: datetime
    size: int


class Copies(Protocol):
    """The copies of a household."""

    def all(self) -> Sequence[Copy]:
        """The copies of the household, the last one first."""

    def folder(self) -> Path:
        """Where they are."""

    def path(self, name: str) -> Path | None:
        """Where a copy is; None where there is none of that name."""

    def make(self, who: str) -> str:
        """Make a copy now; gives its name. Raises GuardianError."""

    def are_sealed(self) -> bool:
        """Whether a passphrase is needed for those that are made."""

    def restore(self, name: str, who: str) -> None:
        """Put back what a copy holds, after one of what is there now. Everybody logs in anew.

        Raises ConfigError, GuardianError; then nothing is changed.
        """

"""What is wrong with a household just now, and who is told: the terminal at once, the pages on.

A sentence stays until the configuration is read again. What the disk or the database refuses is
said once, and stays until they take things again: DNS goes on meanwhile.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from guardian.errors import Said


class Troubles:
    """The problems of a household. changed: tells those who watch a page."""

    def __init__(self, state: Path, say: Callable[[str], None]) -> None:
        """say: tells the person at the terminal a sentence."""
        self._state = state
        self._say = say
        self._problems: list[str] = []
        self._refused = ""  # what the disk refused, until it does no more
        self.changed: Callable[[], None] = lambda: None

    @property
    def now(self) -> Sequence[str]:
        """What is wrong now, a sentence each."""
        return [*self._problems, *([self._refused] if self._refused else [])]

    def tell(self, sentence: str) -> None:
        """Say what is wrong, here and from now on."""
        self._problems.append(sentence)
        self._say(sentence)

    def begin_anew(self) -> None:
        """Forget what was told: it is found again where it is so still."""
        self._problems.clear()

    @contextlib.contextmanager
    def surviving(self) -> Iterator[None]:
        """Say what the disk or the database refuses, once until it takes things again; go on."""
        try:
            yield
        except (OSError, sqlite3.Error) as problem:
            self.refused(problem)

    def refused(self, problem: Exception) -> None:
        """Say that the disk or the database refused something, until that is over."""
        said = Said(
            "%(path)s: it cannot be written or read (%(problem)s); see that it has room",
            path=self._state,
            problem=problem,
        )
        if not self._refused:
            self._say(said)
            self._refused = said
            self.changed()

    def try_again(self, write: Callable[[], None]) -> None:
        """Where it was refused to write, find out whether that is over."""
        if self._refused:
            with self.surviving():
                write()
                self._refused = ""
                self._say(f"{self._state}: it can be written again")
                self.changed()

"""The changes of the configuration, so that each can be looked at and taken back."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guardian.store.instants import text

MOST: Final = 1000  # that can be taken back; each has two files of some kilobytes
_LISTED: Final = "number, at, who, places"
_WHOLE: Final = f"{_LISTED}, before, after"
_LAST_FIRST: Final = "WHERE (?1 IS NULL OR number < ?1) ORDER BY number DESC LIMIT ?2"


Place = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A place in the file, values that are there no more, and new ones: `canonical.Difference`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What was changed of the configuration. places: () where that cannot be told."""

    number: int
    at: datetime
    who: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Change(Listed):
    """The same with the whole file, before and after."""

    before: bytes
    after: bytes


class Changes:
    """The changes of a household's configuration, in its database (`household`)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def keep(
        self, who: str, before: bytes, after: bytes, now: datetime, places: Iterable[Place] = ()
    ) -> None:
        """Keep a change of the configuration. who: as they are called on pages."""
        self._connection.execute(
            "INSERT INTO changes (at, who, before, after, places) VALUES (?, ?, ?, ?, ?)",
            (text(now), who, before, after, json.dumps([*places], ensure_ascii=False)),
        )

    def listed(self, most: int = -1, before: int | None = None) -> list[Listed]:
        """As `all`, without the files, which are large."""
        return [Listed(*each) for each in self._rows(_LISTED, _LAST_FIRST, before, most)]

    def naming(self, word: str, before: int | None = None) -> list[Listed]:
        """Those in whose places a word stands."""
        where = "WHERE (?1 IS NULL OR number < ?1) AND instr(places, ?2) ORDER BY number DESC"
        return [Listed(*each) for each in self._rows(_LISTED, where, before, _written(word))]

    def between(self, start: datetime, end: datetime, word: str) -> list[Listed]:
        """Those of a time, its end not among them, whose places have a word, the last one first."""
        where = "WHERE at >= ? AND at < ? AND instr(places, ?) ORDER BY number DESC"
        found = self._rows(_LISTED, where, text(start), text(end), _written(word))
        return [Listed(*each) for each in found]

    def all(self, most: int = -1, before: int | None = None) -> list[Change]:
        """Changes, the last one first. most: -1 for all. before: only those of lower numbers."""
        return [Change(*each) for each in self._rows(_WHOLE, _LAST_FIRST, before, most)]

    def numbered(self, number: int) -> Change | None:
        """The change of a number."""
        found = self._rows(_WHOLE, "WHERE number = ?", number)
        return next((Change(*each) for each in found), None)

    def _rows(self, columns: str, where: str, *values: object) -> Iterator[tuple[Any, ...]]:
        rows = self._connection.execute(f"SELECT {columns} FROM changes {where}", values)  # noqa: S608 (our own words)
        for number, at, who, places, *files in rows:
            yield number, datetime.fromisoformat(at), who, _places(places), *files

    def last(self) -> int:
        """The number of the last change; 0 where there is none."""
        row = self._connection.execute("SELECT max(number) FROM changes").fetchone()
        return int(row[0] or 0)

    def expire(self) -> None:
        """Forget the oldest, past MOST of them."""
        self._connection.execute(
            "DELETE FROM changes WHERE number <= (SELECT max(number) FROM changes) - ?", (MOST,)
        )


def _places(data: str | None) -> tuple[Place, ...]:
    found = json.loads(data) if data else ()
    return tuple((path, tuple(gone), tuple(come)) for path, gone, come in found)


def _written(word: str) -> str:
    """A word as it stands within the places."""
    return json.dumps(word, ensure_ascii=False)[1:-1]

"""Minutes of use, estimated from what devices look up.

A resolver sees names, not screens: a device asks when it needs an address, remembers it, and is
silent until it needs the next one. And it asks when nobody holds it: for mail, for updates, for a
beacon every few minutes. So a *sighting* is a second in which a person's devices asked for a thing,
and use is told from sightings by three rules:

1. Sightings at most five minutes apart are one *session*; it lasts from the minute of the first to
   the minute of the last, both counted.
2. A session of fewer than three sightings is chatter and does not count.
3. Nor does a session that is a beacon: three or more sightings, each alone in its minute, at
   intervals of two minutes or more that differ by no more than one.

What this gets wrong is on the child's side where it can be: a game that talks to its server without
new names is silence, and costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

MOST_GAP: Final = 5  # minutes between two sightings of one session
LEAST_SIGHTINGS: Final = 3
_JITTER: Final = 1  # minutes by which a beacon's intervals differ
_KEPT_MINUTES: Final = 26 * 60  # a day, its longest after a clock change, and the session before


def used_minutes(sightings: Mapping[int, int]) -> Iterator[int]:
    """The minutes of use. sightings: minute (UTC, since 1970) → seconds in it with a sighting."""
    for session in _sessions(sorted(sightings)):
        if not _is_chatter(session, sightings):
            yield from range(session[0], session[-1] + 1)


def _sessions(minutes: Iterable[int]) -> Iterator[list[int]]:
    session: list[int] = []
    for minute in minutes:
        if session and minute - session[-1] > MOST_GAP:
            yield session
            session = []
        session.append(minute)
    if session:
        yield session


def _is_chatter(session: list[int], sightings: Mapping[int, int]) -> bool:
    if sum(sightings[minute] for minute in session) < LEAST_SIGHTINGS:
        return True
    if any(sightings[minute] > 1 for minute in session):
        return False
    gaps = [later - earlier for earlier, later in pairwise(session)]
    return min(gaps) > 1 and max(gaps) - min(gaps) <= _JITTER


@dataclass(slots=True)
class _Record:
    """One person's sightings of one thing. days: minutes of use, as of the last sighting."""

    minutes: dict[int, tuple[int, int]] = field(default_factory=dict)  # minute → seconds, last one
    days: dict[date, int] | None = None


@dataclass(slots=True)
class Meter:
    """Sightings of the last day, by person and thing (None: everything)."""

    _records: dict[tuple[str, str | None], _Record] = field(default_factory=dict)

    def see(self, person: str, thing: str | None, second: int) -> None:
        """A sighting. second: UTC, since 1970; sightings come in their order."""
        record = self._records.setdefault((person, thing), _Record())
        count, last = record.minutes.get(second // 60, (0, -1))
        if last != second:
            record.minutes[second // 60] = (count + 1, second)
            record.days = None

    def used(self, zone: ZoneInfo) -> dict[tuple[date, str, str | None], int]:
        """Minutes of use by local day, person and thing, as far back as sightings are kept."""
        found: dict[tuple[date, str, str | None], int] = {}
        for (person, thing), record in self._records.items():
            if record.days is None:
                record.days = _by_day(record.minutes, zone)
            found.update(((day, person, thing), used) for day, used in record.days.items())
        return found

    def rename(self, old: str, new: str) -> None:
        """Let a person's sightings be another name's."""
        for person, thing in list(self._records):
            if person == old:
                self._records[new, thing] = self._records.pop((old, thing))

    def forget(self, now: int) -> None:
        """Drop what is older than a day. now: second, UTC."""
        oldest = now // 60 - _KEPT_MINUTES
        for record in self._records.values():
            old = [each for each in record.minutes if each < oldest]
            for minute in old:
                del record.minutes[minute]
            if old:
                record.days = None


def _by_day(minutes: Mapping[int, tuple[int, int]], zone: ZoneInfo) -> dict[date, int]:
    found: dict[date, int] = {}
    for minute in used_minutes({at: seconds for at, (seconds, _) in minutes.items()}):
        day = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).date()
        found[day] = found.get(day, 0) + 1
    return found

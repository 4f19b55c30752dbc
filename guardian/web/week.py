"""A week as its page shows it: windows in words, and each piece with its place in the grid.

Places are counted along the reading direction, in quarters of an hour from midnight; the
stylesheet turns them into columns, so that nothing here knows of left and right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from guardian.policy import sentences
from guardian.policy.explain import Span
from guardian.policy.rules import Category
from guardian.policy.week import Piece, clock, length, minutes, pieces
from guardian.policy.windows import Season, Weekday, Window
from guardian.web.languages import Language

QUARTER: Final = 15
COLUMNS: Final = 96


@dataclass(frozen=True, slots=True)
class Block:
    """A piece in the grid.

    number: of the window. begins, day: of the week, Monday is 0. first, last: lines between
    quarters, 0 to 96. start, end: minutes of the whole window since midnight of the day on which it
    begins; the end may lie beyond 1440. name: all of it in a sentence. times, detail: in short.
    """

    number: int
    begins: int
    day: int
    first: int
    last: int
    start: int
    end: int
    kind: str
    title: str
    name: str
    times: str
    detail: str
    is_rest: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A day of the week with its pieces, by their start."""

    day: int
    title: str
    short: str
    blocks: tuple[Block, ...]

    @property
    def beginning(self) -> tuple[Block, ...]:
        """Those that begin on this day."""
        return tuple(each for each in self.blocks if not each.is_rest)


@dataclass(frozen=True, slots=True)
class Chip:
    """A dated exception above the week. number: of the window."""

    number: int
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a real day. first, last: lines between quarters. is_over: it has passed."""

    first: int
    last: int
    kind: str
    title: str
    times: str
    reasons: tuple[str, ...]
    is_over: bool


def rows(
    windows: Sequence[Window], season: Season, language: Language, titles: Mapping[str, str]
) -> list[Row]:
    """The week in the order of the reader's place."""
    by_day: dict[Weekday, list[Block]] = {}
    for piece in pieces(windows, season):
        block = _block(piece, windows[piece.number], language, titles)
        by_day.setdefault(piece.day, []).append(block)
    return [
        Row(
            day,
            language.weekday(day),
            language.short_weekday(day),
            tuple(sorted(by_day.get(Weekday(day), ()), key=lambda each: (each.first, each.last))),
        )
        for day in language.week()
    ]


def _block(piece: Piece, window: Window, language: Language, titles: Mapping[str, str]) -> Block:
    start = minutes(window.start)
    end = start + length(window)
    return Block(
        piece.number,
        piece.begins,
        piece.day,
        piece.start // QUARTER,
        -(-piece.end // QUARTER),
        start,
        end,
        str(window.kind),
        sentences.heading(str(window.kind), language.say),
        name(window, piece.begins, language, titles),
        times(window, language),
        detail(window, language, titles),
        piece.is_rest,
    )


def name(window: Window, begins: Weekday, language: Language, titles: Mapping[str, str]) -> str:
    """All of a window on one day: "Bedtime, Monday 20:00 to Tuesday 07:00, nothing but help"."""
    ends = Weekday((begins + (minutes(window.start) + length(window) - 1) // (24 * 60)) % 7)
    until = said_clock(window.end, language, is_end=True)
    if ends is not begins:
        until = language.say("%(weekday)s %(clock)s") % {
            "weekday": language.weekday(ends), "clock": until,
        }  # fmt: skip
    start = {"weekday": language.weekday(begins), "clock": said_clock(window.start, language)}
    return language.say("%(kind)s, %(start)s to %(end)s, %(detail)s") % {
        "kind": sentences.heading(str(window.kind), language.say),
        "start": language.say("%(weekday)s %(clock)s") % start,
        "end": until,
        "detail": detail(window, language, titles),
    }


def times(window: Window, language: Language) -> str:
    """When it begins and ends: "20:00 to 07:00"."""
    return between(window.start, window.end, language)


def between(start: time, end: time, language: Language) -> str:
    """Two times of day; an end at midnight is 24:00."""
    return language.say("%(start)s to %(end)s") % {
        "start": said_clock(start, language),
        "end": said_clock(end, language, is_end=True),
    }


def said_clock(at: time, language: Language, *, is_end: bool = False) -> str:
    """A time of day as the reader writes it."""
    if is_end and at == time(0):
        return "24:00"
    return language.clock(datetime.combine(date.min, at))


def detail(window: Window, language: Language, titles: Mapping[str, str]) -> str:
    """What it does: "nothing but help", "only music", "no games or video"."""
    if not window.blocks:
        return language.say("nothing is stopped")
    blocked = [each.id for each in window.blocks if isinstance(each, Category)]
    if blocked:
        return language.say("no %(things)s") % {"things": language.either(_said(blocked, titles))}
    if window.spares:
        things = language.several(_said(sorted(window.spares), titles))
        return language.say("only %(things)s and help") % {"things": things}
    return language.say("nothing but help")


def _said(ids: Iterable[str], titles: Mapping[str, str]) -> list[str]:
    return [sentences.within(titles.get(each, each)) for each in ids]


def chips(windows: Sequence[Window], today: date, language: Language) -> list[Chip]:
    """The exceptions that are not over, the next one first."""
    found = [
        (window.dates.first, number, window)
        for number, window in enumerate(windows)
        if window.dates is not None and window.dates.last >= today
    ]
    return [
        Chip(number, str(window.kind), exception(window, language))
        for _, number, window in sorted(found, key=lambda each: each[:2])
    ]


def exception(window: Window, language: Language) -> str:
    """A dated window: "Fri, 27 Nov 2026: Bedtime, 23:00 to 07:00"."""
    values = {
        "dates": language.days(window.dates.first, window.dates.last) if window.dates else "",
        "kind": sentences.heading(str(window.kind), language.say),
        "times": times(window, language),
    }
    if not window.blocks:
        return language.say("%(dates)s: without %(kind)s") % {
            **values, "kind": language.say(sentences.HEADINGS[str(window.kind)][1]),
        }  # fmt: skip
    return language.say("%(dates)s: %(kind)s, %(times)s") % values


def stretches(spans: Iterable[Span], now: datetime, language: Language) -> list[Stretch]:
    """A compiled day in the order of its wall clock. now: aware, in the household's zone."""
    found: list[Stretch] = []
    for span in spans:
        start, end = (each.astimezone(now.tzinfo) for each in (span.start, span.end))
        first = minutes(start.time()) // QUARTER
        last = -(-(minutes(end.time()) or 24 * 60) // QUARTER)
        reasons = tuple(dict.fromkeys(each for each in span.reasons if each != span.title))
        found.append(
            Stretch(
                first,
                max(last, first + 1),
                span.kind,
                span.title,
                between(start.time(), end.time(), language),
                reasons,
                end <= now,
            )
        )
    return found


def quarter(now: datetime) -> int:
    """The column of a moment."""
    return minutes(now.time()) // QUARTER


def clock_of(minutes_: int) -> time:
    """A time of day from minutes since midnight, to the next midnight but one."""
    return clock(minutes_)

"""`profiles.NAME.windows`: times of the week, and days that are not like the others."""

from typing import Any, Final

from guardian.errors import Said
from guardian.policy.rules import Category, Everything
from guardian.policy.week import MIDNIGHT, clock, minutes
from guardian.policy.windows import Dates, Season, Weekday, Window, WindowKind
from guardian.settings import kinds, times
from guardian.settings.fields import (
    Field,
    Kind,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    record,
)
from guardian.settings.nodes import Node, Scalar, Sequence

Blocks = tuple[Everything, ...] | tuple[Category, ...]

KIND: Final = Field(
    "kind", kinds.choice("kind of window", WindowKind), "What it is called in reasons and on pages."
)
DAYS: Final = Field(
    "days",
    list_of(times.DAYS, "days or ranges of days, such as `[sun, mon-thu]`"),
    "The days on which it starts.",
    default="mon-sun",
)
FROM: Final = Field(
    "from", maybe(times.START), "When it starts; this minute belongs to it.", default=""
)
TO: Final = Field(
    "to",
    maybe(times.END),
    "When it ends; this minute is free again. A time before the start is on the next day.",
    default="",
)
SEASON: Final = Field(
    "season",
    kinds.choice("season", Season),
    "`term`: not in the household's holidays; `holidays`: only then. Of a window over midnight the "
    "day of its end counts, so that the evening before the first day of school is a school night.",
    default="always",
)
DATES: Final = Field(
    "dates",
    maybe(times.DATES),
    "Only on these days, and in place of the other windows of its kind: an exam week, New Year's "
    "Eve.",
    default="",
)


def _blocks() -> Kind[Blocks]:
    expects = "`all`, `none`, or a list of categories and services"
    several = list_of(kinds.CATEGORY, expects)

    def read(node: Node, reading: Reading) -> Blocks:
        if isinstance(node, Scalar) and node.text in ("all", "none"):
            return (Everything(),) if node.text == "all" else ()
        if isinstance(node, Sequence) and not node.items:
            reading.refuse(node, Wrong("the window blocks nothing", "write all, or categories"))
        return tuple(Category(each) for each in dict.fromkeys(several.read(node, reading)))

    return Kind(expects, "all", read)


BLOCK: Final = Field(
    "block", _blocks(), "What it stops; `none` ends windows of its kind.", default="all"
)
ALLOW: Final = Field(
    "allow",
    list_of(kinds.CATEGORY, "a list of categories and services"),
    "What stays open though `block` is `all`: music at bedtime.",
    default="[]",
)


def _build(values: Values, reading: Reading) -> Window:
    blocks, spares, start, end = values[BLOCK], values[ALLOW], values[FROM], values[TO]
    if spares and blocks != (Everything(),):
        wrong = Wrong("it is of use only where all is blocked", "write block: all, or take it out")
        reading.refuse(values.node(ALLOW), wrong)
    if blocks and (start is None or end is None):
        missing = "from" if start is None else "to"
        wrong = Wrong(f'"{missing}" is missing', f'add a time of day, such as {missing}: "20:30"')
        reading.refuse(values.table, wrong)
    start, end = start or 0, end or 0
    if blocks and start == end:
        wrong = Wrong(
            Said("the window ends when it starts"),
            'for a whole day, write from: "00:00" and to: "24:00"',
        )
        reading.refuse(values.node(TO), wrong)
    days = frozenset(day for days in values[DAYS] for day in days)
    if not days:
        reading.refuse(values.node(DAYS), Wrong(Said("no day is named"), "write mon-sun"))
    dates = values[DATES]
    if dates is not None and not _meets(dates, days):
        wrong = Wrong(Said("none of these dates is one of its days"), Said("take days out"))
        reading.refuse(values.node(DATES), wrong)
    season = values[SEASON]
    return Window(
        values[KIND], days, clock(start), clock(end), blocks, frozenset(spares), season, dates
    )


def _meets(dates: Dates, days: frozenset[Weekday]) -> bool:
    length = (dates.last - dates.first).days
    return length >= 6 or any(
        (dates.first.weekday() + step) % 7 in days for step in range(length + 1)
    )


def written(window: Window) -> dict[str, Any]:
    """A window as a file has it, without what goes without saying."""
    start, end = minutes(window.start), minutes(window.end)
    said: dict[str, Any] = {KIND.name: str(window.kind)}
    if len(window.days) < len(Weekday):
        said[DAYS.name] = times.days_texts(window.days)
    if window.blocks or start or end:
        said[FROM.name] = times.clock_text(start)
        said[TO.name] = times.clock_text(end or MIDNIGHT)
    if not window.blocks:
        said[BLOCK.name] = "none"
    elif window.blocks != (Everything(),):
        said[BLOCK.name] = [each.id for each in window.blocks if isinstance(each, Category)]
    if window.spares:
        said[ALLOW.name] = sorted(window.spares)
    if window.season is not Season.ALWAYS:
        said[SEASON.name] = str(window.season)
    if window.dates is not None:
        said[DATES.name] = times.dates_text(window.dates)
    return said


SECTION: Final = Section(
    "profiles.NAME.windows[]",
    "A time in which everything, or some things, are blocked. Windows may overlap: then both hold.",
    (KIND, DAYS, FROM, TO, BLOCK, ALLOW, SEASON, DATES),
    "profiles:\n  primary:\n    windows:\n"
    '      - {kind: homework, days: mon-fri, from: "14:30", to: "16:00", block: [games, video]}\n'
    '      - {kind: bedtime, days: [sun, mon-thu], from: "20:00", to: "07:00", season: term}\n'
    '      - {kind: bedtime, dates: 2026-12-31, from: "23:59", to: "09:00"}\n',
)
WINDOW: Final = record(SECTION, _build, "a window with its times")

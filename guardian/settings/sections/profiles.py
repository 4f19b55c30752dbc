"""`profiles`: what somebody may do, and when."""

from datetime import time
from typing import Final

from guardian.policy.people import Profile
from guardian.policy.rules import (
    Answer,
    BlockAnswer,
    Category,
    Engine,
    Everything,
    Level,
    SafeSearch,
)
from guardian.policy.windows import Window, WindowKind
from guardian.settings import kinds
from guardian.settings.endpoints import Address
from guardian.settings.fields import (
    Field,
    Kind,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    nearest,
    record,
    scalar,
    table_of,
)
from guardian.settings.nodes import Node, Scalar, Sequence, Table

NO_PROFILE: Final = "none"
_OFF: Final = frozenset({"false", "off", "no"})
_ON: Final = frozenset({"true", "on", "yes"})

WINDOW_KIND: Final = Field(
    "kind", kinds.choice("kind of window", WindowKind), "What it is called in reasons and on pages."
)
WINDOW_DAYS: Final = Field(
    "days",
    list_of(kinds.DAYS, "days or ranges of days, such as `[sun, mon-thu]`"),
    "The days on which it starts.",
    default="mon-sun",
)
WINDOW_FROM: Final = Field("from", kinds.START, "When it starts; this minute belongs to it.")
WINDOW_TO: Final = Field(
    "to",
    kinds.END,
    "When it ends; this minute is free again. A time before the start is on the next day.",
)


def _window_blocks() -> Kind[tuple[Everything, ...] | tuple[Category, ...]]:
    several = list_of(kinds.CATEGORY, "`all`, or a list of categories")

    def read(node: Node, reading: Reading) -> tuple[Everything, ...] | tuple[Category, ...]:
        if isinstance(node, Scalar) and node.text == "all":
            return (Everything(),)
        if isinstance(node, Sequence) and not node.items:
            reading.refuse(node, Wrong("the window blocks nothing", "write all, or categories"))
        return tuple(Category(each) for each in dict.fromkeys(several.read(node, reading)))

    return Kind(several.expects, "all", read)


WINDOW_BLOCK: Final = Field("block", _window_blocks(), "What it stops.", default="all")


def _window(values: Values, reading: Reading) -> Window:
    start, end = values[WINDOW_FROM], values[WINDOW_TO]
    if start == end:
        wrong = Wrong(
            "the window ends when it starts",
            'for a whole day, write from: "00:00" and to: "24:00"',
        )
        reading.refuse(values.node(WINDOW_TO), wrong)
    days = frozenset(day for days in values[WINDOW_DAYS] for day in days)
    if not days:
        reading.refuse(values.node(WINDOW_DAYS), Wrong("no day is named", "write mon-sun"))
    blocks = values[WINDOW_BLOCK]
    return Window(values[WINDOW_KIND], days, _clock(start), _clock(end), blocks)


def _clock(minutes: int) -> time:
    """A time of day from minutes since midnight; 24:00 is midnight again."""
    return time(minutes // 60 % 24, minutes % 60)


WINDOW_SECTION: Final = Section(
    "profiles.NAME.windows[]",
    "A time of the week in which everything, or some categories, are blocked. Windows may overlap: "
    "then both hold.",
    (WINDOW_KIND, WINDOW_DAYS, WINDOW_FROM, WINDOW_TO, WINDOW_BLOCK),
    "profiles:\n  primary:\n    windows:\n"
    '      - {kind: homework, days: mon-fri, from: "14:30", to: "16:00", block: [games, video]}\n'
    '      - {kind: bedtime, days: [sun, mon-thu], from: "20:00", to: "07:00"}\n',
)

_ENGINES: Final = tuple(Engine)


def _safe_search_level(engine: Engine, text: str) -> Level | None:
    word = text.lower()
    if word in _OFF:
        return None
    if word in _ON:
        return Level.MODERATE if engine is Engine.YOUTUBE else Level.STRICT
    if word == Level.STRICT or (engine is Engine.YOUTUBE and word == Level.MODERATE):
        return Level(word)
    words = "false, moderate or strict" if engine is Engine.YOUTUBE else "true or false"
    raise Wrong(f'"{text}" is no setting of {engine}', f"write {words}")


def _engine(text: str) -> Engine:
    try:
        return Engine(text.lower())
    except ValueError:
        mend = nearest(text, [str(engine) for engine in Engine])
        raise Wrong(f'"{text}" has no safe search here', mend) from None


def _safe_search() -> Kind[frozenset[SafeSearch]]:
    expects = "true, false, or a table of engines"
    example = "{google: true, youtube: strict}"
    per_engine = table_of(
        scalar("an engine", "google", _engine),
        scalar("a setting", "true", lambda text: text),
        expects,
        example,
    )

    def read(node: Node, reading: Reading) -> frozenset[SafeSearch]:
        if not isinstance(node, Table):
            wanted = kinds.SWITCH.read(node, reading)
            chosen: dict[Engine, str] = dict.fromkeys(_ENGINES, "true" if wanted else "false")
        else:
            chosen = dict(per_engine.read(node, reading))
        found = set()
        for engine, text in chosen.items():
            try:
                level = _safe_search_level(engine, text)
            except Wrong as wrong:
                reading.note(_entry(node, engine), wrong)
            else:
                if level is not None:
                    found.add(SafeSearch(engine, level))
        return frozenset(found)

    return Kind(expects, example, read)


def _entry(node: Node, engine: Engine) -> Node:
    entries = node.entries if isinstance(node, Table) else {}
    return next((value for key, value in entries.items() if key.lower() == engine), node)


BLOCK: Final = Field(
    "block",
    list_of(kinds.CATEGORY, "a list of categories"),
    "Blocked at all hours.",
    default="[]",
)
ALLOW_NAMES: Final = Field(
    "allow_names",
    list_of(kinds.NAME, "a list of domain names"),
    "Open whatever their category and whatever window holds, each with all below it. Safe search "
    "stays on.",
    default="[]",
)
DENY_NAMES: Final = Field(
    "deny_names",
    list_of(kinds.NAME, "a list of domain names"),
    "Blocked, each with all below it. Where a name is under an allowed and a denied one, the more "
    "specific of the two wins, and `deny_names` where they are equal.",
    default="[]",
)
SAFE_SEARCH: Final = Field(
    "safe_search",
    _safe_search(),
    "Safe modes of `google`, `bing`, `duckduckgo` (true or false) and `youtube` (false, `moderate` "
    "or `strict`). `true` alone means all, YouTube moderate. Strict YouTube hides more, comments "
    "among them.",
    default="false",
)
WINDOWS: Final = Field(
    "windows",
    list_of(record(WINDOW_SECTION, _window, "a window with its times"), "a list of windows"),
    "Times of the week; see below.",
    default="[]",
)
ANSWER: Final = Field(
    "answer",
    kinds.choice("block answer", Answer),
    "What a blocked name is answered with: `zero` (0.0.0.0 and ::, apps give up at once), "
    "`nxdomain`, `nodata`, `refused`, or `address`.",
    default="zero",
)
ANSWER_ADDRESS: Final = Field(
    "answer_address",
    list_of(kinds.ADDRESS, "an IP address, or one of each family"),
    "For `answer: address`: where blocked names lead.",
    default="[]",
)
BLOCK_TTL: Final = Field(
    "block_ttl",
    kinds.whole_number(10, 60, "seconds"),
    "How long a device may remember a blocked answer.",
    default="10",
)


def _profile(values: Values, reading: Reading) -> Profile:
    return Profile(
        name=values.table.path.rpartition(".")[2],
        blocked=frozenset(values[BLOCK]),
        allow_names=frozenset(values[ALLOW_NAMES]),
        deny_names=frozenset(values[DENY_NAMES]),
        safe_search=values[SAFE_SEARCH],
        windows=values[WINDOWS],
        block_answer=_block_answer(values, reading),
    )


def _block_answer(values: Values, reading: Reading) -> BlockAnswer:
    addresses = values[ANSWER_ADDRESS]
    if (values[ANSWER] is Answer.ADDRESS) != bool(addresses):
        if addresses:
            wrong = Wrong(f"it has no use with answer: {values[ANSWER]}", "write answer: address")
            reading.refuse(values.node(ANSWER_ADDRESS), wrong)
        wrong = Wrong("it is not said which address", "add answer_address: 192.168.1.2")
        reading.refuse(values.node(ANSWER), wrong)
    if len({address.version for address in addresses}) < len(addresses):
        wrong = Wrong("there are two addresses of one family", "keep one of each")
        reading.refuse(values.node(ANSWER_ADDRESS), wrong)
    return BlockAnswer(values[ANSWER], _sorted(addresses), values[BLOCK_TTL])


def _sorted(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(sorted(addresses, key=lambda address: address.version))


def _profile_name(text: str) -> str:
    if text.lower() in (NO_PROFILE, "all"):
        raise Wrong(f'"{text}" means something else already', "choose another name")
    if "." in text or len(text) > kinds.MAX_TITLE or not text.isprintable():
        raise Wrong(f'"{text}" cannot be a name', "write a short word, such as primary")
    return text


SECTION: Final = Section(
    "profiles.NAME",
    "What somebody may do. People with the same rules share a profile; its name is your choice. "
    "Illegal content is blocked for everybody, helplines are open for everybody, whatever stands "
    "here.",
    (
        BLOCK,
        ALLOW_NAMES,
        DENY_NAMES,
        SAFE_SEARCH,
        WINDOWS,
        ANSWER,
        ANSWER_ADDRESS,
        BLOCK_TTL,
    ),
    "profiles:\n  teen:\n    block: [adult, gambling]\n    allow_names: [wikipedia.org]\n"
    "    safe_search: {google: true, youtube: moderate}\n    answer: nxdomain\n",
)
PROFILES: Final = table_of(
    scalar("a profile's name", "primary", _profile_name),
    record(SECTION, _profile, "the profile's keys"),
    "a table of profiles by name",
    "{primary: {block: [adult]}}",
)

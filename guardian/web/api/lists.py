"""What the API tells of lists and does with them; `operations` has the addresses."""

from dataclasses import dataclass
from datetime import datetime

from guardian.lists.standing import SourceStatus
from guardian.lists.trust.contents import Version, Waiting
from guardian.lists.trust.difference import Touched
from guardian.settings import own_lists
from guardian.settings.sections.lists import ListSource
from guardian.web.api.call import Call
from guardian.web.api.edits import edit
from guardian.web.api.schema import BadBody
from guardian.web.devices import find
from guardian.web.house import NotThere


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A content of a list. version: what its maker calls it. came: when its content changed."""

    number: int
    came: datetime
    names: int
    version: str
    etag: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ListDoubt:
    """Why new content waits. why: shrinks, grows, canary or format. names: some canaries."""

    why: str
    before: str
    after: str
    names: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class ListWaits:
    """New content of a list that does not count yet.

    gone, come: how many names; gone_names, come_names: some of them, none of illegal content.
    touched: how many of them somebody looked up, or was stopped from, lately. tried_on: signs of
    the devices that have it already, to try it.
    """

    content: ListVersion
    since: datetime
    doubts: tuple[ListDoubt, ...]
    gone: int
    come: int
    gone_names: tuple[str, ...]
    come_names: tuple[str, ...]
    touched: tuple[Touched, ...]
    tried_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListView:
    """A list, and how it stands. problem: "" where all is well. held: it stays as it is.

    fetched: when its content changed last. next: when it is asked for again. stage: what an update
    does with it now, "rests" for nothing. waiting: new content that waits for a person. current:
    the content in force; earlier: those before it that can be put back, the newest first.
    """

    id: str
    category: str
    names: int
    refused: int
    fetched: datetime | None
    problem: str
    version: str = ""
    licence: str = ""
    held: bool = False
    next: datetime | None = None
    stage: str = "rests"
    waiting: ListWaits | None = None
    current: ListVersion | None = None
    earlier: tuple[ListVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists."""

    lists: tuple[ListView, ...]


@dataclass(frozen=True, slots=True)
class IllegalDay:
    """How many look-ups of illegal content a list had blocked on a day, such as 2026-12-24."""

    day: str
    list: str
    hits: int


@dataclass(frozen=True, slots=True)
class IllegalHits:
    """is_counted: whether the household wants that. days: those that are over, the last first."""

    is_counted: bool
    days: tuple[IllegalDay, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody looked at. sha256: of the content that waits; "" for whatever waits."""

    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """Which devices try new content: an address, hardware address, name or client id of each; none
    to end that. sha256: as in Seen.
    """

    devices: tuple[str, ...]
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """Which content. number: of an earlier one that is kept."""

    number: int


async def lists(call: Call) -> Lists:
    """The lists, and how they stand."""
    return Lists(tuple(map(_view, call.house.lists())))


async def illegal(call: Call) -> IllegalHits:
    """How often illegal content was blocked, by list and day; nothing of whom or what."""
    hits = call.house.illegal_hits()
    days = tuple(IllegalDay(each.day.isoformat(), each.list, each.hits) for each in hits or ())
    return IllegalHits(hits is not None, days)


async def update(call: Call) -> None:
    """Fetch all lists that are not held; `/lists` says how far it is."""
    call.house.update_lists(call.who)


async def hold(call: Call) -> None:
    """Keep a list of the household's own as it is."""
    _hold(call, hold=True)


async def release(call: Call) -> None:
    """Let newer content of a list come again."""
    _hold(call, hold=False)


async def take(call: Call) -> None:
    """Let new content of a list that waits count."""
    wanted, wish = _wanted(call), await call.body(Seen)
    call.house.decide_list(wanted.id, wish.sha256, call.who, take=True)


async def keep(call: Call) -> None:
    """Keep the old content of a list instead of what waits."""
    wanted, wish = _wanted(call), await call.body(Seen)
    call.house.decide_list(wanted.id, wish.sha256, call.who, take=False)


async def try_out(call: Call) -> None:
    """Let new content of a list that waits count on some devices alone."""
    wanted, wish = _wanted(call), await call.body(Trial)
    found = [find(call.house, each) for each in wish.devices]
    unknown = [text for text, known in zip(wish.devices, found, strict=True) if known is None]
    if unknown:
        raise BadBody([("devices", f'there is no device "{unknown[0][:60]}"')])
    devices = tuple(dict.fromkeys(each.id for each in found if each is not None))
    call.house.try_list(wanted.id, wish.sha256, devices, call.who)


async def put_back(call: Call) -> None:
    """Put an earlier content of a list in force, and keep the list as it is then."""
    wanted, wish = _wanted(call), await call.body(Back)
    standing = next(each for each in call.house.lists() if each.source.id == wanted.id)
    if wish.number not in standing.numbers:
        raise NotThere(f"there is no earlier content {wish.number} of {wanted.id}")
    _hold(call, hold=True)  # first, or the next update would undo it
    await call.house.put_list_back(wanted.id, wish.number, call.who)


def _wanted(call: Call) -> ListSource:
    """The household's own list. Raises NotThere."""
    wanted = call.request.match_info["list"]
    for each in call.house.settings.lists.sources:
        if each.id == wanted:
            return each
    raise NotThere(f'the household has chosen no list "{wanted[:60]}"')


def _hold(call: Call, *, hold: bool) -> None:
    wanted = _wanted(call).id
    edit(
        call,
        lambda data: own_lists.set_hold(data, wanted, hold=hold),
        f"{'held' if hold else 'released'} the list {wanted}",
    )


def _view(status: SourceStatus) -> ListView:
    source, waiting, current = status.source, status.waiting, status.current
    return ListView(
        source.id, source.category, status.names, status.refused, status.fetched,
        status.problem, status.version, status.licence, source.hold, status.next, status.stage,
        _waits(waiting) if waiting is not None else None,
        _version(current) if current is not None else None,
        tuple(map(_version, status.earlier)),
    )  # fmt: skip


def _waits(waiting: Waiting) -> ListWaits:
    changes = waiting.difference
    return ListWaits(
        _version(waiting.content),
        waiting.since,
        tuple(
            ListDoubt(each.why, each.before, each.after, each.names, each.sentence)
            for each in waiting.doubts
        ),
        changes.gone,
        changes.come,
        changes.gone_names,
        changes.come_names,
        changes.touched,
        waiting.devices,
    )


def _version(version: Version) -> ListVersion:
    return ListVersion(
        version.number, version.came, version.names, version.version, version.etag, version.sha256
    )

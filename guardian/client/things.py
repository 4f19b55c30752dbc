"""What a client is given: frozen, typed, and read leniently, because /api/v1 gains fields."""

import dataclasses
import types
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Budget:
    """Minutes for something, estimated. title: "Games"; "" for everything. left, allowed: minutes.

    week: whether they are for the week and not for today.
    """

    title: str
    left: int
    allowed: int
    week: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand for somebody today; name: "" for devices that nobody has named.

    kind: "free", "extra", "pause", or a window's kind, such as "bedtime". title, detail: the same
    for people. filtered: titles of categories. queries_today, blocked_today: since midnight.
    """

    name: str
    kind: str
    title: str
    detail: str
    paused: bool = False
    filtered: tuple[str, ...] = ()
    queries_today: int = 0
    blocked_today: int = 0
    budgets: tuple[Budget, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a child asks for. kind: "name" or "time". what: a qname; or a category or service.

    minutes: of time. answer: "open", "once", "tonight", "always" or "no"; because: its reason.
    """

    number: int
    person: str
    kind: str
    what: str
    minutes: int
    asked: datetime
    answer: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How the house stands. time: there. dns: addresses where DNS is answered. names: in lists.

    problems, notices: sentences: what is wrong, and what comes soon. requests: that wait.
    """

    time: datetime
    people: tuple[Standing, ...]
    strangers: Standing
    dns: tuple[str, ...]
    queries_today: int
    blocked_today: int
    lists: int
    names: int
    problems: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, and what is in force for them. age_band: such as "6-8" or "adult".

    devices: as in the configuration. kind, title, detail: as of a `Standing`. until: when that
    changes; None where nothing is known to.
    """

    name: str
    age_band: str
    profile: str | None
    devices: tuple[str, ...]
    kind: str
    title: str
    detail: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device that asked lately. mac, name: "" where not known; owner: "" where nobody's.

    asks: "asks" guardian; "elsewhere", another resolver; "hidden", a VPN or the like was seen;
    "silent", it is there and asks nothing; "away"; "" from an older guardian.
    """

    address: str
    mac: str
    name: str
    owner: str
    last: datetime | None = None
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for somebody now, and until when. thing: None for everything."""

    person: str
    thing: str | None
    until: datetime


def read(kind: type[T], data: Any) -> T:
    """A value of a class from what JSON had; fields that it does not know are left out.

    Raises ValueError where it is something else.
    """
    if not isinstance(data, dict):
        raise ValueError(f"this is no {kind.__name__}")
    hints = get_type_hints(kind)
    try:
        return kind(
            **{
                each.name: _value(hints[each.name], data[each.name])
                for each in dataclasses.fields(kind)  # type: ignore[arg-type]
                if each.name in data
            }
        )
    except TypeError as problem:
        raise ValueError(str(problem)) from None


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return None if value is None else _value(get_args(hint)[0], value)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], each) for each in value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    is_class = isinstance(hint, type) and dataclasses.is_dataclass(hint)
    return read(hint, value) if is_class else value


def as_data(value: Any) -> Any:
    """A value as JSON can hold it; instants as ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_data(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [as_data(each) for each in value]
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value

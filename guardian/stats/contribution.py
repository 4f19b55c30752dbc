"""What one household gives: for a month, how many of its children's profiles some things hold for.

Each profile counts at most once for each thing (so that nobody stands out by doing much), and only
things of closed lists are counted: no name, no number of visits, no time of day, and nothing of
illegal content or self-harm. A contribution says nothing of whose it is; `once` is another one each
month, and lets a file that came twice count once.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

from guardian.errors import GuardianError
from guardian.policy.people import AgeBand

FORMAT: Final = 1
UNKNOWN: Final = "_U"  # SDMX: not specified
ANYWHERE: Final = "_X"  # SDMX: no country is said
SEXES: Final = ("F", "M", UNKNOWN)
AGES: Final = ("Y0T8", "Y9T12", "Y13T15", "Y16T17")
UN_AGES: Final = ("Y0T4", "Y5T9", "Y10T14", "Y15T17", UNKNOWN)
POPULATIONS: Final = ("family", "school", "provider")
TOPICS: Final = (
    "ads", "adult", "ai-chat", "bypass", "dating", "drugs", "file-sharing", "gambling", "games",
    "malware", "messaging", "social", "video", "violence",
)  # fmt: skip
"""The categories that are told of. Not among them, ever: illegal content, self-harm."""
MOST_LISTS: Final = 3  # of which one household may say that they were wrong
MOST_BYTES: Final = 65_536

_AGE_OF: Final = {
    AgeBand.UP_TO_5: "Y0T8",
    AgeBand.FROM_6: "Y0T8",
    AgeBand.FROM_9: "Y9T12",
    AgeBand.FROM_13: "Y13T15",
    AgeBand.FROM_16: "Y16T17",
}
MONTH: Final = re.compile(r"2[0-9]{3}-(?:0[1-9]|1[0-2])")
_ONCE: Final = re.compile(r"[0-9a-f]{32}")
_AREA: Final = re.compile(r"[A-Z]{2}|_X")
_MOST_PROFILES: Final = {"family": 20, "school": 100_000, "provider": 1_000_000}


class BadContribution(GuardianError):
    """A file that is no contribution, or says more than one may."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Profile:
    """What holds for one child in a month. age: in years, None where it is not known exactly.

    met: the categories of which something was blocked; None where kinds are not kept of them.
    """

    band: AgeBand
    sex: str
    age: int | None
    filtered: bool
    timed: bool
    asked: bool
    granted: bool
    met: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Cell:
    """How many profiles of an age and sex: were there, had filters, time rules, kinds kept, asked
    for something, got a yes; and by category, had something blocked.
    """

    age: str
    un_age: str
    sex: str
    active: int
    filtered: int
    timed: int
    kinds: int
    asked: int
    granted: int
    met: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A household's month. area: ISO 3166-1, or ANYWHERE. period: "2026-10".

    reported, upheld: the lists of which somebody here said that they block wrongly, and was right.
    """

    period: str
    area: str
    population: str
    once: str
    cells: tuple[Cell, ...]
    reported: frozenset[str] = frozenset()
    upheld: frozenset[str] = frozenset()


def once(key: bytes, period: str) -> str:
    """What marks a household's contribution of a month; two months cannot be told to be its."""
    return hmac.new(key, period.encode(), hashlib.sha256).hexdigest()[:32]


def cells(profiles: Iterable[Profile]) -> tuple[Cell, ...]:
    """Profiles counted by age and sex."""
    groups: dict[tuple[str, str, str], list[Profile]] = {}
    for each in profiles:
        key = (_AGE_OF[each.band], un_age(each.age), each.sex)
        groups.setdefault(key, []).append(each)
    return tuple(_cell(*key, groups[key]) for key in sorted(groups))


def _cell(age: str, un: str, sex: str, group: list[Profile]) -> Cell:
    met = [each.met & frozenset(TOPICS) for each in group if each.met is not None]
    return Cell(
        age, un, sex,
        active=len(group),
        filtered=sum(each.filtered for each in group),
        timed=sum(each.timed for each in group),
        kinds=len(met),
        asked=sum(each.asked for each in group),
        granted=sum(each.granted for each in group),
        met={topic: count for topic in TOPICS if (count := sum(topic in each for each in met))},
    )  # fmt: skip


def un_age(age: int | None) -> str:
    """The five-year band that surveys of the United Nations use."""
    if age is None or age >= 18:
        return UNKNOWN
    return UN_AGES[min(age // 5, 3)]


def written(contribution: Contribution) -> str:
    """As a file."""
    data = {
        "format": FORMAT,
        "period": contribution.period,
        "area": contribution.area,
        "population": contribution.population,
        "once": contribution.once,
        "cells": [
            {each.name: getattr(cell, each.name) for each in fields(cell)}
            for cell in contribution.cells
        ],
        "reported": sorted(contribution.reported),
        "upheld": sorted(contribution.upheld),
    }
    return json.dumps(data, indent=1) + "\n"


def read(content: bytes) -> Contribution:
    """A file's contribution. Raises BadContribution."""
    if len(content) > MOST_BYTES:
        raise BadContribution("it is larger than a contribution can be")
    try:
        data = json.loads(content)
        return _read(data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadContribution(
            "it is no contribution; make one by: guardian stats contribute"
        ) from None


def _read(data: Mapping[str, Any]) -> Contribution:
    if data["format"] != FORMAT:
        raise BadContribution("it is of another version; update guardian here and there")
    found = Contribution(
        _matching(MONTH, data["period"]),
        _matching(_AREA, data["area"]),
        _among(POPULATIONS, data["population"]),
        _matching(_ONCE, data["once"]),
        tuple(_read_cell(each) for each in data["cells"]),
        _lists(data["reported"]),
        _lists(data["upheld"]),
    )
    keys = {(each.age, each.un_age, each.sex) for each in found.cells}
    if len(keys) != len(found.cells) or not found.upheld <= found.reported:
        raise BadContribution("it counts something twice; have it made again")
    if sum(each.active for each in found.cells) > _MOST_PROFILES[found.population]:
        raise BadContribution("it has more profiles than one household may give")
    return found


def _read_cell(data: Mapping[str, Any]) -> Cell:
    active = _count(data["active"])
    kinds = _count(data["kinds"], active)
    asked = _count(data["asked"], active)
    return Cell(
        _among(AGES, data["age"]),
        _among(UN_AGES, data["un_age"]),
        _among(SEXES, data["sex"]),
        active,
        _count(data["filtered"], active),
        _count(data["timed"], active),
        kinds,
        asked,
        _count(data["granted"], asked),
        {_among(TOPICS, topic): _count(count, kinds) for topic, count in data["met"].items()},
    )


def _count(value: object, most: int = 1_000_000) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise BadContribution("a count in it cannot be; have it made again")
    return value


def _among(words: tuple[str, ...], value: object) -> str:
    if value not in words:
        raise BadContribution("it has a word that contributions do not have")
    return str(value)


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadContribution("it has a word that contributions do not have")
    return value


def _lists(values: object) -> frozenset[str]:
    is_list = isinstance(values, list) and all(isinstance(each, str) for each in values)
    if not is_list or not isinstance(values, list) or len(values) > MOST_LISTS:
        raise BadContribution("it names more lists than one household may give")
    return frozenset(values)

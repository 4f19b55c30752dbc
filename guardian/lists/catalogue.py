"""The catalogue: well-known public lists, what they are, and what their makers let people do.

None of their content comes with guardian. The descriptions are in `blocklists/catalogue.yaml`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

from guardian.errors import GuardianError, Said
from guardian.lists.bundled import folder
from guardian.lists.source import SourceKind

FILE: Final = "catalogue.yaml"
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UPDATE: Final = re.compile(r"[1-9]\d*[hd]")
_T = TypeVar("_T")


class BadCatalogue(GuardianError):
    """A catalogue that cannot be used; the message says where in it, and what is wrong."""


class NotListed(GuardianError):
    """The catalogue does not know a list."""

    exit_code: ClassVar[int] = 2


class Deed(StrEnum):
    """What a licence allows: to sell is also to use it in a service that people pay for."""

    USE = "use"
    CHANGE = "change"
    SELL = "sell"


class Duty(StrEnum):
    """What a licence asks for: to name the makers; to keep the licence on what is made of it."""

    ATTRIBUTION = "attribution"
    SHARE_ALIKE = "share-alike"


_MAY: Final[Mapping[Deed, Said]] = {  # the furthest first
    Deed.SELL: Said("You may use it, change it and sell it."),
    Deed.CHANGE: Said("You may use it and change it, but not in a service that people pay for."),
    Deed.USE: Said("You may use it, but not change it, and not in a service that people pay for."),
}
_NOBODY_SAYS: Final = Said("Its makers state no licence. Ask them before you use it.")
_ASKED: Final[Mapping[Duty, Said]] = {
    Duty.ATTRIBUTION: Said("Who passes it on names its makers."),
    Duty.SHARE_ALIKE: Said("What is made of it keeps its licence."),
}


@dataclass(frozen=True, slots=True)
class Licence:
    """id: as SPDX has it, or our own word. url: its text; "" where nobody states a licence."""

    id: str
    title: str
    url: str
    allows: frozenset[Deed]
    asks: frozenset[Duty]

    @property
    def in_words(self) -> tuple[Said, ...]:
        """What it allows, and what it asks for, a sentence each."""
        may = next((said for deed, said in _MAY.items() if deed in self.allows), _NOBODY_SAYS)
        return (may, *(said for duty, said in _ASKED.items() if duty in self.asks))


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes lists. home: their page, where they are asked and thanked."""

    title: str
    home: str


@dataclass(frozen=True, slots=True)
class PublicList:
    """A list that anybody can fetch.

    location: HTTPS, as a source has it. format: a key of `formats.FORMATS`, or "auto". category:
    one of ours. entries: about how many; None where nobody counted. counted: when, a date or a
    year; "" if not known. update: how often it is worth asking for, such as "1d". languages: of
    whom it is made for (ISO 639-1); empty for everybody. families: a small and careful one.
    about, caveats: English sentences; caveats may be "".
    """

    id: str
    title: str
    maker: Maker
    location: str
    format: str
    kind: SourceKind
    category: str
    licence: Licence
    entries: int | None
    counted: str
    update: str
    languages: tuple[str, ...]
    families: bool
    about: str
    caveats: str


@lru_cache
def catalogue() -> tuple[PublicList, ...]:
    """All of them, those for families first within a category. Raises BadCatalogue."""
    import yaml  # only commands and control read this

    path = folder() / FILE
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as problem:
        raise BadCatalogue(f"{path}: it cannot be read ({problem}); install guardian again") from (
            None
        )
    return read(data, path)


def chosen(category: str = "", language: str = "") -> Iterator[PublicList]:
    """Those of a category and made for a language; "" for any."""
    for each in catalogue():
        if category in ("", each.category) and (not language or language in each.languages):
            yield each


def called(list_id: str) -> PublicList:
    """The list of an id. Raises NotListed."""
    found = next((each for each in catalogue() if each.id == list_id), None)
    if found is None:
        raise NotListed(
            f'the catalogue has no list "{list_id}"; guardian lists catalogue shows those it has'
        )
    return found


def at(location: str) -> PublicList | None:
    """The list that a source's location is that of."""
    return next((each for each in catalogue() if each.location == location), None)


def read(data: Any, path: Path) -> tuple[PublicList, ...]:
    """The lists of a catalogue's content. path: for messages. Raises BadCatalogue."""
    whole = _Table(data, str(path))
    licences = {
        word: Licence(
            word,
            each.text("title"),
            each.text("url", _is_page_or_nothing),
            frozenset(map(Deed, each.words("allows", set(Deed)))),
            frozenset(map(Duty, each.words("asks", set(Duty)))),
        )
        for word, each in whole.tables("licences")
    }
    makers = {
        word: (Maker(each.text("title"), each.text("home", _is_page)), each.text("licence"))
        for word, each in whole.tables("makers")
    }
    found: dict[str, PublicList] = {}
    for each in whole.rows("lists"):
        read_list = _list(each, makers, licences)
        if read_list.id in found:
            raise BadCatalogue(f"{each.where}: there are two of that id; give each its own")
        found[read_list.id] = read_list
    return tuple(sorted(found.values(), key=lambda one: (one.category, not one.families)))


def _list(
    said: "_Table", makers: Mapping[str, tuple[Maker, str]], licences: Mapping[str, Licence]
) -> PublicList:
    maker, licence = said.one_of("maker", makers)
    return PublicList(
        id=said.text("id", lambda text: bool(_ID.fullmatch(text))),
        title=said.text("title"),
        maker=maker,
        location=said.text("url", _is_page),
        format=said.text("format", _is_format),
        kind=SourceKind(said.text("kind", _is_open_kind, SourceKind.BLOCK)),
        category=said.text("category", lambda text: bool(_ID.fullmatch(text))),
        licence=said.one_of("licence", licences, licence),
        entries=said.number("entries"),
        counted=said.text("counted", _is_day_or_year, ""),
        update=said.text("update", lambda text: bool(_UPDATE.fullmatch(text))),
        languages=tuple(said.words("languages", None)),
        families=said.flag("families"),
        about=said.text("about"),
        caveats=said.text("caveats", lambda _: True, ""),
    )


def _is_page(text: str) -> bool:
    return text.startswith("https://") and " " not in text


def _is_page_or_nothing(text: str) -> bool:
    return not text or _is_page(text)


def _is_format(text: str) -> bool:
    from guardian.lists.formats import FORMATS  # all parsers: not before the catalogue is read

    return text == "auto" or text in FORMATS


def _is_open_kind(text: str) -> bool:
    return text in (SourceKind.BLOCK, SourceKind.ALLOW)


def _is_day_or_year(text: str) -> bool:
    return not text or bool(re.fullmatch(r"\d{4}(-\d{2}-\d{2})?", text))


class _Table:
    """A table of the file with its place in it, read key by key: what is wrong gets a sentence."""

    def __init__(self, values: Any, where: str) -> None:
        self.where = where
        if not isinstance(values, dict):
            raise BadCatalogue(f"{where}: it is no table of keys and values; write it as one")
        self.values = values

    def _wrong(self, key: str, problem: str) -> BadCatalogue:
        return BadCatalogue(f"{self.where}: {key} {problem}; mend it there")

    def text(
        self, key: str, fits: Callable[[str], bool] = bool, otherwise: str | None = None
    ) -> str:
        value = self.values.get(key, otherwise)
        text = value.isoformat() if isinstance(value, date) else value
        if not isinstance(text, str) or text != text.strip():
            raise self._wrong(key, "is missing, or no text")
        if not fits(text):
            raise self._wrong(key, f'is "{text}", which does not fit')
        return str(text)

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is not None and (type(value) is not int or value < 1):
            raise self._wrong(key, f'is "{value}", which is no count')
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, f'is "{value}", and not true or false')
        return value

    def words(self, key: str, known: set[Any] | None) -> list[str]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key, "is no list of words")
        if known is not None and (strange := set(value) - known):
            raise self._wrong(key, f'has the word "{min(strange)}", which means nothing here')
        return value

    def one_of(self, key: str, known: Mapping[str, _T], otherwise: str | None = None) -> _T:
        word = self.text(key, bool, otherwise)
        if word not in known:
            raise self._wrong(key, f'is "{word}", which stands nowhere in this file')
        return known[word]

    def tables(self, key: str) -> "list[tuple[str, _Table]]":
        table = _Table(self.values.get(key), f"{self.where}, {key}")
        return [
            (str(word), _Table(each, f"{table.where}.{word}"))
            for word, each in table.values.items()
        ]

    def rows(self, key: str) -> "list[_Table]":
        value = self.values.get(key)
        if not isinstance(value, list):
            raise self._wrong(key, "is no list")
        return [
            _Table(each, f"{self.where}, {each.get('id') if isinstance(each, dict) else number}")
            for number, each in enumerate(value, start=1)
        ]

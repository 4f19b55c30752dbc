"""Somebody else's file, read within bounds, and its values by key whatever they are.

Of a value of another kind than its product writes there, the report says so, and nothing is made of
it. Numbers and switches may be text: YAML is read as text here, as guardian's own is.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from guardian.settings.fields import Kind, Reading, Unusable
from guardian.settings.nodes import Scalar
from guardian.takeover.report import BadExport, Report, shown

MOST_BYTES: Final = 64 << 20
_ON: Final = frozenset({"true", "yes", "on", "1"})


def content_of(path: Path, most: int = MOST_BYTES) -> bytes:
    """A file's bytes. Raises BadExport where there are too many, OSError."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadExport(f"{path}: it is larger than {most >> 20} MiB; name the exported file alone")
    return content


class Values:
    """A table of somebody else's. where: its place in the file, such as "dns"; "" for the whole."""

    def __init__(self, data: Any, where: str, report: Report) -> None:
        self._where = where
        self._report = report
        self._data: Mapping[str, Any] = {}
        if isinstance(data, Mapping):
            self._data = data
        elif data not in (None, ""):
            report.lose(where, "it is no table of keys, as this product writes it")

    def __contains__(self, key: str) -> bool:
        return self._data.get(key) not in (None, "", [], {})

    def is_table(self, key: str) -> bool:
        """Whether there is a table of that key: some were lists in earlier versions."""
        return isinstance(self._data.get(key), Mapping)

    def _place(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def text(self, key: str) -> str:
        """One line; "" where there is none."""
        value = self._data.get(key)
        if isinstance(value, str | int | float):
            return str(value).strip()
        if value is not None:
            self._report.lose(self._place(key), "it is no text, as this product writes it")
        return ""

    def is_on(self, key: str, *, otherwise: bool = False) -> bool:
        """A switch."""
        value = self.text(key).lower()
        return value in _ON if value else otherwise

    def table(self, key: str) -> "Values":
        """A table within; one without keys where there is none."""
        return Values(self._data.get(key), self._place(key), self._report)

    def tables(self, key: str) -> "Iterator[Values]":
        """A list of tables."""
        for number, each in enumerate(self._list(key)):
            yield Values(each, f"{self._place(key)}[{number}]", self._report)

    def texts(self, key: str) -> Iterator[str]:
        """A list of lines; one text alone is its lines."""
        for each in self._list(key):
            if isinstance(each, str | int | float) and not isinstance(each, bool):
                if text := str(each).strip():
                    yield text
            elif each is not None:
                self._report.lose(self._place(key), "there is something else than text in it")

    def _list(self, key: str) -> list[Any]:
        value = self._data.get(key)
        if isinstance(value, list):
            return value
        if isinstance(value, str):
            return value.splitlines()
        if value is not None:
            self._report.lose(self._place(key), "it is no list, as this product writes it")
        return []


def problem_with(kind: Kind[Any], text: str) -> str:
    """Why guardian's configuration cannot have a text as this kind of value; "" where it can."""
    reading = Reading("")
    with suppress(Unusable):
        kind.read(Scalar(0, "", text), reading)
    return shown(reading.problems[0].problem) if reading.problems else ""

"""Fields of the configuration as a table: each says once what it is, and the rest follows from it.

A `Kind` reads a value; a `Field` is a key with its kind, default and meaning; a `Section` is a row
of fields. Reading a file, its errors and docs/configuration.md all come from these.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, Never, TypeVar

from guardian.safety.tombstones import Tombstones
from guardian.settings.errors import Problem
from guardian.settings.nodes import Node, Scalar, Sequence, Table, parse

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
K = TypeVar("K")


class Wrong(Exception):
    """A value that cannot be used: the problem and its remedy, still without a place."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


class Unusable(Exception):
    """A value whose problems are noted already."""


@dataclass(slots=True)
class Reading:
    """One file being read. categories: the known ones; services: the household's own;
    lists: folders of the bundled lists.

    gone: words of earlier versions. remarks: what can be used, and was better written otherwise.
    today: the day for which ages are told; majority: the age in years of an adult.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)
    today: date = date.max
    majority: int = 18
    gone: Tombstones = field(default_factory=Tombstones)
    remarks: list[str] = field(default_factory=list)
    categories: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    def note(self, node: Node, wrong: Wrong) -> None:
        problem = Problem(self.file, node.line, node.path, wrong.problem, wrong.mend)
        self.problems.append(problem)

    def remark(self, node: Node, said: str) -> None:
        """Note what can be used and should be changed some day. said: without its end."""
        self.remarks.append(f"{self.file}, line {node.line}, {node.path}: {said}")

    def refuse(self, node: Node, wrong: Wrong) -> Never:
        self.note(node, wrong)
        raise Unusable


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A sort of value.

    expects: for people: "a time of day". example: one, as written in the file.
    read: the value of a node; raises Unusable once it has noted why.
    """

    expects: str
    example: str
    read: Callable[[Node, Reading], T_co]


@dataclass(frozen=True, slots=True)
class Field(Generic[T_co]):
    """A key.

    help: its meaning, in Markdown. default: as one would write it; None where it must be given, ""
    where nothing stands for it.
    """

    name: str
    kind: Kind[T_co]
    help: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A row of keys.

    path: where it stands, such as "profiles.NAME.windows[]". example: YAML of the whole file's
    shape, in which this section stands.
    """

    path: str
    intro: str
    fields: tuple[Field[Any], ...]
    example: str = ""


class Values:
    """What a section's fields were found to be."""

    def __init__(self, node: Table, found: dict[str, Any]) -> None:
        self.table = node
        self._found = found

    def __getitem__(self, key: Field[T]) -> T:
        value: T = self._found[key.name]
        return value

    def __contains__(self, key: Field[Any]) -> bool:
        return key.name in self._found

    def node(self, key: Field[T]) -> Node:
        """Where to point at for a problem with this key."""
        return self.table.entries.get(key.name, self.table)


def scalar(expects: str, example: str, parse_text: Callable[[str], T]) -> Kind[T]:
    """A kind of single value; `parse_text` gets text that is not empty and may raise Wrong."""
    return scalar_in_context(expects, example, lambda text, _: parse_text(text))


def scalar_in_context(
    expects: str, example: str, parse_text: Callable[[str, Reading], T]
) -> Kind[T]:
    """A kind of single value whose meaning depends on the rest of the file."""

    def read(node: Node, reading: Reading) -> T:
        if not isinstance(node, Scalar) or not node.text:
            reading.refuse(node, _other_shape(node, expects, example))
        try:
            return parse_text(node.text, reading)
        except Wrong as wrong:
            reading.refuse(node, wrong)

    return Kind(expects, example, read)


def maybe(kind: Kind[T]) -> Kind[T | None]:
    """The kind, or None for an empty value."""

    def read(node: Node, reading: Reading) -> T | None:
        if isinstance(node, Scalar) and not node.text:
            return None
        return kind.read(node, reading)

    return Kind(kind.expects, kind.example, read)


def list_of(kind: Kind[T], expects: str) -> Kind[tuple[T, ...]]:
    """Several values; one alone need not be written as a list."""
    example = f"[{kind.example}]"

    def read(node: Node, reading: Reading) -> tuple[T, ...]:
        if isinstance(node, Scalar) and not node.text:
            reading.refuse(node, _other_shape(node, expects, example))
        items = node.items if isinstance(node, Sequence) else (node,)
        found = []
        for item in items:
            try:
                found.append(kind.read(item, reading))
            except Unusable:
                continue
        return tuple(found)

    return Kind(expects, example, read)


def table_of(
    key_kind: Kind[K], kind: Kind[T], expects: str, example: str
) -> Kind[tuple[tuple[K, T], ...]]:
    """Keys of one kind with values of another, in the order of the file."""

    def read(node: Node, reading: Reading) -> tuple[tuple[K, T], ...]:
        if not isinstance(node, Table):
            reading.refuse(node, _other_shape(node, expects, example))
        found: dict[K, T] = {}
        for text, value in node.entries.items():
            place = Scalar(node.key_lines[text], node.path_of(text), text)
            try:
                key = key_kind.read(place, reading)
                if key in found:
                    reading.note(place, Wrong(f'"{text}" is here twice', "keep one of the two"))
                found[key] = kind.read(value, reading)
            except Unusable:
                continue
        return tuple(found.items())

    return Kind(expects, example, read)


def record(section: Section, build: Callable[[Values, Reading], T], expects: str) -> Kind[T]:
    """A section as a value. `build` may note more problems and raise Unusable."""
    example = "{" + ", ".join(
        f"{each.name}: {each.kind.example}" for each in section.fields if each.default is None
    ) + "}"  # fmt: skip

    def read(node: Node, reading: Reading) -> T:
        if not isinstance(node, Table):
            reading.refuse(node, _other_shape(node, expects, example))
        values = read_fields(section, node, reading)
        if not all(each in values for each in section.fields):
            raise Unusable
        return build(values, reading)

    return Kind(expects, example, read)


def read_fields(section: Section, node: Table, reading: Reading) -> Values:
    """Those of a section's fields that can be used; what is wrong with the others is noted."""
    _note_unknown_keys(node, section, reading)
    found: dict[str, Any] = {}
    for each in section.fields:
        try:
            found[each.name] = _read_field(each, node, reading)
        except Unusable:
            continue
    return Values(node, found)


def _read_field(wanted: Field[T], node: Table, reading: Reading) -> T:
    if wanted.name in node.entries:
        return wanted.kind.read(node.entries[wanted.name], reading)
    if wanted.default is None:
        reading.refuse(
            node,
            Wrong(
                f'"{wanted.name}" is missing',
                f"add {wanted.kind.expects}, such as {wanted.name}: {wanted.kind.example}",
            ),
        )
    return wanted.kind.read(_written(wanted.default), reading)


def _written(default: str) -> Node:
    """A default as if it stood in the file."""
    return parse(default.encode(), "default", []) if default else NOTHING


NOTHING: Final = Scalar(0, "", "")


def _note_unknown_keys(node: Table, section: Section, reading: Reading) -> None:
    known = [each.name for each in section.fields]
    for key in node.entries:
        if key not in known:
            place = Scalar(node.key_lines[key], node.path_of(key), key)
            reading.note(place, Wrong("there is no such key", nearest(key, known)))


def like(text: str, known: Iterable[str], least: float) -> str | None:
    """The known word that is most like this one, if one is. least: from 0 to 1, the same."""
    from difflib import get_close_matches  # only mistakes pay for it

    return next(iter(get_close_matches(text, known, n=1, cutoff=least)), None)


def nearest(text: str, known: list[str]) -> str:
    """The remedy for a word that is not one of the known ones."""
    close = like(text.lower(), known, 0.6)
    if close is not None:
        return f'write "{close}"'
    if not known:
        return "take it out"
    return "use one of: " + ", ".join(known)


def _other_shape(node: Node, expects: str, example: str) -> Wrong:
    mend = f"write {expects}, such as {example}"
    match node:
        case Scalar(text=""):
            return Wrong("the value is empty", f"{mend}, or take the line out")
        case Scalar(text=text):
            return Wrong(f'"{text}" is a single value', mend)
        case Sequence():
            return Wrong("this is a list", mend)
        case Table():
            return Wrong("these are keys with values", mend)

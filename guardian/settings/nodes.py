"""A YAML file as text with places, before anything in it has a meaning.

Scalars stay text: YAML 1.1 would read 20:00 as 1200, a4:01 as minutes and NO as false, and none of
these is what a family means.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from guardian.settings.errors import ConfigError, Problem

if TYPE_CHECKING:
    import yaml

MAX_BYTES: Final = 1024 * 1024
MAX_NODES: Final = 100_000  # aliases counted as often as they are used
MAX_DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, as written; "" for an empty value or ~."""

    line: int
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    line: int
    path: str
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and their values. key_lines: where each key stands."""

    line: int
    path: str
    entries: Mapping[str, "Node"]
    key_lines: Mapping[str, int]

    def path_of(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


Node = Scalar | Sequence | Table


def parse(content: bytes, file: str, problems: list[Problem]) -> Node:
    """The tree of a YAML document.

    Duplicate keys and the like are added to `problems`, and reading goes on. Raises ConfigError
    where there is nothing to go on with: no UTF-8, no YAML, an empty file, one beyond the limits.
    """
    import yaml  # here, because only a process that loads a configuration should pay for it

    if len(content) > MAX_BYTES:
        raise _hopeless(file, 0, "the file is larger than 1 MB", "take out what is not needed")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _hopeless(
            file, line, "the text is not UTF-8", "save the file with the encoding UTF-8"
        ) from None
    try:
        root = _composed(text)
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(file, error) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _hopeless(
            file, line, "there is a character that YAML does not allow", "take it out"
        ) from None
    except RecursionError:
        raise _too_deep(file, 0) from None
    if root is None:
        raise _hopeless(
            file, 0, "the file is empty", "start from config/home.yaml, which explains itself"
        )
    return _Tree(file, problems).node(root, "", 0)


def _composed(text: str) -> "yaml.Node | None":
    """PyYAML's tree: by libyaml where PyYAML was built with it, eight times as fast.

    What libyaml refuses is read again by PyYAML itself, whose words we tell. Raises YAMLError.
    """
    import yaml

    if (fast := getattr(yaml, "CSafeLoader", None)) is not None:
        with suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=fast)
    return yaml.compose(text, Loader=yaml.SafeLoader)


class _Tree:
    """Turns PyYAML's nodes into ours, within limits."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file = file
        self._problems = problems
        self._count = 0

    def node(self, node: "yaml.Node", path: str, depth: int) -> Node:
        import yaml

        line = node.start_mark.line + 1
        self._count += 1
        if self._count > MAX_NODES:
            raise _hopeless(
                self._file,
                line,
                f"there are more than {MAX_NODES} values, aliases unfolded",
                "write it without so many aliases",
            )
        if depth > MAX_DEPTH:
            raise _too_deep(self._file, line)
        if node.tag.startswith("!"):
            self._note(line, path, f'"{node.tag}" is a YAML tag', "write the plain value")
        if isinstance(node, yaml.MappingNode):
            return self._table(node, line, path, depth)
        if isinstance(node, yaml.SequenceNode):
            items = enumerate(node.value)
            return Sequence(
                line,
                path,
                tuple(self.node(item, f"{path}[{number}]", depth + 1) for number, item in items),
            )
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101  # the last of YAML's three kinds
        text = "" if node.style is None and node.value == "~" else node.value.strip()
        return Scalar(line, path, text)

    def _table(self, node: "yaml.MappingNode", line: int, path: str, depth: int) -> Table:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, (key_line, value) in self._pairs(node, path):
            place = f"{path}.{key}" if path else key
            if key in entries:
                self._note(
                    key_line,
                    place,
                    f"the key is written a second time, after line {lines[key]}",
                    "keep one of the two",
                )
                continue
            entries[key] = self.node(value, place, depth + 1)
            lines[key] = key_line
        return Table(line, path, entries, lines)

    def _pairs(
        self, node: "yaml.MappingNode", path: str
    ) -> Iterator[tuple[str, tuple[int, "yaml.Node"]]]:
        import yaml

        for key, value in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode):
                yield key.value.strip(), (line, value)
            else:
                self._note(line, path, "a key is not a single word", "write the key as plain text")

    def _note(self, line: int, path: str, problem: str, mend: str) -> None:
        self._problems.append(Problem(self._file, line, path, problem, mend))


def _hopeless(file: str, line: int, problem: str, mend: str) -> ConfigError:
    return ConfigError([Problem(file, line, "", problem, mend)])


def _too_deep(file: str, line: int) -> ConfigError:
    return _hopeless(
        file, line, "values are nested too deeply", "look for a bracket that is not closed"
    )


def _no_yaml(file: str, error: "yaml.MarkedYAMLError") -> ConfigError:
    mark = error.problem_mark or error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part) or "unclear"
    if "\\t" in said:
        mend = "indent with spaces, not with tabs"
    elif "single document" in said:
        mend = "keep one document, without a line of ---"
    else:
        mend = "check indentation and brackets, and put quotes around addresses and times"
    return _hopeless(file, mark.line + 1 if mark else 0, f"this is not YAML ({said})", mend)

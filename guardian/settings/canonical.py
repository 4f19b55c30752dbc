"""A configuration in one form: same content, same bytes; and what two of them differ in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from guardian.settings import nodes
from guardian.settings.nodes import Node, Scalar, Sequence, Table
from guardian.settings.settings import FILE


def canonical(content: bytes) -> bytes:
    """A readable configuration (`settings.parse` took it) with its sections in their order.

    Comments are not kept; canonical(canonical(x)) is canonical(x).
    """
    import yaml

    data = plain(nodes.parse(content, "configuration", []))
    order = [each.name for each in FILE.fields]
    ordered = {key: data[key] for key in sorted(data, key=order.index)}
    text: str = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=100)
    return text.encode()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place whose values are others now. path: such as "people[Lina].rules.block".

    gone, come: values that are there no more, and that are new; both () where only their order is
    another one.
    """

    path: str
    gone: tuple[str, ...]
    come: tuple[str, ...]

    def __str__(self) -> str:
        """In a line: "profiles.teen.block: - games, + tiktok"."""
        said = [*(f"- {each}" for each in self.gone), *(f"+ {each}" for each in self.come)]
        return f"{self.path}: {', '.join(said) or 'in another order'}"


def differences(before: bytes, after: bytes) -> list[Difference]:
    """What changed, by place, in the order of the file. Raises ConfigError where one is no YAML."""
    old = dict(_leaves(nodes.parse(before, "before", [])))
    new = dict(_leaves(nodes.parse(after, "after", [])))
    found = []
    for path in dict.fromkeys([*old, *new]):
        was, present = old.get(path, ()), new.get(path, ())
        if was != present:
            gone = tuple(each for each in was if each not in present)
            come = tuple(each for each in present if each not in was)
            found.append(Difference(path, gone, come))
    return found


def plain(node: Node) -> Any:
    """A document's tree as tables, lists and text."""
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Table(entries=entries):
            return {key: plain(value) for key, value in entries.items()}


def _leaves(node: Node, name: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each place with its values; lists of words are one place, named items go by their name."""
    if isinstance(node, Scalar):
        yield name or node.path, (node.text,)
    elif isinstance(node, Sequence):
        if all(isinstance(item, Scalar) for item in node.items):
            yield name, tuple(item.text for item in node.items if isinstance(item, Scalar))
            return
        for number, item in enumerate(node.items):
            yield from _leaves(item, f"{name}[{_name_of(item) or number}]")
    else:
        for key, value in node.entries.items():
            yield from _leaves(value, f"{name}.{key}" if name else key)


def _name_of(node: Node) -> str:
    if isinstance(node, Table):
        found = node.entries.get("name") or node.entries.get("kind")
        if isinstance(found, Scalar):
            return found.text
    return ""

"""Change a configuration file as a careful person would: comments, order and spelling stay."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from guardian.errors import GuardianError, Said
from guardian.settings.merge import merged


class CannotEdit(GuardianError):
    """A file that can be read and not be changed without changing how it is written."""


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The bytes of a readable configuration after a change to its tables and lists, in place.

    Raises CannotEdit.
    """

    def work(load: Callable[[bytes], Any]) -> Any:
        data = load(content)
        change(data)
        return data

    return _rewritten(work)


def combined(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """`theirs` with all that `ours` made of `base`. Raises merge.Overlap, CannotEdit."""
    return _rewritten(lambda load: merged(load(base), load(ours), load(theirs)))


def _rewritten(work: Callable[[Callable[[bytes], Any]], Any]) -> bytes:
    from ruamel.yaml import YAML  # only what edits needs it
    from ruamel.yaml.error import YAMLError

    yaml = YAML()  # keeps what it reads as it was written
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True  # [{a: 1}] stays as it is
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = BytesIO()
    try:
        data = work(yaml.load)
        yaml.dump(data, out)
        # A comment in a rare place comes out in the wrong one, and swallows what is beside it.
        is_safe = yaml.load(out.getvalue()) == data
    except YAMLError as problem:
        said = " ".join(str(problem).split())
        raise CannotEdit(
            Said("the configuration cannot be edited (%(why)s); change it by hand", why=said)
        ) from None
    if not is_safe:
        raise CannotEdit(
            Said(
                "the configuration cannot be edited without harm to its comments; change it by hand"
            )
        )
    return out.getvalue()


def listed(value: Any) -> list[Any]:
    """A value as a list: one alone need not be written as one."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list) else [value]

"""Whoever looks up names for the house, as pages and programs are told of them."""

from dataclasses import dataclass

from guardian.settings.endpoints import Server


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a question. milliseconds: that the answer took; None where there was none.

    trouble, mend: what is wrong then, and what to do about it, as sentences; "" for nothing.
    """

    milliseconds: int | None
    trouble: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A server that is asked, and how it does.

    for_all: whether for every name and everybody; names: under which it is asked besides; people:
    for whom.
    milliseconds: that its answers take; None where none came yet. trouble: a sentence.
    """

    server: Server
    names: tuple[str, ...]
    people: tuple[str, ...]
    for_all: bool
    milliseconds: int | None
    is_well: bool
    trouble: str = ""

"""What each role may do, as one table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from guardian.store.accounts import Role


class Right(StrEnum):
    """Something that a page or a deed asks for.

    ANYBODY: no account at all. HERE: neither, and before the first run too; whoever uses a device
    in the house, which is told from its address. SEE: pages as they stand. ANSWER: what children
    ask for. STEER: pauses, extra time, bedtime now. CHANGE: rules, people, devices, lists.
    OWN: accounts.
    """

    ANYBODY = "anybody"
    HERE = "here"
    SEE = "see"
    ANSWER = "answer"
    STEER = "steer"
    CHANGE = "change"
    OWN = "own"


OF_ALL: Final = frozenset({Right.ANYBODY, Right.HERE})  # with an account or without
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.OWNER: frozenset(Right),
    Role.PARENT: frozenset(Right) - {Right.OWN},
    Role.HELPER: frozenset({*OF_ALL, Right.SEE, Right.ANSWER}),
    Role.VIEWER: frozenset({*OF_ALL, Right.SEE}),
    Role.CHILD: OF_ALL,  # their own page, from any device
}


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]

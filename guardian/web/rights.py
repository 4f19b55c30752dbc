"""What each role may do, as one table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from guardian.store.accounts import Role


class Right(StrEnum):
    """Something that a page or a deed asks for.

    ANYBODY: no account at all. SEE: pages as they stand. ANSWER: what children ask for.
    STEER: pauses, extra time, bedtime now. CHANGE: rules, people, devices, lists. OWN: accounts.
    """

    ANYBODY = "anybody"
    SEE = "see"
    ANSWER = "answer"
    STEER = "steer"
    CHANGE = "change"
    OWN = "own"


RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.OWNER: frozenset(Right),
    Role.PARENT: frozenset(Right) - {Right.OWN},
    Role.HELPER: frozenset({Right.ANYBODY, Right.SEE, Right.ANSWER}),
    Role.VIEWER: frozenset({Right.ANYBODY, Right.SEE}),
}


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]

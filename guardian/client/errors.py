"""What can go wrong between a client and a guardian."""

from collections.abc import Sequence
from typing import ClassVar, Final

from guardian.errors import GuardianError

_WRONG_INPUT: Final = frozenset({400, 404, 409, 412, 422, 428, 429})


class Unreachable(GuardianError):
    """No guardian answers there, or not as one."""


class BadPlace(GuardianError):
    """An address, a key or a fingerprint that is none."""

    exit_code: ClassVar[int] = 2


class Refused(GuardianError):
    """What guardian did not do, and why, in its own words (RFC 9457).

    status: of HTTP. errors: field and sentence.
    """

    def __init__(
        self, status: int, title: str, detail: str = "", errors: Sequence[tuple[str, str]] = ()
    ) -> None:
        said = [f"{field}: {problem}" if field else problem for field, problem in errors]
        super().__init__("; ".join(said) or detail or title.lower() or f"status {status}")
        self.status = status
        self.title = title
        self.errors = tuple(errors)


class Mistaken(Refused):
    """The same where something else has to be asked for: nobody of that name, no such time."""

    exit_code: ClassVar[int] = 2


def refused(
    status: int, title: str, detail: str = "", errors: Sequence[tuple[str, str]] = ()
) -> Refused:
    """The error that a status of HTTP means."""
    kind = Mistaken if status in _WRONG_INPUT else Refused
    return kind(status, title, detail, errors)

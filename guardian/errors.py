"""The errors whose message is written for the person who reads it."""

from typing import ClassVar


class GuardianError(Exception):
    """Something that a person can mend; its message says where, what and how.

    exit_code: what a command ends with: 1 for a failure, 2 for wrong input or usage.
    """

    exit_code: ClassVar[int] = 1

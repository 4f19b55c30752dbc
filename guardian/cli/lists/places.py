"""The lists of the household that a command is about."""

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from guardian.errors import GuardianError
from guardian.lists.library import Library
from guardian.service import plan
from guardian.settings import load


class BadWord(GuardianError):
    """A name, a type or a file on the command line that is none."""

    exit_code: ClassVar[int] = 2


def library_of(args: Namespace, changed: Callable[[], None] = lambda: None) -> Library:
    """The lists that the configuration names. changed: told when an update is a step further."""
    return plan.library_of(load(args.config), args.state, now, changed)


def complain(problem: str) -> None:
    print(problem, file=sys.stderr)


def now() -> datetime:
    """The instant, UTC."""
    return datetime.now(UTC)

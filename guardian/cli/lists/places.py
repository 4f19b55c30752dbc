"""The lists of the household that a command is about."""

import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import ClassVar

from guardian.errors import GuardianError
from guardian.lists.library import Library
from guardian.safety import helplines
from guardian.service.plan import route_of, sources_of
from guardian.settings import load


class BadWord(GuardianError):
    """A name, a type or a file on the command line that is none."""

    exit_code: ClassVar[int] = 2


def library_of(args: Namespace) -> Library:
    """The lists that the configuration names."""
    settings = load(args.config)
    return Library(
        args.state / "lists",
        sources_of(settings),
        _now,
        helplines.protected_names(),
        route=route_of(settings),
    )


def complain(problem: str) -> None:
    print(problem, file=sys.stderr)


def _now() -> datetime:
    return datetime.now(UTC)

"""`*.name` lines: the name and all below it. Lines without a star are taken the same way."""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.formats import domains
from guardian.lists.formats.spelling import PLAIN
from guardian.lists.report import Parsed

RUN: Final = re.compile(rb"(?:(?:\*\.)?+" + PLAIN.pattern + rb"\r?+\n)*+")


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return line.startswith(b"*.")


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the names behind the stars."""
    domains.parse((line.removeprefix(b"*.") for line in lines), parsed)


def names_in(run: bytes) -> list[bytes]:
    """What the lines of a `RUN` name."""
    return run.replace(b"*.", b"").split()

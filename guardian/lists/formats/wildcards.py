"""`*.name` lines: the name and all below it. Lines without a star are taken the same way."""

from collections.abc import Iterable

from guardian.lists.formats import domains
from guardian.lists.report import Parsed


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return line.startswith(b"*.")


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the names behind the stars."""
    domains.parse((line.removeprefix(b"*.") for line in lines), parsed)

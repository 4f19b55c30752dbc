"""Plain domains, one a line, each with all below it; `|host^` for one host alone."""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import Kind, Scope
from guardian.lists.formats.spelling import refuse_or_mend
from guardian.lists.report import Parsed

NAME: Final = re.compile(  # the last label begins with a letter, else it is an IP address
    rb"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take what each line names; a comment may follow it after `#`, other columns after a comma."""
    take, is_name = parsed.names.append, NAME.fullmatch
    for number, line in enumerate(lines, start=1):
        parsed.lines = number
        name = line.strip()
        if is_name(name):
            take(name)
            continue
        if not name or name[:1] in b"#!;":
            continue
        text = name.partition(b"#")[0].partition(b",")[0].strip().lower().removesuffix(b".")
        scope = Scope.SUBDOMAINS
        if text.startswith(b"|") and text.endswith(b"^"):
            text, scope = text.strip(b"|^"), Scope.EXACT
        if is_name(text):
            parsed.take(text, Kind.BLOCK, scope)
        else:
            refuse_or_mend(text, scope, line, number, parsed)

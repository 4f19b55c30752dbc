"""Plain domains, one a line, each with all below it; `|host^` for one host alone."""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import BLOCKS_ALL, BLOCKS_ONE, Variety
from guardian.lists.formats.spelling import PLAIN, PLAIN_MOST, mend
from guardian.lists.report import Parsed, Reason

PAGE_RULES: Final = (b"##", b"#@#", b"#?#", b"#$#", b"#%#", b"$$")
_COMMENTS: Final = (b"#", b"!", b";", b"//")
RUN: Final = re.compile(rb"(?:" + PLAIN.pattern + rb"\r?+\n)*+")


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take what each line names; after it may come a comment (blank, `#`) or columns (comma)."""
    names, is_plain = parsed.names, PLAIN.fullmatch
    for number, line in parsed.numbered(lines):
        name = line.strip()
        if is_plain(name) and len(name) <= PLAIN_MOST:
            names.append(name)
        elif name:
            parse_line(name, line, number, parsed)


def parse_line(text: bytes, line: bytes, number: int, parsed: Parsed) -> None:
    """Take what a line names in any spelling, or count it."""
    if any(mark in text for mark in PAGE_RULES) and not text.startswith((b"# ", b"!")):
        parsed.refuse(Reason.COSMETIC, line, number)
        return
    if text.startswith(_COMMENTS):
        return
    first = text.split(None, 1)[0].partition(b",")[0]
    rest = text[len(first) :].lstrip()
    if rest and not rest.startswith((b"#", b",", b"!", b";", b"//")):
        parsed.refuse(Reason.NOT_A_NAME, line, number)
        return
    variety = BLOCKS_ALL
    if first.startswith(b"|") and first.endswith(b"^"):
        first, variety = first[1:-1], BLOCKS_ONE
    parsed.settle(mend(first.removeprefix(b"*.")), variety, line, number)


def names_in(run: bytes) -> list[bytes]:
    """What the lines of a `RUN` name."""
    return run.split()


def written(name: bytes, variety: Variety) -> list[bytes]:
    """The lines that say an entry; none where this format cannot."""
    if variety == BLOCKS_ALL:
        return [name]
    return [b"|%b^" % name] if variety == BLOCKS_ONE else []

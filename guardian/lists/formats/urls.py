"""IWF-style lists: one URL a line, or CSV whose header names a column `url`.

A URL is never widened to its host: only an entry for a whole site (no path but `/`, no query) is
for DNS to enforce, all others are counted.
"""

from collections.abc import Iterable

from guardian.lists.entry import Scope
from guardian.lists.formats.spelling import refuse_or_mend
from guardian.lists.report import Parsed, Reason


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return b"://" in line


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the hosts of entries for whole sites."""
    column = 0
    for number, line in enumerate(lines, start=1):
        parsed.lines = number
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        cells = [cell.strip().strip(b'"') for cell in text.split(b",")]
        lowered = [cell.lower() for cell in cells]
        if number == 1 and b"url" in lowered:
            column = lowered.index(b"url")
            continue
        if column >= len(cells):
            parsed.refuse(Reason.NOT_A_NAME, line, number)
            continue
        _take(cells[column], line, number, parsed)


def _take(url: bytes, line: bytes, number: int, parsed: Parsed) -> None:
    rest = url.partition(b"://")[2] if b"://" in url else url
    authority, slash, path = rest.partition(b"/")
    if (slash and path) or b"?" in rest or b"#" in rest:
        parsed.refuse(Reason.PATH, line, number)
        return
    host = authority.rpartition(b"@")[2].partition(b":")[0].lower()
    refuse_or_mend(host, Scope.SUBDOMAINS, line, number, parsed)

"""IWF-style lists: one URL a line, or CSV whose first line names a column `url`.

A URL is never widened to its host: only an entry for a whole site (no path but `/`, no query, no
port of its own) is for DNS to enforce; all others are counted.
"""

import csv
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import BLOCKS_ALL
from guardian.lists.formats.spelling import mend
from guardian.lists.report import Parsed, Reason

_PORTS: Final = {b"": (b"", b"80", b"443"), b"http": (b"", b"80"), b"https": (b"", b"443")}


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return b"://" in line


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the hosts of entries for whole sites."""
    column: int | None = None  # of a CSV file
    is_first = True
    for number, line in enumerate(lines, start=1):
        parsed.lines = number
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        if is_first:
            is_first = False
            column = _url_column(text)
            if column is not None:
                continue
        url = text if column is None else _cell(text, column)
        parsed.settle(_whole_site(url), BLOCKS_ALL, line, number)


def _cells(text: bytes) -> list[str]:
    # Latin-1 gives each byte a character and back: the CSV rules need no more.
    try:
        return next(csv.reader([text.decode("latin-1")], skipinitialspace=True), [])
    except csv.Error:
        return []


def _url_column(header: bytes) -> int | None:
    names = [cell.strip().lower() for cell in _cells(header)]
    return names.index("url") if "url" in names else None


def _cell(text: bytes, column: int) -> bytes:
    cells = _cells(text)
    return cells[column].strip().encode("latin-1") if column < len(cells) else b""


def _whole_site(url: bytes) -> bytes | Reason:
    """The host of a URL that means a whole site, or why it does not mean one."""
    scheme, mark, rest = url.partition(b"://")
    scheme, rest = (scheme.lower(), rest) if mark else (b"", url)
    authority, _, path = rest.partition(b"/")
    if path or any(sign in rest for sign in b"?#\\"):
        return Reason.PATH
    if authority.startswith(b"["):
        return Reason.ADDRESS
    host, _, port = authority.partition(b":")
    if b"@" in authority or scheme not in _PORTS or port not in _PORTS[scheme]:
        return Reason.PATH
    return mend(host)

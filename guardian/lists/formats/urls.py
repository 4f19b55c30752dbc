"""IWF-style lists: one URL a line, or CSV whose first line names a column `url`.

A URL is never widened to its host: only an entry for a whole site (no path but `/`, no query, no
port of its own) is for DNS to enforce; all others are counted, and of a confidential list kept for
who sees URLs. A column `level` says what an entry means: `page`, `folder` (with all below it) or
`site`; a front page of level `page` or `folder` is no whole site.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from guardian.lists.entry import BLOCKS_ALL
from guardian.lists.formats.spelling import mend
from guardian.lists.report import Page, Parsed, Reason

_PORTS: Final = {b"": (b"", b"80", b"443"), b"http": (b"", b"80"), b"https": (b"", b"443")}
_LEVELS: Final = {
    **dict.fromkeys((b"page", b"url"), "page"),
    **dict.fromkeys((b"folder", b"directory", b"prefix"), "folder"),
    **dict.fromkeys((b"site", b"domain", b"host"), "site"),
}


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return b"://" in line


@dataclass(frozen=True, slots=True)
class _Columns:
    """Of a CSV file. level: None where there is no such column."""

    url: int
    level: int | None

    @classmethod
    def of(cls, header: bytes) -> "_Columns | None":
        names = [cell.strip().lower() for cell in _cells(header)]
        if "url" not in names:
            return None
        return cls(names.index("url"), names.index("level") if "level" in names else None)

    def read(self, text: bytes) -> tuple[bytes, str]:
        """URL and level of a line; "" for a line that has none of it."""
        cells = [cell.strip().encode("latin-1") for cell in _cells(text)]
        url = cells[self.url] if self.url < len(cells) else b""
        if self.level is None or self.level >= len(cells):
            return url, ""
        return url, _LEVELS.get(cells[self.level].lower(), "page" if cells[self.level] else "")


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the hosts of entries for whole sites."""
    columns: _Columns | None = None  # of a CSV file
    is_first = True
    for number, line in parsed.numbered(lines):
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        if is_first:
            is_first = False
            columns = _Columns.of(text)
            if columns is not None:
                continue
        url, level = (text, "") if columns is None else columns.read(text)
        found = _whole_site(url)
        if level in ("page", "folder") and isinstance(found, bytes):
            found = Reason.PATH
        parsed.settle(found, BLOCKS_ALL, line, number)
        if parsed.confidential and found in (Reason.PATH, Reason.ADDRESS):
            whole = found is Reason.ADDRESS and not level
            parsed.pages.append(Page(_with_scheme(url), is_folder=whole or level == "folder"))


def _with_scheme(url: bytes) -> bytes:
    return url if b"://" in url else b"http://" + url


def _cells(text: bytes) -> list[str]:
    # Latin-1 gives each byte a character and back: the CSV rules need no more.
    try:
        return next(csv.reader([text.decode("latin-1")], skipinitialspace=True), [])
    except csv.Error:
        return []


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

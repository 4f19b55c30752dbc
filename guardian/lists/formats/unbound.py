"""Unbound's configuration: `local-zone: "name" always_null` and `local-data: "name A …"`.

A zone means its name and all below it, data one host alone; an address blocks, whichever it is, and
is never answered (unbound.conf(5)). The nearest name has the last word.
"""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import (
    BLOCKS_ALL,
    BLOCKS_ONE,
    Kind,
    Modifiers,
    Scope,
    Variety,
)
from guardian.lists.formats.spelling import PLAIN, PLAIN_MOST, mend
from guardian.lists.report import Parsed, Reason

HEADER: Final = (b"server:",)
_BLOCK: Final = (
    rb"always_null|always_nxdomain|always_refuse|always_nodata|always_deny"
    rb"|static|redirect|refuse|deny|inform_deny|inform_redirect"
)
_USUAL: Final = re.compile(rb'local-zone: "(' + PLAIN.pattern + rb')\.?+" (?:' + _BLOCK + rb")")
RUN: Final = re.compile(rb"(?:" + _USUAL.pattern + rb"\r?+\n)*+")
_STATEMENT: Final = re.compile(rb"(local-zone|local-data):\s*+(.*)")
_TEXT: Final = re.compile(rb"\"([^\"]*+)\"|'([^']*+)'|([^\s\"'#]++)")
_KEYWORD: Final = re.compile(rb"[a-z][a-z0-9-]*+:")
_NO_TYPE: Final = re.compile(rb"\d++|IN|CH|HS", re.IGNORECASE)
_ABOUT_THE_ZONE: Final = (b"SOA", b"NS")
_EXCEPTION: Final = Variety(Kind.ALLOW, Scope.SUBDOMAINS)
_ZONES: Final = {
    **dict.fromkeys(_BLOCK.split(b"|"), BLOCKS_ALL),
    b"block_a": Variety(Kind.BLOCK, Scope.SUBDOMAINS, Modifiers(only_types=frozenset({1}))),
    b"always_transparent": _EXCEPTION,
}


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return line.lstrip().startswith((b"local-zone:", b"local-data:"))


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the zones that answer nothing of their own, and the hosts that have data."""
    parsed.nearest = True
    names, is_usual = parsed.names, _USUAL.fullmatch
    for number, line in parsed.numbered(lines):
        text = line.strip()
        usual = is_usual(text)
        if usual is not None and len(usual[1]) <= PLAIN_MOST:
            names.append(usual[1])
        elif text and not text.startswith(b"#"):
            _parse_unusual(text, line, number, parsed)


def _parse_unusual(text: bytes, line: bytes, number: int, parsed: Parsed) -> None:
    statement = _STATEMENT.match(text)
    if statement is None:
        known = _KEYWORD.match(text)
        parsed.refuse(Reason.SETTING if known else Reason.NOT_A_NAME, line, number)
        return
    keyword, rest = statement.groups()
    words = [b"".join(found) for found in _TEXT.findall(rest)]
    name, variety = _zone(words) if keyword == b"local-zone" else _data(words)
    if variety is None:
        parsed.refuse(Reason.SETTING, line, number)
        return
    found = mend(name) if name != b"." else Reason.EVERYTHING
    parsed.settle(found, variety, line, number)


def _zone(words: list[bytes]) -> tuple[bytes, Variety | None]:
    """The name and what becomes of it; None for a type of zone that blocks nothing."""
    if len(words) < 2:
        return b"", None
    return words[0], _ZONES.get(words[1].lower())


def _data(words: list[bytes]) -> tuple[bytes, Variety | None]:
    """The owner of a record. Records of a zone itself, SOA and NS, block nothing."""
    name, *rest = b"".join(words[:1]).split() or [b""]
    types = [word for word in rest if not _NO_TYPE.fullmatch(word)]
    if not types or types[0].upper() in _ABOUT_THE_ZONE:
        return name, None
    return name, BLOCKS_ONE


def names_in(run: bytes) -> list[bytes]:
    """What the lines of a `RUN` name."""
    return run.replace(b'."', b'"').split(b'"')[1::2]


def written(name: bytes, variety: Variety) -> list[bytes]:
    """The lines that say an entry; none where this format cannot."""
    if variety == BLOCKS_ALL:
        return [b'local-zone: "%b." always_nxdomain' % name]
    if variety == BLOCKS_ONE:
        return [b'local-data: "%b. 60 IN A 0.0.0.0"' % name]
    if variety == _EXCEPTION:
        return [b'local-zone: "%b." always_transparent' % name]
    return []  # `block_a` too: only newer versions know it

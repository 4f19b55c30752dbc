"""hosts(5) lines that send names to a sink address; each names one host alone."""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import BLOCKS_ONE, Variety
from guardian.lists.formats.spelling import PLAIN, PLAIN_MOST, is_address, mend
from guardian.lists.report import Parsed, Reason

_SINKS: Final = frozenset({b"0.0.0.0", b"0", b"127.0.0.1", b"127.0.1.1", b"::", b"::0", b"::1"})
_OWN_NAMES: Final = frozenset(  # a machine's names for itself, which most lists begin with
    {b"localhost", b"localhost.localdomain", b"local", b"broadcasthost", b"0.0.0.0"}
    | {b"ip6-localhost", b"ip6-loopback", b"ip6-localnet", b"ip6-mcastprefix"}
    | {b"ip6-allnodes", b"ip6-allrouters", b"ip6-allhosts"}
)

RUN: Final = re.compile(
    rb"(?:(?:0\.0\.0\.0|127\.0\.0\.1)[ \t]++(?!localhost\.localdomain\s)"
    + PLAIN.pattern
    + rb"[ \t\r]*+\n)*+"
)


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    words = line.split(None, 2)
    return len(words) > 1 and words[0] in _SINKS


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the names of lines with a sink address."""
    exact, is_plain = parsed.exact, PLAIN.fullmatch
    for number, line in parsed.numbered(lines):
        words = line.partition(b"#")[0].split()
        if len(words) == 2 and words[0] in _SINKS:  # nearly every line
            name = words[1]
            if is_plain(name) and len(name) <= PLAIN_MOST and name not in _OWN_NAMES:
                exact.append(name)
                continue
        if words:
            _parse_unusual(words, line, number, parsed)


def _parse_unusual(words: list[bytes], line: bytes, number: int, parsed: Parsed) -> None:
    address, *names = words
    if address not in _SINKS:
        if not all(name.lower() in _OWN_NAMES for name in names) or not names:
            known = is_address(address)
            parsed.refuse(Reason.NOT_A_SINK if known else Reason.NOT_A_NAME, line, number)
        return
    for name in names:
        if name.lower() in _OWN_NAMES:
            continue
        parsed.settle(mend(name), BLOCKS_ONE, line, number)


def names_in(run: bytes) -> list[bytes]:
    """What the lines of a `RUN` name."""
    return run.split()[1::2]


def written(name: bytes, variety: Variety) -> list[bytes]:
    """The lines that say an entry; none where this format cannot."""
    return [b"0.0.0.0 %b" % name] if variety == BLOCKS_ONE else []

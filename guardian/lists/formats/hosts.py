"""hosts(5) lines that send names to a sink address; each names one host alone."""

from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import Scope
from guardian.lists.formats.domains import NAME
from guardian.lists.formats.spelling import ADDRESS, refuse_or_mend
from guardian.lists.report import Parsed, Reason

_SINKS: Final = frozenset({b"0.0.0.0", b"127.0.0.1", b"127.0.1.1", b"::", b"::1"})
_OWN_NAMES: Final = frozenset(
    {b"localhost", b"localhost.localdomain", b"local", b"broadcasthost", b"0.0.0.0"}
)


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    first, _, rest = line.strip().replace(b"\t", b" ").partition(b" ")
    return bool(rest.strip()) and first in _SINKS


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the names of lines with a sink address."""
    take, is_name = parsed.exact.append, NAME.fullmatch
    for number, line in enumerate(lines, start=1):
        parsed.lines = number
        words = line.partition(b"#")[0].split()
        if not words:
            continue
        if words[0] not in _SINKS:
            wrong = Reason.NOT_A_SINK if ADDRESS.fullmatch(words[0].lower()) else Reason.NOT_A_NAME
            parsed.refuse(wrong, line, number)
            continue
        for word in words[1:]:
            if is_name(word):
                if word not in _OWN_NAMES and not ADDRESS.fullmatch(word):
                    take(word)
            elif word.lower() not in _OWN_NAMES and not word.startswith(b"ip6-"):
                refuse_or_mend(word.lower(), Scope.EXACT, line, number, parsed)

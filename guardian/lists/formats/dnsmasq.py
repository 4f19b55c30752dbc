"""dnsmasq's configuration: `address=/name/…`, `server=/name/` and `local=/name/` (dnsmasq(8)).

Each means a name and all below it; `/*.name/` what is below alone. An address blocks, whichever it
is, and is never answered; `server=/name/#` is an exception. The nearest name has the last word.
"""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import BLOCKS_ALL, BLOCKS_BELOW, BLOCKS_ONE, Kind, Scope, Variety
from guardian.lists.entry import PLAIN as NO_MODIFIERS
from guardian.lists.formats.spelling import PLAIN, PLAIN_MOST, is_address, mend
from guardian.lists.report import Parsed, Reason

_USUAL: Final = re.compile(
    rb"(?:address=/(" + PLAIN.pattern + rb")/(?:#|0\.0\.0\.0|::|127\.0\.0\.1)?+"
    rb"|(?:server|local)=/(" + PLAIN.pattern + rb")/)"
)
RUN: Final = re.compile(rb"(?:" + _USUAL.pattern + rb"\r?+\n)*+")
_OPTION: Final = re.compile(rb"[a-z][a-z0-9-]*+")
_RECORDS: Final = (b"host-record", b"cname")
_EXCEPTION: Final = Variety(Kind.ALLOW, Scope.SUBDOMAINS)


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return line.startswith((b"address=/", b"server=/", b"local=/"))


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the names that get no answer, and those that are to be asked for all the same."""
    parsed.nearest = True
    names, is_usual = parsed.names, _USUAL.fullmatch
    for number, line in parsed.numbered(lines):
        text = line.strip()
        usual = is_usual(text)
        if usual is not None and len(name := usual[1] or usual[2]) <= PLAIN_MOST:
            names.append(name)
        elif text and not text.startswith(b"#"):
            _parse_unusual(re.split(rb"\s#", text, maxsplit=1)[0].rstrip(), line, number, parsed)


def _parse_unusual(text: bytes, line: bytes, number: int, parsed: Parsed) -> None:
    option, sign, value = (part.strip() for part in text.partition(b"="))
    if option in (b"address", b"server", b"local") and value.startswith(b"/"):
        *names, target = value[1:].split(b"/")
        variety = _variety(option, target)
        if variety is None:
            parsed.refuse(Reason.SETTING, line, number)  # these names are asked for elsewhere
            return
        for name in names:
            _take(name, variety, line, number, parsed)
    elif option in _RECORDS and sign:
        words = [word.strip() for word in value.split(b",")]
        if option == b"cname":
            words = words[:-1]  # where it leads is no matter
        for name in words:
            if not (is_address(name) or name.isdigit()):
                _take(name, BLOCKS_ONE, line, number, parsed)
    elif _OPTION.fullmatch(option):
        parsed.refuse(Reason.SETTING, line, number)
    else:
        parsed.refuse(Reason.NOT_A_NAME, line, number)


def _variety(option: bytes, target: bytes) -> Variety | None:
    """What names before a target are; None where they are only asked for at another server."""
    if option == b"address" or not target:
        return BLOCKS_ALL
    return _EXCEPTION if target == b"#" else None


def _take(text: bytes, variety: Variety, line: bytes, number: int, parsed: Parsed) -> None:
    if text == b"#":
        parsed.refuse(Reason.EVERYTHING, line, number)
        return
    if text.startswith(b"*."):
        variety = Variety(variety.kind, Scope.BELOW)
    # "*name" ends "somename" too, which is more than DNS has labels for: the name is taken.
    parsed.settle(mend(text.removeprefix(b"*").removeprefix(b".")), variety, line, number)


def names_in(run: bytes) -> list[bytes]:
    """What the lines of a `RUN` name."""
    return run.split(b"/")[1::2]


def written(name: bytes, variety: Variety) -> list[bytes]:
    """The lines that say an entry; none where this format cannot."""
    if variety == BLOCKS_ALL:
        return [b"local=/%b/" % name]
    if variety == BLOCKS_BELOW:
        return [b"local=/*.%b/" % name]
    if variety == BLOCKS_ONE:
        return [b"host-record=%b,0.0.0.0" % name]
    if variety.kind is Kind.ALLOW and variety.modifiers == NO_MODIFIERS:
        form = {Scope.SUBDOMAINS: b"server=/%b/#", Scope.BELOW: b"server=/*.%b/#"}
        return [form[variety.scope] % name] if variety.scope in form else []
    return []

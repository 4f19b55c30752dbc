"""The DNS part of Adblock syntax.

`||name^` a name and all below it, `|name^` one host, `@@` an exception, `$important`, `$badfilter`
(takes another rule of the same list back), `$dnstype`, `$denyallow`. Everything else is counted by
what it is: page rules, patterns, options that DNS cannot honour.
"""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import PLAIN, Kind, Modifiers, Scope
from guardian.lists.formats.domains import NAME
from guardian.lists.formats.spelling import refuse_or_mend
from guardian.lists.report import Parsed, Reason
from guardian.names import InvalidName, normalise

_PLAIN_RULE: Final = re.compile(rb"\|\|(" + NAME.pattern + rb")\^")
_COSMETIC: Final = (b"##", b"#@#", b"#?#", b"#$#", b"$$", b"#%#")
_TYPES: Final = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
    "SVCB": 64, "HTTPS": 65,
}  # fmt: skip


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    text = line.strip()
    return text.startswith((b"||", b"@@")) or any(mark in text for mark in _COSMETIC)


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take what DNS can honour."""
    take, is_plain = parsed.names.append, _PLAIN_RULE.fullmatch
    taken_back: set[bytes] = set()
    for number, line in enumerate(lines, start=1):
        parsed.lines = number
        rule = line.strip()
        plain = is_plain(rule)
        if plain is not None:
            take(plain[1])
        elif rule and rule[:1] != b"!" and not (rule[:1] == b"#" and rule[:2] != b"##"):
            _parse_rule(rule, number, parsed, taken_back)
    if taken_back:
        _take_back(parsed, taken_back)


def _parse_rule(rule: bytes, number: int, parsed: Parsed, taken_back: set[bytes]) -> None:
    if rule.startswith(b"[") or any(mark in rule for mark in _COSMETIC):
        parsed.refuse(Reason.COSMETIC, rule, number)
        return
    kind = Kind.ALLOW if rule.startswith(b"@@") else Kind.BLOCK
    body, _, options = rule.removeprefix(b"@@").partition(b"$")
    if b"/" in body or b"*" in body:
        parsed.refuse(Reason.PATTERN, rule, number)
        return
    scope = Scope.SUBDOMAINS if body.startswith(b"||") or not body.startswith(b"|") else Scope.EXACT
    try:
        modifiers, bad = _modifiers(options.decode("utf-8", "replace"))
    except (KeyError, InvalidName):
        parsed.refuse(Reason.UNSUPPORTED, rule, number)
        return
    name = body.lstrip(b"|").removesuffix(b"|").removesuffix(b"^").lower().removesuffix(b".")
    if bad:
        taken_back.add(name)
    else:
        refuse_or_mend(name, scope, rule, number, parsed, kind, modifiers)


def _modifiers(options: str) -> tuple[Modifiers, bool]:
    """The modifiers, and whether `$badfilter` is among them. KeyError for one not known here."""
    important = bad = False
    only: set[int] = set()
    others: set[int] = set()
    denyallow: tuple[str, ...] = ()
    for option in filter(None, options.split(",")):
        key, _, value = option.strip().partition("=")
        match key:
            case "important":
                important = True
            case "badfilter":
                bad = True
            case "dnstype":
                for word in value.upper().split("|"):
                    (others if word.startswith("~") else only).add(_TYPES[word.lstrip("~")])
            case "denyallow":
                denyallow = tuple(normalise(name) for name in value.split("|"))
            case _:
                raise KeyError(key)
    if not (important or only or others or denyallow):
        return PLAIN, bad
    return Modifiers(important, frozenset(only), frozenset(others), denyallow), bad


def _take_back(parsed: Parsed, names: set[bytes]) -> None:
    parsed.names[:] = [name for name in parsed.names if name not in names]
    parsed.exact[:] = [name for name in parsed.exact if name not in names]
    parsed.special[:] = [entry for entry in parsed.special if entry[0] not in names]

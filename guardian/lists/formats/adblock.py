"""The DNS part of Adblock syntax.

`||name^` a name and all below it, `||*.name^` what is below alone, `name^|` as much of it as DNS
knows (all names that end so: the name and all below it), `|name^` or a bare name one host, `@@` an
exception, `$important`, `$badfilter` (takes the very same rule of this list back), `$dnstype`,
`$denyallow`. `$dnsrewrite` blocks, whatever it would have answered: no list answers for DNS.
`/expression/` and `||ads*.example^` mean all names in which they are found (`lists.expressions`).
Everything else is counted by what it is: page rules, patterns, options that DNS cannot honour.
"""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.entry import Kind, Modifiers, Scope, Variety
from guardian.lists.formats.domains import PAGE_RULES
from guardian.lists.formats.spelling import PLAIN, PLAIN_MOST, mend
from guardian.lists.report import Parsed, Reason, Rule
from guardian.names import InvalidName, normalise

_PLAIN_RULE: Final = re.compile(rb"\|\|(" + PLAIN.pattern + rb")\^")
RUN: Final = re.compile(rb"(?:" + _PLAIN_RULE.pattern + rb"\r?+\n)*+")
_BODY: Final = re.compile(rb"(\|\|?)?(\*\.|\.)?([^|^/*:$]+)(\^?\|?)")
_EXPRESSION: Final = re.compile(rb"(@@)?/(.+)/(?:\$(.*))?")
_STARRED: Final = re.compile(
    rb"(\|\|?)?([a-z0-9_.*-]*[a-z0-9][a-z0-9_.*-]*)(\^?\|?)", re.IGNORECASE
)
_TYPES: Final = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
    "NAPTR": 35, "DS": 43, "DNSKEY": 48, "SVCB": 64, "HTTPS": 65, "ANY": 255, "CAA": 257,
}  # fmt: skip
_ANSWERS: Final = ("A", "AAAA", "CNAME")  # of `$dnsrewrite`, in whose place is a block
_RCODES: Final = ("NXDOMAIN", "REFUSED", "SERVFAIL", "NOERROR")
_OPTION: Final = re.compile(r"~?[a-z][a-z0-9_-]{0,24}")


class Unsupported(ValueError):
    """An option that DNS cannot honour; its text is the kind of it."""


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    if line.startswith((b"||", b"@@")) or any(mark in line for mark in PAGE_RULES):
        return True
    return _EXPRESSION.fullmatch(line.strip()) is not None


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take what DNS can honour."""
    names, is_plain = parsed.names, _PLAIN_RULE.fullmatch
    for number, line in parsed.numbered(lines):
        rule = line.strip()
        plain = is_plain(rule)
        if plain is not None and len(rule) <= PLAIN_MOST:
            names.append(plain[1])
        elif rule and not _is_comment(rule):
            _parse_rule(rule, number, parsed)


def _is_comment(rule: bytes) -> bool:
    if rule.startswith(b"#"):
        return not rule.startswith(PAGE_RULES)
    return rule.startswith(b"!") or (rule.startswith(b"[") and rule.endswith(b"]"))


def _parse_rule(rule: bytes, number: int, parsed: Parsed) -> None:
    if any(mark in rule for mark in PAGE_RULES):
        parsed.refuse(Reason.COSMETIC, rule, number)
        return
    kind = Kind.ALLOW if rule.startswith(b"@@") else Kind.BLOCK
    body, expression, options = _parts(rule)
    found = (b"/%b/" % expression, Scope.SUBDOMAINS) if expression else _name_and_scope(body)
    if isinstance(found, Reason):
        parsed.refuse(found, rule, number)
        return
    name, scope = found
    try:
        modifiers, takes_back = _modifiers(options.decode("utf-8", "replace"), kind)
    except Unsupported as option:
        parsed.no_support(str(option), rule, number)
        return
    variety = Variety(kind, scope, modifiers)
    if takes_back:
        parsed.taken_back.append(Rule(name, variety))
    elif expression:
        parsed.take_pattern(expression.decode("utf-8", "replace"), variety, rule, number)
    else:
        parsed.take(name, variety)


def _parts(rule: bytes) -> tuple[bytes, bytes, bytes]:
    """What a rule names, or the expression that stands for it, and its options."""
    written = _EXPRESSION.fullmatch(rule)
    if written is not None:
        return b"", written[2], written[3] or b""
    body, _, options = rule.removeprefix(b"@@").partition(b"$")
    starred = _STARRED.fullmatch(body)
    if starred is None or b"*" not in starred[2].removeprefix(b"*."):
        return body, b"", options
    start, text, end = starred.groups()
    begin = {b"||": b"(^|\\.)", b"|": b"^"}.get(start, b"")
    text = text.replace(b".", b"\\.").replace(b"*", b".*")
    return body, begin + text + (b"$" if end else b""), options


def _name_and_scope(body: bytes) -> tuple[bytes, Scope] | Reason:
    parts = _BODY.fullmatch(body)
    if parts is None:
        return Reason.PATTERN
    start, star, text, end = parts.groups()
    if star == b"." and start is not None:
        return Reason.PATTERN
    name = mend(text)
    if isinstance(name, Reason):
        return name
    if star is not None:
        return (name, Scope.BELOW) if start != b"|" else Reason.PATTERN
    if start == b"||" or (start is None and end):
        return name, Scope.SUBDOMAINS
    return name, Scope.EXACT


def _modifiers(options: str, kind: Kind) -> tuple[Modifiers, bool]:
    """The modifiers, and whether `$badfilter` is among them. Raises Unsupported."""
    important = takes_back = False
    types: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
    denyallow: tuple[str, ...] = ()
    for option in filter(None, options.split(",")):
        key, _, value = option.strip().partition("=")
        match key:
            case "important":
                important = True
            case "badfilter":
                takes_back = True
            case "dnstype":
                types = _types(value)
            case "denyallow":
                denyallow = _names(value)
            case "dnsrewrite":
                _check_rewrite(value, kind)
            case _:
                raise Unsupported(f"${key}" if _OPTION.fullmatch(key) else "$…")
    only, others = types
    return Modifiers(important, only, others, denyallow), takes_back


def _names(value: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(normalise(name) for name in value.split("|")))
    except InvalidName:
        raise Unsupported("$denyallow") from None


def _types(value: str) -> tuple[frozenset[int], frozenset[int]]:
    """The qtypes that are named, and those that are excepted with a tilde."""
    words = value.upper().split("|")
    if any(word.removeprefix("~") not in _TYPES for word in words):
        raise Unsupported("$dnstype")
    only = frozenset(_TYPES[word] for word in words if not word.startswith("~"))
    others = frozenset(_TYPES[word[1:]] for word in words if word.startswith("~"))
    return only, others


def _check_rewrite(value: str, kind: Kind) -> None:
    """Whether a rewrite stands for a block. Raises Unsupported for records of other types."""
    if kind is Kind.ALLOW:
        raise Unsupported("@@…$dnsrewrite")
    rcode, *rest = value.split(";")
    if not rest:  # the short form: an rcode, an address or a name
        if not value:
            raise Unsupported("$dnsrewrite")
        return
    rtype = rest[0].upper()
    if rcode.upper() not in _RCODES or (rtype and rtype not in _ANSWERS):
        raise Unsupported("$dnsrewrite")


def names_in(run: bytes) -> list[bytes]:
    """What the lines of a `RUN` name."""
    return run.replace(b"^", b"").replace(b"||", b"").split()


def written(name: bytes, variety: Variety) -> list[bytes]:
    """The line that says an entry."""
    form = {Scope.SUBDOMAINS: b"||%b^", Scope.EXACT: b"|%b^", Scope.BELOW: b"||*.%b^"}
    start = b"@@" if variety.kind is Kind.ALLOW else b""
    return [start + form[variety.scope] % name + _options(variety.modifiers)]


def written_pattern(text: str, variety: Variety) -> bytes:
    """The line that says a pattern."""
    start = b"@@" if variety.kind is Kind.ALLOW else b""
    return b"%b/%b/%b" % (start, text.encode(), _options(variety.modifiers))


def _options(modifiers: Modifiers) -> bytes:
    names = {number: name for name, number in _TYPES.items()}
    types = [names[each] for each in sorted(modifiers.only_types)]
    types += [f"~{names[each]}" for each in sorted(modifiers.not_types)]
    said = ["important"] if modifiers.important else []
    said += [f"dnstype={'|'.join(types)}"] if types else []
    said += [f"denyallow={'|'.join(modifiers.denyallow)}"] if modifiers.denyallow else []
    return f"${','.join(said)}".encode() if said else b""

"""Response policy zones: DNS zone files whose names are triggers and whose records are actions.

    bad.example     CNAME .              no such name
    *.bad.example   CNAME *.             all below it: no such record
    ok.bad.example  CNAME rpz-passthru.  an exception
    old.example     A 192.0.2.1          the zone's own answer, which blocks and is never given

(draft-vixie-dnsop-dns-rpz; zone files: RFC 1035, section 5.) A wildcard does not cover the name
that it stands below, and the nearest name has the last word. Addresses in answers (`rpz-ip`) are
kept as networks; triggers on the client, on name servers and on their addresses are counted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from guardian.lists.entry import PLAIN as NO_MODIFIERS
from guardian.lists.entry import Kind, Scope, Variety
from guardian.lists.formats.addresses import network_of
from guardian.lists.formats.spelling import PLAIN, PLAIN_MOST, mend
from guardian.lists.report import Network, Parsed, Reason

HEADER: Final = (
    b"$TTL 60",
    b"@ SOA localhost. hostmaster.localhost. 1 3600 600 86400 60",
    b"  NS localhost.",
)
_USUAL: Final = re.compile(
    rb"(\*\.)?+(" + PLAIN.pattern + rb")"
    rb"(?<!\.rpz-ip)(?<!\.rpz-nsip)(?<!\.rpz-client-ip)(?<!\.rpz-nsdname)"
    rb"(?:[ \t]++\d++)?+(?:[ \t]++IN)?+[ \t]++CNAME[ \t]++\*?\."
)
_RECORD: Final = re.compile(rb"\S++[ \t].*\b(?:CNAME|SOA|AAAA|A|TXT)[ \t]", re.IGNORECASE)
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?+|;.*+|[()]|(?:[^\s;()"\\]|\\.)++|\\')
_TTL: Final = re.compile(rb"(?:\d++[smhdw]?+)++", re.IGNORECASE)
_CLASSES: Final = (b"IN", b"CH", b"HS")
_OF_THE_ZONE: Final = (
    b"NS",
    b"RRSIG",
    b"NSEC",
    b"NSEC3",
    b"NSEC3PARAM",
    b"DNSKEY",
    b"DS",
    b"ZONEMD",
)
_MOST_LINES: Final = 100  # of one record in parentheses
_BLOCKING: Final = (b".", b"*.", b"rpz-drop.", b"rpz-drop")
_PASSING: Final = (b"rpz-passthru.", b"rpz-passthru")
_NOT_FOR_NAMES: Final = (b"rpz-client-ip", b"rpz-nsdname", b"rpz-nsip")
_ANSWERS: Final = b"rpz-ip"


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return line.startswith((b"$TTL", b"$ORIGIN")) or _RECORD.match(line) is not None


@dataclass(slots=True)
class _Zone:
    """Where a reader is. apex, origin: without the final dot; None while nothing has said them.

    owner: of the last record. answered: the trigger for which the zone's own data was taken last.
    pending: tokens of a record that goes on; depth: parentheses that are open.
    """

    parsed: Parsed
    apex: bytes | None = None
    origin: bytes | None = None
    owner: bytes = b""
    answered: bytes | None = None
    pending: list[bytes] = field(default_factory=list)
    depth: int = 0
    lines: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether a name without a final dot is a trigger as it stands."""
        return self.origin == self.apex


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the names that are blocked or let pass, and the addresses of answers."""
    parsed.nearest = True
    zone = _Zone(parsed)
    names, below, is_usual = parsed.exact, parsed.below, _USUAL.fullmatch
    for number, line in parsed.numbered(lines):
        usual = is_usual(line.rstrip())
        if usual is not None and len(usual[2]) <= PLAIN_MOST and zone.is_plain and not zone.pending:
            star, name = usual.groups()
            (below if star else names).append(name)
            zone.owner = (star or b"") + name
        else:
            _parse_unusual(line, number, zone)
    if zone.pending:
        parsed.refuse(Reason.NOT_A_NAME, b" ".join(zone.pending), parsed.lines)


def _parse_unusual(line: bytes, number: int, zone: _Zone) -> None:
    tokens = _TOKEN.findall(line)
    if tokens and tokens[-1].startswith(b";"):
        tokens.pop()
    if not zone.pending:
        if not tokens:
            return
        if line[:1].isspace():
            tokens.insert(0, zone.owner)
        zone.lines = zone.depth = 0
    zone.pending += tokens
    zone.lines += 1
    zone.depth += tokens.count(b"(") - tokens.count(b")")
    if zone.depth > 0 and zone.lines < _MOST_LINES:
        return
    record = [token for token in zone.pending if token not in (b"(", b")")]
    zone.pending = []
    if zone.depth > 0:
        zone.parsed.refuse(Reason.TOO_LONG, b" ".join(record), number)
    elif record:
        _record(record, line, number, zone)


def _record(tokens: list[bytes], line: bytes, number: int, zone: _Zone) -> None:
    owner, *rest = tokens
    if owner.startswith(b"$"):
        _control(owner.upper(), rest, line, number, zone)
        return
    zone.owner = owner
    while rest and (rest[0].upper() in _CLASSES or _TTL.fullmatch(rest[0])):
        rest.pop(0)
    if not rest:
        zone.parsed.refuse(Reason.NOT_A_NAME, line, number)
        return
    rtype, *data = rest
    rtype = rtype.upper()
    if rtype == b"SOA":
        zone.apex = _absolute(owner, zone)
        zone.origin = zone.origin or zone.apex
    elif rtype not in _OF_THE_ZONE:
        _rule(owner, rtype, data[0] if data else b"", line, number, zone)


def _control(word: bytes, rest: list[bytes], line: bytes, number: int, zone: _Zone) -> None:
    if word == b"$ORIGIN" and rest:
        zone.origin = _absolute(rest[0], zone)
        zone.apex = zone.apex or zone.origin
    elif word != b"$TTL":
        zone.parsed.no_support(word.decode("utf-8", "replace")[:20], line, number)


def _absolute(name: bytes, zone: _Zone) -> bytes | None:
    """A name as seen from the root; None where the zone did not say what it is called."""
    name = name.lower()
    if name.endswith(b"."):
        return name[:-1]
    if name == b"@":
        return zone.origin
    return name if zone.origin is None else name + b"." + zone.origin


def _trigger(owner: bytes, zone: _Zone) -> bytes | None:
    """What a name means within the zone; "" for the zone itself, None for one outside."""
    if owner == b"@" and zone.is_plain:
        return b""
    if zone.is_plain and not owner.endswith(b"."):
        return owner.lower()
    name = _absolute(owner, zone)
    if name is None or zone.apex is None:
        return None
    if name == zone.apex:
        return b""
    return name.removesuffix(b"." + zone.apex) if name.endswith(b"." + zone.apex) else None


def _rule(owner: bytes, rtype: bytes, target: bytes, line: bytes, number: int, zone: _Zone) -> None:
    parsed = zone.parsed
    trigger = _trigger(owner, zone)
    kind = _action(trigger or b"", rtype, target.lower())
    last = (trigger or b"").rpartition(b".")[2]
    if trigger is None:
        parsed.refuse(Reason.NOT_A_NAME, line, number)
    elif last in _NOT_FOR_NAMES:
        parsed.no_support(last.decode(), line, number)
    elif kind is None:
        parsed.no_support("rpz-tcp-only", line, number)
    elif last == _ANSWERS:
        _answer(trigger, kind, line, number, parsed)
    elif rtype == b"CNAME":
        _take(trigger, kind, line, number, parsed)
    elif zone.answered != trigger:  # an address of each family is one entry
        zone.answered = trigger
        _take(trigger, kind, line, number, parsed)


def _action(trigger: bytes, rtype: bytes, target: bytes) -> Kind | None:
    """What becomes of the trigger; None where it is only to be asked for again by TCP."""
    if rtype != b"CNAME" or target in _BLOCKING:
        return Kind.BLOCK
    if target in _PASSING or target.removesuffix(b".") == trigger:  # the older way to say it
        return Kind.ALLOW
    return None if target.removesuffix(b".") == b"rpz-tcp-only" else Kind.BLOCK


def _take(trigger: bytes, kind: Kind, line: bytes, number: int, parsed: Parsed) -> None:
    if trigger == b"*":
        parsed.refuse(Reason.EVERYTHING, line, number)
        return
    scope = Scope.BELOW if trigger.startswith(b"*.") else Scope.EXACT
    parsed.settle(mend(trigger.removeprefix(b"*.")), Variety(kind, scope), line, number)


def _answer(trigger: bytes, kind: Kind, line: bytes, number: int, parsed: Parsed) -> None:
    network = _network(trigger)
    if isinstance(network, Reason):
        parsed.refuse(network, line, number)
    elif kind is Kind.ALLOW:
        parsed.no_support("rpz-ip with rpz-passthru", line, number)
    else:
        parsed.networks.append(network)


def _network(trigger: bytes) -> Network | Reason:
    """`24.0.2.0.192.rpz-ip` → 192.0.2.0/24; of IPv6, `zz` stands for `::`."""
    length, *words = trigger.removesuffix(b"." + _ANSWERS).decode("utf-8", "replace").split(".")
    if len(words) == 4 and all(word.isdecimal() for word in words):
        address = ".".join(reversed(words))
    else:
        text = ":".join(reversed(words))
        address = text.replace("zz", "", 1) if "zz" in words[1:-1] else text.replace("zz", ":", 1)
    return network_of(f"{address}/{length}")


def written(name: bytes, variety: Variety) -> Iterator[bytes]:
    """The lines that say an entry; none where this format cannot."""
    if variety.modifiers != NO_MODIFIERS:
        return
    target = b"." if variety.kind is Kind.BLOCK else b"rpz-passthru."
    if variety.scope is not Scope.BELOW:
        yield b"%b CNAME %b" % (name, target)
    if variety.scope is not Scope.EXACT:
        yield b"*.%b CNAME %b" % (name, target)

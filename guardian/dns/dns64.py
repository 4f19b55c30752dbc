"""IPv4 sites for networks that have IPv6 alone: addresses made from theirs (RFC 6147, RFC 6052).

The names of such addresses are those of the IPv4 addresses in them.

A gateway of the network (NAT64) takes what is sent to such an address and passes it on. An answer
is made only where a name has no IPv6 address of its own, and never where a client validates by
itself: it would rightly refuse it.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network
from typing import Final

from guardian.dns.answers import Answer, addresses
from guardian.dns.query import Form
from guardian.dns.replies import negative_answer
from guardian.dns.wire import (
    AAAA,
    CD,
    CNAME,
    DNAME,
    HEADER,
    NOERROR,
    NXDOMAIN,
    PTR,
    A,
    counts,
    pack_u16,
    pack_u32,
    read_name,
    read_record,
)

ASKED_FOR_PREFIX: Final = b"\x08ipv4only\x04arpa\0"  # RFC 7050
LENGTHS: Final = (32, 40, 48, 56, 64, 96)  # bits of a prefix (RFC 6052, section 2.2)
_WELL_KNOWN: Final = IPv6Network("64:ff9b::/96")
_KNOWN: Final = (b"\xc0\0\0\xaa", b"\xc0\0\0\xab")  # 192.0.0.170 and 171: what ipv4only.arpa is
_MAPPED: Final = bytes(10) + b"\xff\xff"
_MIDDLE: Final = 8  # the byte that is 0 in every such address
REVERSE: Final = b"\x03ip6\x04arpa\0"
_REVERSE_IPV4: Final = b"\x07in-addr\x04arpa\0"
_NIBBLES: Final = 32


def embedded(prefix: IPv6Network, ipv4: bytes) -> bytes:
    """The IPv6 address that stands for an IPv4 address, both packed."""
    if prefix.prefixlen == 96:
        return prefix.network_address.packed[:12] + ipv4
    start = prefix.prefixlen // 8
    packed = bytearray(prefix.network_address.packed[:start] + ipv4)
    packed.insert(_MIDDLE, 0)
    return bytes(packed.ljust(16, b"\0"))


def reverse_in(prefix: IPv6Network, name: bytes) -> bytes | None:
    """The reverse name (wire, lower case) of the IPv4 address in that of an IPv6 address.

    None for the name of an address that was not made with the prefix, and for all others.
    """
    if len(name) != 2 * _NIBBLES + len(REVERSE) or not name.endswith(REVERSE):
        return None
    labels = name[: 2 * _NIBBLES]
    try:
        address = bytes.fromhex(labels[1::2][::-1].decode("ascii"))
    except ValueError:
        return None
    if labels[::2] != b"\1" * _NIBBLES or len(address) != _NIBBLES // 2:
        return None
    if prefix.prefixlen == 96:
        ipv4 = address[12:]
    else:
        start = prefix.prefixlen // 8
        ipv4 = (address[:_MIDDLE] + address[_MIDDLE + 1 :])[start : start + 4]
    if embedded(prefix, ipv4) != address:
        return None
    parts = (b"%d" % each for each in reversed(ipv4))
    return b"".join(bytes((len(each),)) + each for each in parts) + _REVERSE_IPV4


def prefix_in(answer: Answer) -> IPv6Network | None:
    """The network's prefix, from its answer for the addresses of ipv4only.arpa; None for none."""
    for address in addresses(answer, AAAA):
        for length in reversed(LENGTHS):
            prefix = IPv6Network((address, length), strict=False)
            if any(embedded(prefix, each) == address for each in _KNOWN):
                return prefix
    return None


def is_wanting(form: Form, answer: Answer) -> bool:
    """Whether an answer is to be made from that for IPv4: none for IPv6 came."""
    if form.qtype != AAAA or answer.rcode != NOERROR or (form.dnssec_ok and form.flags & CD):
        return False
    return all(each.startswith(_MAPPED) for each in addresses(answer, AAAA))


def asking_for_ipv4(form: Form) -> Form:
    """The form of the same query for IPv4, by which its answer is kept."""
    return Form(form.flags, pack_u16(A) + form.key[2:4], form.size, form.edns_version,
                dnssec_ok=form.dnssec_ok)  # fmt: skip


@dataclass(slots=True)
class _Made:
    """An answer's body as it grows."""

    body: bytes = b""
    ttls_at: tuple[int, ...] = ()

    def add(self, owner: bytes, rtype: int, ttl: int, rdata: bytes) -> None:
        fixed = pack_u16(rtype) + b"\0\1"
        self.ttls_at += (len(self.body) + len(owner) + len(fixed),)
        self.body += owner + fixed + pack_u32(ttl) + pack_u16(len(rdata)) + rdata


def translated(
    prefix: IPv6Network, question: bytes, found: Answer, wanting: Answer, now: int
) -> Answer | None:
    """The answer for IPv6, made from that for IPv4; None where that has no address.

    question: to which `found` is the answer. wanting: the answer for IPv6 that had none; the new
    one lives no longer than either.
    """
    wire = bytes(HEADER) + question + found.body
    at, made, has_any = HEADER + len(question), _Made(), False
    ttl = min(found.ttl, wanting.ttl) if wanting.ttl else found.ttl
    for _ in range(int.from_bytes(found.counts[:2])):
        each = read_record(wire, at)
        at = each.end
        if each.rtype in (CNAME, DNAME):
            target, _ = read_name(wire, each.rdata_at)
            made.add(each.owner, each.rtype, ttl, target)
        elif each.rtype == A and _may_be_reached(prefix, wire[each.rdata_at : each.end]):
            address = embedded(prefix, wire[each.rdata_at : each.end])
            made.add(each.owner, AAAA, ttl, address)
            has_any = True
    if not has_any:
        return None
    count = counts(len(made.ttls_at))
    return Answer(NOERROR, count, made.body, made.ttls_at, ttl, now + ttl, found.targets)


def named(name: bytes, target: bytes, qclass: bytes, found: Answer, now: int) -> Answer:
    """The answer for an address's name, from that for the IPv4 address in it.

    name, target: their reverse names (wire). found: for `target`. The one is an alias of the other
    (RFC 6147, section 5.3.1), as far as that has a name.
    """
    question = target + pack_u16(PTR) + qclass
    wire = bytes(HEADER) + question + found.body
    at, made, has_any = HEADER + len(question), _Made(), False
    made.add(name, CNAME, found.ttl, target)
    for _ in range(int.from_bytes(found.counts[:2])):
        each = read_record(wire, at)
        at = each.end
        if each.rtype in (CNAME, DNAME, PTR):
            points_to, _ = read_name(wire, each.rdata_at)
            made.add(each.owner, each.rtype, found.ttl, points_to)
            has_any |= each.rtype == PTR
    if has_any:
        count = counts(len(made.ttls_at))
        return Answer(
            NOERROR, count, made.body, made.ttls_at, found.ttl, now + found.ttl, found.targets
        )
    return (
        found
        if found.rcode not in (NOERROR, NXDOMAIN)
        else negative_answer(found.rcode, found.ttl, now)
    )


def _may_be_reached(prefix: IPv6Network, ipv4: bytes) -> bool:
    """The well-known prefix is for public addresses alone (RFC 6052, section 3.1)."""
    return prefix != _WELL_KNOWN or IPv4Address(ipv4).is_global

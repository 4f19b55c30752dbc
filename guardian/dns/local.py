"""Names that never leave the house: its own records and the special-use names.

RFC 6761 (localhost, invalid, test), RFC 6762 (local), RFC 7686 (onion), RFC 8375 (home.arpa),
RFC 6303 (reverse zones of private addresses), RFC 9462 (resolver.arpa), and the name by which
Firefox asks whether the network filters. A suffix that is forwarded to a server of the house is
that server's.
"""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Final

from guardian.dns.answers import Answer
from guardian.dns.query import Query
from guardian.dns.replies import negative_answer, plain_answer
from guardian.dns.wire import AAAA, ANY, NOERROR, NXDOMAIN, PTR, A
from guardian.names import to_wire, wire_suffixes

LOCAL_TTL: Final = 60  # seconds

_NO_SUCH: Final = frozenset(
    to_wire(name)
    for name in [
        "invalid", "test", "local", "onion", "home.arpa", "use-application-dns.net",
        "10.in-addr.arpa", "168.192.in-addr.arpa", "254.169.in-addr.arpa", "127.in-addr.arpa",
        *(f"{n}.172.in-addr.arpa" for n in range(16, 32)),
        "d.f.ip6.arpa", "8.e.f.ip6.arpa", "9.e.f.ip6.arpa", "a.e.f.ip6.arpa", "b.e.f.ip6.arpa",
    ]
)  # fmt: skip
_NO_DATA: Final = frozenset({to_wire("resolver.arpa")})
_LOCALHOST: Final = to_wire("localhost")
_HINFO: Final = 13
_RFC8482: Final = b"\x07RFC8482\x00"


class LocalNames:
    """Answers that need no upstream.

    names: wire names; `answer` is to be asked about them and all names below.
    """

    def __init__(
        self,
        records: Mapping[str, tuple[str, ...]],
        forwarded: frozenset[bytes],
        inward: frozenset[bytes] = frozenset(),
        more: Iterable[tuple[str, int, bytes]] = (),
    ) -> None:
        """records: qname → addresses. forwarded: wire suffixes that a server answers for.

        inward: wire suffixes of the internet whose names may lead into the house. more: records of
        other types: qname, qtype, data.
        """
        self._records: dict[bytes, dict[int, list[bytes]]] = {}
        self._special = {
            **dict.fromkeys(_NO_SUCH, "no such name"),
            **dict.fromkeys(_NO_DATA, "no data"),
            _LOCALHOST: "localhost",
            **dict.fromkeys(forwarded, "forwarded"),
        }
        for qname, texts in records.items():
            self._add(qname, texts)
        for qname, qtype, rdata in more:
            self._records.setdefault(to_wire(qname), {}).setdefault(qtype, []).append(rdata)
        self.names = frozenset(self._special) | frozenset(self._records) | inward

    def _add(self, qname: str, texts: tuple[str, ...]) -> None:
        own = self._records.setdefault(to_wire(qname), {})
        for text in texts:
            address = ip_address(text)
            own.setdefault(A if address.version == 4 else AAAA, []).append(address.packed)
            reverse = self._records.setdefault(to_wire(address.reverse_pointer), {})
            reverse.setdefault(PTR, []).append(to_wire(qname))

    def answer(self, query: Query, now: int) -> Answer | None:
        """What the house itself says; None where that is for an upstream."""
        if query.form.qtype == ANY:
            return plain_answer(_HINFO, [_RFC8482], 3600, now)
        own = self._records.get(query.name)
        if own is not None:
            return self._of(own, query.form.qtype, now)
        for suffix in wire_suffixes(query.name):
            match self._special.get(suffix):
                case None:
                    continue
                case "no such name":
                    return negative_answer(NXDOMAIN, LOCAL_TTL, now)
                case "no data":
                    return negative_answer(NOERROR, LOCAL_TTL, now)
                case "localhost":
                    loopback = {A: [b"\x7f\0\0\1"], AAAA: [bytes(15) + b"\1"]}
                    return self._of(loopback, query.form.qtype, now)
                case _:
                    return None
        return None

    @staticmethod
    def _of(records: Mapping[int, list[bytes]], qtype: int, now: int) -> Answer:
        rdatas = records.get(qtype)
        if rdatas:
            return plain_answer(qtype, rdatas, LOCAL_TTL, now)
        return negative_answer(NOERROR, LOCAL_TTL, now)

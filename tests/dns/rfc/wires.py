"""Messages by the byte: what no library would send."""

from collections.abc import Iterable

from guardian.dns.wire import IN, OPT, QR, RA, RD, TO_QUESTION, record
from guardian.names import to_wire

IDENT = b"\x12\x34"
NO_EDNS = b""


def question(qname: str, qtype: int, qclass: int = IN) -> bytes:
    return to_wire(qname) + qtype.to_bytes(2) + qclass.to_bytes(2)


def option(code: int, data: bytes = b"") -> bytes:
    return code.to_bytes(2) + len(data).to_bytes(2) + data


def opt(
    options: bytes = b"",
    *,
    size: int = 1232,
    version: int = 0,
    flags: int = 0,
    owner: bytes = b"\0",
) -> bytes:
    """An OPT record."""
    fixed = OPT.to_bytes(2) + size.to_bytes(2) + bytes((0, version)) + flags.to_bytes(2)
    return owner + fixed + len(options).to_bytes(2) + options


def query(
    asked: bytes,
    *additional: bytes,
    ident: bytes = IDENT,
    flags: int = RD,
    counts: tuple[int, int, int] | None = None,
    questions: int = 1,
) -> bytes:
    """A message with one or more questions in `asked` and these additional records.

    counts: of answers, authority and additional, where they are to be others than true.
    """
    numbers = (questions, *(counts or (0, 0, len(additional))))
    head = ident + flags.to_bytes(2) + b"".join(each.to_bytes(2) for each in numbers)
    return head + asked + b"".join(additional)


def answer(
    asked: bytes,
    records: Iterable[bytes] = (),
    authority: Iterable[bytes] = (),
    additional: Iterable[bytes] = (),
    *,
    flags: int = QR | RD | RA,
    rcode: int = 0,
) -> bytes:
    """A server's answer to a query (both with ID), which repeats its question."""
    end = 12
    while asked[end]:
        end += asked[end] + 1
    sections = [list(records), list(authority), list(additional)]
    head = asked[:2] + (flags | rcode).to_bytes(2) + b"\0\1"
    head += b"".join(len(each).to_bytes(2) for each in sections)
    return head + asked[12 : end + 5] + b"".join(b"".join(each) for each in sections)


def address(text: str, ttl: int = 300, owner: bytes = TO_QUESTION) -> bytes:
    """An A record."""
    return record(owner, 1, ttl, bytes(map(int, text.split("."))))


def soa(zone: str, ttl: int = 300, minimum: int = 60) -> bytes:
    timers = b"".join(each.to_bytes(4) for each in (1, 3600, 600, 86_400, minimum))
    return record(to_wire(zone), 6, ttl, to_wire("ns." + zone) + to_wire("host." + zone) + timers)

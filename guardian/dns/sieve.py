"""What comes by UDP from the internet: how much of it is answered, lest it floods somebody else.

The sender's address of a packet may be anybody's, and the reply goes there. So each network gets so
many replies a second; of what is more every second query gets a short reply with TC, which a real
client asks again by TCP, and the others none (response rate limiting). Who proves its address by a
cookie is not limited. Nobody of the house comes by here.
"""

from hashlib import blake2b
from struct import error as StructError  # noqa: N812 (the module names it in lower case)
from typing import Final, NamedTuple

from guardian.dns import replies
from guardian.dns.behind import taken_out
from guardian.dns.cookies import CLIENT_BYTES, COOKIE, Jar, is_cookie
from guardian.dns.query import Query, parse_query
from guardian.dns.replies import with_options
from guardian.dns.waiting import Channel
from guardian.dns.wire import (
    BADCOOKIE,
    CLASSIC_UDP_SIZE,
    FORMERR,
    HEADER,
    NOERROR,
    OPCODE,
    QR,
    Malformed,
    skip_plain_name,
)

_NETWORK_BYTES: Final = {4: 3, 16: 7}  # /24 and /56: of one network, one may forge all addresses
_MOST_NETWORKS: Final = 65_536


class Sifted(NamedTuple):
    """What becomes of a query.

    wire: the query (after the ID) that is to be answered, without its cookie; None: it is not.
    reply: what is said in its place; b"" for nothing. stamp: the option that the reply gets where
    it is no longer than `limit` with it, bytes.
    """

    wire: bytes | None
    reply: bytes = b""
    stamp: bytes = b""
    limit: int = CLASSIC_UDP_SIZE


class Sieve:
    """Lets so many queries of each network through, each second.

    Counts are forgotten every second, so their memory has an end.
    """

    def __init__(self) -> None:
        self._key = b""
        self._jar = Jar(b"")
        self._rate = 0
        self._second = 0
        self._counts: dict[bytes, int] = {}

    def follow(self, key: bytes, rate: int) -> None:
        """Let so many through. key: the secret of all processes that answer as one."""
        self._rate = rate
        if key != self._key:
            self._key = key
            self._jar = Jar(blake2b(key, person=b"DNS cookies").digest())

    def sift(self, address: bytes, wire: bytes, second: int) -> Sifted:
        """What becomes of a query (after the ID). address: packed. second: wall clock."""
        if len(wire) < HEADER or wire[0] & (QR | OPCODE) >> 8:
            return Sifted(wire if self._over(address, second) == 0 else None)
        try:
            end = skip_plain_name(wire, HEADER) + 4
            plain, cookies = taken_out(wire, end, COOKIE)
            query = parse_query(plain)
        except (Malformed, IndexError, StructError):
            return Sifted(wire if self._over(address, second) == 0 else None)
        if not cookies:
            return self._limited(address, query, plain, second)
        if len(cookies) > 1 or not is_cookie(cookies[0]):
            refused = replies.refused_header(wire, FORMERR)
            return Sifted(None, refused if self._over(address, second) == 0 else b"")
        known = self._jar.answered(cookies[0], address, second)
        if known is not None:
            return Sifted(plain, stamp=_option(known), limit=query.form.size)
        stamp = _option(self._jar.cookie(cookies[0][:CLIENT_BYTES], address, second))
        over = self._over(address, second)
        if over == 0:
            return Sifted(plain, stamp=stamp, limit=query.form.size)
        if over % 2:
            return Sifted(None)
        return Sifted(None, with_options(replies.reply(query, BADCOOKIE), stamp, query.form.size))

    def _limited(self, address: bytes, query: Query, plain: bytes, second: int) -> Sifted:
        over = self._over(address, second)
        if over == 0:
            return Sifted(plain)
        return Sifted(None, b"" if over % 2 else replies.reply(query, NOERROR, limit=0))

    def _over(self, address: bytes, second: int) -> int:
        """By how much a network has more than its share of this second."""
        if second != self._second or len(self._counts) >= _MOST_NETWORKS:
            self._second = second
            self._counts = {}
        network = address[: _NETWORK_BYTES[len(address)]]
        count = self._counts[network] = self._counts.get(network, 0) + 1
        return max(0, count - self._rate)


def _option(cookie: bytes) -> bytes:
    return COOKIE.to_bytes(2) + len(cookie).to_bytes(2) + cookie


class Stamping:
    """The channel of a query whose reply gets an option, whenever it comes."""

    stream = False

    def __init__(self, channel: Channel, option: bytes, limit: int) -> None:
        self._channel = channel
        self._option = option
        self._limit = limit
        self.cache = channel.cache

    def later(self, to: object, packet: bytes) -> None:
        """Queue a reply, its ID in front, with the option."""
        self._channel.later(to, packet[:2] + with_options(packet[2:], self._option, self._limit))

    def flush(self) -> None:
        """Send what is queued."""
        self._channel.flush()

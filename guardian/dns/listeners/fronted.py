"""What a front end says first on a connection: a header of PROXY protocol, before any TLS."""

from guardian.dns.listeners.udp import Stranger
from guardian.dns.proxied import FrontEnd, Header, read_header
from guardian.dns.view import Asker


class Heading:
    """The header of one connection, until it is whole."""

    __slots__ = ("_front_end", "_start")

    def __init__(self, front_end: FrontEnd) -> None:
        self._front_end = front_end
        self._start = b""

    def read(self, data: bytes) -> tuple[Stranger, bytes] | None:
        """Who asks on the connection, and what came behind the header; None until it is whole.

        Raises Malformed.
        """
        self._start += data
        header = read_header(self._start)
        if header is None:
            return None
        return _client_of(self._front_end, header), self._start[header.size :]


def _client_of(front_end: FrontEnd, header: Header) -> Stranger:
    def stranger(_front_end: bytes, wire: bytes) -> tuple[Asker | None, bytes]:
        return front_end.who(header, wire)

    return stranger

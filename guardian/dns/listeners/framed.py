"""DNS over a stream as it is: messages with their length in front (RFC 1035, section 4.2.2)."""

from struct import Struct
from typing import Final

from guardian.dns.listeners.streams import Connection

_length: Final = Struct(">H").pack


class Framed:
    """The messages of one connection; it is what each of its queries waits by."""

    __slots__ = ("_rest", "connection")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._rest = b""  # of a message that is not whole

    def hear(self, data: bytes) -> bool:
        """Answer the queries that are whole."""
        if self._rest:
            data = self._rest + data
        at, size, connection = 0, len(data), self.connection
        ask, outbox = connection.ask, connection.outbox
        while size - at >= 2:
            begin = at + 4
            end = at + 2 + (data[at] << 8 | data[at + 1])
            if end > size:
                break
            ident = data[at + 2 : begin]
            at = end
            reply = ask(data[begin:end], self, ident)
            if reply is not None:
                outbox += (_length(len(reply) + 2), ident, reply)
        self._rest = data[at:]
        return at > 0

    def reply(self, packet: bytes) -> None:
        """Queue a reply that was waited for."""
        self.connection.outbox += (_length(len(packet)), packet)

    def bye(self) -> None:
        """Nothing is said at the end."""

"""What a front end says over a stream: a header of PROXY protocol once, then as its client does."""

from collections.abc import Callable, Mapping

from guardian.dns.listeners.streams import Connection, Rude, Talk
from guardian.dns.listeners.udp import Stranger
from guardian.dns.proxied import FrontEnd, Header, read_header
from guardian.dns.view import Asker
from guardian.dns.wire import Malformed


def fronted(
    front_ends: Mapping[bytes, FrontEnd], talk: Callable[[Connection], Talk]
) -> Callable[[Connection], Talk]:
    """What makes the talk of each connection. front_ends: by packed address."""

    def of(connection: Connection) -> Talk:
        front_end = front_ends.get(connection.client)
        spoken = talk(connection)
        return spoken if front_end is None else Fronted(connection, front_end, spoken)

    return of


class Fronted:
    """The talk of a front end's connection, up to the header and beyond."""

    __slots__ = ("_connection", "_front_end", "_start", "_talk")

    def __init__(self, connection: Connection, front_end: FrontEnd, talk: Talk) -> None:
        """talk: what is spoken behind the header."""
        self._connection = connection
        self._front_end = front_end
        self._talk = talk
        self._start: bytes | None = b""  # what came so far; None once the header is read

    def hear(self, data: bytes) -> bool:
        """Read the header, then hear the client."""
        if self._start is not None:
            data = self._start + data
            try:
                header = read_header(data)
            except Malformed as problem:
                raise Rude(str(problem)) from None
            if header is None:
                self._start = data
                return False
            self._start, data = None, data[header.size :]
            self._connection.stranger = _client_of(self._front_end, header)
        return self._talk.hear(data) if data else False

    def bye(self) -> None:
        """As the talk does."""
        self._talk.bye()


def _client_of(front_end: FrontEnd, header: Header) -> Stranger:
    def stranger(_front_end: bytes, wire: bytes) -> tuple[Asker | None, bytes]:
        return front_end.who(header, wire)

    return stranger

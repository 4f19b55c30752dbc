"""The name by which a client asked for this server (SNI), which `aioquic` reads and drops."""

from aioquic.buffer import Buffer, BufferReadError  # type: ignore[attr-defined]  # as in endpoint
from aioquic.quic.connection import QuicConnection
from aioquic.tls import Alert, Epoch, pull_client_hello

_HEAD = 4  # bytes of a TLS message: its type, its length


class NamedConnection(QuicConnection):
    """A server's end of a connection. asked_name: lower case; "" for none.

    The first message is looked at on its way to TLS, which judges it: what is malformed ends there.
    Where a later `aioquic` goes another way, no name is noted, and the address tells who asks.
    """

    asked_name = ""

    def _initialize(self, peer_cid: bytes) -> None:
        super()._initialize(peer_cid)  # type: ignore[no-untyped-call, unused-ignore]
        take = self.tls.handle_message
        first: bytearray | None = bytearray()

        def noted(data: bytes, out: dict[Epoch, Buffer]) -> None:
            nonlocal first
            if first is not None:
                first += data
                if len(first) >= _HEAD + int.from_bytes(first[1:_HEAD]):
                    self._note(bytes(first))
                    first = None
            take(data, out)

        self.tls.handle_message = noted  # type: ignore[assignment, method-assign]

    def _note(self, hello: bytes) -> None:
        if hello[:1] == b"\1":
            try:
                name = pull_client_hello(Buffer(data=hello)).server_name
            except (Alert, BufferReadError, ValueError):
                return
            self.asked_name = (name or "").lower()

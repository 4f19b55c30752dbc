"""Lets a browser come from another address: bytes pass through as they are."""

import contextlib
import select
import socket
import threading


class Relay:
    """Listens on a port of its own, and asks `port` from `source` for whoever connects."""

    def __init__(self, port: int, source: str) -> None:
        self._to, self._source = port, source
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """End everything, and wait until it has."""
        self._server.shutdown(socket.SHUT_RDWR)
        for each in tuple(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _serve(self) -> None:
        with self._server, contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                thread = threading.Thread(target=self._carry, args=(near,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _carry(self, near: socket.socket) -> None:
        """Carry bytes both ways until one side is done; ends differ only for who counts bytes."""
        with near, contextlib.suppress(OSError):
            there = ("127.0.0.1", self._to)
            with socket.create_connection(there, source_address=(self._source, 0)) as far:
                other = {near: far, far: near}
                self._open |= other.keys()
                while True:
                    for each in select.select([near, far], [], [])[0]:
                        data = each.recv(65536)
                        if not data:
                            self._open -= other.keys()
                            return
                        other[each].sendall(data)

"""The address under which this machine is reached from its network."""

import socket
from contextlib import suppress
from typing import Final

_FAR: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # RFC 5737, RFC 3849


def own_address(family: socket.AddressFamily = socket.AF_INET) -> str | None:
    """The address from which packets leave for elsewhere; None without a way there.

    Nothing is sent: the kernel only looks up the route.
    """
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((_FAR[family], 9))
        return str(sock.getsockname()[0])
    return None

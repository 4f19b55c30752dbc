"""Does DNS live? A real packet through the real socket, and a reply, or it does not.

The packet asks nothing: it has an operation that DNS servers know and do not offer (STATUS, RFC
1035, section 4.1.1), so it is answered with NOTIMP from the same loop that answers devices, needs
no upstream, and is counted for nobody.
"""

import asyncio
import secrets
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from guardian.dns.upstream import family_of
from guardian.settings.endpoints import Endpoint

_STATUS: Final = b"\x10\x00" + bytes(8)  # the header after the id
_QR: Final = 0x80


async def beats(endpoints: Iterable[Endpoint], seconds: float) -> bool:
    """Whether all of them answer within so many seconds each, over UDP."""
    return all([await _answers(each, seconds) for each in endpoints])


async def _answers(endpoint: Endpoint, seconds: float) -> bool:
    here = endpoint.from_here
    address = (str(here.address), here.port)
    query = secrets.token_bytes(2) + _STATUS
    with suppress(OSError), socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        sock.connect(address)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds):  # TimeoutError is an OSError
            await loop.sock_sendall(sock, query)
            reply = await loop.sock_recv(sock, 512)
        return reply[:2] == query[:2] and len(reply) > 2 and bool(reply[2] & _QR)
    return False

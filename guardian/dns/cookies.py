"""DNS cookies (RFC 7873) in the form that all servers share (RFC 9018).

Who repeats the cookie that we gave to its address has that address: it may ask as fast as it likes,
because nobody else hears what it asks for. The server's part is made from the client's part, the
time and the address under a secret, so nothing has to be remembered.
"""

from hashlib import blake2b
from struct import Struct
from typing import Final

COOKIE: Final = 10  # the option's code
CLIENT_BYTES: Final = 8
_SERVER_BYTES: Final = 16
_LENGTHS: Final = frozenset({CLIENT_BYTES, *range(16, 41)})
_HEAD: Final = Struct(">B3xI")  # version, reserved, second
_WORDS: Final = Struct("<QQ")
_WORD: Final = Struct("<Q")
_MASK: Final = (1 << 64) - 1
_OLDEST: Final = 3600  # seconds (RFC 9018, section 4.3)
_NEWEST: Final = 300
_RENEWED: Final = 1800
_SECRET_SECONDS: Final = 30 * 86_400  # RFC 9018, section 5


def is_cookie(data: bytes) -> bool:
    """Whether an option's data can be a cookie at all (RFC 7873, section 4)."""
    return len(data) in _LENGTHS


class Jar:
    """Makes cookies and knows them again. Its secret changes with the months."""

    def __init__(self, key: bytes) -> None:
        """key: what the secrets are made from, the same in all processes that answer as one."""
        self._key = key
        self._secrets: dict[int, bytes] = {}

    def cookie(self, client: bytes, address: bytes, second: int) -> bytes:
        """A whole cookie for a client's part and packed address."""
        secret = self._secret(second // _SECRET_SECONDS)
        return client + server_part(client, address, second, secret)

    def answered(self, cookie: bytes, address: bytes, second: int) -> bytes | None:
        """The cookie to give back to one that is ours, young and this address's; None for others.

        The same one, until it is about to be too old.
        """
        client, server = cookie[:CLIENT_BYTES], cookie[CLIENT_BYTES:]
        if len(server) != _SERVER_BYTES:
            return None
        version, made = _HEAD.unpack_from(server)
        if version != 1 or not -_NEWEST <= second - made <= _OLDEST:
            return None
        expected = server_part(client, address, made, self._secret(made // _SECRET_SECONDS))
        if server != expected:
            return None
        return cookie if second - made < _RENEWED else self.cookie(client, address, second)

    def _secret(self, month: int) -> bytes:
        secret = self._secrets.get(month)
        if secret is None:
            if len(self._secrets) > 2:
                self._secrets.clear()
            secret = blake2b(month.to_bytes(8), key=self._key[:64], digest_size=16).digest()
            self._secrets[month] = secret
        return secret


def server_part(client: bytes, address: bytes, second: int, secret: bytes) -> bytes:
    """The server's part of a cookie (RFC 9018, section 4)."""
    head = _HEAD.pack(1, second & 0xFFFF_FFFF)
    return head + siphash(secret, client + head + address)


def siphash(key: bytes, data: bytes) -> bytes:
    """SipHash-2-4 with a key of 16 bytes, as 8 bytes (github.com/veorq/SipHash)."""
    low, high = _WORDS.unpack(key)
    state = [
        low ^ 0x736F6D6570736575,
        high ^ 0x646F72616E646F6D,
        low ^ 0x6C7967656E657261,
        high ^ 0x7465646279746573,
    ]
    whole = len(data) & ~7
    last = data[whole:].ljust(7, b"\0") + bytes((len(data) & 255,))
    for (word,) in _WORD.iter_unpack(data[:whole] + last):
        state[3] ^= word
        _rounds(state, 2)
        state[0] ^= word
    state[2] ^= 0xFF
    _rounds(state, 4)
    return _WORD.pack(state[0] ^ state[1] ^ state[2] ^ state[3])


def _rounds(state: list[int], count: int) -> None:
    v0, v1, v2, v3 = state
    for _ in range(count):
        v0 = (v0 + v1) & _MASK
        v1 = (v1 << 13 & _MASK | v1 >> 51) ^ v0
        v0 = v0 << 32 & _MASK | v0 >> 32
        v2 = (v2 + v3) & _MASK
        v3 = (v3 << 16 & _MASK | v3 >> 48) ^ v2
        v0 = (v0 + v3) & _MASK
        v3 = (v3 << 21 & _MASK | v3 >> 43) ^ v0
        v2 = (v2 + v1) & _MASK
        v1 = (v1 << 17 & _MASK | v1 >> 47) ^ v2
        v2 = v2 << 32 & _MASK | v2 >> 32
    state[:] = v0, v1, v2, v3

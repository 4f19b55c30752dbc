"""A file that only a passphrase opens, in the format of age (age-encryption.org/v1).

The format is another's on purpose: with the passphrase, `age --decrypt` opens a backup on any
machine, guardian or not. scrypt makes a key of the passphrase, which wraps a key of the file;
ChaCha20-Poly1305 seals the content in pieces of 64 KiB, so that nothing of a file that was cut or
changed is ever taken for whole.

`python -m guardian.service.sealed seal|open` does one thing and ends: scrypt takes 64 MB, and the
library 9 MB, which control does not keep for something that happens once a night.
"""

import hashlib
import hmac
import os
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import ClassVar, Final

from guardian.errors import GuardianError, Said

MAGIC: Final = b"age-encryption.org/v1\n"
_ANY_VERSION: Final = b"age-encryption.org/"
LEAST: Final = 10  # characters of a passphrase
_COST: Final = 16  # 2 to the power of it: 64 MB of memory
_MOST_COST: Final = 20  # 1 GB
_SALT, _NONCE, _FILE_KEY, _TAG, _PIECE = 16, 16, 16, 16, 64 * 1024
_HEADER: Final = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n"
    rb"([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n"
)
_SECONDS: Final = 120.0
_WRONG, _DAMAGED = 3, 4  # what the process ends with


class CannotSeal(GuardianError):
    """A passphrase, or a file, with which this cannot be done; nothing was written."""

    exit_code: ClassVar[int] = 2


class WrongPassphrase(CannotSeal):
    """Another passphrase opens the file, if any."""


def is_sealed(start: bytes) -> bool:
    """Whether a file that begins so is of this format, in any version."""
    return start.startswith(_ANY_VERSION)


def seal(content: bytes, passphrase: str) -> bytes:
    """The content as nobody can read it without the passphrase. Raises CannotSeal."""
    if len(passphrase) < LEAST:
        raise CannotSeal(
            Said(
                "the passphrase is too short; write one of at least %(least)s characters",
                least=LEAST,
            )
        )
    return _ask("seal", content, passphrase)


def opened(sealed: bytes, passphrase: str) -> bytes:
    """What was sealed. Raises WrongPassphrase, CannotSeal for what was cut or changed."""
    return _ask("open", sealed, passphrase)


def _ask(deed: str, content: bytes, passphrase: str) -> bytes:
    words = passphrase.encode()
    command = [sys.executable, "-m", "guardian.service.sealed", deed]
    given = len(words).to_bytes(4, "big") + words + content
    try:
        done = subprocess.run(  # noqa: S603 (our own module; secrets go in by a pipe)
            command, input=given, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise CannotSeal(f"nothing can be encrypted here ({problem}); try it again") from None
    if done.returncode == _WRONG:
        raise WrongPassphrase(
            Said("the passphrase does not open it; write the one with which it was made")
        )
    if done.returncode == _DAMAGED:
        raise CannotSeal(Said("it is damaged, was cut or was changed; choose another one"))
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise CannotSeal(f"nothing can be encrypted here ({said}); install guardian again")
    return done.stdout


class _Wrong(Exception):
    """The key does not unwrap."""


class _Damaged(Exception):
    """This is not what was written."""


def _sealed(content: bytes, passphrase: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, file_key, nonce = os.urandom(_SALT), os.urandom(_FILE_KEY), os.urandom(_NONCE)
    wrapping = ChaCha20Poly1305(_stretched(passphrase, salt, _COST))
    wrapped = wrapping.encrypt(bytes(12), file_key, None)
    stanza = b"-> scrypt %b %d\n%b\n---" % (_written(salt), _COST, _written(wrapped))
    mac = hmac.digest(_derived(file_key, b"", b"header"), MAGIC + stanza, "sha256")
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    pieces = [
        cipher.encrypt(counter, content[start : start + _PIECE], None)
        for counter, start in _counted(max(1, -(-len(content) // _PIECE)), _PIECE)
    ]
    return b"".join([MAGIC, stanza, b" ", _written(mac), b"\n", nonce, *pieces])


def _opened(sealed: bytes, passphrase: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    header = _HEADER.match(sealed)
    if header is None or int(header[2]) > _MOST_COST:
        raise _Damaged
    salt, wrapped, mac = (_read(header[number]) for number in (1, 3, 4))
    wrapping = ChaCha20Poly1305(_stretched(passphrase, salt, int(header[2])))
    try:
        file_key = wrapping.decrypt(bytes(12), wrapped, None)
    except InvalidTag:
        raise _Wrong from None
    signed = sealed[: header.start(4) - 1]
    if not hmac.compare_digest(
        mac, hmac.digest(_derived(file_key, b"", b"header"), signed, "sha256")
    ):
        raise _Damaged
    nonce, body = sealed[header.end() :][:_NONCE], sealed[header.end() + _NONCE :]
    cipher, step = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")), _PIECE + _TAG
    pieces = []
    try:
        for counter, start in _counted(max(1, -(-len(body) // step)), step):
            pieces.append(cipher.decrypt(counter, body[start : start + step], None))
    except InvalidTag:
        raise _Damaged from None
    return b"".join(pieces)


def _counted(pieces: int, step: int) -> Iterator[tuple[bytes, int]]:
    """The nonce of each piece, whose last byte marks the last one, and where it begins."""
    for number in range(pieces):
        yield number.to_bytes(11, "big") + bytes([number == pieces - 1]), number * step


def _stretched(passphrase: bytes, salt: bytes, cost: int) -> bytes:
    """The key that a passphrase stands for (RFC 7914)."""
    return hashlib.scrypt(
        passphrase,
        salt=b"age-encryption.org/v1/scrypt" + salt,
        n=1 << cost,
        r=8,
        p=1,
        maxmem=(1 << cost) * 1056 + (1 << 20),
        dklen=32,
    )


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869), of 32 bytes."""
    middle = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(middle, info + b"\1", "sha256")


def _written(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _read(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4))


def main() -> int:
    """Take a passphrase with its length before it, and content; give the other form of it."""
    given = sys.stdin.buffer.read()
    end = 4 + int.from_bytes(given[:4], "big")
    do = _sealed if sys.argv[1] == "seal" else _opened
    try:
        result = do(given[end:], given[4:end])
    except _Wrong:
        return _WRONG
    except _Damaged:
        return _DAMAGED
    sys.stdout.buffer.write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())

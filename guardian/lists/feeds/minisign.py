"""Signatures of minisign (Ed25519): of the content, and of the comment that goes with it.

A public key is base64 of two letters, a key id of 8 bytes and the key of 32. A signature file has
four lines: a comment that nobody vouches for; base64 of two letters, a key id and 64 bytes; a
trusted comment; base64 of 64 bytes that sign the 64 before and the trusted comment. The letters
`ED` mean that BLAKE2b-512 of the content was signed, `Ed` (the old form) the content itself.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from guardian.errors import GuardianError, Said

MOST_OLD_BYTES: Final = 32 << 20  # the old form needs the content in memory, whole
MOST_SIGNATURE_BYTES: Final = 1 << 14
_WHOLE: Final = b"Ed"
_HASHED: Final = b"ED"
_ID: Final = 8
_KEY: Final = 32
_SIGNATURE: Final = 64
_TRUSTED: Final = "trusted comment: "


class BadSignature(GuardianError):
    """A signature that does not vouch for this content."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """id: says which of a maker's keys it is; no secret, and no proof."""

    id: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """form: `Ed` or `ED`. comment: the trusted one; vouches: signs `signature` and it."""

    form: bytes
    id: bytes
    signature: bytes
    comment: str
    vouches: bytes


def read_key(text: str) -> PublicKey:
    """The line that minisign prints, and -P takes. Raises ValueError."""
    data = _decoded(text)
    if len(data) != len(_WHOLE) + _ID + _KEY or data[:2] != _WHOLE:
        raise ValueError("no public key of minisign")
    return PublicKey(data[2 : 2 + _ID], data[2 + _ID :])


def read_signature(text: str) -> Signature:
    """What is in a signature file. Raises ValueError."""
    lines = text.splitlines()
    if len(lines) < 4 or not lines[2].startswith(_TRUSTED):
        raise ValueError("no signature file of minisign")
    data, vouches = _decoded(lines[1]), _decoded(lines[3])
    sized = len(data) == 2 + _ID + _SIGNATURE and len(vouches) == _SIGNATURE
    if not sized or data[:2] not in (_WHOLE, _HASHED):
        raise ValueError("no signature file of minisign")
    comment = lines[2].removeprefix(_TRUSTED)
    return Signature(data[:2], data[2 : 2 + _ID], data[2 + _ID :], comment, vouches)


def check(content: BinaryIO, signature: Signature, key: PublicKey) -> None:
    """Read content from its beginning, and see that the signature is of it. Raises BadSignature."""
    # Only a process that fetches pays for this import; settings read keys, too.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if signature.id != key.id:
        raise BadSignature(Said("it is signed with another key than the settings have"))
    signed = _signed(content, signature.form)
    try:
        maker = Ed25519PublicKey.from_public_bytes(key.key)
        maker.verify(signature.signature, signed)
        maker.verify(signature.vouches, signature.signature + signature.comment.encode())
    except (InvalidSignature, ValueError):
        raise BadSignature(Said("its signature does not fit it; somebody changed it")) from None


def _signed(content: BinaryIO, form: bytes) -> bytes:
    content.seek(0)
    if form == _HASHED:
        return hashlib.file_digest(content, hashlib.blake2b).digest()  # type: ignore[arg-type]
    whole = content.read(MOST_OLD_BYTES + 1)
    if len(whole) > MOST_OLD_BYTES:
        raise BadSignature(
            Said("it is too large for minisign's old form of signatures; its maker can use the new")
        )
    return whole


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):  # not base64, or not even ASCII
        raise ValueError("no base64") from None

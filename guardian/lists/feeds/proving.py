"""Whether fetched content is what its maker published.

A digest or a signature that does not fit refuses the content; so does one that cannot be had.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from yarl import URL

from guardian.errors import GuardianError, Said
from guardian.lists.feeds import minisign
from guardian.lists.feeds.fetch import shown
from guardian.lists.feeds.proof import Proof

MOST_CHECKSUM_BYTES: Final = 1 << 20
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")
_GNU: Final = re.compile(r"\\?([0-9a-fA-F]{64})[ \t]+\*?(.+)")  # sha256sum
_BSD: Final = re.compile(r"SHA256 \((.+)\) = ([0-9a-fA-F]{64})")  # sha256sum --tag, shasum


class Unproven(GuardianError):
    """Content that is not to be taken."""


class CannotHave(GuardianError):
    """A file that vouches for content, and did not come."""


Have = Callable[[str, int], Awaitable[bytes]]


async def prove(proof: Proof, content: BinaryIO, location: str, have: Have) -> None:
    """See that content from a location shows all that it has to. Raises Unproven.

    have: fetches a small file, given its address and the most bytes; may raise CannotHave.
    """
    try:
        if proof.sha256:
            _check_digest(content, proof.sha256)
        if proof.checksum:
            text = _text(await have(proof.checksum, MOST_CHECKSUM_BYTES))
            _check_digest(content, _listed(text, _name_of(location), proof.checksum))
        if proof.key:
            await _check_signature(proof, content, have)
    except (CannotHave, minisign.BadSignature) as problem:
        raise Unproven(Said("it is not taken: %(why)s", why=problem.args[0])) from None


def digest_of(text: str, name: str) -> str | None:
    """The SHA-256 that a file of digests gives for a file's name, in small letters.

    A bare digest means every file; of a path, the last part counts.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and _DIGEST.fullmatch(lines[0]):
        return lines[0].lower()
    for line in lines:
        if found := _GNU.fullmatch(line):
            digest, named = found.groups()
        elif found := _BSD.fullmatch(line):
            named, digest = found.groups()
        else:
            continue
        if PurePosixPath(named).name == name:
            return digest.lower()
    return None


def _listed(text: str, name: str, address: str) -> str:
    digest = digest_of(text, name)
    if digest is None:
        why = Said("%(address)s has no SHA-256 of %(name)s", address=shown(address), name=name)
        raise Unproven(Said("it is not taken: %(why)s", why=why))
    return digest


def _check_digest(content: BinaryIO, wanted: str) -> None:
    content.seek(0)
    if hashlib.file_digest(content, "sha256").hexdigest() != wanted:  # type: ignore[arg-type]
        why = Said("its SHA-256 is another; somebody changed it, or its maker has a new one")
        raise Unproven(Said("it is not taken: %(why)s", why=why))


async def _check_signature(proof: Proof, content: BinaryIO, have: Have) -> None:
    key = minisign.read_key(proof.key)
    text = _text(await have(proof.signature, minisign.MOST_SIGNATURE_BYTES))
    try:
        signature = minisign.read_signature(text)
    except ValueError:
        why = Said("%(address)s is no signature", address=shown(proof.signature))
        raise Unproven(Said("it is not taken: %(why)s", why=why)) from None
    minisign.check(content, signature, key)


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _name_of(location: str) -> str:
    return URL(location).name

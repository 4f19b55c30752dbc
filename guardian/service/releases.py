"""Whether files are a release of guardian by those whose key is pinned, and which version.

A release is a folder with SHA256SUMS, the signature of minisign over it, and what it names. The
signature's trusted comment says the version, "guardian 0.2.0", and the files have to be of it.
"""

import asyncio
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guardian.errors import GuardianError
from guardian.lists.feeds import minisign

DIGESTS: Final = "SHA256SUMS"
SIGNATURE: Final = f"{DIGESTS}.minisig"
_MOST_BYTES: Final = 1 << 18
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._+-]{0,120})")
_COMMENT: Final = re.compile(r"guardian (\d{1,5}(?:\.\d{1,5}){1,3})")
_SECONDS: Final = 60.0

Have = Callable[[str], bytes]
"""Gives a small file of the release by its name. Raises GuardianError, OSError."""


class NotGenuine(GuardianError):
    """A file that those with the pinned key did not release as it is."""


@dataclass(frozen=True, slots=True)
class Release:
    """version: such as "0.2.0". digests: SHA-256 in hexadecimal, by file name."""

    version: str
    digests: dict[str, str]

    def is_newer_than(self, version: str) -> bool:
        """Whether it comes after another version."""
        return _order(self.version) > _order(version)

    def check(self, path: Path) -> None:
        """See that a file is one of it, to the byte. Raises NotGenuine, OSError."""
        wanted = self.digests.get(path.name)
        if wanted is None:
            raise NotGenuine(f"{path}: release {self.version} has no such file; do not install it")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
                raise NotGenuine(
                    f"{path}: it is not what was released; do not install it, fetch it anew"
                )


def pinned(path: Path) -> minisign.PublicKey:
    """The key in a file, as minisign writes it. Raises NotGenuine, OSError."""
    with path.open("rb") as file:
        lines = file.read(4096).decode("utf-8", "replace").split("\n")
    written = [line for line in lines if line.strip() and not line.startswith("untrusted")]
    try:
        return minisign.read_key(written[0])
    except (ValueError, IndexError):
        raise NotGenuine(f"{path}: this is no public key of minisign; name their .pub file") from (
            None
        )


def read(have: Have, key: minisign.PublicKey, where: str) -> Release:
    """A release, vouched for by a key. where: for messages. Raises NotGenuine, OSError."""
    content = have(DIGESTS)
    try:
        signature = minisign.read_signature(have(SIGNATURE).decode("utf-8", "replace"))
        minisign.check(io.BytesIO(content), signature, key)
    except (ValueError, minisign.BadSignature) as problem:
        raise NotGenuine(f"{where}: {problem}; do not install what is there") from None
    version = _COMMENT.fullmatch(signature.comment)
    lines = [_LINE.fullmatch(line) for line in content.decode("ascii", "replace").splitlines()]
    if version is None or not lines or None in lines:
        raise NotGenuine(f"{where}: it is signed, but no release of guardian; name another place")
    found = {line[2]: line[1] for line in lines if line is not None}
    if not any(f"-{version[1]}" in name for name in found):
        raise NotGenuine(f"{where}: its files are not of version {version[1]}, as is signed")
    return Release(version[1], found)


def in_folder(folder: Path) -> Have:
    """The files of a folder."""

    def have(name: str) -> bytes:
        with (folder / name).open("rb") as file:
            return file.read(_MOST_BYTES)

    return have


def at(url: str) -> Have:
    """The files below an address."""

    def have(name: str) -> bytes:
        return asyncio.run(_fetched(f"{url.rstrip('/')}/{name}"))

    return have


async def _fetched(address: str) -> bytes:
    import aiohttp

    from guardian.lists.feeds.fetch import Asking, Failed, Limits, fetch

    into = io.BytesIO()
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        asking = Asking(limits=Limits(_MOST_BYTES, _SECONDS), exact=True)
        outcome = await fetch(session, address, into, asking)
    if isinstance(outcome, Failed):
        raise NotGenuine(f"{outcome.problem}; try it again, or name a folder")
    return into.getvalue()


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])

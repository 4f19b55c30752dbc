"""Hashed lists: one SHA-256 or HMAC-SHA256 of a name a line, in hexadecimal digits.

Comments before the first digest may say how names were hashed: `# hash: hmac-sha256:5a17…`, or
`# algorithm: sha256` and `# salt: 5a17…`. What settings say counts before that.
"""

import re
from collections.abc import Iterable
from typing import Final

from guardian.lists.hashing import HMAC, SHA256
from guardian.lists.report import Parsed, Reason

_DIGEST: Final = re.compile(rb"[0-9A-Fa-f]{64}")
_SAID: Final = re.compile(
    rb"#+\s*(hash|algorithm|salt|key)\s*[:=]\s*(hmac[-_]sha[-_]?256|sha[-_]?256)?:?([0-9A-Fa-f]*)\s*",
    re.IGNORECASE,
)


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    return _DIGEST.fullmatch(line) is not None


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the digests, and how the source says that it made them."""
    algorithm, salt = "", ""
    for number, line in parsed.numbered(lines):
        text = line.strip()
        if not text:
            continue
        if text.startswith(b"#"):
            found = _SAID.fullmatch(text)
            if found is not None:
                if found[2]:
                    algorithm = HMAC if found[2].lower().startswith(b"hmac") else SHA256
                salt = found[3].decode("ascii") or salt
        elif _DIGEST.fullmatch(text):
            if not parsed.hashing:
                parsed.hashing = _said(algorithm, salt)
            parsed.digests.append(bytes.fromhex(text.decode("ascii")))
        else:
            parsed.refuse(Reason.NOT_A_DIGEST, line, number)


def _said(algorithm: str, salt: str) -> str:
    salt = salt[: len(salt) // 2 * 2]
    if algorithm == HMAC and not salt:
        algorithm = SHA256
    return f"{algorithm or SHA256}:{salt}" if salt else SHA256

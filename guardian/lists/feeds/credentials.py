"""Who we are to the server of a licensed list: from files that only we can read.

Settings name the files and never hold what is in them. The process that fetches reads them, just
before it asks; nothing else does.
"""

import os
import stat
from base64 import b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from guardian.errors import GuardianError, Said

_MOST_BYTES: Final = 1 << 14
_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP  # who may do none of this with a secret


class NoCredentials(GuardianError):
    """A secret that cannot be used."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Paths of files, "" for what is not used: one of bearer, user with password, or certificate.

    bearer: a token. password: of `user`. certificate: PEM, with its chain; key: the same or another
    file with its private key.
    """

    bearer: str = ""
    user: str = ""
    password: str = ""
    certificate: str = ""
    key: str = ""

    def within(self, folder: Path) -> "Credentials":
        """The same, with paths from this folder made whole."""
        names = ("bearer", "password", "certificate", "key")
        whole = {name: str((folder / path).resolve()) for name in names if (path := self._at(name))}
        return replace(self, **whole)

    def _at(self, name: str) -> str:
        path: str = getattr(self, name)
        return path

    def header(self) -> str:
        """What the header Authorization says (RFC 6750, RFC 7617); "". Raises NoCredentials."""
        if self.bearer:
            return f"Bearer {secret_in(self.bearer)}"
        if self.user:
            both = f"{self.user}:{secret_in(self.password)}"
            return f"Basic {b64encode(both.encode()).decode()}"
        return ""

    def check_key(self) -> None:
        """See that nobody else can read the private key. Raises NoCredentials."""
        _read(self.key or self.certificate)


NO_CREDENTIALS: Final = Credentials()


def secret_in(path: str) -> str:
    """The one line of a file that only we can read. Raises NoCredentials."""
    text = _read(path).decode("utf-8", errors="replace").strip("\r\n")
    if not text or not text.isprintable():
        raise NoCredentials(
            Said("%(path)s: it has no secret in it; write it there, in one line", path=path)
        )
    return text


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MOST_BYTES)
    except OSError as problem:
        raise NoCredentials(
            Said(
                "%(path)s: this secret cannot be read (%(problem)s)",
                path=path,
                problem=problem.strerror,
            )
        ) from None
    if mode & _OTHERS:
        raise NoCredentials(
            Said("%(path)s: others can read this secret; write chmod 600 %(path)s", path=path)
        )
    return content

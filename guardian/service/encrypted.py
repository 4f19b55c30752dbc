"""The certificate of encrypted DNS on its way to the resolvers.

Control alone reads the key. Resolvers get it beside the policy, as an open file in memory: they
have given up their rights, and could not read the file on disk.
"""

import asyncio
import os
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from guardian.dns.listeners.tls import context_of
from guardian.errors import Said
from guardian.service.certificate import BadCertificate
from guardian.service.tls import Certificates, Wish, own_names
from guardian.settings import Settings

FOLDER: Final = "tls-dns"  # in the state folder


class EncryptedDns:
    """Whether DNS is served encrypted, and with what."""

    def __init__(
        self,
        state: Path,
        use: Callable[[BinaryIO], None],
        trouble: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        """use: gets each certificate that comes into force, in a file of its own to close.

        trouble: told in a sentence where there is none at all.
        """
        self._use = use
        self._trouble = trouble
        self._ready: BinaryIO | None = None  # until it is handed to `use`, in the loop's thread
        self._is_open = False
        self._told = ""
        self.certificates = Certificates(
            state / FOLDER, "encrypted DNS", wish_of, self._in_memory, now
        )

    async def follow(self, settings: Settings) -> bool:
        """Have the certificate that is wanted; whether something about it is another now."""
        if not settings.encrypted.is_on:
            return False
        found, before = self.certificates, self.certificates.problem
        if not self._is_open:
            try:
                await asyncio.to_thread(found.open, settings)
                self._is_open = True
            except (BadCertificate, OSError) as problem:
                self._tell(Said("encrypted DNS has no certificate: %(problem)s", problem=problem))
        else:
            await asyncio.to_thread(found.follow, settings)
        ready, self._ready = self._ready, None
        if ready is not None:
            self._use(ready)
        return ready is not None or before != found.problem

    def _tell(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self._trouble(sentence)

    def _in_memory(self, file: Path) -> None:
        """Read a certificate that has come into force. Raises BadCertificate."""
        try:
            context_of(str(file), ())  # as resolvers will
        except ssl.SSLError as problem:
            raise BadCertificate(f"it cannot be used ({problem.reason})") from None
        ready = os.fdopen(os.memfd_create("certificate"), "w+b")
        ready.write(file.read_bytes())
        ready.flush()
        self._ready = ready

    def problems(self, settings: Settings) -> list[str]:
        """What is wrong with it, a sentence each."""
        problem = self.certificates.problem if settings.encrypted.is_on else ""
        return [problem] if problem else []


def wish_of(settings: Settings) -> Wish:
    """What certificate encrypted DNS is to have."""
    wish = settings.encrypted
    files = [each for each in (wish.certificate, wish.key) if each]
    addresses = [str(each.address) for each in wish.sealed if not each.address.is_unspecified]
    names = [*([wish.name, f"*.{wish.name}"] if wish.name else []), *own_names(), *addresses]
    paths = tuple(settings.path.parent / each for each in files)
    return Wish(paths, tuple(dict.fromkeys(names)), secret=True)

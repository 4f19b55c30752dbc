"""Certificates of the pages and of encrypted DNS: which one is in force, how another follows.

A new one is for new handshakes; connections that stand are not disturbed. It is tried aside first:
one that cannot be used, or is over, changes nothing, and the last good one stays, also when
guardian is started again.
"""

import socket
import ssl
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from guardian.lists.replace import replace_file
from guardian.service import certificate
from guardian.service.certificate import BadCertificate, Described
from guardian.settings import Settings
from guardian.settings.sections.web import Tls
from guardian.web.certificate import CertificateStatus

FOLDER: Final = "tls"  # in the state folder
GENERATED: Final = "generated.pem"
UPLOADED: Final = "uploaded.pem"
IN_FORCE: Final = "in-force.pem"
_CANDIDATE: Final = "candidate.pem"
RENEWED_BEFORE: Final = timedelta(days=30)
TOLD_BEFORE: Final = timedelta(days=20)
_MOST_BYTES: Final = 256 * 1024

_Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the settings want of a certificate.

    files: the one they name, and that of its key; () for guardian's own. names: for whom guardian
    makes its own. secret: whether a key that others can read is refused.
    """

    files: tuple[Path, ...]
    names: tuple[str, ...]
    secret: bool = False


class Certificates:
    """One certificate of a guardian's. Its methods wait for files and a child: in a thread.

    problem: a sentence; "" where all is well.
    """

    def __init__(
        self,
        folder: Path,
        whose: str,
        wish: Callable[[Settings], Wish],
        use: Callable[[Path], None],
        now: Callable[[], datetime],
    ) -> None:
        """folder: where it is kept. whose: "the pages". wish: read from the settings.

        use: told the file of each that comes into force, with its key; may raise BadCertificate.
        now: aware clock.
        """
        self._folder = folder
        self._whose = whose
        self._wish = wish
        self._put_in_use = use
        self._now = now
        self._seen: _Stamp | None = None
        self._described: Described | None = None
        self._refused = ""

    def open(self, settings: Settings) -> None:
        """Have a certificate in force, whatever state the files are in. Raises BadCertificate."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.follow(settings)
        if self._described is None:
            last = self._folder / IN_FORCE
            if not (last.exists() and self._use(last.read_bytes(), even_if_over=True)):
                self._make(settings)
                self._use((self._folder / GENERATED).read_bytes(), even_if_over=True)

    def follow(self, settings: Settings) -> bool:
        """Look whether files have changed, or time is over; whether another one is in force now."""
        files = self._files(settings)
        stamp = tuple(_stamp(each) for each in files)
        is_own = files == [self._folder / GENERATED]
        is_due = is_own and self._is_due(settings)
        if stamp == self._seen and not is_due:
            return False
        try:
            if is_own and (is_due or not files[0].exists()):
                self._make(settings)
            if self._wish(settings).secret:
                check_secret(files[-1])
            content = b"\n".join(_read(each) for each in files)
            before = self._described
            self._refused = ""
            self._use(content)
        except (BadCertificate, OSError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
            self._refused = f"{files[0]}: {why}; the last good certificate stays"
            return False
        finally:
            self._seen = tuple(_stamp(each) for each in files)
        return before != self._described

    def _files(self, settings: Settings) -> list[Path]:
        if files := self._wish(settings).files:
            return [*files]
        uploaded = self._folder / UPLOADED
        return [uploaded if uploaded.exists() else self._folder / GENERATED]

    def _is_due(self, settings: Settings) -> bool:
        """Whether guardian's own one, in force, should be made anew: it ends, or lacks a name."""
        found = self._described
        if found is None or not found.own:
            return False
        lacks = not set(self._wish(settings).names).issubset(found.names)
        return lacks or found.until - self._now() < RENEWED_BEFORE

    def _make(self, settings: Settings) -> None:
        certificate.make(self._folder / GENERATED, self._wish(settings).names)

    def _use(self, content: bytes, *, even_if_over: bool = False) -> bool:
        """Put a certificate with its key into force. Raises BadCertificate."""
        candidate = self._folder / _CANDIDATE
        replace_file(candidate, [content], 0o600)
        try:
            load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), candidate)
            described = certificate.describe(content)
            if described.until <= self._now() and not even_if_over:
                raise BadCertificate(f"it was good until {described.until:%Y-%m-%d}")
            candidate.replace(self._folder / IN_FORCE)
            self._put_in_use(self._folder / IN_FORCE)
        finally:
            candidate.unlink(missing_ok=True)
        self._described = described
        return True

    def renew(self, settings: Settings) -> None:
        """Make a fresh one of guardian's own, and use it. Raises BadCertificate, OSError."""
        self._make(settings)
        (self._folder / UPLOADED).unlink(missing_ok=True)
        self._seen = None
        self.follow(settings)

    def upload(self, chain: bytes, key: bytes, settings: Settings) -> None:
        """Use this certificate with its key. Raises BadCertificate; then nothing is changed."""
        if len(chain) + len(key) > _MOST_BYTES:
            raise BadCertificate("these files are too large for a certificate")
        content = chain.strip() + b"\n" + key.strip() + b"\n"
        self._use(content)
        replace_file(self._folder / UPLOADED, [content], 0o600)
        self._seen = None
        self.follow(settings)

    @property
    def problem(self) -> str:
        """What is wrong, as a sentence; "" where nothing is."""
        found, now = self._described, self._now()
        if self._refused:
            return self._refused
        if found is None or found.until - now > TOLD_BEFORE:
            return ""
        word = "was" if found.until <= now else "is"
        until = f"{found.until:%Y-%m-%d}"
        return f"the certificate of {self._whose} {word} good until {until}; renew it"

    def status(self) -> CertificateStatus | None:
        """The one in force; its key is never told."""
        found = self._described
        if found is None:
            return None
        is_uploaded = (self._folder / UPLOADED).exists()
        return CertificateStatus(
            found.fingerprint, found.since, found.until, found.names, found.issuer,
            is_own=found.own and not is_uploaded, problem=self.problem,
        )  # fmt: skip


def of_pages(state: Path, now: Callable[[], datetime]) -> tuple[Certificates, ssl.SSLContext]:
    """The certificate of the pages, and what their sockets need: it always has the one in force."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])

    def use(file: Path) -> None:
        load(context, file)

    return Certificates(state / FOLDER, "the pages", _of_pages, use, now), context


def _of_pages(settings: Settings) -> Wish:
    wish, files = settings.web, []
    if wish.tls is Tls.FILES and wish.certificate is not None:
        files = [wish.certificate, *([wish.key] if wish.key else [])]
    return Wish(tuple(settings.path.parent / each for each in files), tuple(_names(settings)))


def load(context: ssl.SSLContext, file: Path) -> None:
    """Have a context use a certificate with its key. Raises BadCertificate, OSError."""
    try:
        # No password is asked for: nobody sits at the terminal.
        context.load_cert_chain(file, password=lambda: b"")
    except ssl.SSLError as problem:
        if problem.reason == "KEY_VALUES_MISMATCH":
            raise BadCertificate("the key belongs to another certificate") from None
        if problem.reason in (None, "NO_START_LINE", "PEM_LIB"):  # as versions of OpenSSL say it
            raise BadCertificate("there is no certificate or no key in it, in PEM") from None
        raise BadCertificate(f"it cannot be used ({problem.reason})") from None


def check_secret(key: Path) -> None:
    """Raises BadCertificate where anybody may read a key; OSError."""
    if key.stat().st_mode & stat.S_IRWXO:
        raise BadCertificate(f"all users of this machine can read the key; chmod o= {key}")


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_MOST_BYTES)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_ctime_ns, found.st_size)  # so that a chmod is a change as well


def _names(settings: Settings) -> Sequence[str]:
    """How the pages may be called: their names, this machine's, and addresses."""
    names = [*settings.web.names, *own_names()]
    if not settings.listen.web.address.is_unspecified:
        names.append(str(settings.listen.web.address))
    return list(dict.fromkeys(names))


def own_names() -> list[str]:
    """How this machine is called at home, and by itself."""
    machine = socket.gethostname().partition(".")[0].lower()
    names = ["localhost", "127.0.0.1", "::1"]
    if machine.replace("-", "").isalnum() and machine.isascii():
        names += [machine, f"{machine}.local", f"{machine}.lan", f"{machine}.home.arpa"]
    return names

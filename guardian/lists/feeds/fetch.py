"""Fetch a list over HTTPS: bounded, only when it changed, and never with an exception.

A transfer that breaks off can be gone on with (RFC 9110, section 14) where the server gave a strong
ETag and sent the content as it is.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, BinaryIO, Final

import aiohttp
from yarl import URL

from guardian.errors import Said

MOST_BYTES: Final = 256 << 20  # on the wire
LIMIT_SECONDS: Final = 600.0
_REDIRECTS: Final = 5
_CHUNK: Final = 1 << 16
_WAITS: Final = (429, 503)  # where Retry-After says for how long
_WHO: Final = (401, 403, 407)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server knows a version by (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """The headers that ask for another version only."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """New content was written, whole."""

    validators: Validators


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that we have it already."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why nothing came.

    begun: the ETag of what was written; "" where that is to be thrown away. wait: seconds for
    which the server asked.
    """

    problem: str
    begun: str = ""
    wait: float = 0.0


Outcome = Fetched | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class Limits:
    """of_bytes: on the wire. seconds: from the first packet to the last."""

    of_bytes: int = MOST_BYTES
    seconds: float = LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class Asking:
    """How one address is asked.

    known: of the content that we have. begun: the ETag of a transfer that broke off; the file holds
    what came of it. exact: nothing may pack it on its way. authorization: a header, and
    identity: TLS with a certificate of ours; both are for the server of the address alone.
    proxy: the address of an HTTP proxy.
    """

    known: Validators = Validators()
    limits: Limits = Limits()
    begun: str = ""
    exact: bool = False
    authorization: str = ""
    identity: ssl.SSLContext | None = None
    proxy: str = ""


class _Refused(Exception):
    """An answer that is not taken; says why."""


async def fetch(
    session: aiohttp.ClientSession, address: str, into: BinaryIO, asking: Asking = Asking()
) -> Outcome:
    """Fetch an address into a file that can be read, written and cut.

    Follows redirects to HTTPS only. Plain HTTP is for loopback addresses alone. The session must
    not unpack: what comes packed is kept so.
    """
    at, limit = shown(address), asking.limits.seconds
    transfer = _Transfer(session, into, asking)
    try:
        async with asyncio.timeout(limit):
            return await transfer.follow(URL(address))
    except aiohttp.ServerTimeoutError:  # before the next: it is one of these, too
        problem = Said("%(address)s: the server fell silent", address=at)
    except TimeoutError:
        problem = Said(
            "%(address)s did not send all within %(seconds)s seconds",
            address=at,
            seconds=f"{limit:g}",
        )
    except _Refused as refused:
        problem = refused.args[0]
    except aiohttp.ClientConnectorCertificateError as refused:
        problem = Said(
            "%(address)s: its certificate cannot be trusted (%(problem)s)",
            address=at,
            problem=_of_certificate(refused),
        )
    except aiohttp.ClientPayloadError:
        problem = Said("%(address)s: the connection broke before all was here", address=at)
    except (aiohttp.ClientError, OSError, ValueError) as refused:
        said = str(refused) or type(refused).__name__
        problem = Said("%(address)s could not be fetched (%(problem)s)", address=at, problem=said)
    return Failed(problem, transfer.begun, transfer.wait)


class _Transfer:
    """One content on its way. begun: the ETag of what the file holds; wait: see `Failed`."""

    def __init__(self, session: aiohttp.ClientSession, into: BinaryIO, asking: Asking) -> None:
        self.begun = asking.begun
        self.wait = 0.0
        self._session = session
        self._into = into
        self._asking = asking

    async def follow(self, address: URL) -> Outcome:
        origin, at = address, shown(address)
        for _ in range(_REDIRECTS + 1):
            if address.scheme != "https" and not (_is_loopback(origin) and _is_loopback(address)):
                raise _Refused(
                    Said("%(address)s: lists are fetched over HTTPS only", address=shown(address))
                )
            async with self._ask(address, to_us=address.origin() == origin.origin()) as response:
                if response.status in (301, 302, 303, 307, 308):
                    address = address.join(URL(response.headers.get("Location", "")))
                elif response.status == 416 and self.begun:  # it begins and ends elsewhere now
                    self.begun = ""
                else:
                    return await self._take(response)
        raise _Refused(
            Said("%(address)s: more than %(most)s redirects", address=at, most=_REDIRECTS)
        )

    def _ask(self, address: URL, *, to_us: bool) -> Any:
        """One request. to_us: to the server that our credentials are for."""
        asking = self._asking
        as_it_is = asking.exact or self.begun
        headers = {"User-Agent": "guardian", **asking.known.headers()}
        headers["Accept-Encoding"] = "identity" if as_it_is else "gzip"
        if self.begun:
            headers |= {"Range": f"bytes={self._into.tell()}-", "If-Range": self.begun}
        if to_us and asking.authorization:
            headers["Authorization"] = asking.authorization
        more: dict[str, Any] = {}
        if to_us and asking.identity is not None:
            more["ssl"] = asking.identity
        if asking.proxy and not _is_loopback(address):
            more["proxy"] = asking.proxy
        return self._session.get(address, headers=headers, allow_redirects=False, **more)

    async def _take(self, response: aiohttp.ClientResponse) -> Outcome:
        at, status = shown(response.url), response.status
        if status == 304 and self._asking.known.headers():
            return Unchanged()
        if status not in (200, 206) or (status == 206 and not self._goes_on(response)):
            if status in _WAITS:
                self.wait = _retry_after(response.headers)
            if status in _WHO:
                raise _Refused(
                    Said(
                        "%(address)s: the server wants to know who we are (it answered %(code)s)",
                        address=at,
                        code=status,
                    )
                )
            if status == 206:
                self.begun = ""
            raise _Refused(
                Said("%(address)s: the server answered %(code)s", address=at, code=status)
            )
        packed = response.headers.get("Content-Encoding", "identity") != "identity"
        if packed and self._asking.exact:
            raise _Refused(
                Said("%(address)s: the server packs it, and its digest is then another", address=at)
            )
        if status == 200:
            self._into.seek(0)
            self._into.truncate()
            etag = response.headers.get("ETag", "")
            self.begun = "" if packed or etag.startswith("W/") else etag
        await self._save(response)
        return Fetched(_validators(response.headers))

    def _goes_on(self, response: aiohttp.ClientResponse) -> bool:
        """Whether an answer is the rest of what was begun."""
        headers = response.headers
        same = headers.get("ETag", self.begun) == self.begun and "Content-Encoding" not in headers
        starts = headers.get("Content-Range", "").startswith(f"bytes {self._into.tell()}-")
        return bool(self.begun) and same and starts

    async def _save(self, response: aiohttp.ClientResponse) -> None:
        most = self._asking.limits.of_bytes
        left = most - self._into.tell()
        async for chunk in response.content.iter_chunked(_CHUNK):
            left -= len(chunk)
            if left < 0:
                self.begun = ""
                raise _Refused(
                    Said(
                        "%(address)s: it is larger than %(most)s bytes",
                        address=shown(response.url),
                        most=f"{most:,}",
                    )
                )
            self._write(chunk)

    def _write(self, chunk: bytes) -> None:
        try:
            self._into.write(chunk)
        except OSError as problem:
            self.begun = ""  # what is on a full disk is in its way
            raise _Refused(no_room(problem)) from None


def no_room(problem: OSError) -> Said:
    """Why something cannot be written."""
    return Said(
        "it cannot be written (%(problem)s); see that the disk has room", problem=problem.strerror
    )


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(headers.get("ETag", ""), headers.get("Last-Modified", ""))


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds (RFC 9110, section 10.2.3); a date counts from the server's own."""
    said = headers.get("Retry-After", "")
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        until, now = (parsedate_to_datetime(text) for text in (said, headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):  # no dates, or one without its zone
        return 0.0


def _is_loopback(address: URL) -> bool:
    try:
        return address.scheme == "http" and ip_address(address.host or "").is_loopback
    except ValueError:
        return False


def _of_certificate(refused: aiohttp.ClientConnectorCertificateError) -> str:
    error = refused.certificate_error
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    return str(error)


def shown(address: str | URL) -> str:
    """An address without what may be secret: name, password, query."""
    try:
        return str(URL(address).with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return "the address"

"""Fetch a list over HTTPS: bounded, only when it changed, and never with an exception."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import BinaryIO, Final

import aiohttp
from yarl import URL

MOST_BYTES: Final = 256 << 20  # on the wire
LIMIT_SECONDS: Final = 120.0
_REDIRECTS: Final = 5
_CHUNK: Final = 1 << 16


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
    """Why nothing came; what was written is to be thrown away."""

    problem: str


Outcome = Fetched | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class Limits:
    """of_bytes: on the wire. seconds: from the first packet to the last."""

    of_bytes: int = MOST_BYTES
    seconds: float = LIMIT_SECONDS


class _Refused(Exception):
    """An answer that is not taken; says why."""


async def fetch(
    session: aiohttp.ClientSession,
    address: str,
    into: BinaryIO,
    known: Validators = Validators(),
    limits: Limits = Limits(),
) -> Outcome:
    """Fetch an address into a file. known: of the content that we have.

    Follows redirects to HTTPS only. Plain HTTP is for loopback addresses alone. The session must
    not unpack: what comes packed is kept so.
    """
    try:
        async with asyncio.timeout(limits.seconds):
            return await _follow(session, URL(address), into, known, limits)
    except TimeoutError:
        return Failed(f"{_shown(address)} did not send all within {limits.seconds:g} seconds")
    except _Refused as problem:
        return Failed(str(problem))
    except (aiohttp.ClientError, OSError, ValueError) as problem:
        said = str(problem) or type(problem).__name__
        return Failed(f"{_shown(address)} could not be fetched ({said})")


async def _follow(
    session: aiohttp.ClientSession,
    address: URL,
    into: BinaryIO,
    known: Validators,
    limits: Limits,
) -> Outcome:
    headers = {"Accept-Encoding": "gzip", "User-Agent": "guardian", **known.headers()}
    plain_is_fine = _is_loopback(address)
    for _ in range(_REDIRECTS + 1):
        if address.scheme != "https" and not (plain_is_fine and _is_loopback(address)):
            raise _Refused(f"{_shown(address)}: lists are fetched over HTTPS only")
        async with session.get(address, headers=headers, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308):
                address = address.join(URL(response.headers.get("Location", "")))
                continue
            if response.status == 304 and known.headers():
                return Unchanged()
            if response.status != 200:
                raise _Refused(f"{_shown(address)}: the server answered {response.status}")
            await _save(response, into, limits)
            return Fetched(_validators(response.headers))
    raise _Refused(f"{_shown(address)}: more than {_REDIRECTS} redirects")


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(headers.get("ETag", ""), headers.get("Last-Modified", ""))


def _is_loopback(address: URL) -> bool:
    try:
        return address.scheme == "http" and ip_address(address.host or "").is_loopback
    except ValueError:
        return False


async def _save(response: aiohttp.ClientResponse, into: BinaryIO, limits: Limits) -> None:
    left = limits.of_bytes
    async for chunk in response.content.iter_chunked(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise _Refused(f"{_shown(response.url)}: it is larger than {limits.of_bytes:,} bytes")
        into.write(chunk)


def _shown(address: str | URL) -> str:
    """An address without what may be secret: name, password, query."""
    try:
        return str(URL(address).with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return "the address"

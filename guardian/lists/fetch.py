"""Fetch a list over HTTPS: bounded, and only when it changed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from guardian.errors import GuardianError

MOST_BYTES: Final = 256 << 20  # on the wire
LIMIT_SECONDS: Final = 120.0
_REDIRECTS: Final = 5
_CHUNK: Final = 1 << 16


class FetchError(GuardianError):
    """A list that could not be fetched."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back. changed: False where the server says that we have it already.

    etag, last_modified: for the next request's If-None-Match and If-Modified-Since.
    """

    changed: bool
    etag: str = ""
    last_modified: str = ""


async def fetch(
    session: aiohttp.ClientSession, address: str, to: Path, etag: str = "", last_modified: str = ""
) -> Fetched:
    """Fetch an address into a file. Raises FetchError; the file is whole or not there.

    Follows redirects to HTTPS only. Plain HTTP is for loopback addresses alone.
    """
    headers = {"Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    aside = to.with_name(to.name + ".part")
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            fetched = await _follow(session, URL(address), headers, aside)
        if fetched.changed:
            aside.replace(to)
    except TimeoutError:
        raise FetchError(f"{address}: no answer within {LIMIT_SECONDS:.0f} seconds") from None
    except (aiohttp.ClientError, OSError, ValueError) as problem:
        raise FetchError(f"{address}: {problem}") from None
    finally:
        aside.unlink(missing_ok=True)
    return fetched


async def _follow(
    session: aiohttp.ClientSession, address: URL, headers: Mapping[str, str], aside: Path
) -> Fetched:
    for _ in range(_REDIRECTS):
        _check(address)
        async with session.get(address, headers=headers, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308):
                address = address.join(URL(response.headers.get("Location", "")))
                continue
            if response.status == 304:
                return Fetched(changed=False)
            if response.status != 200:
                raise FetchError(f"{address}: the server answered {response.status}")
            await _save(response, aside)
            return Fetched(
                changed=True,
                etag=response.headers.get("ETag", ""),
                last_modified=response.headers.get("Last-Modified", ""),
            )
    raise FetchError(f"{address}: more than {_REDIRECTS} redirects")


def _check(address: URL) -> None:
    if address.scheme == "https":
        return
    try:
        loopback = ip_address(address.host or "").is_loopback
    except ValueError:
        loopback = False
    if address.scheme != "http" or not loopback:
        raise FetchError(f"{address}: lists are fetched over HTTPS only")


async def _save(response: aiohttp.ClientResponse, aside: Path) -> None:
    left = MOST_BYTES
    with aside.open("wb") as file:
        async for chunk in response.content.iter_chunked(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise FetchError(f"{response.url}: larger than {MOST_BYTES >> 20} MiB")
            file.write(chunk)

"""Fetch in a process of its own: see `child`.

So the names of a confidential list are never in the memory of one that stays: they come, are
hashed, and the process ends. Nor are the secrets of licensed lists: their files are read here.

The job: {"key", "protected", "route", "sources": [source]}; a source: as `Source.as_data`, with
"to", "etag", "last_modified", "proof", "credentials". Told as soon as it is known: {"came": id,
"result": result}; one of them: {"problem", "wait"}, or {"changed", "etag", "last_modified"}, with
a "report" where the content was hashed at once. The job's own outcome is {}.
"""

import asyncio
import io
import os
import ssl
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

import aiohttp
from yarl import URL

from guardian.errors import GuardianError, Said, sentence_of, to_data
from guardian.lists import confidential
from guardian.lists.child import serve, tell
from guardian.lists.feeds import proving
from guardian.lists.feeds.begun import Begun
from guardian.lists.feeds.credentials import Credentials, NoCredentials
from guardian.lists.feeds.fetch import (
    Asking,
    Failed,
    Fetched,
    Limits,
    Outcome,
    Validators,
    fetch,
    no_room,
)
from guardian.lists.feeds.proof import Proof
from guardian.lists.feeds.route import Route
from guardian.lists.feeds.upstreams import Ask, UpstreamResolver
from guardian.lists.gather import Gatherer, report_of
from guardian.lists.replace import replace_file
from guardian.lists.source import Source, SourceKind

_AT_ONCE: Final = 4
_MOST_CONFIDENTIAL_BYTES: Final = 32 << 20  # these are held in memory
_BESIDE_SECONDS: Final = 60.0  # for a signature or a file of digests
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
_CLOSES_SECONDS: Final = 0.1  # TLS is closed after the session (aiohttp, "Graceful shutdown")


class BadRoute(GuardianError):
    """No server can be reached as the settings say."""


def nobody(_server: Mapping[str, Any], _qname: str, _qtype: int) -> None:
    """No upstream can be asked: the system knows where servers are."""


def fetch_job(job: dict[str, Any], ask: Ask = nobody) -> dict[str, Any]:
    """Do what a job says; each source has an outcome. ask: how the route's upstreams are asked."""
    asyncio.run(_fetch_all(job, ask))
    return {}


async def _fetch_all(job: dict[str, Any], ask: Ask) -> None:
    route = Route(**job["route"])
    key = bytes.fromhex(job["key"])
    gatherer = Gatherer(key, job["protected"])
    turn = asyncio.Semaphore(_AT_ONCE)
    connector = aiohttp.TCPConnector(ssl=_trust(route), resolver=UpstreamResolver(route, ask))
    async with aiohttp.ClientSession(
        connector=connector,
        auto_decompress=False,
        timeout=_TIMEOUT,
        cookie_jar=aiohttp.DummyCookieJar(),  # no server of one list knows us from another
    ) as session:

        async def one(said: dict[str, Any]) -> None:
            async with turn:
                tell(fetching=said["id"])
                order = _Order(session, said, route)
                try:
                    if said["kind"] == SourceKind.IWF:
                        outcome = await _hash_away(order, gatherer, key)
                    else:
                        outcome = await _save(order)
                except OSError as problem:
                    outcome = _told(Failed(no_room(problem)))
                except GuardianError as problem:
                    outcome = _told(Failed(sentence_of(problem)))
                tell(came=said["id"], result=outcome)

        await asyncio.gather(*map(one, job["sources"]))
    await asyncio.sleep(_CLOSES_SECONDS)


def _trust(route: Route, credentials: Credentials | None = None) -> ssl.SSLContext:
    """Whom we trust, and who we are. Raises BadRoute and NoCredentials."""
    context = ssl.create_default_context()
    try:
        if route.authorities:
            context.load_verify_locations(cafile=route.authorities)
    except OSError as problem:
        raise BadRoute(
            Said(
                "%(path)s: there are no certificates in it (%(problem)s); see lists.ca",
                path=route.authorities,
                problem=problem.strerror or problem,
            )
        ) from None
    if credentials is not None:
        credentials.check_key()
        try:
            # A key with a password would be asked for at the terminal; "" is none.
            context.load_cert_chain(credentials.certificate, credentials.key or None, lambda: "")
        except OSError as problem:
            raise NoCredentials(
                Said(
                    "%(path)s: it is no certificate with its key (%(problem)s)",
                    path=credentials.certificate,
                    problem=problem.strerror or problem,
                )
            ) from None
    return context


class _Order:
    """One list that is wanted, and how its server is asked."""

    def __init__(self, session: aiohttp.ClientSession, said: dict[str, Any], route: Route) -> None:
        self.session = session
        self.said = said
        self.location: str = said["location"]
        self.proof = Proof(**said["proof"])
        self._route = route
        self._credentials = Credentials(**said["credentials"])

    def asking(self, limits: Limits, begun: str = "") -> Asking:
        """Raises NoCredentials."""
        mine = self._credentials
        return Asking(
            Validators(self.said["etag"], self.said["last_modified"]),
            limits,
            begun,
            exact=self.proof.is_asked,
            authorization=mine.header(),
            identity=_trust(self._route, mine) if mine.certificate else None,
            proxy=self._route.proxy,
        )

    async def prove(self, content: BinaryIO) -> None:
        """See that content shows what it has to. Raises Unproven."""
        await proving.prove(self.proof, content, self.location, self._have)

    async def _have(self, address: str, most: int) -> bytes:
        """A file beside the list. Raises CannotHave."""
        asking = Asking(limits=Limits(most, _BESIDE_SECONDS), exact=True, proxy=self._route.proxy)
        if URL(address).origin() == URL(self.location).origin():
            mine = self.asking(asking.limits)
            asking = replace(asking, authorization=mine.authorization, identity=mine.identity)
        content = io.BytesIO()
        outcome = await fetch(self.session, address, content, asking)
        if isinstance(outcome, Failed):
            raise proving.CannotHave(outcome.problem)
        return content.getvalue()


async def _save(order: _Order) -> dict[str, Any]:
    """Fetch into a file of its own, to be tried by the next compilation."""
    to = Path(order.said["to"])
    begun = Begun(to.with_suffix(".begun"), order.location)
    asking = order.asking(Limits())
    file, etag = begun.open()
    goes_on = False
    try:
        with file:
            outcome = await fetch(order.session, order.location, file, replace(asking, begun=etag))
            if isinstance(outcome, Failed) and outcome.begun:
                begun.keep(file, outcome.begun)
                goes_on = True
            elif isinstance(outcome, Fetched):
                file.flush()
                os.fsync(file.fileno())
                await order.prove(file)
                begun.path.replace(to)
    finally:
        if not goes_on:
            begun.drop()
    return _told(outcome)


async def _hash_away(order: _Order, gatherer: Gatherer, key: bytes) -> dict[str, Any]:
    """Fetch into memory, and write nothing but hashes."""
    content = io.BytesIO()
    limits = Limits(of_bytes=_MOST_CONFIDENTIAL_BYTES)
    outcome = await fetch(order.session, order.location, content, order.asking(limits))
    if not isinstance(outcome, Fetched):
        return _told(outcome)
    await order.prove(content)
    content.seek(0)
    gathered = gatherer.gather(Source.of(order.said), content, "what was fetched")
    replace_file(Path(order.said["to"]), [confidential.to_bytes(gathered, key)], 0o600)
    return {**_told(outcome), "report": report_of(gathered)}


def _told(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Failed(problem=problem, wait=wait):
            return {"problem": to_data(problem), "wait": wait}
        case Fetched(validators=new):
            return {"changed": True, "etag": new.etag, "last_modified": new.last_modified}
    return {"changed": False}


if __name__ == "__main__":
    sys.exit(serve(fetch_job))

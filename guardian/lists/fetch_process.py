"""Fetch in a process of its own: see `child`.

So the names of a confidential list are never in the memory of one that stays: they come, are
hashed, and the process ends.

The job: {"key", "protected", "sources": [{"id", "category", "kind", "format", "location", "to",
"etag", "last_modified"}]}. The outcome: {"outcomes": {id: outcome}}; one of them: {"problem"}, or
{"changed", "etag", "last_modified"}, with a "report" where the content was hashed at once.
"""

import asyncio
import io
import os
import sys
from pathlib import Path
from typing import Any, Final

import aiohttp

from guardian.lists import confidential
from guardian.lists.child import serve, tell
from guardian.lists.fetch import Failed, Fetched, Limits, Outcome, Validators, fetch
from guardian.lists.gather import Gatherer, report_of
from guardian.lists.reading import BadSource
from guardian.lists.replace import replace_file
from guardian.lists.source import Source, SourceKind

_AT_ONCE: Final = 4
_MOST_CONFIDENTIAL_BYTES: Final = 32 << 20  # these are held in memory


def fetch_job(job: dict[str, Any]) -> dict[str, Any]:
    """Do what a job says; each source has an outcome."""
    return asyncio.run(_fetch_all(job))


async def _fetch_all(job: dict[str, Any]) -> dict[str, Any]:
    key = bytes.fromhex(job["key"])
    gatherer = Gatherer(key, job["protected"])
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(said: dict[str, Any]) -> dict[str, Any]:
        async with turn:
            tell(fetching=said["id"])
            try:
                if said["kind"] == SourceKind.IWF:
                    return await _hash_away(session, said, gatherer, key)
                return await _save(session, said)
            except (OSError, BadSource) as problem:
                return {"problem": str(problem)}
            finally:
                tell(fetched=said["id"])

    async with aiohttp.ClientSession(auto_decompress=False) as session:
        outcomes = await asyncio.gather(*map(one, job["sources"]))
    ids = [said["id"] for said in job["sources"]]
    return {"outcomes": dict(zip(ids, outcomes, strict=True))}


async def _save(session: aiohttp.ClientSession, said: dict[str, Any]) -> dict[str, Any]:
    """Fetch into a file of its own, to be tried by the next compilation."""
    to = Path(said["to"])
    aside = to.with_suffix(".part")
    try:
        with aside.open("wb") as file:
            outcome = await fetch(session, said["location"], file, _known(said))
            file.flush()
            os.fsync(file.fileno())
        if isinstance(outcome, Fetched):
            aside.replace(to)
    finally:
        aside.unlink(missing_ok=True)
    return _told(outcome)


async def _hash_away(
    session: aiohttp.ClientSession, said: dict[str, Any], gatherer: Gatherer, key: bytes
) -> dict[str, Any]:
    """Fetch into memory, and write nothing but hashes."""
    content = io.BytesIO()
    limits = Limits(of_bytes=_MOST_CONFIDENTIAL_BYTES)
    outcome = await fetch(session, said["location"], content, _known(said), limits)
    if not isinstance(outcome, Fetched):
        return _told(outcome)
    content.seek(0)
    source = Source(said["id"], said["category"], said["location"], SourceKind.IWF, said["format"])
    gathered = gatherer.gather(source, content, "what was fetched")
    replace_file(Path(said["to"]), [confidential.to_bytes(gathered, key)], 0o600)
    return {**_told(outcome), "report": report_of(gathered)}


def _known(said: dict[str, Any]) -> Validators:
    return Validators(said["etag"], said["last_modified"])


def _told(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Failed(problem=problem):
            return {"problem": problem}
        case Fetched(validators=new):
            return {"changed": True, "etag": new.etag, "last_modified": new.last_modified}
    return {"changed": False}


if __name__ == "__main__":
    sys.exit(serve(fetch_job))

"""Transfer one zone in a process of its own: see `child`.

The job: {"key", "protected", "folder", "source": as `Source.as_data`, "zone", "primaries": [[host,
port]], "tsig": {"name", "algorithm", "secret_file"} or null, "tries": [path], "to", "anew",
"seconds", "bytes"}. The first of its tries that can be read is what we hold; anew: the whole zone
is asked for. A newer version is written to `to`, while no compilation runs in the lists' folder.
The outcome: {"changed", "soa": [serial, refresh, retry, expire, minimum], "whole"}, or {"failed"}.
"""

import sys
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from guardian import __version__
from guardian.lists.child import serve
from guardian.lists.gather import Gatherer
from guardian.lists.hashes import Spill
from guardian.lists.keyed import key_check
from guardian.lists.reading import BadSource
from guardian.lists.replace import part_of
from guardian.lists.shelf import locked
from guardian.lists.source import Source, SourceKind, Tsig, ZoneSource
from guardian.lists.suffixes import table_id
from guardian.lists.transfer import zone as zones
from guardian.lists.transfer.keys import key_of
from guardian.lists.transfer.primary import Limits, Primary
from guardian.lists.transfer.update import Updater
from guardian.lists.transfer.zone import Zone


def transfer_job(job: dict[str, Any]) -> dict[str, Any]:
    """Do what a job says. Raises NoAnswer, NoCredentials, OSError."""
    source = _source(job)
    assert source.zone is not None  # noqa: S101  # a job is about one
    key = bytes.fromhex(job["key"])
    rules = _rules(source, key, job["protected"])
    held = None if job["anew"] else _held(job["tries"], source, rules, key)
    signed = key_of(source.zone.tsig) if source.zone.tsig else None
    limits = Limits(job["bytes"], job["seconds"])
    # No name of a confidential list is ever on disk.
    spool = None if source.kind is SourceKind.IWF else Path(job["to"]).parent
    primaries = [
        Primary(host, port, source.zone.name, signed, limits, spool)
        for host, port in source.zone.primaries
    ]
    # What does not fit into memory waits on the disk as hashes.
    gatherer = Gatherer(key, job["protected"], lambda: Spill(Path(job["to"]).parent))
    updated = Updater(source, gatherer, rules).update(primaries, held)
    if updated.zone is not None:
        _put(Path(job["to"]), updated.zone, key, Path(job["folder"]))
    return {"changed": updated.zone is not None, "soa": updated.soa, "whole": updated.whole}


def _source(job: dict[str, Any]) -> Source:
    tsig = job["tsig"]
    key = Tsig(tsig["name"], tsig["algorithm"], Path(tsig["secret_file"])) if tsig else None
    primaries = tuple((host, port) for host, port in job["primaries"])
    return replace(Source.of(job["source"]), zone=ZoneSource(job["zone"], primaries, key))


def _rules(source: Source, key: bytes, protected: list[str]) -> str:
    """All by which a record becomes an entry: it must be the same when it goes."""
    said = [source.category, source.kind.value, *sorted(source.suffixes), "", *protected]
    rest = blake2b("\n".join(said).encode(), digest_size=8).hexdigest()
    return f"guardian {__version__} {key_check(key)} {table_id()} {rest}"


def _held(tries: list[str], source: Source, rules: str, key: bytes) -> Zone | None:
    """What of this zone we have, if a difference can be applied to it."""
    assert source.zone is not None  # noqa: S101  # a job is about one
    for path in map(Path, tries):
        try:
            held = zones.read(path, key, confidential=source.kind is SourceKind.IWF)
        except BadSource:
            continue
        same = held.name == source.zone.name and held.rules == rules
        return held if same else None
    return None


def _put(to: Path, zone: Zone, key: bytes, folder: Path) -> None:
    """A compilation takes the file that it has read for the last good one: none may run now."""
    aside = part_of(to)
    try:
        zones.write(aside, zone, key)
        with locked(folder):
            aside.replace(to)
    finally:
        aside.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(serve(transfer_job))

"""Pi-hole's files: a teleporter archive of version 5 or 6, gravity.db, or pihole.toml.

What is in an archive is read in memory, within bounds; a database is asked for plain tables only,
and stopped where it takes long.
"""

import io
import json
import sqlite3
import tomllib
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from guardian.errors import GuardianError
from guardian.lists.archives import Archive, archive_of
from guardian.lists.reading import UNREADABLE
from guardian.takeover.reading import MOST_BYTES, content_of
from guardian.takeover.report import BadExport

TABLES: Final = (
    "group", "adlist", "adlist_by_group", "domainlist", "domainlist_by_group", "client",
    "client_by_group",
)  # fmt: skip
# Version 5 has a file for each type of domain.
_DOMAINS: Final = {
    "whitelist.exact.json": 0, "blacklist.exact.json": 1,
    "whitelist.regex.json": 2, "blacklist.regex.json": 3,
}  # fmt: skip
_TEXTS: Final = (
    "setupVars.conf", "custom.list", "05-pihole-custom-cname.conf", "04-pihole-static-dhcp.conf",
    "pihole-FTL.conf",
)  # fmt: skip
_SQLITE: Final = b"SQLite format 3\0"
_MOST_ROWS: Final = 200_000  # of one table
_MOST_VALUE: Final = 1 << 20  # bytes of one row
_MOST_STEPS: Final = 2_000  # of a thousand instructions of SQLite's machine each


@dataclass(slots=True)
class Files:
    """tables: rows by table. toml: pihole.toml. texts: the lines of version 5's files, by name."""

    tables: dict[str, list[Any]] = field(default_factory=dict)
    toml: Mapping[str, Any] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)


def read(path: Path) -> Files:
    """What a file holds. Raises BadExport, OSError."""
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(_SQLITE):
        address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        return Files(tables=_tables(lambda: sqlite3.connect(address, uri=True), str(path)))
    try:
        content = content_of(path)
        archive = archive_of(io.BytesIO(content), str(path))
        if archive is not None:
            return _of_archive(archive, str(path))
    except BadExport:
        raise
    except GuardianError as problem:
        raise BadExport(str(problem)) from None
    with suppress(BadExport):
        return Files(toml=_toml(content, str(path)))
    raise BadExport(
        f"{path}: this is no file of Pi-hole's; name a teleporter archive, gravity.db "
        "or pihole.toml"
    )


def _of_archive(archive: Archive, where: str) -> Files:
    wanted = {
        name: PurePosixPath(name).name
        for name in archive.names()
        if PurePosixPath(name).name
        in (*_TEXTS, *_DOMAINS, "pihole.toml", "gravity.db", *(f"{each}.json" for each in TABLES))
    }
    found = Files()
    left = MOST_BYTES
    for name, file in archive.files(wanted):
        try:
            content = file.read(left + 1)
        except UNREADABLE as problem:
            raise BadExport(f"{where}, {name}: it cannot be read ({problem})") from None
        left -= len(content)
        if left < 0:
            raise BadExport(f"{where}: it holds more than {MOST_BYTES >> 20} MiB")
        _take(found, wanted[name], content, f"{where}, {name}")
    if not (found.tables or found.toml or found.texts):
        raise BadExport(f"{where}: there is nothing of Pi-hole's in it; name a teleporter archive")
    return found


def _take(found: Files, name: str, content: bytes, where: str) -> None:
    if name == "pihole.toml":
        found.toml = _toml(content, where)
    elif name == "gravity.db":
        found.tables = _tables(lambda: _in_memory(content), where)
    elif name in _TEXTS:
        found.texts[name] = content.decode("utf-8", "replace").splitlines()
    elif name in _DOMAINS:
        rows = [{**each, "type": _DOMAINS[name]} for each in _json(content, where)]
        found.tables.setdefault("domainlist", []).extend(rows)
    else:
        found.tables[name.removesuffix(".json")] = _json(content, where)


def _json(content: bytes, where: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise BadExport(f"{where}: this is not JSON ({problem}); export it again") from None
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise BadExport(f"{where}: this is no table; export it again")
    return rows[:_MOST_ROWS]


def _toml(content: bytes, where: str) -> Mapping[str, Any]:
    try:
        data = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as problem:
        raise BadExport(f"{where}: this is not TOML ({problem}); export it again") from None
    if not isinstance(data.get("dns"), dict):
        raise BadExport(f"{where}: it says nothing about dns; name Pi-hole's own file")
    return data


def _in_memory(content: bytes) -> sqlite3.Connection:
    if not content.startswith(_SQLITE):
        raise sqlite3.DatabaseError("file is not a database")
    connection = sqlite3.connect(":memory:")
    # A database in WAL mode cannot be read from memory; its header says so in these two bytes.
    connection.deserialize(content[:18] + b"\1\1" + content[20:])
    return connection


def _tables(connect: Callable[[], sqlite3.Connection], where: str) -> dict[str, list[Any]]:
    try:
        with closing(connect()) as database:
            steps = iter(range(_MOST_STEPS))
            database.set_progress_handler(lambda: next(steps, None) is None, 1000)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_VALUE)
            database.row_factory = sqlite3.Row
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            database.execute("PRAGMA trusted_schema = OFF")
            plain = "SELECT name FROM sqlite_master WHERE type = 'table'"
            there = {each["name"] for each in database.execute(plain)}
            found = {
                table: [
                    dict(each)
                    for each in database.execute(
                        f'SELECT * FROM "{table}" LIMIT {_MOST_ROWS}'  # noqa: S608 (our own words)
                    )
                ]
                for table in TABLES
                if table in there
            }
    except (sqlite3.Error, OverflowError, MemoryError) as problem:
        raise BadExport(f"{where}: this database cannot be read ({problem})") from None
    if "adlist" not in found and "domainlist" not in found:
        raise BadExport(f"{where}: this is no database of Pi-hole's lists; name gravity.db")
    return found

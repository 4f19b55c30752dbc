"""A confidential list that nobody confirms fails in sight, and stays in force."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guardian.lists.library import Library
from guardian.lists.source import Source, SourceKind
from guardian.lists.standing import SourceStatus
from guardian.names import to_wire

THREE_DAYS = timedelta(hours=72)


def police(location: str) -> Source:
    return Source(
        "police", "illegal", location, SourceKind.IWF, update=timedelta(hours=12),
        expires=THREE_DAYS,
    )  # fmt: skip


def only(library: Library) -> SourceStatus:
    (status,) = library.status()
    return status


def is_blocked(library: Library) -> bool:
    opened = library.open_index(lambda _problem: None)
    assert opened is not None
    return bool(opened[1].match(to_wire("bad.example"), 1).blocked)


def test_a_local_list_is_as_old_as_its_file(tmp_path: Path, clock: Any) -> None:
    path = tmp_path / "police.txt"
    path.write_text("https://bad.example/\n")
    written = clock().timestamp()
    os.utime(path, (written, written))
    library = Library(tmp_path / "lists", [police(str(path))], clock)
    asyncio.run(library.compile())
    clock.go(THREE_DAYS)
    assert (only(library).is_expired, only(library).problem) == (False, "")
    clock.go(timedelta(hours=1))
    assert only(library).is_expired
    assert "it expired: its content is 73 h old, and may be 72 h at most" in only(library).problem
    assert is_blocked(library)
    os.utime(path, (clock().timestamp(), clock().timestamp()))
    assert not only(library).is_expired


def test_a_server_that_has_nothing_new_confirms_it(
    tmp_path: Path, clock: Any, trusted: Any
) -> None:
    trusted.serve("/list", "https://bad.example/\n", etag='"1"')
    library = Library(tmp_path / "lists", [police(trusted.url("/list"))], clock)

    def update() -> None:
        asyncio.run(library.fetch_due(everything=True))

    update()
    asyncio.run(library.compile())
    clock.go(timedelta(hours=60))
    update()
    clock.go(timedelta(hours=60))
    assert not only(library).is_expired
    trusted.status("/list", 503)
    clock.go(timedelta(hours=13))
    update()
    assert only(library).is_expired
    assert "503" in only(library).problem
    assert is_blocked(library)
    trusted.serve("/list", "https://bad.example/\n", etag='"1"')
    update()
    assert (only(library).is_expired, only(library).problem) == (False, "")


@pytest.mark.parametrize("kind", [SourceKind.BLOCK, SourceKind.ALLOW])
def test_other_lists_never_expire(tmp_path: Path, clock: Any, kind: SourceKind) -> None:
    path = tmp_path / "old.txt"
    path.write_text("old.example\n")
    os.utime(path, (1, 1))
    library = Library(tmp_path / "lists", [Source("old", "games", str(path), kind)], clock)
    asyncio.run(library.compile())
    assert not only(library).is_expired

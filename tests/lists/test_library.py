"""A household's lists on disk: what is good stays in force, whatever happens to the next."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guardian.errors import Said, translated
from guardian.lists.index import Index
from guardian.lists.library import CompileError, Library
from guardian.lists.shelf import CannotKeep
from guardian.lists.source import Source, SourceKind
from guardian.lists.standing import SourceStatus
from guardian.names import to_wire

SECRET = "very-secret-site"  # in a name of the confidential samples


def blocked(library: Library, qname: str) -> frozenset[str]:
    opened = library.open_index(lambda _problem: None)
    assert opened is not None
    return opened[1].match(to_wire(qname), 1).blocked_categories


def update(library: Library, *, everything: bool = True) -> Path:
    async def work() -> Path:
        await library.fetch_due(everything=everything)
        return await library.compile()

    return asyncio.run(work())


def is_current(library: Library) -> bool:
    opened = library.open_index(lambda _problem: None)
    return opened is not None and library.is_current(opened[1])


def only(library: Library) -> SourceStatus:
    (status,) = library.status()
    return status


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A parent's own list."""
    path = tmp_path / "own.txt"
    path.write_text("play.example\n")
    return path


def test_a_local_list(tmp_path: Path, clock: Any, local: Path) -> None:
    library = Library(tmp_path / "lists", [Source("own", "games", str(local))], clock)
    assert library.open_index(lambda _problem: None) is None
    update(library)
    assert blocked(library, "www.play.example") == {"games"}
    assert is_current(library)
    status = only(library)
    assert (status.names, status.problem, status.format[:7]) == (1, "", "domains")
    assert (tmp_path / "lists").stat().st_mode & 0o077 == 0


def test_a_change_is_noticed(tmp_path: Path, clock: Any, local: Path) -> None:
    library = Library(tmp_path / "lists", [Source("own", "games", str(local))], clock)
    update(library)
    local.write_text("play.example\nother.example\n")
    assert not is_current(library)
    update(library)
    assert blocked(library, "other.example") == {"games"}
    moved = Library(tmp_path / "lists", [Source("own", "video", str(local))], clock)
    assert not is_current(moved)


def test_a_held_list_stays_as_it_is(tmp_path: Path, clock: Any, local: Path, trusted: Any) -> None:
    trusted.serve("/list", "a.example\n# Licence: CC0\n", etag='"1"')
    sources = [Source("own", "games", str(local)), Source("far", "ads", trusted.url("/list"))]
    library = Library(tmp_path / "lists", sources, clock)
    update(library)
    held = [replace(each, hold=True) for each in sources]
    library = Library(tmp_path / "lists", held, clock)
    local.write_text("other.example\n")
    trusted.serve("/list", "b.example\n", etag='"2"')
    clock.go(timedelta(days=2))
    update(library)
    assert blocked(library, "play.example") == {"games"}
    assert blocked(library, "a.example") == {"ads"}
    assert not blocked(library, "other.example")
    assert not blocked(library, "b.example")
    assert [each.next for each in library.status()] == [None, None]
    library = Library(tmp_path / "lists", sources, clock)
    update(library)
    assert blocked(library, "other.example") == {"games"}
    assert blocked(library, "b.example") == {"ads"}


def test_an_update_is_followed_step_by_step(tmp_path: Path, clock: Any, trusted: Any) -> None:
    trusted.serve("/list", "! Licence: CC0-1.0\na.example\nno name\n")
    seen: list[str] = []
    library = Library(
        tmp_path / "lists", [Source("far", "ads", trusted.url("/list"))], clock,
        changed=lambda: seen.append(only(library).stage),
    )  # fmt: skip
    update(library)
    assert seen == ["fetching", "fetched", "compiling"]
    status = only(library)
    assert (status.stage, status.licence) == ("rests", "CC0-1.0")
    assert status.next is not None
    assert timedelta(days=0.9) <= status.next - clock() <= timedelta(days=1)
    assert status.refusals == (("not a domain name", 1, ("line 3: no name",)),)


def test_a_missing_list_stays_in_force(tmp_path: Path, clock: Any, local: Path) -> None:
    library = Library(tmp_path / "lists", [Source("own", "games", str(local))], clock)
    update(library)
    local.unlink()
    update(library)
    assert blocked(library, "play.example") == {"games"}
    assert "own.txt" in only(library).problem
    assert "the last good one stays" in only(library).problem
    assert is_current(library)  # nothing to be won by compiling again
    local.write_text("play.example\n")
    update(library)
    assert only(library).problem == ""


def test_a_list_that_never_was(tmp_path: Path, clock: Any) -> None:
    library = Library(tmp_path / "lists", [Source("own", "games", str(tmp_path / "no"))], clock)
    update(library)
    assert "nothing of it is in force" in only(library).problem
    assert is_current(library)


def test_fetched_once_and_again_when_due(tmp_path: Path, clock: Any, trusted: Any) -> None:
    trusted.serve("/list", "# Version: 7\na.example\n", etag='"1"', packed=True)
    source = Source("far", "ads", trusted.url("/list"), update=timedelta(hours=6))
    library = Library(tmp_path / "lists", [source], clock)
    update(library, everything=False)
    assert blocked(library, "a.example") == {"ads"}
    status = only(library)
    assert (status.names, status.version, status.problem) == (1, "7", "")
    assert status.fetched is not None
    clock.go(timedelta(hours=5))
    asyncio.run(library.fetch_due())
    assert len(trusted.asked) == 1
    clock.go(timedelta(hours=1))
    asyncio.run(library.fetch_due())
    assert trusted.asked[1][1]["If-None-Match"] == '"1"'
    assert is_current(library)


def test_no_new_content_without_a_name(tmp_path: Path, clock: Any, trusted: Any) -> None:
    trusted.serve("/list", "a.example\n", etag='"1"')
    library = Library(tmp_path / "lists", [Source("far", "ads", trusted.url("/list"))], clock)
    update(library)
    for bad in ("<!DOCTYPE html><p>Log in", "", "# nothing\n", b"\x1f\x8bnonsense"):
        trusted.serve("/list", bad, etag='"2"')
        update(library)
        assert blocked(library, "a.example") == {"ads"}
        assert "the last good one stays" in only(library).problem
    trusted.serve("/list", "b.example\n", etag='"2"')
    update(library)
    assert only(library).problem == ""
    assert blocked(library, "b.example") == {"ads"}


def test_a_server_that_fails_is_asked_again_within_the_hour(
    tmp_path: Path, clock: Any, trusted: Any
) -> None:
    trusted.serve("/list", "a.example\n")
    library = Library(tmp_path / "lists", [Source("far", "ads", trusted.url("/list"))], clock)
    update(library)
    trusted.status("/list", 503)
    update(library)
    assert "answered 503; the last good one stays" in only(library).problem
    assert blocked(library, "a.example") == {"ads"}
    trusted.serve("/list", "a.example\n")
    clock.go(timedelta(hours=1))
    asyncio.run(library.fetch_due())
    assert only(library).problem == ""


def test_nobody_is_there(tmp_path: Path, clock: Any) -> None:
    source = Source("far", "ads", "https://127.0.0.1:1/list")
    library = Library(tmp_path / "lists", [source], clock)
    update(library)
    assert "could not be fetched" in only(library).problem


def everything_under(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("where", ["local", "far"])
def test_a_confidential_name_is_nowhere(
    tmp_path: Path, clock: Any, trusted: Any, where: str
) -> None:
    text = (
        f"https://{SECRET}.example/\nhttps://{SECRET}-big.example/page\n"
        f"{SECRET} is no name\nhttps://co.uk/\nhttps://{SECRET}.help.example/\n"
    )
    trusted.serve("/iwf", text)
    (tmp_path / "iwf.txt").write_text(text)
    location = trusted.url("/iwf") if where == "far" else str(tmp_path / "iwf.txt")
    source = Source("police", "illegal", location, SourceKind.IWF)
    library = Library(tmp_path / "lists", [source], clock, protected=["help.example"])
    update(library)
    assert blocked(library, f"www.{SECRET}.example") == {"illegal"}
    assert blocked(library, f"{SECRET}-big.example") == frozenset()
    assert blocked(library, f"{SECRET}.help.example") == frozenset()
    status = only(library)
    assert (status.names, status.refused, status.problem) == (1, 4, "")
    assert SECRET.encode() not in everything_under(tmp_path / "lists")
    for path in (tmp_path / "lists" / "sources").glob("*.hashes"):
        assert path.stat().st_mode & 0o077 == 0
    (tmp_path / "iwf.txt").unlink()
    trusted.status("/iwf", 500)
    update(library)
    assert blocked(library, f"{SECRET}.example") == {"illegal"}
    assert SECRET.encode() not in everything_under(tmp_path / "lists")
    assert SECRET not in repr(library.status())


def test_hashes_of_another_key_are_not_used(tmp_path: Path, clock: Any, trusted: Any) -> None:
    trusted.serve("/iwf", f"https://{SECRET}.example/\n", etag='"1"')
    source = Source("police", "illegal", trusted.url("/iwf"), SourceKind.IWF)
    library = Library(tmp_path / "lists", [source], clock)
    update(library)
    (tmp_path / "lists" / "key").unlink()
    asyncio.run(library.compile())
    assert "another key" in only(library).problem
    update(library)
    assert blocked(library, f"{SECRET}.example") == {"illegal"}
    assert only(library).problem == ""


def test_the_key(tmp_path: Path, clock: Any) -> None:
    library = Library(tmp_path / "lists", [], clock)
    key = library.key()
    assert (len(key), library.key()) == (32, key)
    path = tmp_path / "lists" / "key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"")  # a power cut
    assert len(library.key()) == 32
    assert library.key() != key


def test_a_folder_that_cannot_be_used(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "lists").write_text("a file")
    with pytest.raises(CannotKeep, match="--state"):
        Library(tmp_path / "lists", [], clock)
    library = Library(tmp_path / "other", [], clock)
    (tmp_path / "other" / "key").mkdir()
    with pytest.raises(CannotKeep, match="key: it cannot be used"):
        library.key()
    with pytest.raises(CompileError):
        asyncio.run(library.compile())


def test_two_indexes_are_kept_and_the_sound_one_is_used(
    tmp_path: Path, clock: Any, local: Path
) -> None:
    library = Library(tmp_path / "lists", [Source("own", "games", str(local))], clock)
    paths = [update(library) for _ in range(3)]
    assert [path.exists() for path in paths] == [False, True, True]
    damaged = bytearray(paths[2].read_bytes())
    damaged[len(damaged) // 2] ^= 1
    paths[2].write_bytes(damaged)
    problems: list[str] = []
    opened = library.open_index(problems.append)
    assert opened is not None
    assert opened[0] == paths[1]
    assert "damaged" in problems[0]
    newest = update(library)
    assert [newest.exists(), paths[2].exists(), paths[1].exists()] == [True, False, True]


def test_a_compilation_that_fails_changes_nothing(tmp_path: Path, clock: Any, local: Path) -> None:
    library = Library(tmp_path / "lists", [Source("own", "games", str(local))], clock)
    path = update(library)
    (tmp_path / "lists" / "lock").unlink()
    (tmp_path / "lists" / "lock").mkdir()
    with pytest.raises(CompileError, match="those in force stay"):
        asyncio.run(library.compile())
    assert Index.open(path, library.key()).names == 1


def test_a_kill_while_compiling_leaves_the_index(tmp_path: Path, clock: Any, local: Path) -> None:
    local.write_text("\n".join(f"n{number}.play.example" for number in range(200_000)))
    library = Library(tmp_path / "lists", [Source("own", "games", str(local))], clock)
    first = update(library)
    script = (
        "import asyncio, sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from guardian.lists.library import Library\nfrom guardian.lists.source import Source\n"
        "folder = Path(sys.argv[1])\n"
        "library = Library(folder, [Source('own', 'games', sys.argv[2])], "
        "lambda: datetime.now(UTC))\n"
        "print('ready', flush=True)\n"
        "while True:\n    asyncio.run(library.compile())\n"
    )
    for wait in (0.0, 0.3, 0.5):
        command = [sys.executable, "-c", script, str(tmp_path / "lists"), str(local)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=wait)
            os.killpg(process.pid, signal.SIGKILL)
        opened = library.open_index(lambda problem: pytest.fail(problem))
        assert opened is not None
        assert opened[1].names == 200_000
    assert update(library) != first


def test_notes_that_cannot_be_written_are_still_told(
    tmp_path: Path, clock: Any, make_unwritable: Callable[[Path], None]
) -> None:
    source = Source("far", "ads", "https://127.0.0.1:1/list")
    library = Library(tmp_path / "lists", [source], clock)
    make_unwritable(tmp_path / "lists" / "sources" / "far.json")
    asyncio.run(library.fetch_due())
    assert "could not be fetched" in only(library).problem


@pytest.fixture
def make_unwritable() -> Callable[[Path], None]:
    """Puts a folder where a file should go: not even root can write it."""
    return lambda path: (path / "in the way").mkdir(parents=True)


def test_a_problem_can_be_said_in_another_language(tmp_path: Path, clock: Any) -> None:
    source = Source("far", "ads", "https://127.0.0.1:1/list")
    library = Library(tmp_path / "lists", [source], clock)
    update(library)
    said = only(Library(tmp_path / "lists", [source], clock)).problem  # from disk
    assert isinstance(said, Said)
    assert "«https://127.0.0.1:1/list could" in translated(said, lambda text: f"«{text}»")

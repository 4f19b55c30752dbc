"""New content that looks wrong waits for a person; the last good one stays in force meanwhile."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guardian.lists.keyed import hash_of
from guardian.lists.library import Library, NoSuchList, NothingWaits
from guardian.lists.source import Source, SourceKind
from guardian.lists.standing import SourceStatus
from guardian.lists.trust.contents import Decision, NoSuchVersion
from guardian.lists.trust.difference import Touched
from guardian.lists.trust.doubts import Why
from guardian.names import to_wire
from tests.lists.test_library import blocked, is_current, only, update

MAY = {
    "encyclopaedia.example": frozenset[str](),
    "talk.example": frozenset({"social"}),
    "deep.maps.example": frozenset[str](),
}


def names(start: int, end: int) -> str:
    return "".join(f"n{number}.games.example\n" for number in range(start, end))


class Home:
    """One list at a path, in a household that knows the canaries of MAY."""

    def __init__(self, folder: Path, clock: Any, **said: Any) -> None:
        self.path = folder / "own.txt"
        self.folder = folder / "lists"
        self.clock = clock
        self.source = Source(
            **{"id": "own", "category": "games", "location": str(self.path), **said}
        )

    @property
    def library(self) -> Library:
        return Library(self.folder, [self.source], self.clock, canaries=MAY)

    def has(self, text: str) -> SourceStatus:
        """After the list's content has become a text, and the lists were compiled."""
        self.path.write_text(text)
        os.utime(self.path, ns=(0, random.getrandbits(50)))
        update(self.library)
        assert is_current(self.library)
        return only(self.library)

    def blocks(self, qname: str) -> bool:
        return bool(blocked(self.library, qname))

    def why(self) -> list[Why]:
        waiting = only(self.library).waiting
        return [each.why for each in waiting.doubts] if waiting else []


@pytest.fixture
def home(tmp_path: Path, clock: Any) -> Home:
    return Home(tmp_path, clock)


@pytest.mark.parametrize(
    ("before", "after", "share", "doubts"),
    [
        (1000, 1499, 0.5, []),
        (1000, 1501, 0.5, [Why.GROWS]),
        (1000, 501, 0.5, []),
        (1000, 499, 0.5, [Why.SHRINKS]),
        (1000, 1, None, []),
        (1000, 899, 0.1, [Why.SHRINKS]),
        (100, 200, 0.5, []),  # a small list may double
        (100, 201, 0.5, [Why.GROWS]),
        (100, 1, 0.5, []),
    ],
)
def test_how_much_a_list_may_change(
    tmp_path: Path, clock: Any, before: int, after: int, share: float | None, doubts: list[Why]
) -> None:
    home = Home(tmp_path, clock, change=share)
    assert home.has(names(0, before)).waiting is None
    home.has(names(0, after))
    assert home.why() == doubts
    assert only(home.library).names == (before if doubts else after)


def test_what_waits_says_what_changed(home: Home) -> None:
    home.has(names(0, 300))
    waiting = home.has(names(290, 1290)).waiting
    assert waiting is not None
    assert waiting.doubts[0].sentence == "it grows from 300 to 1000 names"
    changes = waiting.difference
    assert (changes.gone, changes.come) == (290, 990)
    assert len(changes.gone_names) == len(changes.come_names) == 20
    assert all(int(each[1:].partition(".")[0]) < 290 for each in changes.gone_names)
    assert all(int(each[1:].partition(".")[0]) >= 300 for each in changes.come_names)
    assert home.blocks("n0.games.example")
    assert not home.blocks("n1000.games.example")


@pytest.mark.parametrize(
    ("text", "category", "is_doubtful"),
    [
        ("encyclopaedia.example\n", "games", True),
        ("0.0.0.0 www.encyclopaedia.example\n0.0.0.0 a.example\n", "games", True),
        ("||encyclopaedia.example^\n", "games", True),
        ("||encyclopaedia.example^\n@@||encyclopaedia.example^\n", "games", False),
        ("en.encyclopaedia.example\n", "games", False),  # a part of it is another matter
        ("talk.example\n", "games", True),
        ("talk.example\n", "social", False),  # a list of social networks may
        ("||maps.example^\n", "games", True),  # a parent of one
        ("|maps.example^\n", "games", False),  # that name alone
        ("/^enc[a-z]+a\\./\n||b.example^\n", "games", True),  # it is found in one
        ("@@/^enc[a-z]+a\\./\n||b.example^\n", "games", False),
    ],
)
def test_names_that_no_family_filter_blocks(
    tmp_path: Path, clock: Any, text: str, category: str, is_doubtful: bool
) -> None:
    home = Home(tmp_path, clock, category=category)
    status = home.has("other.example\n" + text if text[0].isalpha() else text)
    assert home.why() == ([Why.CANARY] if is_doubtful else [])
    assert bool(status.names) != is_doubtful
    if is_doubtful:
        assert "its content waits for you; nothing of it is in force" in status.problem


def test_a_canary_that_was_released_is_not_asked_about_again(home: Home) -> None:
    home.has("game.example\n")
    home.has("game.example\nencyclopaedia.example\n")
    assert home.why() == [Why.CANARY]
    home.library.decide("own", Decision.RELEASED)
    assert not is_current(home.library)
    update(home.library)
    assert home.blocks("encyclopaedia.example")
    assert is_current(home.library)
    home.has("game.example\nencyclopaedia.example\nmore.example\n")
    assert home.why() == []
    home.has("game.example\nencyclopaedia.example\ntalk.example\n")
    assert home.why() == [Why.CANARY]
    assert home.blocks("more.example")


def test_a_format_that_turns(home: Home, tmp_path: Path, clock: Any) -> None:
    home.has("".join(f"0.0.0.0 n{number}.example\n" for number in range(50)))
    home.has("".join(f"||n{number}.example^\n" for number in range(50)))
    assert home.why() == [Why.FORMAT]
    fixed = Home(tmp_path / "other", clock, format="domains")
    (tmp_path / "other").mkdir()
    fixed.has("a.example\n")
    fixed.has("b.example\n")
    assert fixed.why() == []


def test_released_and_rejected(home: Home) -> None:
    home.has(names(0, 1000))
    home.has(names(5000, 5001))
    home.library.decide("own", Decision.REJECTED)
    update(home.library)
    assert only(home.library).waiting is None
    assert home.blocks("n0.games.example")
    with pytest.raises(NothingWaits):
        home.library.decide("own", Decision.RELEASED)
    home.has(names(5000, 5001))  # the same once more, with another time
    assert only(home.library).waiting is None
    assert home.blocks("n0.games.example")
    home.has(names(5000, 5002))  # another one is looked at anew
    assert home.why() == [Why.SHRINKS]
    home.library.decide("own", Decision.RELEASED)
    update(home.library)
    assert home.blocks("n5001.games.example")
    assert not home.blocks("n0.games.example")
    assert only(home.library).problem == ""


def test_what_mends_itself_waits_no_more(home: Home) -> None:
    home.has(names(0, 1000))
    home.has(names(0, 2))
    assert home.why() == [Why.SHRINKS]
    status = home.has(names(0, 1001))
    assert (status.waiting, status.names) == (None, 1001)


def test_versions_are_kept_and_put_back(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock)
    for number in range(1, 7):
        home.has(f"v{number}.example\n")
        clock.go(timedelta(days=1))
    status = only(home.library)
    assert status.current is not None
    assert status.current.number == 6
    assert [each.number for each in status.earlier] == [5, 4, 3]
    changes = home.library.difference("own", 4)
    assert (changes.gone_names, changes.come_names) == (("v4.example",), ("v6.example",))
    changes = home.library.difference("own", 5, 3)
    assert (changes.gone_names, changes.come_names) == (("v5.example",), ("v3.example",))
    home.source = replace(home.source, hold=True)
    home.library.put_back("own", 4)
    update(home.library)
    assert home.blocks("v4.example")
    assert not home.blocks("v6.example")
    status = only(home.library)
    assert status.current is not None
    assert (status.current.number, [each.number for each in status.earlier]) == (4, [6, 5, 3])
    assert is_current(home.library)
    assert home.library.put_back("own").number == 6
    with pytest.raises(NoSuchVersion, match=r"no version 1 .* kept are: 6, 5, 4, 3"):
        home.library.put_back("own", 1)
    with pytest.raises(NoSuchList):
        home.library.put_back("nobody", 1)


def test_no_version_is_kept_where_none_is_wanted(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock)
    for text in ("a.example\n", "b.example\n"):
        home.path.write_text(text)
        library = Library(home.folder, [home.source], clock, versions=0)
        update(library)
        assert only(library).earlier == ()


def test_another_address_is_another_list(home: Home, tmp_path: Path) -> None:
    home.has(names(0, 1000))
    home.path = tmp_path / "other.txt"
    home.source = replace(home.source, location=str(home.path))
    assert home.has("a.example\n").waiting is None
    assert home.blocks("a.example")


def test_a_folder_that_changed_too_much(tmp_path: Path, clock: Any) -> None:
    folder = tmp_path / "games"
    folder.mkdir()
    (folder / "domains").write_text(names(0, 1000))
    home = Home(tmp_path, clock, location=str(folder))
    update(home.library)
    assert home.blocks("n999.games.example")
    (folder / "domains").write_text(names(0, 1))
    update(home.library)
    assert home.why() == [Why.SHRINKS]
    assert home.blocks("n999.games.example")
    assert is_current(home.library)


@pytest.fixture
def trusted(server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return server


def test_a_fetched_list(tmp_path: Path, clock: Any, trusted: Any) -> None:
    trusted.serve("/list", names(0, 1000), etag='"1"')
    home = Home(tmp_path, clock, location=trusted.url("/list"))
    update(home.library)
    first = only(home.library)
    assert first.current is not None
    assert (first.fetched, first.current.etag) == (clock(), '"1"')
    clock.go(timedelta(days=1))
    trusted.serve("/list", names(0, 1000), etag='"2"')  # the same, whatever its server says
    update(home.library)
    assert only(home.library).fetched == first.fetched
    assert only(home.library).earlier == ()
    trusted.serve("/list", names(0, 3), etag='"3"')
    clock.go(timedelta(days=1))
    update(home.library)
    status = only(home.library)
    assert home.why() == [Why.SHRINKS]
    assert (status.fetched, status.names, status.problem) == (first.fetched, 1000, "")
    assert home.blocks("n999.games.example")
    assert is_current(home.library)
    clock.go(timedelta(days=1))
    update(home.library)  # 304
    assert home.why() == [Why.SHRINKS]
    home.library.decide("own", Decision.RELEASED)
    update(home.library)
    assert not home.blocks("n999.games.example")
    assert [each.number for each in only(home.library).earlier] == [1]
    trusted.status("/list", 500)
    clock.go(timedelta(days=9))
    update(home.library)
    status = only(home.library)
    assert status.fetched == clock() - timedelta(days=9)  # it never speaks of a failed one


SECRET = "very-secret-site"


@pytest.mark.parametrize("where", ["local", "far"])
def test_a_confidential_list_waits_without_a_name(
    tmp_path: Path, clock: Any, trusted: Any, where: str
) -> None:
    def text(count: int) -> str:
        return "".join(f"https://{SECRET}-{number}.example/\n" for number in range(count))

    path = tmp_path / "police.txt"
    location = trusted.url("/iwf") if where == "far" else str(path)
    home = Home(
        tmp_path, clock, category="illegal", kind=SourceKind.IWF, location=location, id="police"
    )

    def serve(content: str, etag: str) -> None:
        trusted.serve("/iwf", content, etag=etag)
        path.write_text(content)
        update(home.library)

    serve(text(500), '"1"')
    assert home.blocks(f"{SECRET}-499.example")
    serve(text(2) + "https://encyclopaedia.example/\n", '"2"')
    assert home.why() == [Why.SHRINKS, Why.CANARY]
    assert home.blocks(f"{SECRET}-499.example")
    waiting = home.library.waiting("police")
    assert (waiting.difference.gone, waiting.difference.come) == (498, 1)
    assert waiting.difference.gone_names == waiting.difference.come_names == ()
    assert all(each.names == () for each in waiting.doubts)
    home.library.decide("police", Decision.RELEASED)
    update(home.library)
    assert home.blocks("encyclopaedia.example")
    assert not home.blocks(f"{SECRET}-499.example")
    home.source = replace(home.source, hold=True)
    home.library.put_back("police")
    update(home.library)
    assert home.blocks(f"{SECRET}-499.example")
    kept = [each for each in (tmp_path / "lists").rglob("*") if each.is_file()]
    assert not any(SECRET.encode() in each.read_bytes() for each in kept)
    assert not any(b"encyclopaedia" in each.read_bytes() for each in kept)


def test_lists_of_an_earlier_release_are_recognised(home: Home) -> None:
    home.has(names(0, 1000) + "encyclopaedia.example\n")
    home.library.decide("own", Decision.RELEASED)
    update(home.library)
    sources = home.folder / "sources"
    (sources / "own.about.json").unlink()
    home.has(names(0, 2) + "encyclopaedia.example\n")
    assert home.why() == [Why.SHRINKS]  # held against what the file in force holds


@pytest.mark.parametrize("name", ["own.about.json", "own.waits.json"])
@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"came": 1}', '{"content": {}}'])
def test_damaged_notes_do_no_harm(home: Home, name: str, damage: str) -> None:
    home.has(names(0, 1000))
    home.has(names(0, 2))
    (home.folder / "sources" / name).write_text(damage)
    assert home.has(names(0, 3)).names == 1000
    assert home.why() == [Why.SHRINKS]


KILLED = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from guardian.lists.library import Library
from guardian.lists.source import Source
sources = [Source("own", "games", sys.argv[2])]
library = Library(Path(sys.argv[1]), sources, lambda: datetime.now(UTC))
print("ready", flush=True)
asyncio.run(library.compile())
"""


COUNT = 20_000
ALTERNATING = (names(0, COUNT), names(100, COUNT + 100))


@contextmanager
def compiling(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """A compilation in processes of its own; what of it still runs is killed at the end."""
    command = [sys.executable, "-c", KILLED, str(home.folder), str(home.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def is_whole(home: Home) -> bool:
    """Whether one of the two contents is kept, and one is in force; neither in part."""
    kept = (home.folder / "sources" / "own.txt").read_text()
    opened = home.library.open_index(pytest.fail)
    assert opened is not None
    ends = ("n0.games.example", f"n{COUNT + 99}.games.example")
    found = [bool(opened[1].match(to_wire(each), 1).blocked) for each in ends]
    return kept in ALTERNATING and opened[1].names == COUNT and sorted(found) == [False, True]


def mends_itself(home: Home) -> bool:
    update(home.library)
    status = only(home.library)
    assert (status.names, status.problem, status.waiting) == (COUNT, "", None)
    for version in status.earlier:
        assert home.library.difference("own", version.number).gone in {0, 100}
    return is_current(home.library)


def test_a_kill_at_any_moment_leaves_a_whole_list(home: Home) -> None:
    home.has(ALTERNATING[0])
    rng = random.Random(7)
    for turn in range(1, 13):
        home.path.write_text(ALTERNATING[turn % 2])
        with compiling(home) as process, suppress(subprocess.TimeoutExpired):
            process.wait(timeout=rng.uniform(0.05, 0.6))
        assert is_whole(home)
    assert mends_itself(home)


@pytest.mark.parametrize(
    "appears",
    [
        "own.versions",
        "own.versions/*.part",
        "own.versions/1.gz",
        "own.versions/1.json",
        "own.txt.*.part",
        "own.about.json.*.part",
    ],
)
def test_a_kill_at_each_step_leaves_a_whole_list(home: Home, appears: str) -> None:
    home.has(ALTERNATING[0])
    home.path.write_text(ALTERNATING[1])
    with compiling(home) as process:
        while process.poll() is None and not any((home.folder / "sources").glob(appears)):
            pass  # a step takes less than any sleep
    assert is_whole(home)
    assert mends_itself(home)


def test_a_staged_list_waits_and_says_whom_it_would_touch(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock, shadow=True)
    first = home.has("a.example\nb.example\n")
    assert home.why() == [Why.STAGED]
    assert first.waiting is not None
    assert first.waiting.difference.come_names == ("a.example", "b.example")
    assert not home.blocks("a.example")
    home.library.decide("own", Decision.RELEASED)
    update(home.library)
    assert home.blocks("a.example")
    key = home.library.key()

    def hashes(*qnames: str) -> list[int]:
        return [hash_of(to_wire(each), key) for each in qnames]

    recent = {
        "": [hashes("c.example"), hashes("d.example"), hashes("other.example")],
        "Lina": [hashes("www.a.example", "a.example"), hashes("www.x.example", "x.example")],
    }
    home.path.write_text("b.example\nc.example\nd.example\n")
    library = Library(home.folder, [home.source], clock, recent=lambda: recent)
    update(library)
    assert library.waiting("own").difference.touched == (
        Touched("", gone=0, come=2),
        Touched("Lina", gone=1, come=0),
    )
    assert home.blocks("a.example")


def test_patterns_count_as_names_do(tmp_path: Path, clock: Any) -> None:
    home = Home(tmp_path, clock, shadow=True, format="adblock")
    home.has("||a.example^\n/^old[0-9]/\n/^same/\n")
    home.library.decide("own", Decision.RELEASED)
    update(home.library)
    home.has("||b.example^\n/^new[0-9]/\n/^same/\n@@/^fine/\n")
    found = home.library.waiting("own").difference
    assert (found.gone, found.come) == (2, 3)
    assert sorted(found.gone_names) == ["/^old[0-9]/", "a.example"]
    assert sorted(found.come_names) == ["/^fine/", "/^new[0-9]/", "b.example"]
    home.library.decide("own", Decision.RELEASED)
    update(home.library)
    assert home.library.difference("own", 1) == found


def test_what_is_gone_waits_no_more(tmp_path: Path, clock: Any, trusted: Any) -> None:
    trusted.serve("/list", names(0, 1000), etag='"1"')
    home = Home(tmp_path, clock, location=trusted.url("/list"))
    update(home.library)
    trusted.serve("/list", names(0, 1), etag='"2"')
    update(home.library)
    assert home.why() == [Why.SHRINKS]
    trusted.serve("/list", "<!DOCTYPE html><p>Log in", etag='"3"')
    update(home.library)
    assert home.why() == []
    assert "the last good one stays" in only(home.library).problem
    assert home.blocks("n999.games.example")

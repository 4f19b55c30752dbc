"""A zone from real primaries, and from those that are broken: through the library, as control does.

Each transfer runs in its own process; what is asked afterwards is the compiled index.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dnslib import RR

from guardian.lists import source as sources
from guardian.lists.compile import Compiler
from guardian.lists.hashes import PARTS
from guardian.lists.index import Index
from guardian.lists.library import Library
from guardian.lists.source import Source, SourceKind, ZoneSource
from guardian.lists.standing import SourceStatus
from guardian.lists.transfer import zone as zones
from guardian.names import to_wire
from tests.end_to_end.conftest import free_port
from tests.lists.conftest import Clock
from tests.lists.transfer.conftest import (
    OTHER_SECRET,
    SECRET,
    ZONE,
    Broken,
    Knot,
    Nsd,
    blocks,
    framed,
    message,
    soa,
    source,
    start_knot,
    tsig,
)


class House:
    """A library with one zone."""

    def __init__(self, folder: Path, clock: Clock, source: Source) -> None:
        self.folder, self.clock, self.source = folder, clock, source
        self.library = Library(folder, [source], clock)

    def transfer(self) -> bool:
        return asyncio.run(self.library.transferring.transfer(self.source))

    def update(self) -> None:
        self.transfer()
        asyncio.run(self.library.compile())

    @property
    def status(self) -> SourceStatus:
        return self.library.status()[0]

    def blocked(self, *names: str) -> list[str]:
        """Which of some names are blocked."""
        opened = self.library.open_index(pytest.fail)
        assert opened is not None
        return [each for each in names if opened[1].match(to_wire(each), 1).blocked]


Open = Callable[[Source], House]


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Open:
    return lambda source: House(tmp_path / "lists", clock, source)


def test_knot_gives_the_zone_and_then_what_changed(knot: Knot, house: Open) -> None:
    home = house(source(knot.port))
    home.update()
    assert home.status.problem == ""
    assert home.status.version == "1"
    assert home.blocked("bad.example", "www.bad.example", "new.example") == [
        "bad.example",
        "www.bad.example",
    ]
    knot.change(["new.example CNAME ."], ["bad.example AAAA", "*.bad.example CNAME"])
    home.update()
    assert home.status.version == "2"
    # Of the two records of bad.example one is left, and with it the entry.
    assert home.blocked("bad.example", "www.bad.example", "new.example") == [
        "bad.example",
        "new.example",
    ]
    assert "IXFR, outgoing" in (knot.folder / "log").read_text()
    knot.change(remove=["bad.example A"])
    home.update()
    assert home.blocked("bad.example", "new.example") == ["new.example"]
    assert not home.transfer()  # nothing is newer


def test_many_steps_come_to_what_the_whole_zone_says(
    knot: Knot, house: Open, tmp_path: Path, clock: Clock
) -> None:
    home = house(source(knot.port))
    home.update()
    for number in range(1, 30):
        gone = [f"n{number - 3}.example CNAME"] if number > 3 else []
        knot.change([f"n{number}.example CNAME .", f"*.n{number}.example CNAME ."], gone)
    home.update()
    anew = House(tmp_path / "anew", clock, home.source)
    (tmp_path / "anew").mkdir(exist_ok=True)
    (tmp_path / "anew" / "key").write_bytes(home.library.key())
    anew.update()
    key = home.library.key()
    kept = [zones.read(each.folder / "sources" / "zone.zone", key) for each in (home, anew)]
    told = [
        {
            variety: [each for part in range(PARTS) for each in hashes.part(part)]
            for variety, hashes in zone.hashes.items()
        }
        for zone in kept
    ]
    assert told[0] == told[1]
    assert kept[0].again == kept[1].again
    assert kept[0].soa == kept[1].soa
    assert kept[0].parsed.lines == kept[1].parsed.lines


def test_nsd_signs_and_gives_what_changed(nsd: Nsd, house: Open, tmp_path: Path) -> None:
    home = house(source(nsd.port, tsig(tmp_path)))
    home.update()
    assert home.status.problem == ""
    assert home.blocked("bad.example", "new.example") == ["bad.example"]
    nsd.write(2, "new.example CNAME .")
    home.update()
    assert home.status.problem == ""
    assert home.status.version == "2"
    assert home.blocked("bad.example", "new.example") == ["new.example"]


@pytest.mark.parametrize("algorithm", ["hmac-sha256"])
def test_knot_signs_a_transfer_of_many_messages(
    house: Open, tmp_path: Path, algorithm: str
) -> None:
    (tmp_path / "knot").mkdir()
    lines = [f"n{number}.example CNAME ." for number in range(20_000)]
    knot = start_knot(tmp_path / "knot", lines, SECRET)
    try:
        home = house(source(knot.port, tsig(tmp_path, algorithm=algorithm)))
        home.update()
        assert home.status.problem == ""
        assert home.status.names == 20_000
    finally:
        knot.stop()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"secret": OTHER_SECRET}, "another one"),
        ({"name": "other.test"}, "no such key"),
        ({"algorithm": "hmac-sha512"}, "no such key|another one|NOTAUTH|REFUSED"),
        ({"secret": "not base64!"}, "not in base64"),
    ],
)
def test_a_wrong_key_is_said(
    nsd: Nsd, house: Open, tmp_path: Path, change: dict[str, str], why: str
) -> None:
    home = house(source(nsd.port, tsig(tmp_path, **change)))
    home.update()
    problem = home.status.problem
    assert any(each in problem for each in why.split("|")), problem
    assert home.blocked("bad.example") == []
    assert SECRET not in problem


def test_a_primary_that_refuses(nsd: Nsd, house: Open) -> None:
    home = house(source(nsd.port))  # without the key
    home.update()
    assert "REFUSED" in home.status.problem or "NOTAUTH" in home.status.problem


def test_the_second_primary_where_the_first_is_down(knot: Knot, house: Open) -> None:
    primaries = (("127.0.0.1", free_port()), ("127.0.0.1", knot.port))
    home = house(replace(source(knot.port), zone=ZoneSource(ZONE, primaries)))
    home.update()
    assert home.status.problem == ""
    assert home.blocked("bad.example") == ["bad.example"]


Records = Sequence[RR]


def over(*pieces: Records, then: bytes = b"") -> Callable[[int, bytes], Iterator[bytes]]:
    """Send messages of these records, then something, and close."""
    return lambda number, _: iter([*(framed(message(number, each)) for each in pieces), then])


def endless(number: int, _: bytes) -> Iterator[bytes]:
    yield framed(message(number, [soa(2)]))
    piece = framed(message(number, [blocks(f"n{each}.test") for each in range(500)]))
    while True:
        yield piece


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (over([soa(2), blocks("evil.test")]), "half way"),
        (over([soa(2)], [blocks("evil.test")], then=b"\x10\0half"), "half way"),
        (over([soa(2), blocks("evil.test", "other.example"), soa(2)]), "another zone"),
        (over([soa(2), blocks("evil.test"), soa(3)]), "ends with another"),
        (over([blocks("evil.test"), soa(2)]), "does not begin"),
        (over([soa(2), blocks("evil.test"), soa(2), blocks("late.test")]), "after its end"),
        (over([soa(2)], then=framed(b"\0" * 5)), "cut short"),
        (lambda number, _: iter([framed(message(number ^ 1, [soa(2)]))]), "another question"),
    ],
)
def test_a_broken_primary_changes_nothing(
    knot: Knot, broken: Broken, house: Open, tmp_path: Path, clock: Clock, script: object, why: str
) -> None:
    home = house(source(knot.port))
    home.update()
    worse = House(tmp_path / "lists", clock, source(broken.port))
    broken.script = script  # type: ignore[assignment]
    worse.update()
    assert why in worse.status.problem
    assert "the last good one stays" in worse.status.problem
    assert worse.blocked("bad.example", "evil.test", "late.test") == ["bad.example"]
    assert {each.name for each in (tmp_path / "lists" / "sources").iterdir()} == {
        "zone.about.json",
        "zone.json",
        "zone.zone",
    }


def test_an_endless_zone_is_cut_off(
    broken: Broken, house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guardian.lists.transfer.transferring.MOST_BYTES", 1 << 20)
    broken.script = endless
    home = house(source(broken.port))
    assert not home.transfer()
    assert "larger than 1,048,576 bytes" in home.status.problem


def test_a_server_without_ixfr_gives_the_whole_zone(broken: Broken, house: Open) -> None:
    broken.script = over([soa(2), blocks("old.test"), soa(2)])
    home = house(source(broken.port))
    home.update()
    broken.serial = 3

    def answer(number: int, wire: bytes) -> Iterator[bytes]:
        is_axfr = b"\0\xfc\0\x01" in wire
        if is_axfr:
            yield framed(message(number, [soa(3), blocks("new.test"), soa(3)]))
        else:
            refused = bytearray(message(number, []))
            refused[3] |= 4  # NOTIMP
            yield framed(bytes(refused))

    broken.script = answer
    home.update()
    assert home.status.problem == ""
    assert home.blocked("old.test", "new.test") == ["new.test"]


def test_a_difference_that_does_not_fit_brings_the_whole_zone(broken: Broken, house: Open) -> None:
    broken.script = over([soa(2), blocks("old.test"), soa(2)])
    home = house(source(broken.port))
    home.update()
    broken.serial = 3

    def answer(number: int, wire: bytes) -> Iterator[bytes]:
        if b"\0\xfc\0\x01" in wire:
            yield framed(message(number, [soa(3), blocks("new.test"), soa(3)]))
        else:
            steps = [soa(3), soa(2), blocks("never-had.test"), soa(3), soa(3)]
            yield framed(message(number, steps))

    broken.script = answer
    home.update()
    assert home.status.version == "3"
    assert home.blocked("old.test", "new.test") == ["new.test"]


def test_an_older_version_is_not_taken_before_ours_expired(
    broken: Broken, house: Open, clock: Clock
) -> None:
    broken.script = over([soa(2), blocks("old.test"), soa(2)])
    home = house(source(broken.port))
    home.update()
    broken.serial = 1
    broken.script = over([soa(1), blocks("new.test"), soa(1)])
    home.update()
    assert "older than ours" in home.status.problem
    assert home.blocked("old.test", "new.test") == ["old.test"]
    clock.go(timedelta(days=1, seconds=1))
    home.update()
    assert home.status.problem == ""
    assert home.blocked("old.test", "new.test") == ["new.test"]


def test_refresh_retry_and_expire(knot: Knot, house: Open, clock: Clock) -> None:
    home = house(source(knot.port))
    assert home.status.next == clock()
    home.update()
    assert home.status.next == clock() + timedelta(seconds=3600)
    assert not list(home.library.transferring.due())
    clock.go(timedelta(seconds=3600))
    assert [each.id for each in home.library.transferring.due()] == ["zone"]
    knot.stop()
    home.transfer()
    assert "stays" in home.status.problem
    assert home.status.next == clock() + timedelta(seconds=600)
    clock.go(timedelta(days=1))
    assert "expired on 2026-11-25 12:00 UTC" in home.status.problem
    asyncio.run(home.library.compile())
    assert home.blocked("bad.example") == ["bad.example"]  # still in force


def test_a_confidential_zone_leaves_no_name_on_disk(knot: Knot, house: Open) -> None:
    knot.change(["secret-name.example CNAME .", "secret-name.rpz-nsdname CNAME ."])
    home = house(source(knot.port, kind=SourceKind.IWF))
    home.update()
    assert home.status.names == 3
    assert home.blocked("secret-name.example") == ["secret-name.example"]
    for path in home.folder.rglob("*"):
        assert path.is_dir() or b"secret-name" not in path.read_bytes(), path


def test_another_rule_for_entries_wants_the_whole_zone(knot: Knot, house: Open) -> None:
    knot.change(["bet.br CNAME ."])
    home = house(source(knot.port))
    home.update()
    assert home.status.held == ("bet.br",)
    knot.change(["new.example CNAME ."])
    freed = House(home.folder, home.clock, replace(home.source, suffixes=frozenset({"bet.br"})))
    freed.update()
    assert freed.blocked("bet.br", "new.example") == ["bet.br", "new.example"]
    assert freed.status.held == ()


def test_a_held_zone_stays(knot: Knot, house: Open, clock: Clock, tmp_path: Path) -> None:
    home = house(source(knot.port))
    home.update()
    held = House(tmp_path / "lists", clock, replace(home.source, hold=True))
    assert held.status.next is None
    asyncio.run(held.library.transferring.transfer_all())
    assert not list(held.library.transferring.due())


@pytest.mark.parametrize("step", range(4))
def test_a_kill_leaves_the_last_whole_zone(
    broken: Broken, house: Open, step: int, tmp_path: Path
) -> None:
    """Kill the process that transfers: while it waits, half way, at the end, and beside us."""
    broken.script = over([soa(2), blocks("old.test"), soa(2)])
    home = house(source(broken.port))
    home.update()
    broken.serial = 3
    pieces: list[Records] = [[soa(3)], [blocks("new.test")], [blocks("b.test")]]

    def answer(number: int, _: bytes) -> Iterator[bytes]:
        for at, piece in enumerate(pieces):
            if at == step:
                break
            yield framed(message(number, piece))
        for pid in children("guardian.lists.transfer.transfer_process"):
            os.kill(pid, signal.SIGKILL)

    broken.script = answer
    home.update()
    assert home.status.problem
    assert home.blocked("old.test", "new.test") == ["old.test"]
    assert not [each for each in (home.folder / "sources").iterdir() if each.suffix == ".new"]


@pytest.fixture
def killed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have processes that transfer killed at a step on files from now on; 0: none of them."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    library, code = tmp_path / "killed.so", Path(__file__).with_name("killed.c")
    command = ["gcc", "-shared", "-fPIC", "-o", str(library), str(code), "-ldl"]
    subprocess.run(command, check=True)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv("KILLED", "guardian.lists.transfer.transfer_process")
    return lambda step: monkeypatch.setenv("KILL_AT", str(step))


WHOLE = [[soa(3), blocks("new.test")], [blocks("b.test"), soa(3)]]
DIFFERENCE = [
    [soa(3), soa(2), blocks("old.test"), soa(3)],
    [blocks("new.test"), blocks("b.test"), soa(3)],
]
STATES = (["old.test"], ["new.test", "b.test"])


@pytest.mark.timeout(600)  # a dozen processes, one after the other
@pytest.mark.parametrize("records", [WHOLE, DIFFERENCE], ids=["whole", "difference"])
def test_a_kill_at_each_step_of_writing_leaves_a_whole_zone(
    broken: Broken,
    records: list[Records],
    tmp_path: Path,
    clock: Clock,
    killed_at: Callable[[int], None],
) -> None:
    """From the first file that is made to the last one that goes, half of a piece being written."""
    killed_at(0)
    broken.script = over([soa(2), blocks("old.test"), soa(2)])
    first = House(tmp_path / "first", clock, source(broken.port))
    first.update()
    broken.serial = 3
    broken.script = over(*records)
    seen: list[list[str]] = []
    killed = first
    for step in range(1, 100):
        home = House(tmp_path / f"killed-{step}", clock, first.source)
        shutil.copytree(first.folder, home.folder, dirs_exist_ok=True)
        killed_at(step)
        home.transfer()
        problem = home.status.problem
        seen.append(would_block(home, "old.test", "new.test", "b.test"))
        assert seen[-1] in STATES, step
        if not problem:
            break
        assert "it could not be transferred: the process ended with -9" in problem
        killed = home
    assert [*map(seen.count, STATES)] > [5, 1]  # before the new one counts, and afterwards
    killed_at(0)
    killed.update()
    assert killed.blocked("old.test", "new.test", "b.test") == STATES[1]
    assert killed.status.problem == ""
    assert not list(killed.folder.rglob("*.part"))


def would_block(home: House, *names: str) -> list[str]:
    """Which names an index would have that is compiled now."""
    key, folder = home.library.key(), home.folder / "sources"
    compiler = Compiler(key, ())
    new, kept = folder / "zone.new", folder / "zone.zone"
    compiler.add(replace(home.source, format=sources.ZONE), new if new.exists() else kept)
    compiler.write(home.folder / "would.gdx", made_from=())
    index = Index.open(home.folder / "would.gdx", key)
    return [each for each in names if index.match(to_wire(each), 1).blocked]


def children(module: str) -> list[int]:
    """Processes of ours that run a module."""
    told = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "pid=,args="], capture_output=True, text=True
    )
    return [int(line.split()[0]) for line in told.stdout.splitlines() if module in line]

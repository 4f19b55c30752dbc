"""A bar where somebody looks, and nothing where a program reads."""

import fcntl
import io
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from guardian.cli.lists import progress
from tests.cli.test_lists import HOME, at_home, typed

GUARDIAN = [sys.executable, "-m", "guardian.cli.main", "lists"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a household's file and its lists."""
    (tmp_path / "home.yaml").write_text(HOME)
    names = "".join(f"n{number}.example\n" for number in range(60_000))
    (tmp_path / "school.txt").write_text(names)
    (tmp_path / "police.txt").write_text("https://secret.example/\n")
    return tmp_path


def seen(*words: str | Path) -> tuple[str, str]:
    """What a command says on its output, and on a terminal for its errors."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    done = subprocess.Popen(
        [*GUARDIAN, *map(str, words)], stdout=subprocess.PIPE, stderr=theirs, text=True
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # how Linux ends a terminal
        pass
    os.close(ours)
    assert done.stdout is not None
    with done.stdout as out:
        said = out.read()
    assert done.wait() == 0, shown.decode()
    return said, shown.decode()


def test_somebody_at_a_terminal_sees_how_far_it_is(home: Path) -> None:
    said, shown = seen("report", home / "school.txt", "--json")
    assert json.loads(said)["taken"] == 60_000
    assert "reading:   0%" in shown
    said, shown = seen("compile", home / "school.txt", "-o", home / "x.gdx", "--json")
    assert json.loads(said)["names"] == 60_000
    assert "compiling:   0%" in shown
    packed = home / "school.txt.gz"
    subprocess.run(["gzip", "-k", home / "school.txt"], check=True)
    said, shown = seen("convert", packed, "--to", "hosts", "-o", home / "x.hosts", "--json")
    assert json.loads(said)["written"] == 60_000
    assert "reading:   0%" in shown
    places = ("--config", home / "home.yaml", "--state", home / "state")
    said, shown = seen("update", *places, "--json")
    assert json.loads(said)["names"] == 60_001
    assert "compiling" in shown


def test_a_program_sees_nothing_of_it(home: Path) -> None:
    done = subprocess.run(
        [*GUARDIAN, "report", home / "school.txt"], capture_output=True, check=True
    )
    assert done.stderr == b""


def test_results_as_json(home: Path) -> None:
    said = json.loads(at_home(home, "update", "--json")[1])
    assert [each["list"] for each in said["lists"]] == ["our-school", "police"]
    assert Path(said["index"]).name == "index-00000001.gdx"
    out = home / "out.gdx"
    said = json.loads(typed("compile", home / "school.txt", "-o", out, "--json")[1])
    assert (said["index"], said["lists"]["school"]["taken"]) == (str(out), 60_000)


def test_what_is_read_again_is_not_counted_again() -> None:
    class Bar:
        n = 0

        def update(self, more: int) -> None:
            self.n += more

    bar = Bar()
    file = io.BufferedReader(progress._Watched(io.BytesIO(b"a" * 100_000), bar))
    assert file.peek(4)
    file.seek(0)
    assert len(file.read()) == 100_000
    file.seek(0)
    assert len(file.read()) == 100_000
    assert bar.n == 100_000

"""A file is whole or not there."""

import subprocess
import sys
from pathlib import Path

import pytest

from guardian.lists.replace import part_of, replace_file, sweep


def test_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, [b"old"], 0o600)

    def parts() -> list[bytes]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace_file(path, (part for _ in range(1) for part in parts()))
    assert path.read_bytes() == b"old"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, [b"old"])
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from guardian.lists.replace import replace_file\n"
        "def parts():\n"
        "    yield b'half of'\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "replace_file(Path(sys.argv[1]), parts())\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == -9
    assert path.read_bytes() == b"old"


def test_what_the_killed_left_is_swept_up_and_nothing_else(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = [tmp_path / f"a.zone.{gone.pid}.part", tmp_path / f"key.{gone.pid}.part.{gone.pid}.part"]
    stays = [part_of(tmp_path / "b.zone"), tmp_path / "a.zone"]
    for path in (*left, *stays):
        path.write_bytes(b"half")
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(stays)

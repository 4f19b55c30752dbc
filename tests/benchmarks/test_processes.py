"""What the kernel says of processes, read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.processes import (
    Running,
    cpu_seconds,
    family,
    pss_megabytes,
    pss_of,
    started,
    stat_fields,
    until,
)


def test_a_program_whose_name_looks_like_fields_is_read_right() -> None:
    assert stat_fields("42 (a) b) S 1 42") == ["S", "1", "42"]


@pytest.mark.parametrize(
    ("text", "kilobytes"),
    [("Rss:   900 kB\nPss:                 512 kB\nPss_Dirty:  12 kB\n", 512), ("", 0)],
)
def test_pss_is_the_line_of_that_name(text: str, kilobytes: int) -> None:
    assert pss_of(text) == kilobytes


def test_this_process_has_used_time_and_memory() -> None:
    me = [os.getpid()]
    assert cpu_seconds(me) > 0
    assert pss_megabytes(me) > 1


def test_a_process_that_is_gone_counts_as_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert cpu_seconds([gone.pid]) == 0
    assert pss_megabytes([gone.pid]) == 0
    assert started(gone.pid) is None


def test_nothing_is_left_of_a_program_that_started_another(tmp_path: Path) -> None:
    core = min(os.sched_getaffinity(0))
    with Running(["sh", "-c", "trap '' TERM; sleep 60 & wait"], core, tmp_path / "log") as running:
        assert until(lambda: len(running.pids()) == 2, seconds=10)
        members = running.pids()
        running._popen.kill()  # the parent alone: its child must go all the same
        assert family(members[0])[0] == members[0]
    assert until(lambda: all(started(pid) is None for pid in members), seconds=5)

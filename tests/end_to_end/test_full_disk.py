"""A disk without room: pages say so, DNS goes on, and nothing of a refused deed is done."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import HOUSEHOLD, Running, ede, eventually, free_port, up
from tests.web.visitor import Visitor

SMALL = 'mount -t tmpfs -o size=8m none "$1" && shift && exec "$@"'


@pytest.fixture
def cramped(tmp_path: Path, upstream: int) -> Iterator[Running]:
    """A guardian whose state is on a disk of eight megabytes that only it sees."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a small disk of one's own needs root and unshare")
    port, web = free_port(), free_port()
    config, state = tmp_path / "home.yaml", tmp_path / "state"
    state.mkdir()
    (tmp_path / "house.txt").write_text("ads.test\n")
    config.write_text(HOUSEHOLD.format(port=port, web=web, upstream=upstream, windows=""))
    command = [sys.executable, "-m", "guardian.cli.main", "run"]
    command += ["--config", str(config), "--state", str(state)]
    with (tmp_path / "stdout").open("w") as out, (tmp_path / "stderr").open("w") as err:
        process = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", SMALL, "sh", str(state), *command],
            stdout=out, stderr=err, text=True, start_new_session=True,
        )  # fmt: skip
    running = Running(process, port, web, config, state)
    try:
        eventually(lambda: up(port) or process.poll() is not None)
        if process.poll() is not None:
            pytest.skip(f"no disk could be mounted: {(tmp_path / 'stderr').read_text()[-200:]}")
        running.code()
        yield running
    finally:
        process.kill()
        process.wait(5)
        for pid in running.resolver_pids():
            os.kill(pid, 9)


def fill(house: Running) -> Path:
    """Leave no room; the file that takes it."""
    filler = Path(f"/proc/{house.process.pid}/root{house.state}/filler")
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue
    except OSError:
        pass
    return filler


def test_a_full_disk_is_said_and_dns_goes_on(cramped: Running) -> None:
    parent = Visitor(cramped)
    parent.first_run()
    filler = fill(cramped)

    def refused() -> bool:  # what is written already makes room for a little more at first
        parent.get("/")
        return parent.post("/people/Lina/pause", minutes="30").status == 507

    eventually(refused)
    parent.get("/")
    before = cramped.config.read_bytes()
    eventually(lambda: "it cannot be written or read" in parent.get("/").text)
    refusal = parent.post("/people/Lina/pause", minutes="90")
    assert refusal.status == 507
    assert "guardian cannot write to its disk" in refusal.text
    assert parent.get("/people/Lina").status == 200
    assert cramped.config.read_bytes() == before
    assert ede(cramped.ask("x.ads.test", client="127.0.0.2")) == 17
    assert cramped.ask("x.open.test", client="127.0.0.2").rr
    filler.unlink()
    eventually(lambda: "it cannot be written or read" not in parent.get("/").text)
    parent.get("/")
    assert parent.post("/people/Lina/pause", minutes="30").status == 303
    eventually(lambda: ede(cramped.ask("x.open.test", client="127.0.0.2")) == 17)
    assert cramped.process.poll() is None


def test_an_edit_of_the_file_holds_though_nothing_can_be_remembered(cramped: Running) -> None:
    """The configuration is on another disk than the state."""
    parent = Visitor(cramped)
    parent.first_run()
    fill(cramped)
    cramped.write("unknown_devices: {profile: child}", "unknown_devices: {profile: none}")
    eventually(lambda: ede(cramped.ask("x.ads.test", client="127.0.0.9")) is None)
    assert parent.get("/").status == 200

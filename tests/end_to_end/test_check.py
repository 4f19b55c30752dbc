"""A real browser runs the test of its own device: one that asks guardian, and one that does not."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.conftest import eventually, start
from tests.namespaces import Space
from tests.programs import program

PAGES = "http://127.0.0.1:8053"
HOUSEHOLD = """
household: {time_zone: UTC, country: GB, language: en}
listen: {dns: ["127.0.0.1:53"], web: "127.0.0.1:8053"}
upstreams: [{address: 127.0.0.1, port: 5300}]
lists: {bundled: []}
profiles: {child: {}}
people: [{name: Lina, age_band: 9-12, profile: child}]
unknown_devices: {profile: child}
"""


@contextmanager
def one_machine() -> Iterator[tuple[Space, Path]]:
    """A network of one machine, and its resolv.conf."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    space = Space(f"g{os.getpid()}c")
    done = subprocess.run([program("ip"), "netns", "add", space.name], capture_output=True)
    if done.returncode:
        pytest.skip(f"this kernel allows no network namespaces: {done.stderr!r}")
    folder = Path("/etc/netns") / space.name  # ip-netns(8) puts it over /etc
    folder.mkdir(parents=True)
    try:
        space.ip("link", "set", "lo", "up")
        yield space, folder / "resolv.conf"
    finally:
        subprocess.run([program("ip"), "netns", "delete", space.name], check=False)
        shutil.rmtree(folder)


def test_a_browser_finds_out_whom_it_asks(tmp_path: Path) -> None:
    chromium = program("chromium")
    config = tmp_path / "home.yaml"
    config.write_text(HOUSEHOLD)
    with one_machine() as (space, resolv):
        guardian = start(config, tmp_path / "state", space.around)

        def result(label: str) -> str:
            return space.run("curl", "-s", f"{PAGES}/check/{label}/result")

        def run_with(nameserver: str) -> str:
            """What a browser's test is called by that asks this server."""
            resolv.write_text(f"nameserver {nameserver}\noptions timeout:1 attempts:1\n")
            form = ("-s", "-o", "/dev/null", "-w", "%{redirect_url}")
            label = space.run("curl", *form, f"{PAGES}/check/new").rpartition("/")[2]
            assert len(label) == 16
            profile = f"--user-data-dir={tmp_path}/{label}"
            page = space.run(
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", profile, "--dump-dom", f"{PAGES}/check/{label}",
                seconds=100,
            )  # fmt: skip
            assert "See the result" in page
            return label

        try:
            eventually(lambda: "Begin the test" in space.run("curl", "-s", f"{PAGES}/check"))
            elsewhere = run_with("127.0.0.99")  # where nobody is
            here = run_with("127.0.0.1")
            eventually(lambda: "This device asks guardian" in result(here))
            assert "guardian was not asked" in result(elsewhere)
        finally:
            guardian.terminate()
            guardian.wait(15)

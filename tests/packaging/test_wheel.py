"""The wheel alone, where no checkout is known: DNS and pages without root, on high ports."""

import os
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import ask, eventually, free_port
from tests.programs import program

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment: guardian from its wheel, the rest from this one's."""
    folder = tmp_path_factory.mktemp("wheel")
    script = str(REPOSITORY / "packaging" / "release.py")
    release = [sys.executable, script, "--into", str(folder)]
    subprocess.run(release, check=True, stdout=subprocess.DEVNULL, timeout=250)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    [wheel] = folder.glob("*.whl")
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, timeout=200)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    needs = folder / "venv" / "lib" / version / "site-packages" / "needs.pth"
    needs.write_text(sysconfig.get_path("purelib") + "\n")
    return python.with_name("guardian")


def test_it_runs_without_root_and_has_its_data_inside(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    place: dict[str, Any] = {"cwd": home, "env": {"PATH": "/usr/bin:/bin", "HOME": str(home)}}
    guardian = [str(installed)]
    if os.geteuid() == 0:  # root's name without any of its rights: others may not see this Python
        no_right = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
        guardian = [program("setpriv"), *no_right, *guardian]
    dns, page = free_port(), free_port()
    (home / "house.yaml").write_text(
        "household: {time_zone: UTC}\nupstreams: [192.0.2.1]\n"
        f'listen: {{dns: ["127.0.0.1:{dns}"], web: "127.0.0.1:{page}"}}\n'
        "unknown_devices: {profile: kid}\nprofiles: {kid: {block: [adult, tiktok]}}\n"
    )
    where = ["--config", "house.yaml", "--state", "state"]

    def is_blocked(name: str) -> bool:
        try:
            return [str(each.rdata) for each in ask(dns, name).rr] == ["0.0.0.0"]
        except OSError:
            return False

    def alive() -> "subprocess.CompletedProcess[bytes]":
        command = [*guardian, "alive", *where]
        return subprocess.run(command, check=False, capture_output=True, **place)

    running = subprocess.Popen(
        [*guardian, "run", *where],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **place,
    )
    try:
        eventually(lambda: is_blocked("www.pornhub.com"))  # a list that came inside
        eventually(lambda: is_blocked("www.tiktok.com"))  # a service
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/", timeout=60) as answer:
            assert b"<html" in answer.read()
        told = alive()
        assert (told.returncode, b"DNS is answered" in told.stdout) == (0, True), told
    finally:
        running.terminate()
        running.wait(60)
    told = alive()
    assert (told.returncode, b"DNS is not answered" in told.stdout) == (1, True), told

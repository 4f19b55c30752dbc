"""docs/upstreams.md: its configurations can be used, and its unbound answers guardian."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from guardian.settings.settings import parse
from tests.end_to_end.conftest import ask, eventually, free_port
from tests.end_to_end.test_upstreams import asking
from tests.programs import program

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "upstreams.md").read_text()
BLOCKLISTS = Path(__file__).resolve().parents[2] / "blocklists"
FRAME = (
    "household: {time_zone: UTC}\nunknown_devices: {profile: none}\n"
    "people: [{name: Lina, age_band: 6-8}]\n"
)


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_every_configuration_can_be_used(example: str) -> None:
    assert parse((FRAME + example).encode(), Path("home.yaml"), BLOCKLISTS).upstreams


def test_the_unbound_of_the_page_answers(tmp_path: Path) -> None:
    recipe = re.findall(r"```\n(server:.*?)```", PAGE, re.DOTALL)[0]
    port = free_port()
    config = tmp_path / "unbound.conf"
    config.write_text(
        recipe.replace("5335", str(port))
        + f'    chroot: ""\n    username: ""\n    directory: "{tmp_path}"\n    pidfile: ""\n'
        "    use-syslog: no\n"
        '    local-zone: "open.example." redirect\n    local-data: "open.example. A 192.0.2.1"\n'
        "remote-control:\n    control-enable: no\n"
    )
    check = shutil.which("unbound-checkconf") or "/usr/sbin/unbound-checkconf"
    subprocess.run([check, config], check=True, capture_output=True)
    process = subprocess.Popen([program("unbound"), "-d", "-c", config], stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: _answers(port))
        with asking(tmp_path, f"  - '127.0.0.1:{port}'\n") as guardian:
            assert str(guardian.ask("x.open.example").rr[0].rdata) == "192.0.2.1"
    finally:
        process.kill()
        process.wait(5)


def _answers(port: int) -> bool:
    try:
        return bool(ask(port, "x.open.example").rr)
    except OSError:
        return False

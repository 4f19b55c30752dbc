"""The units, as systemd's own tools judge them."""

import re
import subprocess
import sys
from pathlib import Path

from tests.programs import program

UNITS = Path(__file__).resolve().parents[2] / "packaging/systemd"
MOST_EXPOSED = 2.0


def test_the_service_is_locked_up_well() -> None:
    done = subprocess.run(
        [program("systemd-analyze"), "security", "--offline=yes", "--no-pager",
         str(UNITS / "guardian.service")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    match = re.search(r"Overall exposure level for guardian\.service: ([0-9.]+)", done.stdout)
    assert match, done.stdout
    sys.stdout.write(f"exposure {match[1]} of 10\n")
    assert float(match[1]) <= MOST_EXPOSED

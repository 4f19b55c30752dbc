"""The units, as systemd's own tools judge them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import program

UNITS = Path(__file__).resolve().parents[2] / "packaging/systemd"
MOST_EXPOSED = 2.0


@pytest.mark.parametrize("unit", ["guardian", "guardian-firewall", "guardian-sensor@"])
def test_a_service_is_locked_up_well(unit: str) -> None:
    done = subprocess.run(
        [program("systemd-analyze"), "security", "--offline=yes", "--no-pager",
         str(UNITS / f"{unit}.service")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    match = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert match, done.stdout
    sys.stdout.write(f"exposure {match[1]} of 10\n")
    assert float(match[1]) <= MOST_EXPOSED

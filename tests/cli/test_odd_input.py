"""Whatever is typed, the answer is a sentence and an exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("explain --person Lina --day 9999-12-31", 2, "the year 9999 is too far away"),
        ("explain --person Lina --day yesterday", 2, "is not a date"),
        ("check a.example --at 0001-01-01T00:00", 2, "the year 1 is too far away"),
        ("check a.example --type NONSENSE", 2, "is no record type"),
        ("grant Lina 99999h", 2, "is no length of time"),
        ("grant Lina 1h --for nothing", 2, "no category and no service"),
        ("grant Noor 30m --earned", 2, "no budget"),
        ("pause Nobody 1h", 2, "nobody is called"),
        ("checkin Nothing Lina", 2, 'no shared device is called "Nothing"; there are: TV, Console'),
        ("checkin TV Lina", 2, "TV follows the strictest; write follows: checked-in"),
        ("checkin Console", 2, "say who is at Console, or --out for nobody"),
        ("checkin Console Lina --out", 2, "say who is at Console, or --out for nobody"),
        ("checkin Console Nobody", 2, "nobody is called"),
        ("checkin Console Lina never", 2, "is no length of time"),
        ("check a.example --device Nothing", 2, "no shared device is called"),
        ("check a.example --client id:-x", 2, '"id:-x" is no client id'),
        ("explain --device Nothing", 2, "no shared device is called"),
        ("requests answer 99 once", 2, "no open request 99"),
        ("requests ask Lina com", 2, "no single site"),
        ("holidays /nonexistent.ics", 2, "cannot be read"),
        ("config import /dev/null", 2, "the file is empty"),
        ("config undo 77", 2, "nothing was changed yet"),
        ("pause Lina 1h --state /proc/none", 1, "/proc/none: No such file"),
    ],
)
def test_odd_input(tmp_path: Path, words: str, code: int, said: str) -> None:
    argv = [sys.executable, "-m", "guardian.cli.main", *words.split()]
    argv += ["--config", str(ROOT / "config" / "home.yaml")]
    if "--state" not in words:
        argv += ["--state", str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr

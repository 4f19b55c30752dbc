"""guardian doctor beside a guardian that runs, and beside one that died."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

from tests.end_to_end.conftest import Running


def doctor(household: Running, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    command = [sys.executable, "-m", "guardian.cli.main", "doctor", "--json", *arguments]
    command += ["--config", str(household.config), "--state", str(household.state)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def of(found: list[dict[str, Any]], check: str) -> list[dict[str, Any]]:
    return [each for each in found if each["check"] == check]


def test_a_guardian_that_runs_is_well(household: Running) -> None:
    code, found = doctor(household)
    assert code == 0, found
    assert not of(found, "upstreams")
    assert len(of(found, "DNS")) == 2
    assert all("guardian answers at" in each["sentence"] for each in of(found, "DNS"))
    said = " ".join(each["sentence"] for each in of(found, "memory"))
    assert f"control (process {household.process.pid}) takes" in said
    [resolver] = household.resolver_pids()
    assert f"a resolver (process {resolver}) takes" in said
    assert "ok    DNS" in household.run("doctor")


def test_upstreams_are_asked_when_that_is_wanted(household: Running) -> None:
    code, found = doctor(household, "--network")
    assert code == 1
    told = {each["level"]: each["sentence"] for each in of(found, "upstreams")}
    assert "asked for open.test, answers in" in told["ok"] or "ads.test" in told["ok"]
    assert "it says REFUSED" in told["fail"]  # it knows two zones, and nothing of the world


def test_a_guardian_that_died_is_told(household: Running) -> None:
    household.process.kill()
    household.process.wait(5)
    for pid in household.resolver_pids():
        os.kill(pid, signal.SIGKILL)
    code, found = doctor(household)
    assert code == 1
    failed = of(found, "DNS")
    assert {each["level"] for each in failed} == {"fail"}
    assert all("nothing runs with this state folder" in each["mend"] for each in failed)

"""A list that never came, a store that cannot be read, a clock that is not set: chosen answers."""

import json
import os
import re
import shutil
import signal
import sqlite3
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Running, ede, eventually
from tests.end_to_end.test_time import LINA, MARA, addresses, is_open
from tests.web.visitor import Visitor

NOOR = "127.0.0.3"
OPEN = ["192.0.2.1"]
GONE_ON = "{name: Noor, age_band: 13-15, profile: child, devices: [127.0.0.3]}"


def page(visitor: Visitor) -> Any:
    return json.loads(visitor.get("/api/v1/status").body)


def problems(visitor: Visitor) -> list[str]:
    return list(page(visitor)["problems"])


@pytest.fixture
def visitor(household: Running) -> Visitor:
    """Mara, logged in."""
    found = Visitor(household)
    eventually(lambda: household.code())
    found.first_run()
    return found


def restart(household: Running) -> None:
    household.stop()
    household.start()


def with_noor(household: Running) -> None:
    """Noor has Lina's profile, and is old enough to go on."""
    household.write("people:\n", f"people:\n  - {GONE_ON}\n")


def log(household: Running) -> str:
    return (household.state.parent / "stderr").read_text()


def waits(household: Running, reason: str) -> None:
    """Lina and unknown devices wait; Noor and Mara do not; DNS, check, explain and page agree."""
    for client in (LINA, "127.0.0.9"):
        reply = household.ask("news.open.test", client=client)
        assert (addresses(reply), ede(reply)) == (["0.0.0.0"], 17)
        assert reason.encode() in bytes(reply.pack())
    for client in (NOOR, MARA):
        assert addresses(household.ask("news.open.test", client=client)) == OPEN
    said = household.run("check", "news.open.test", "--person", "Lina")
    assert f"{reason}" in said
    assert "is blocked for Lina" in said
    assert "is allowed for Noor" in household.run("check", "news.open.test", "--person", "Noor")
    assert "Waiting for" in household.run("explain", "--person", "Lina")
    told = "Lina and devices without a name have to wait, Noor goes on without"
    assert re.search(f"{reason}.*; {told}", log(household))
    # What keeps a child safe, and what a parent named, is open all the while.
    assert addresses(household.ask("own.open.test", client=LINA)) == OPEN
    assert ede(household.ask("childhelplineinternational.org", client=LINA)) is None


def own_name(household: Running) -> None:
    household.write("safe_search: true", "safe_search: true\n    allow_names: [own.open.test]")


def test_a_store_that_cannot_be_read(household: Running, visitor: Visitor) -> None:
    own_name(household)
    with_noor(household)
    household.stop()
    database = household.state / "guardian.db"
    aside = household.state / "aside.db"
    database.rename(aside)
    database.mkdir()
    household.start()
    waits(household, "guardian cannot read what was agreed")
    shown = visitor.get("/")
    assert shown.status == 503
    assert "guardian cannot read what was agreed" in shown.text
    assert visitor.get("/setup").status == 503  # no new owner meanwhile
    database.rmdir()
    aside.rename(database)
    eventually(lambda: is_open(household, "news.open.test"))
    assert "is allowed for Lina" in household.run("check", "news.open.test", "--person", "Lina")
    assert not [each for each in problems(visitor) if "have to wait" in each]


def test_a_store_that_is_lost_is_waited_for_until_a_parent_agrees_anew(household: Running) -> None:
    household.stop()
    for path in household.state.glob("guardian*.db*"):
        path.unlink()
    (household.state / "guardian.db").write_bytes(b"not a database" * 500)
    household.start()
    assert not is_open(household, "news.open.test")
    restart(household)  # it is remembered
    assert not is_open(household, "news.open.test")
    assert "cannot read what was agreed" in household.run(
        "check", "news.open.test", "--person", "Lina"
    )
    household.run("grant", "Lina", "10m")
    eventually(lambda: is_open(household, "news.open.test"))


def test_a_store_that_breaks_while_guardian_runs(household: Running) -> None:
    assert is_open(household, "news.open.test")
    other = sqlite3.connect(household.state / "guardian.db", isolation_level=None)
    other.execute("ALTER TABLE spells RENAME TO elsewhere")
    eventually(lambda: not is_open(household, "news.open.test"))
    assert addresses(household.ask("news.open.test", client=MARA)) == OPEN
    assert "guardian cannot read what was agreed (pauses" in log(household)
    other.execute("ALTER TABLE elsewhere RENAME TO spells")
    other.close()
    eventually(lambda: is_open(household, "news.open.test"))


def test_a_list_that_never_comes(household: Running, visitor: Visitor) -> None:
    own_name(household)
    with_noor(household)
    assert is_open(household, "news.open.test")
    household.write(
        "sources: [", "sources: [{name: Away, url: 'https://127.0.0.1:9/y', category: adult}, "
    )
    eventually(lambda: "127.0.0.1:9/y" in household.run("lists", "status"))
    assert is_open(household, "news.open.test")  # other lists fill its category
    household.write("block: [adult, ", "block: [adult, far, ")
    household.write(
        "sources: [", "sources: [{name: Far, url: 'https://127.0.0.1:9/x', category: far}, "
    )
    eventually(lambda: not is_open(household, "news.open.test"))
    restart(household)
    waits(household, "guardian is waiting for its lists")
    [told] = [each for each in problems(visitor) if "lists (Far)" in each]
    assert "Noor goes on without" in told
    household.write("safe_search: true", "when_unsure: open\n    safe_search: true")
    eventually(lambda: is_open(household, "news.open.test"))


def test_no_index_at_all(household: Running) -> None:
    own_name(household)
    with_noor(household)
    household.stop()
    shutil.rmtree(household.state / "lists")
    (household.state / "lists" / "lock").mkdir(parents=True)  # nothing can be compiled
    household.start()
    waits(household, "guardian is waiting for its lists")
    assert "its lists (none is in force)" in log(household)
    (household.state / "lists" / "lock").rmdir()
    household.process.send_signal(signal.SIGHUP)
    eventually(lambda: is_open(household, "news.open.test"))
    assert not is_open(household, "x.ads.test")


def test_a_clock_that_is_not_set_and_then_is(household: Running, clock: Path) -> None:
    own_name(household)
    household.write("windows: []", 'windows: [{kind: bedtime, from: "03:00", to: "03:01"}]')
    with_noor(household)
    household.stop()
    for pid in household.resolver_pids():
        os.kill(pid, signal.SIGKILL)
    noon_of_1970 = 12 * 3600 - int(time.time())
    clock.write_text(str(noon_of_1970))
    household.start()
    waits(household, "guardian is waiting for the clock")
    today = datetime.now().astimezone().replace(hour=12).timestamp()
    clock.write_text(str(int(today - time.time())))
    eventually(lambda: is_open(household, "news.open.test"))

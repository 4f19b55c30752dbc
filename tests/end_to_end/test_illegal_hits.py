"""Illegal content is counted only where that is wished, and then by list and day alone."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from guardian.lists.self_test import SELF_TEST
from tests.end_to_end.conftest import Running, ede, eventually, free_port, lived_in
from tests.web.test_api import program
from tests.web.visitor import Visitor

HOME = """\
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams:
  - {{address: 127.0.0.1, port: {upstream}}}
  - {{address: 127.0.0.1, port: {upstream}, for: [open.test, ads.test]}}
lists:
  bundled: none
  {counts}
  sources:
    - {{name: Police, path: police.txt, kind: iwf}}
    - {{name: Other police, path: other.txt, kind: iwf}}
    - {{name: house, path: house.txt, category: house-ads}}
profiles: {{child: {{block: []}}}}
people:
  - {{name: Lina, age_band: 6-8, profile: child, privacy: blocked, devices: [127.0.0.2]}}
unknown_devices: {{profile: none}}
"""
COUNTED = "count_illegal: true"
LINA = "127.0.0.2"
DAY = 86_400
HITS = {"police": 5, "other-police": 1}


@pytest.fixture
def house(tmp_path: Path, upstream: int, clock: Path) -> Iterator[Running]:
    """A household that has it counted. It is noon there."""
    port, web = free_port(), free_port()
    (tmp_path / "police.txt").write_text("https://secret.example/\nhttps://tracker.ads.test/\n")
    (tmp_path / "other.txt").write_text("https://secret.example/\n")
    (tmp_path / "house.txt").write_text("alias.open.test\n")
    config = tmp_path / "home.yaml"
    config.write_text(HOME.format(port=port, web=web, upstream=upstream, counts=COUNTED))
    noon = datetime.now().astimezone().replace(hour=12, minute=0).timestamp()
    clock.write_text(str(int(noon - time.time())))
    with lived_in(config, tmp_path / "state", port, web) as running:
        eventually(lambda: ede(running.ask(SELF_TEST)) == 16)
        yield running


def meet(house: Running) -> None:
    """Ask for a listed name once, and four times for one that is an alias of another."""
    assert ede(house.ask("www.secret.example", "AAAA", LINA)) == 16
    for _ in range(2):  # by the answer to a question, and by what is cached of it
        assert ede(house.ask("alias.open.test", "A", LINA)) == 16
        assert ede(house.ask("alias.open.test", "A", "127.0.0.9")) == 16


def kept(house: Running) -> dict[str, int]:
    with closing(sqlite3.connect(house.state / "guardian.db")) as database:
        return dict(database.execute("SELECT list, hits FROM illegal_hits"))


def metrics(visitor: Visitor) -> list[str]:
    lines = visitor.get("/metrics").body.splitlines()
    return [each for each in lines if each.startswith("guardian_illegal")]


def test_a_number_by_list_and_day_is_told_when_the_day_is_over(house: Running, clock: Path) -> None:
    mara = Visitor(house)
    mara.first_run()
    meet(house)
    eventually(lambda: kept(house) == HITS)
    today = house.run("lists", "hits")
    assert "nothing was blocked on a day that is over" in today
    assert "Blocked 0 times in 30 days" in mara.get("/settings/lists").text
    zeros = [f'guardian_illegal_blocked_yesterday{{list="{each}"}} 0.0' for each in HITS]
    assert sorted(metrics(mara)) == sorted(zeros)

    clock.write_text(str(int(clock.read_text()) + DAY))
    eventually(lambda: any(each.endswith(" 5.0") for each in metrics(mara)))
    told = json.loads(house.run("lists", "hits", "--json"))
    assert told["is_counted"]
    assert {each["list"]: each["hits"] for each in told["days"]} == HITS
    assert len({each["day"] for each in told["days"]}) == 1
    mara = Visitor(house)
    mara.log_in()
    page = mara.get("/settings/lists").text
    assert "Blocked 5 times in 30 days" in page
    assert "Blocked 1 time in 30 days" in page
    assert "no name, no person and no device" in page
    owner, parent = program(mara, "own"), program(mara, "change")
    assert owner.call("GET", "/lists/illegal")[1] == told
    assert parent.call("GET", "/lists/illegal")[0] == 403

    house.write(COUNTED, "count_illegal: false")
    eventually(lambda: not kept(house))
    assert not metrics(mara)
    assert "in 30 days" not in mara.get("/settings/lists").text
    assert owner.call("GET", "/lists/illegal")[1] == {"is_counted": False, "days": []}
    assert "it is not counted" in house.run("lists", "hits")
    meet(house)
    time_passes(house)
    assert not kept(house)


def test_nobody_who_met_it_is_in_any_count(house: Running) -> None:
    meet(house)
    eventually(lambda: kept(house) == HITS)
    time_passes(house)
    with closing(sqlite3.connect(house.state / "guardian.db")) as database:
        counts = dict(database.execute("SELECT person, blocked FROM counts"))
        things = {each[0] for each in database.execute("SELECT thing FROM hours WHERE thing != ''")}
        hours = database.execute("SELECT sum(blocked) FROM hours").fetchone()[0]
        names = database.execute("SELECT count(*) FROM stopped").fetchone()[0]
    assert counts["Lina"] == 0
    assert (hours, names) == (0, 0)
    assert not things  # neither of what it is an alias of, nor what it is by itself
    for path in house.state.rglob("*"):
        if path.is_file() and "lists" not in path.parts:  # the alias is on a list of its own
            content = path.read_bytes()
            assert b"secret.example" not in content, path
            assert b"alias.open" not in content, path


def time_passes(house: Running) -> None:
    """Wait until what was asked before is written: counts are, every few seconds, in order."""
    before = _asked(house)
    house.ask("later.open.test", client="127.0.0.11")
    eventually(lambda: _asked(house) > before)


def _asked(house: Running) -> int:
    with closing(sqlite3.connect(house.state / "guardian.db")) as database:
        return int(database.execute("SELECT sum(queries) FROM counts").fetchone()[0] or 0)

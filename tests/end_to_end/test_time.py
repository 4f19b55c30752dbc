"""Extra time and budgets, on a running guardian."""

import json
import time
from datetime import UTC, datetime, timedelta

from dnslib import DNSRecord

from tests.end_to_end.conftest import Running, eventually

LINA, MARA = "127.0.0.2", "127.0.0.4"
OPEN, BLOCKED = ["192.0.2.1"], ["0.0.0.0"]


def addresses(reply: DNSRecord) -> list[str]:
    return [str(record.rdata) for record in reply.rr]


def is_open(household: Running, qname: str) -> bool:
    return addresses(household.ask(qname, client=LINA)) == OPEN


def close_until_later(household: Running) -> None:
    begin, end = (datetime.now(UTC) + timedelta(minutes=each) for each in (-2, 120))
    window = f'{{kind: bedtime, from: "{begin:%H:%M}", to: "{end:%H:%M}"}}'
    household.write("windows: []", f"windows: [{window}]")
    eventually(lambda: not is_open(household, "news.open.test"))


def test_extra_time_opens_bedtime_and_no_content(household: Running) -> None:
    close_until_later(household)
    assert "extra time until" in household.run("grant", "Lina", "45m")
    eventually(lambda: is_open(household, "news.open.test"))
    assert not is_open(household, "x.ads.test")
    verdict = json.loads(household.run("check", "news.open.test", "--person", "Lina", "--json"))
    assert verdict["action"] == "allow"
    assert verdict["until"]  # when the extra time ends and bedtime is back
    household.run("grant", "Lina", "--end")
    eventually(lambda: not is_open(household, "news.open.test"))


def test_extra_time_for_one_thing_opens_that_alone(household: Running) -> None:
    (household.config.parent / "fun.txt").write_text("fun.open.test\n")
    household.write("sources: [", "sources: [{name: fun, path: fun.txt, category: fun}, ")
    close_until_later(household)
    household.run("grant", "Lina", "45m", "--for", "fun")
    eventually(lambda: is_open(household, "fun.open.test"))
    assert not is_open(household, "news.open.test")


def test_a_budget_runs_out_and_earned_minutes_open_it_again(household: Running) -> None:
    (household.config.parent / "fun.txt").write_text("fun.open.test\n")
    household.write("sources: [", "sources: [{name: fun, path: fun.txt, category: fun}, ")
    household.write("windows: []", "windows: []\n    budgets: [{for: fun, minutes: 1}]")
    eventually(lambda: "fun" in household.run("check", "fun.open.test", "--person", "Lina"))
    eventually(lambda: is_open(household, "fun.open.test"))

    def has_played_enough() -> bool:
        time.sleep(1.1)  # sightings are told apart by the second
        return not is_open(household, "fun.open.test")

    end = time.monotonic() + 40
    while not has_played_enough():
        assert time.monotonic() < end, "the budget did not run out"
    assert is_open(household, "news.open.test")
    assert addresses(household.ask("fun.open.test", client=MARA)) == OPEN
    said = household.run("check", "fun.open.test", "--person", "Lina")
    assert "Lina's time for fun is used up until" in said

    household.process.kill()
    household.process.wait(5)
    household.start()
    assert not is_open(household, "fun.open.test")
    assert "30 minutes more" in household.run("grant", "Lina", "30m", "--for", "fun", "--earned")
    eventually(lambda: is_open(household, "fun.open.test"))


def test_bedtime_comes_on_its_second_and_no_answer_outlives_it(household: Running) -> None:
    now = datetime.now(UTC)
    boundary = now.replace(second=0, microsecond=0) + timedelta(minutes=1 if now.second < 50 else 2)
    end = boundary + timedelta(hours=2)
    window = f'{{kind: bedtime, from: "{boundary:%H:%M}", to: "{end:%H:%M}"}}'
    household.write("windows: []", f"windows: [{window}]")
    time.sleep(2)
    seen_open = 0
    while True:
        asked = time.time()
        reply = household.ask("news.open.test", client=LINA)
        if asked >= boundary.timestamp():
            break
        if time.time() < boundary.timestamp():
            assert addresses(reply) == OPEN
            assert asked + reply.rr[0].ttl < boundary.timestamp() + 1
            seen_open += 1
        time.sleep(0.1)
    assert seen_open
    assert addresses(reply) == BLOCKED

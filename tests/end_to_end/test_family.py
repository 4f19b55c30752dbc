"""A family's day: who asks, what the name is, what time it is; and what happens when parts die."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from dnslib import DNSRecord

from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.visitor import Visitor

LINA, MARA = "127.0.0.2", "127.0.0.4"


def addresses(reply: DNSRecord) -> list[str]:
    return [str(record.rdata) for record in reply.rr]


def test_a_name_is_blocked_for_the_child_and_open_for_the_parent(household: Running) -> None:
    for tcp in (False, True):
        blocked = household.ask("x.ads.test", client=LINA, tcp=tcp)
        assert addresses(blocked) == ["0.0.0.0"]
        assert ede(blocked) == 17
        assert addresses(household.ask("x.ads.test", client=MARA, tcp=tcp)) == ["192.0.2.1"]
    assert addresses(household.ask("www.pornhub.com", "AAAA", client=LINA)) == ["::"]


def test_an_alias_of_a_blocked_name_is_blocked(household: Running) -> None:
    for _ in range(3):  # from the upstream, from the answer cache, from the wire cache
        assert "192.0.2.1" in addresses(household.ask("alias.open.test", client=MARA))
        assert addresses(household.ask("alias.open.test", client=LINA)) == ["0.0.0.0"]


def test_check_follows_a_name_where_dns_does(household: Running) -> None:
    asked = ("check", "alias.open.test", "--person", "Lina")
    assert "is allowed" in household.run(*asked)
    told = household.run(*asked, "--follow")
    assert "is blocked" in told
    assert "(via tracker.ads.test): named by list house" in told
    assert "is allowed" in household.run(*asked[:-1], "Mara", "--follow")
    household.write("block: [adult,", "deny_names: [tracker.ads.test]\n    block: [adult,")
    assert "tracker.ads.test is blocked for Lina (via" in household.run(*asked, "--follow")


def test_a_service_is_blocked_and_paused_by_its_name(household: Running) -> None:
    household.write("block: [adult,", "block: [adult, tiktok,")
    eventually(lambda: addresses(household.ask("www.tiktok.com", client=LINA)) == ["0.0.0.0"])
    said = household.run("check", "v16.tiktokcdn.com", "--person", "Lina")
    assert "TikTok is blocked for Lina" in said
    assert addresses(household.ask("i.ytimg.com", client=LINA)) != ["0.0.0.0"]
    household.run("pause", "Lina", "1h", "--for", "youtube")
    eventually(lambda: addresses(household.ask("i.ytimg.com", client=LINA)) == ["0.0.0.0"])
    assert addresses(household.ask("accounts.youtube.com", client=LINA)) != ["0.0.0.0"]


def test_illegal_content_is_blocked_for_everybody(household: Running) -> None:
    reply = household.ask("listed-site.example", client=MARA)
    assert addresses(reply) == ["0.0.0.0"]
    assert ede(reply) == 16


def test_private_relay_is_told_no_in_the_way_it_understands(household: Running) -> None:
    household.write("block: [adult,", "block: [adult, bypass,")
    eventually(lambda: household.ask("mask.icloud.com", client=LINA).header.rcode == 3)
    for qtype in ("A", "AAAA", "HTTPS"):
        reply = household.ask("mask-h2.icloud.com", qtype, client=LINA)
        assert (reply.header.rcode, reply.rr, ede(reply)) == (3, [], 17)
    assert addresses(household.ask("www.nordvpn.com", client=LINA)) == ["0.0.0.0"]


def test_names_of_the_house_and_names_that_stay_in_it(household: Running) -> None:
    assert addresses(household.ask("router.home.arpa")) == ["192.168.1.1"]
    for qname in ("x.onion", "printer.local", "use-application-dns.net"):
        assert household.ask(qname, client=MARA).header.rcode == 3


def test_bedtime_comes_and_a_pause_goes_within_a_second(household: Running) -> None:
    assert addresses(household.ask("news.open.test", client=LINA)) == ["192.0.2.1"]
    now = datetime.now(UTC)
    begin, end = now - timedelta(minutes=2), now + timedelta(hours=2)
    window = (
        "{kind: bedtime, days: [mon, tue, wed, thu, fri, sat, sun], "
        f'from: "{begin:%H:%M}", to: "{end:%H:%M}", block: all}}'
    )
    text = household.config.read_text().replace("windows: []", f"windows: [{window}]")
    household.config.write_text(text)
    eventually(lambda: addresses(household.ask("news.open.test", client=LINA)) == ["0.0.0.0"])
    assert addresses(household.ask("news.open.test", client=MARA)) == ["192.0.2.1"]
    helpline = household.ask("www.childline.org.uk", client=LINA)
    assert "0.0.0.0" not in addresses(helpline)
    assert ede(helpline) != 17


def test_a_pause_is_in_force_within_a_second_and_no_ttl_reaches_past_a_change(
    household: Running,
) -> None:
    household.run("pause", "Lina")
    eventually(lambda: addresses(household.ask("news.open.test", client=LINA)) == ["0.0.0.0"])
    household.run("pause", "Lina", "--end")
    eventually(lambda: addresses(household.ask("news.open.test", client=LINA)) == ["192.0.2.1"])


def test_a_bad_configuration_changes_nothing(household: Running) -> None:
    good = household.config.read_text()
    household.config.write_text(good.replace("block: [adult", "block: [adlut"))
    stderr = household.state.parent / "stderr"
    eventually(lambda: "adlut" in stderr.read_text())
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]
    household.stop()
    household.start()
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGUSR1])
def test_dns_goes_on_without_control_and_the_next_one_takes_over(
    household: Running, ended_by: signal.Signals
) -> None:
    before = household.resolver_pids()
    household.process.send_signal(ended_by)
    household.process.wait(20)
    for number in range(20):
        assert addresses(household.ask(f"n{number}.open.test", client=MARA)) == ["192.0.2.1"]
    household.start()
    eventually(lambda: _page_is_up(household))
    assert household.resolver_pids() == before
    assert household.stop() == 0
    eventually(lambda: not household.resolver_pids())


def test_resolvers_of_another_version_are_replaced_without_a_missed_query(
    household: Running,
) -> None:
    before = household.resolver_pids()
    household.process.kill()
    household.process.wait(5)
    newer = (
        "import guardian.service.messages as m; m.VERSION = 'another'; "
        "from guardian.cli.main import main; main()"
    )
    command = [sys.executable, "-c", newer, "run", "--config", str(household.config)]
    household.process = subprocess.Popen(
        [*command, "--state", str(household.state)], stdout=subprocess.DEVNULL, text=True
    )
    for number in range(40):
        assert addresses(household.ask(f"n{number}.open.test", client=MARA)) == ["192.0.2.1"]
        time.sleep(0.05)
    eventually(lambda: len(after := household.resolver_pids()) == 1 and after != before)


def test_a_service_is_blocked_is_back_within_a_second(household: Running) -> None:
    (pid,) = household.resolver_pids()
    os.kill(pid, signal.SIGKILL)
    begun = time.monotonic()
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]
    assert time.monotonic() - begun < 3  # the query waits at the socket meanwhile
    assert household.resolver_pids() != [pid]


def test_a_resolver_comes_back_though_its_index_was_replaced_by_hand(household: Running) -> None:
    command = [sys.executable, "-m", "guardian.cli.main", "lists", "update", "--config"]
    for number in range(3):
        (household.config.parent / "house.txt").write_text(f"ads.test\nmore{number}.test\n")
        options = [str(household.config), "--state", str(household.state)]
        subprocess.run([*command, *options], check=True, capture_output=True)
    (pid,) = household.resolver_pids()
    os.kill(pid, signal.SIGKILL)
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]
    assert household.stop() == 0
    assert household.resolver_pids() == []


def test_damaged_state_is_mended_at_start(household: Running) -> None:
    household.stop()
    (household.state / "guardian.db").write_bytes(b"damage" * 1000)
    for index in (household.state / "lists").glob("index-*.gdx"):
        index.write_bytes(b"damage" * 1000)
    household.start()
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]
    told = (household.state.parent / "stderr").read_text()
    assert "compile it again" in told
    assert "was damaged" in told


def test_the_names_of_a_confidential_list_are_nowhere_in_the_state(household: Running) -> None:
    household.ask("listed-site.example", client=LINA)
    household.stop()
    for path in household.state.rglob("*"):
        if path.is_file():
            assert b"listed-site" not in path.read_bytes(), path


def test_the_page_tells_who_and_what(household: Running) -> None:
    visitor = Visitor(household)
    visitor.first_run()
    household.ask("x.ads.test", client=LINA)
    eventually(lambda: _status(visitor)["people"][0]["blocked_today"] >= 1)
    people = {each["name"]: each for each in _status(visitor)["people"]}
    assert sorted(map(str, people)) == ["Lina", "Mara"]


def test_a_helpline_is_not_even_counted(household: Running) -> None:
    visitor = Visitor(household)
    visitor.first_run()
    household.ask("www.childline.org.uk", client=LINA)
    household.ask("x.ads.test", client=LINA)
    eventually(lambda: _status(visitor)["people"][0]["blocked_today"] >= 1)
    assert _status(visitor)["people"][0]["queries_today"] == 1


def test_check_says_what_dns_does(household: Running) -> None:
    command = [sys.executable, "-m", "guardian.cli.main", "check", "x.ads.test", "--json"]
    command += ["--config", str(household.config), "--state", str(household.state)]
    for person, action in (("Lina", "block"), ("Mara", "allow")):
        told = subprocess.run([*command, "--person", person], check=True, capture_output=True)
        assert json.loads(told.stdout)["action"] == action


def _page_is_up(household: Running) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{household.web}/healthz") as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _status(visitor: Visitor) -> dict[str, list[dict[str, int]]]:
    data: dict[str, list[dict[str, int]]] = json.loads(visitor.get("/api/v1/status").body)
    return data


def test_a_change_is_remembered_and_taken_back(household: Running) -> None:
    before = household.run("config", "export")
    household.write("block: [adult,", "block: [adult, games,")
    eventually(lambda: "profiles.child.block: + games" in household.run("config", "history"))
    assert "the file was edited" in household.run("config", "history")
    household.run("config", "undo")
    assert household.run("config", "export") == before
    eventually(lambda: "undo of change 1" in household.run("config", "history"))
    (household.config.parent / "copy.yaml").write_text(before)
    household.run("config", "import", str(household.config.parent / "copy.yaml"))
    assert household.run("config", "export") == before


def test_patterns_types_and_addresses_are_blocked(household: Running) -> None:
    assert addresses(household.ask("ads7.open.test", client=LINA)) == ["192.0.2.1"]
    household.write("windows: []", "windows: []\n    deny_patterns: ['ads*.open.test']")
    eventually(lambda: addresses(household.ask("ads7.open.test", client=LINA)) == ["0.0.0.0"])
    assert addresses(household.ask("news.open.test", client=LINA)) == ["192.0.2.1"]
    household.write("windows: []", "windows: []\n    deny_types: [TXT]")
    eventually(lambda: ede(household.ask("news.open.test", "TXT", client=LINA)) == 17)
    assert addresses(household.ask("news.open.test", client=LINA)) == ["192.0.2.1"]
    household.write("windows: []", "windows: []\n    deny_networks: [192.0.2.0/28]")
    eventually(lambda: addresses(household.ask("news.open.test", client=LINA)) == ["0.0.0.0"])
    for _ in range(2):
        assert addresses(household.ask("fresh.open.test", client=LINA)) == ["0.0.0.0"]
    assert addresses(household.ask("news.open.test", client=MARA)) == ["192.0.2.1"]


def test_a_list_may_name_addresses_that_answers_lead_to(household: Running) -> None:
    assert addresses(household.ask("news.open.test", client=LINA)) == ["192.0.2.1"]
    (household.config.parent / "far.txt").write_text("192.0.2.0/28 # these\n2001:db8:66::/48\n")
    household.write(
        "sources: [{name: house,",
        "sources: [{name: far, path: far.txt, category: house-ads}, {name: house,",
    )
    eventually(lambda: addresses(household.ask("news.open.test", client=LINA)) == ["0.0.0.0"])
    assert addresses(household.ask("news.open.test", client=MARA)) == ["192.0.2.1"]
    said = json.loads(household.run("check", "news.open.test", "--person", "Lina", "--json"))
    assert (said["action"], said["category"]) == ("block", "house-ads")


def test_a_blocked_address_is_blocked_as_a_hint_and_behind_an_alias(household: Running) -> None:
    def is_open(qname: str, qtype: str, client: str = LINA) -> bool:
        reply = household.ask(qname, qtype, client=client)
        return bool(reply.rr) and ede(reply) is None

    assert is_open("hinted.open.test", "HTTPS")
    assert is_open("far.open.test", "A")
    household.write(
        "windows: []", "windows: []\n    deny_networks: [198.51.100.0/24, '2001:db8:66::/48']"
    )
    eventually(lambda: not is_open("hinted.open.test", "HTTPS"))
    assert ede(household.ask("hinted.open.test", "HTTPS", client=LINA)) == 17
    assert addresses(household.ask("far.open.test", client=LINA)) == ["0.0.0.0"]
    assert is_open("far.open.test", "HTTPS")  # its hints lead nowhere that is blocked
    assert is_open("hinted.open.test", "HTTPS", MARA)
    for qname, qtype, address in (
        ("far.open.test", "A", "198.51.100.8"),
        ("hinted.open.test", "HTTPS", "198.51.100.7"),
        ("big.open.test", "A", "198.51.100.100"),  # by TCP
    ):
        said = household.run("check", qname, "--type", qtype, "--person", "Lina")
        assert f"It leads to {address}, which is blocked for Lina" in said


def test_a_name_that_only_looks_like_another_is_blocked(household: Running) -> None:
    deceives, word = "xn--ggle-55da.open.test", "xn--80a1acny.open.test"  # google; почта
    assert addresses(household.ask(deceives, client=LINA)) == ["192.0.2.1"]
    household.write("windows: []", "windows: []\n    deny_homographs: true")
    eventually(lambda: addresses(household.ask(deceives, client=LINA)) == ["0.0.0.0"])
    assert ede(household.ask(deceives, client=LINA)) == 17
    assert addresses(household.ask(word, client=LINA)) == ["192.0.2.1"]
    assert addresses(household.ask(deceives, client=MARA)) == ["192.0.2.1"]
    said = household.run("check", deceives, "--person", "Lina")
    assert "Looks like google.com, but is another name" in said


def test_an_edit_that_was_never_in_force_can_be_undone_and_is_kept(household: Running) -> None:
    household.write("block: [adult,", "block: [adult, games,")
    eventually(lambda: "+ games" in household.run("config", "history"))
    in_force = household.run("config", "export")
    household.write("zone: UTC", "zone: Nowhere/At_all")
    household.run("config", "undo")
    assert household.run("config", "export") == in_force
    assert "Nowhere/At_all" in household.run("config", "history")


def test_a_measured_name_is_not_remembered_for_long(household: Running) -> None:
    def ttl(client: str) -> int:
        return int(household.ask("news.open.test", client=client).rr[0].ttl)

    assert ttl(LINA) > 60
    household.write("windows: []", "windows: []\n    budgets: [{for: all, minutes: 600}]")
    eventually(lambda: ttl(LINA) <= 60)
    for _ in range(3):
        assert ttl(LINA) <= 60
        assert ttl(MARA) > 60


def test_a_service_that_is_gone_is_still_blocked(household: Running) -> None:
    household.write("block: [adult,", "block: [adult, omegle, twitter,")
    eventually(lambda: addresses(household.ask("www.omegle.com", client=LINA)) == ["0.0.0.0"])
    assert addresses(household.ask("api.x.com", client=LINA)) == ["0.0.0.0"]
    household.write("omegle, twitter,", "")
    eventually(lambda: addresses(household.ask("www.omegle.com", client=LINA)) != ["0.0.0.0"])
    assert "x is paused" in household.run("pause", "Lina", "1h", "--for", "twitter")
    eventually(lambda: addresses(household.ask("api.x.com", client=LINA)) == ["0.0.0.0"])
    said = (household.state.parent / "stderr").read_text()
    assert 'profiles.child.block[2]: "twitter" is "x" since 0.1.0; write "x".' in said
    assert '[1]: guardian knows no "omegle" any more since 0.1.0' in said


def test_taking_out_a_list_whose_category_is_blocked_opens_no_door(household: Running) -> None:
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]
    household.write("sources: [{name: house, path: house.txt, category: house-ads}]", "sources: []")
    stderr = household.state.parent / "stderr"
    eventually(lambda: "the configuration in force stays" in stderr.read_text())
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]
    household.stop()
    (household.config.parent / "house.txt").unlink()  # and its file too
    household.start()
    assert "the last good configuration stays in force" in stderr.read_text()
    assert addresses(household.ask("x.ads.test", client=LINA)) == ["0.0.0.0"]
    assert addresses(household.ask("news.open.test", client=LINA)) == ["192.0.2.1"]

"""Whoever needs help finds it, whatever holds for them, and nobody is told: every state is walked.

A child for each thing that can close the internet, and for each the name of every service that is
protected. Each answer is the real one. Afterwards everything that guardian keeps is searched for
these names, and so is everything that a parent can look at; what each child asked for besides is
counted, and nothing else is.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from dnslib import QTYPE, RR, A, DNSRecord
from dnslib.server import BaseResolver, DNSServer

from guardian.names import to_wire
from guardian.safety.helplines import protected_names
from tests.end_to_end.conftest import Running, ask, ede, eventually, free_port, lived_in
from tests.web.test_api import Program, program
from tests.web.visitor import Visitor

THERE = "192.0.2.116"
DAY_LONG = 'from: "00:00", to: "24:00", days: [mon-sun]'
EVERYTHING = "adult, dating, drugs, gambling, games, messaging, self-harm, social, video, violence"
# Who → their rules. The last octet of their device's address follows from the place.
STATES = {
    "bedtime": f"windows: [{{kind: bedtime, {DAY_LONG}}}]",
    "homework": f"windows: [{{kind: homework, {DAY_LONG}, block: all}}]",
    "school": f"windows: [{{kind: school, {DAY_LONG}, block: all}}]",
    "screen-free": f"windows: [{{kind: screen-free, {DAY_LONG}, block: all}}]",
    "internet-free": f"windows: [{{kind: internet-free, {DAY_LONG}, block: all}}]",
    "only music": f"windows: [{{kind: homework, {DAY_LONG}, block: all, allow: [spotify]}}]",
    "only chosen": "allow_only: true",
    "no minutes": "budgets: [{for: all, minutes: 0}]",
    "every kind": f"block: [{EVERYTHING}, bypass, ads, malware, house]",
    "own names": "deny_names: [childline.org.uk, thetrevorproject.org, mark.test]",
    "patterns": "deny_patterns: ['*line*', 'mark*']",
    "types": "deny_types: [A, AAAA, HTTPS]",
    "networks": "deny_networks: [192.0.2.0/24]",
    "paused": "",
    "no device": "",
    "early night": "",
}
OPEN_STATES = {"new names": "deny_new_names: true, deny_homographs: true", "watched": ""}
PEOPLE = {**STATES, **OPEN_STATES}
ADDRESSES = {who: f"127.0.0.{number}" for number, who in enumerate(PEOPLE, start=20)}
TV, NOBODY = "127.0.0.90", "127.0.0.91"
# By the parent's own hand these stand in the configuration, and in a list.
WRITTEN = frozenset({"childline.org.uk", "thetrevorproject.org"})
# Where every page says whom one can talk to.
OFFERED = frozenset({"nummergegenkummer.de", "childhelplineinternational.org"})
KINDS = {  # of each kind one, of several countries
    "a child helpline": "nummergegenkummer.de",
    "abuse": "rainn.org",
    "violence at home": "himaya.org",
    "reporting": "report.iwf.org.uk",
    "health": "brook.org.uk",
    "drugs": "talktofrank.com",
    "eating": "beateatingdisorders.org.uk",
    "who one loves": "le-refuge.org",
    "who one is": "mermaidsuk.org.uk",
    "self-harm": "harmless.org.uk",
    "suicide": "988lifeline.org",
}
HOUSE = """
household: {{time_zone: Europe/Berlin, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
lists:
  bundled: all
  sources:
    - {{name: house, path: house.txt, category: house}}
    - {{name: wrong, path: wrong.txt, category: house}}
profiles:
  child: {{}}
people:
  - {{name: Mara, age_band: adult, devices: [127.0.0.4]}}
{people}
shared_devices:
  - {{name: TV, devices: [127.0.0.90], follows: strictest, of: [bedtime, only chosen]}}
unknown_devices: {{profile: nothing}}
"""


class Everywhere(BaseResolver):  # type: ignore[misc] # dnslib has no types
    """An upstream that knows every name."""

    def resolve(self, request: DNSRecord, _: object) -> DNSRecord:
        reply = request.reply()
        if request.q.qtype == QTYPE.A:
            reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A(THERE), ttl=300))
        return reply


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("house")
    port, web, upstream = free_port(), free_port(), free_port()
    (folder / "house.txt").write_text("mark.test\n")
    (folder / "wrong.txt").write_text("".join(f"{each}\n" for each in WRITTEN))
    people = "".join(
        f"  - {{name: {who}, age_band: 9-12, profile: child, privacy: blocked, "
        f"devices: [{ADDRESSES[who]}], rules: {{{rules}}}}}\n"
        for who, rules in PEOPLE.items()
    )
    text = HOUSE.format(port=port, web=web, upstream=upstream, people=people)
    text = text.replace("child: {}", "child: {}\n  nothing: {allow_only: true}")
    (folder / "home.yaml").write_text(text)
    server = DNSServer(Everywhere(), port=upstream, address="127.0.0.1")
    server.start_thread()
    try:
        with lived_in(folder / "home.yaml", folder / "state", port, web) as running:
            yield running
    finally:
        server.stop()
        server.server.server_close()


@pytest.fixture(scope="module")
def parent(house: Running) -> Visitor:
    visitor = Visitor(house)
    visitor.first_run()
    return visitor


@pytest.fixture(scope="module")
def owner(house: Running, parent: Visitor) -> Program:
    found = program(parent, "own")
    assert found.call("POST", "/people/paused/pause", {"minutes": 600})[0] == 200
    assert found.call("POST", "/people/early%20night/bedtime")[0] == 200
    for who in ("no device", "watched"):
        house.ask("seen.test", client=ADDRESSES[who])  # a device is chosen once it was seen
    blocked = f"/devices/{ADDRESSES['no device']}/block"
    eventually(lambda: found.call("POST", blocked, {"minutes": 600})[0] == 204)
    watch = {"device": ADDRESSES["watched"], "minutes": 10}
    eventually(lambda: found.call("POST", "/watches", watch)[0] == 200)
    return found


def answer(house: Running, qname: str, client: str, **how: Any) -> DNSRecord:
    return ask(house.port, qname, client=client, seconds=20, **how)


def is_there(reply: DNSRecord) -> bool:
    return ede(reply) is None and [str(each.rdata) for each in reply.rr] == [THERE]


@pytest.fixture(scope="module")
def walked(house: Running, owner: Program) -> dict[str, list[str]]:
    """Every state walked: who → the names of help that they did not get."""
    closed = {
        "a shared device": TV, "nobody's device": NOBODY,
        **{who: ADDRESSES[who] for who in STATES},
    }  # fmt: skip
    for who, client in closed.items():  # the state is one that closes things
        eventually(
            lambda client=client: not is_there(answer(house, "mark.test", client)),  # type: ignore[misc]
        )
        assert not is_there(answer(house, "mark.test", client)), who
    missed: dict[str, list[str]] = {}
    for who, client in {**closed, **{each: ADDRESSES[each] for each in OPEN_STATES}}.items():
        names = [*sorted(protected_names()), *(f"www.{each}" for each in KINDS.values())]
        missed[who] = [each for each in names if not is_there(answer(house, each, client))]
        answer(house, KINDS["self-harm"], client, qtype="HTTPS")
        if not is_there(answer(house, KINDS["abuse"], client, tcp=True)):
            missed[who].append("by TCP")
    return missed


@pytest.mark.parametrize("who", [*PEOPLE, "a shared device", "nobody's device"])
def test_help_is_there_in_every_state(walked: dict[str, list[str]], who: str) -> None:
    assert walked[who] == []


@pytest.mark.parametrize("kind", KINDS)
def test_help_of_every_kind_is_on_the_list(kind: str) -> None:
    assert KINDS[kind] in protected_names() or KINDS[kind] == "report.iwf.org.uk"


def tells(text: str, but: frozenset[str] = frozenset()) -> list[str]:
    return [each for each in sorted(protected_names() - but) if each in text]


PAGES = (
    "/", "/activity", "/devices", "/requests", "/history", "/settings/lists", "/people/{}",
    "/people/{}/letter", "/people/{}/history", "/activity?person={}", "/people/{}/week",
)  # fmt: skip


def test_no_parent_is_shown_who_looked_for_help(
    parent: Visitor, owner: Program, walked: dict[str, list[str]]
) -> None:
    assert walked
    for who in PEOPLE:
        called = who.replace(" ", "%20")
        for path in PAGES:
            shown = parent.get(path.format(called))
            assert shown.status == 200, (who, path)
            assert tells(shown.body, OFFERED | WRITTEN) == [], (who, path)
        for path in ("", "/activity", "/letter"):
            told = owner.call("GET", f"/people/{called}{path}")[1]
            assert tells(json.dumps(told)) == [], (who, path)
    watched = owner.call("GET", f"/watches/{ADDRESSES['watched']}")
    assert watched[0] == 200
    assert tells(json.dumps(watched[1])) == []
    page = parent.get(f"/watch/{watched[1]['device']}")
    assert page.status == 200
    assert tells(page.body, OFFERED) == []
    for path in ("/status", "/happened", "/journal", "/requests", "/devices"):
        assert tells(json.dumps(owner.call("GET", path)[1]), OFFERED) == [], path
    assert tells(parent.get("/metrics").body) == []


def counted(house: Running) -> dict[str, int]:
    with closing(sqlite3.connect(house.state / "guardian.db", timeout=30)) as store:
        return dict(store.execute("SELECT person, sum(queries) FROM counts GROUP BY person"))


def test_nothing_of_it_is_counted_or_kept(
    house: Running, owner: Program, walked: dict[str, list[str]]
) -> None:
    assert walked
    for number in range(3):  # so that counting is seen to work
        answer(house, f"after-{number}.test", ADDRESSES["watched"])
    eventually(lambda: counted(house).get("watched", 0) >= 4)
    assert house.stop() == 0
    found = counted(house)
    assert found["watched"] == 4  # seen.test, and three afterwards
    assert all(number < 20 for number in found.values()), found
    with closing(sqlite3.connect(house.state / "guardian.db")) as store:
        stopped = {name for (name,) in store.execute("SELECT DISTINCT qname FROM stopped")}
        dump = "\n".join(store.iterdump())
    assert "mark.test" in stopped  # so names that are blocked are kept, where privacy lets them
    assert not stopped & protected_names()
    assert tells(dump, WRITTEN) == []
    for file in kept(house):
        content = file.read_bytes().lower()
        for name in protected_names():
            where = (file.name, name)
            assert to_wire(name) not in content, where
            assert f"www.{name}".encode() not in content, where
            if name not in WRITTEN:
                assert name.encode() not in content, where


def kept(house: Running) -> list[Path]:
    """Everything that guardian writes: its state and what it says."""
    files = [each for each in house.state.rglob("*") if each.is_file()]
    assert any(each.name.startswith("guardian.db") for each in files)
    return [*files, house.state.parent / "stdout", house.state.parent / "stderr"]

"""Who asks: through a router that says for whom, on a device that several use, under a new name."""

import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dnslib import EDNS0, QTYPE, RR, A, DNSRecord, EDNSOption

from tests.end_to_end.conftest import Running, ask, eventually, free_port
from tests.web.visitor import Visitor

LINA, MARA, ROUTER, CONSOLE = "127.0.0.2", "127.0.0.4", "127.0.0.9", "127.0.0.7"
LINAS, MARAS, STRANGE = (bytes.fromhex(f"a483e700000{number}") for number in (1, 2, 3))
REAL, BLOCKED = ["192.0.2.1"], ["0.0.0.0"]

PEOPLE = """people:
  - {name: Lina, age_band: 6-8, profile: child, devices: [127.0.0.2]}
  - {name: Mara, age_band: adult, devices: [127.0.0.4]}
"""
PEOPLE_BEHIND = """people:
  - name: Lina
    age_band: 6-8
    profile: child
    devices: [127.0.0.2, "a4:83:e7:00:00:01", "id:lina"]
  - {name: Mara, age_band: adult, devices: [127.0.0.4, "a4:83:e7:00:00:02", "id:mara"]}
"""


def addresses(reply: DNSRecord) -> list[str]:
    return [str(record.rdata) for record in reply.rr]


def told(
    port: int,
    client: str,
    *options: tuple[int, bytes],
    qname: str = "x.ads.test",
    tcp: bool = False,
) -> list[str]:
    """The addresses that a client gets with these EDNS options in its query."""
    query = DNSRecord.question(qname)
    query.add_ar(EDNS0(udp_len=1232, opts=[EDNSOption(*each) for each in options]))
    wire = bytes(query.pack())
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.settimeout(3)
        sock.bind((client, 0))
        sock.connect(("127.0.0.1", port))
        if not tcp:
            sock.send(wire)
            return addresses(DNSRecord.parse(sock.recv(4096)))
        sock.sendall(len(wire).to_bytes(2) + wire)
        with sock.makefile("rb") as stream:
            return addresses(DNSRecord.parse(stream.read(int.from_bytes(stream.read(2)))))


@pytest.fixture
def behind(household: Running) -> Running:
    """The household with a router at 127.0.0.9 that says for whom it asks."""
    household.write(PEOPLE, PEOPLE_BEHIND)
    household.write("listen: {", "listen: {forwarders: [{address: 127.0.0.9}], ")
    eventually(lambda: told(household.port, ROUTER, (65001, MARAS)) == REAL)
    return household


@pytest.mark.parametrize("tcp", [False, True])
def test_a_router_says_for_whom_it_asks(behind: Running, *, tcp: bool) -> None:
    def got(client: str, *options: tuple[int, bytes]) -> list[str]:
        return told(behind.port, client, *options, tcp=tcp)

    for _ in range(3):  # from the upstream, from the answer cache, from the wire cache
        assert got(ROUTER, (65001, LINAS)) == BLOCKED
        assert got(ROUTER, (65001, MARAS)) == REAL
        assert got(ROUTER, (65001, STRANGE)) == BLOCKED  # nobody's device
        assert got(ROUTER) == BLOCKED  # the router itself is nobody's either
        assert got(ROUTER, (65001, MARAS), (65001, LINAS)) == BLOCKED
        assert got(LINA, (65001, MARAS)) == BLOCKED  # only the router is believed
        assert got(MARA, (65001, LINAS)) == REAL
        assert got("127.0.0.5", (65001, MARAS)) == BLOCKED  # nor is a device that nobody named


def test_many_queries_of_one_connection_are_for_many(behind: Running) -> None:
    wires = []
    for number, mac in enumerate([LINAS, MARAS, STRANGE, MARAS]):
        query = DNSRecord.question("x.ads.test")
        query.header.id = number
        query.add_ar(EDNS0(opts=[EDNSOption(65001, mac)]))
        wires.append(bytes(query.pack()))
    with socket.create_connection(("127.0.0.1", behind.port), 3, (ROUTER, 0)) as sock:
        sock.sendall(b"".join(len(wire).to_bytes(2) + wire for wire in wires))
        with sock.makefile("rb") as stream:
            replies = [DNSRecord.parse(stream.read(int.from_bytes(stream.read(2)))) for _ in wires]
    got = {reply.header.id: addresses(reply) for reply in replies}
    assert got == {0: BLOCKED, 1: REAL, 2: BLOCKED, 3: REAL}


def test_another_option_and_client_ids_are_followed_at_once(behind: Running) -> None:
    behind.write("{address: 127.0.0.9}", "{address: 127.0.0.9, option: 65074, as: id}")
    eventually(lambda: told(behind.port, ROUTER, (65074, b"Mara")) == REAL)
    assert told(behind.port, ROUTER, (65074, b"lina")) == BLOCKED
    assert told(behind.port, ROUTER, (65001, MARAS)) == BLOCKED
    behind.write("forwarders: [{address: 127.0.0.9, option: 65074, as: id}], ", "")
    eventually(lambda: told(behind.port, ROUTER, (65074, b"mara")) == BLOCKED)
    assert "start guardian again" not in (behind.state.parent / "stderr").read_text()


def test_who_was_told_is_counted_and_explained(behind: Running, visitor: Visitor) -> None:
    before = status(visitor, "people")["Mara"]["queries_today"]
    told(behind.port, ROUTER, (65001, MARAS))
    eventually(lambda: status(visitor, "people")["Mara"]["queries_today"] > before)
    told(behind.port, ROUTER, (65001, STRANGE))  # so that somebody can say whose it is
    eventually(lambda: "a4:83:e7:00:00:03" in visitor.get("/setup/devices").body)
    said = behind.run("check", "x.ads.test", "--client", "A4-83-E7-00-00-01")
    assert "a4:83:e7:00:00:01 is Lina's, known by its hardware address." in said
    assert "id:lina is Lina's, known by its client id." in behind.run(
        "check", "x.ads.test", "--client", "id:Lina"
    )


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """An upstream that answers everything and keeps what it heard; its port."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def answer() -> None:
            while True:
                wire, client = sock.recvfrom(4096)
                if not wire:
                    return
                heard.append(wire)
                reply = DNSRecord.parse(wire).reply()
                reply.add_answer(RR(reply.q.qname, QTYPE.A, rdata=A("192.0.2.9"), ttl=60))
                sock.sendto(reply.pack(), client)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield sock.getsockname()[1], heard
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", sock.getsockname())
            thread.join(5)


def test_no_upstream_hears_of_it_and_clients_share_one_answer(behind: Running) -> None:
    with listening() as (port, heard):
        behind.write(
            "upstreams:\n",
            f"upstreams:\n  - {{address: 127.0.0.1, port: {port}, for: [seen.test]}}\n",
        )
        mine = (65001, MARAS), (65001, LINAS), (65001, STRANGE)
        eventually(lambda: told(behind.port, MARA, qname="a.seen.test") == ["192.0.2.9"])
        for option in mine:
            assert told(behind.port, ROUTER, option, qname="b.seen.test") == ["192.0.2.9"]
        assert told(behind.port, MARA, (65001, LINAS), qname="c.seen.test") == ["192.0.2.9"]
        asked = [DNSRecord.parse(each) for each in heard]
    names = [str(each.q.qname) for each in asked]
    assert names.count("b.seen.test.") == 1
    assert names.count("c.seen.test.") == 1
    assert all(not option.rdata for each in asked for option in each.ar)


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def two_homes() -> Iterator[dict[str, str]]:
    """Two network namespaces with a device each: name of the namespace → the router's address."""
    if os.geteuid() or not shutil.which("ip") or not shutil.which("dig"):
        pytest.skip("network namespaces need root, ip and dig")
    homes = {f"guardian-{os.getpid()}-{n}": f"10.231.{n}.1" for n in (1, 2)}
    made = []
    try:
        for number, (home, router) in enumerate(homes.items(), start=1):
            here, there = f"gr{number}", f"gd{number}"
            try:
                run("ip", "netns", "add", home)
                made.append(home)
                run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", home)
            except subprocess.CalledProcessError:
                pytest.skip("network namespaces cannot be made here")
            run("ip", "addr", "add", f"{router}/24", "dev", here)
            run("ip", "link", "set", here, "up")
            run("ip", "-n", home, "link", "set", there, "address", f"a4:83:e7:00:00:0{number}")
            run("ip", "-n", home, "addr", "add", f"10.231.{number}.2/24", "dev", there)
            run("ip", "-n", home, "link", "set", there, "up")
        yield homes
    finally:
        for home in made:
            subprocess.run(["ip", "netns", "del", home], check=False)


@pytest.mark.parametrize(("mode", "option"), [("", 65001), ("=text", 65073), ("=base64", 65073)])
def test_a_real_dnsmasq_says_for_whom_it_asks(
    behind: Running, two_homes: dict[str, str], mode: str, option: int
) -> None:
    dnsmasq = shutil.which("dnsmasq") or "/usr/sbin/dnsmasq"
    if not Path(dnsmasq).exists():
        pytest.skip("dnsmasq is not installed")
    behind.write("{address: 127.0.0.9}", f"{{address: 127.0.0.9, option: {option}}}")
    port = free_port()
    command = [dnsmasq, "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file="]
    command += [f"--port={port}", "--bind-interfaces", "--cache-size=0", "--no-daemon"]
    command += [f"--listen-address={router}" for router in two_homes.values()]
    command += [f"--server=127.0.0.1#{behind.port}@{ROUTER}", f"--add-mac{mode}", "--strip-mac"]
    lina, mara = two_homes
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def dig(home: str, *more: str) -> str:
        words = ["ip", "netns", "exec", home, "dig", f"@{two_homes[home]}", "-p", str(port)]
        words += ["+short", "+time=1", "+tries=1", "x.ads.test", *more]
        return subprocess.run(words, check=False, capture_output=True, text=True).stdout.strip()

    try:
        eventually(lambda: dig(mara) == "192.0.2.1")
        for more in ((), ("+tcp",), ("+noedns",)):
            assert dig(lina, *more) == "0.0.0.0"
            assert dig(mara, *more) == "192.0.2.1"
        data = {"": MARAS.hex(), "=text": b"a4:83:e7:00:00:02".hex(), "=base64": b"pIPnAAAC".hex()}
        assert dig(lina, f"+ednsopt={option}:{data[mode]}") == "0.0.0.0"  # her own word is nothing
    finally:
        process.terminate()
        process.wait(5)


SHARED = """
shared_devices:
  - {name: TV, devices: [127.0.0.6]}
  - {name: Console, devices: [127.0.0.7], follows: checked-in}
unknown_devices:"""


@pytest.fixture
def shared(household: Running) -> Running:
    """The household with a TV and a console, and an older brother who may not have news."""
    household.write(
        PEOPLE,
        PEOPLE
        + "  - {name: Noor, age_band: 13-15, profile: none, rules: {deny_names: news.open.test}}\n",
    )
    household.write("\nunknown_devices:", SHARED)
    eventually(lambda: told(household.port, "127.0.0.6", qname="news.open.test") == BLOCKED)
    return household


@pytest.fixture
def visitor(household: Running) -> Visitor:
    """A parent at the page."""
    visitor = Visitor(household)
    visitor.first_run()
    return visitor


def status(visitor: Visitor, part: str) -> dict[str, Any]:
    """A part of the page's data, by name; nothing while it is not there."""
    try:
        return {each["name"]: each for each in json.loads(visitor.get("/api/v1/status").body)[part]}
    except OSError:
        return {}


def test_a_shared_device_has_the_strictest_of_all_children(
    shared: Running, visitor: Visitor
) -> None:
    for tcp in (False, True):
        for _ in range(2):
            got = [
                addresses(shared.ask(qname, client="127.0.0.6", tcp=tcp))
                for qname in ("news.open.test", "x.ads.test", "other.open.test")
            ]
            assert got == [BLOCKED, BLOCKED, REAL]
    assert addresses(shared.ask("news.open.test", client=LINA)) == REAL
    assert "TV follows the strictest of Lina and Noor, which is that of Noor." in shared.run(
        "check", "news.open.test", "--client", "127.0.0.6"
    )
    shared.run("pause", "Lina")
    eventually(lambda: addresses(shared.ask("other.open.test", client="127.0.0.6")) == BLOCKED)
    eventually(lambda: status(visitor, "shared")["TV"]["queries_today"] > 0)


def test_a_console_follows_who_is_checked_in(shared: Running, visitor: Visitor) -> None:
    def got() -> list[list[str]]:
        names = ("news.open.test", "x.ads.test")
        return [addresses(shared.ask(each, client=CONSOLE)) for each in names]

    eventually(lambda: got() == [BLOCKED, BLOCKED])
    shared.run("checkin", "Console", "Mara")
    eventually(lambda: got() == [REAL, REAL])
    said = shared.run("check", "x.ads.test", "--client", CONSOLE)
    assert "127.0.0.7 is Console, known by its address.\nConsole follows Mara, who is" in said
    shared.run("checkin", "Console", "Lina", "1h")
    eventually(lambda: got() == [REAL, BLOCKED])
    eventually(lambda: "follows Lina" in status(visitor, "shared")["Console"]["follows"])
    assert "Console follows Lina, who is checked in until" in visitor.get("/").body
    shared.run("checkin", "Console", "--out")
    eventually(lambda: got() == [BLOCKED, BLOCKED])


def test_use_of_a_console_counts_for_who_is_checked_in(shared: Running, visitor: Visitor) -> None:
    shared.write("windows: []", "windows: []\n    budgets: [{for: all, minutes: 600}]")
    shared.run("checkin", "Console", "Lina")

    def left() -> int:
        shared.ask("other.open.test", client=CONSOLE)
        budgets = status(visitor, "people").get("Lina", {}).get("budgets")
        return int(budgets[0]["left"]) if budgets else 600

    eventually(lambda: left() < 600)


def test_a_renamed_child_keeps_pause_and_counts(household: Running, visitor: Visitor) -> None:
    ask(household.port, "x.ads.test", client=LINA)
    household.run("pause", "Lina", "2h")
    household.run("requests", "ask", "Lina", "chess.example")
    eventually(lambda: addresses(household.ask("news.open.test", client=LINA)) == BLOCKED)
    eventually(lambda: status(visitor, "people")["Lina"]["queries_today"] > 1)
    household.write("name: Lina", "name: Lena")
    eventually(lambda: "Lena" in status(visitor, "people"))
    assert status(visitor, "people")["Lena"]["queries_today"] > 1
    assert addresses(household.ask("news.open.test", client=LINA)) == BLOCKED
    household.stop()
    household.write("name: Lena", "name: Leni")  # while nobody looks
    household.start()
    eventually(lambda: "Leni" in status(visitor, "people"))
    assert status(visitor, "people")["Leni"]["queries_today"] > 1
    assert addresses(household.ask("news.open.test", client=LINA)) == BLOCKED
    assert "Leni" in household.run("requests")
    household.run("pause", "Leni", "--end")
    eventually(lambda: addresses(household.ask("news.open.test", client=LINA)) == REAL)

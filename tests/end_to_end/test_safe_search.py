"""Safe search on the wire: every name of every engine, asked by children and by a parent."""

import os
import shutil
import signal
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final

import pytest
from dnslib import EDNS0, QTYPE, DNSRecord

from guardian.safety.safe_search import targets
from tests.end_to_end.conftest import HOUSEHOLD, Running, ask, eventually, free_port, start

LINA, TIM, NOA, MARA = "127.0.0.2", "127.0.0.3", "127.0.0.5", "127.0.0.4"
CHILDREN: Final = {LINA: "strict", TIM: "moderate"}
HOUSE: Final = """
profiles:
  strict:
    safe_search:
      {google: true, bing: true, duckduckgo: true, youtube: strict, ecosia: true, brave: true,
       pixabay: true, yandex: true}
  child: {safe_search: true}
  changing: {block: [youtube], allow_names: [youtube.com], safe_search: {youtube: strict}}
people:
  - {name: Lina, age_band: 6-8, profile: strict, devices: [127.0.0.2]}
  - {name: Tim, age_band: 9-12, profile: child, devices: [127.0.0.3]}
  - {name: Noa, age_band: 13-15, profile: changing, devices: [127.0.0.5]}
"""

UNFILTERED: Final = {"A": ["203.0.113.99"], "AAAA": ["2001:db8:bad::99"]}
HINTS: Final = "alpn=h2 ipv4hint=203.0.113.99 ipv6hint=2001:db8:bad::99"
GIVEAWAYS: Final = (
    IPv4Address("203.0.113.99").packed,
    IPv6Address("2001:db8:bad::99").packed,
    b"unfiltered",
)
SAFE: Final = {
    target: {"A": [f"192.0.2.{at}", f"192.0.2.{at + 100}"], "AAAA": [f"2001:db8::{at}"]}
    for at, target in enumerate(
        sorted({target for _, levels in targets().values() for target in levels.values()}), start=1
    )
}
"""Each target's addresses, unlike those of all others."""
ELSEWHERE: Final = "strict.bing.com"  # is itself an alias, as it is on the Internet
ENGINES: Final = sorted({engine for engine, _ in targets().values()})


def zone() -> str:
    """A root zone with the engines' names, the targets, and what else is asked here."""
    lines = ["$ORIGIN .", "$TTL 300", "@ SOA ns. host. 1 3600 600 86400 60", "@ NS ns."]
    for qname in (*targets(), "youtube.com", "i.ytimg.com"):
        lines += [f"{qname}. {qtype} {each}" for qtype, (each,) in UNFILTERED.items()]
        lines += [f"{qname}. {qtype} 1 . {HINTS}" for qtype in ("HTTPS", "SVCB")]
        lines += [f"{qname}. TXT unfiltered", f"{qname}. MX 1 mail.unfiltered.test."]
    for target, sets in SAFE.items():
        owner = target
        if target == ELSEWHERE:
            owner = "edge.bing.test"
            lines.append(f"{target}. CNAME {owner}.")
        lines += [f"{owner}. {qtype} {each}" for qtype, several in sets.items() for each in several]
    return "\n".join([*lines, ""])


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an nsd that plays all search engines."""
    nsd = shutil.which("nsd") or "/usr/sbin/nsd"
    if not Path(nsd).exists():
        pytest.skip("nsd is not installed")
    folder, port = tmp_path_factory.mktemp("engines"), free_port()
    (folder / "zone").write_text(zone())
    (folder / "nsd.conf").write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  zonesdir: {folder}\n'
        f"  pidfile: {folder}/pid\n  xfrdfile: {folder}/xfrd\n  zonelistfile: {folder}/list\n"
        f'  database: ""\n  rrl-ratelimit: 0\n  refuse-any: no\n'
        f"remote-control:\n  control-enable: no\nzone:\n  name: .\n  zonefile: {folder}/zone\n"
    )
    process = subprocess.Popen(
        [nsd, "-d", "-c", str(folder / "nsd.conf")], stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: _answers(port, "www.bing.com"))
        yield port
    finally:
        process.terminate()
        process.wait(5)


@pytest.fixture(scope="module")
def validator(engines: int) -> Iterator[int]:
    """The port of a server that passes on what nsd says and sets AD, as if it had validated it."""

    class PassOn(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            query, client = self.request
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nsd:
                nsd.settimeout(3)
                nsd.connect(("127.0.0.1", engines))
                nsd.send(query)
                reply = bytearray(nsd.recv(4096))
            reply[3] |= 0x20
            client.sendto(reply, self.client_address)

    with socketserver.UDPServer(("127.0.0.1", free_port()), PassOn) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, engines: int, validator: int
) -> Iterator[Running]:
    """A guardian with Lina (strict), Tim (moderate), Noa (who changes) and Mara (unfiltered)."""
    folder, port, web = tmp_path_factory.mktemp("home"), free_port(), free_port()
    config, state = folder / "home.yaml", folder / "state"
    (folder / "house.txt").write_text("ads.test\n")
    text = HOUSEHOLD.format(port=port, web=web, upstream=engines, windows="")
    before, _, people = text.partition("\nprofiles:")
    mara = next(line for line in people.splitlines() if "Mara" in line)
    validated = f"upstreams:\n  - {{address: 127.0.0.1, port: {validator}, for: [ecosia.org]}}\n"
    config.write_text(
        before.replace("upstreams:\n", validated)
        + f"{HOUSE}{mara}\nunknown_devices: {{profile: child}}\n"
    )
    running = Running(start(config, state), port, web, config, state)
    try:
        eventually(lambda: _answers(port, "localhost"))
        yield running
    finally:
        running.process.kill()
        running.process.wait(5)
        for pid in running.resolver_pids():
            os.kill(pid, signal.SIGKILL)


def _answers(port: int, qname: str) -> bool:
    try:
        return bool(ask(port, qname).rr)
    except OSError:
        return False


Records = list[tuple[str, str, str]]  # owner, type, data


def records(reply: DNSRecord) -> Records:
    """The answer section, the alias first and the others sorted."""
    found = [
        (str(each.rname).rstrip("."), QTYPE.get(each.rtype), str(each.rdata).rstrip("."))
        for each in reply.rr
    ]
    return [*found[:1], *sorted(found[1:])]


def expected(qname: str, qtype: str, level: str) -> Records:
    """What a child gets: the alias, and the target's own addresses if they were asked for."""
    _, levels = targets()[qname]
    target = levels.get(level, levels["strict"])
    alias = [(qname, "CNAME", target)]
    return alias + sorted((target, qtype, each) for each in SAFE[target].get(qtype, []))


def unfiltered(qname: str, qtype: str) -> Records:
    return [(qname, qtype, each) for each in UNFILTERED[qtype]]


def of_engine(engine: str) -> list[str]:
    return [qname for qname, (other, _) in targets().items() if other == engine]


def test_the_names_of_each_engine_are_all_there() -> None:
    counts = {engine: len(of_engine(engine)) for engine in ENGINES}
    assert counts["google"] == 194
    assert counts["yandex"] == 52
    assert len(SAFE) == len(ENGINES) + 1  # YouTube has two


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("qtype", ["A", "AAAA"])
def test_a_child_gets_the_safe_mode_and_the_parent_the_name_itself(
    home: Running, engine: str, qtype: str
) -> None:
    for qname in of_engine(engine):
        for _ in range(3):  # from the upstream, from the answer cache, from the wire cache
            assert records(home.ask(qname, qtype, MARA)) == unfiltered(qname, qtype)
            for child, level in CHILDREN.items():
                reply = home.ask(qname, qtype, child)
                assert reply.header.rcode == 0
                assert records(reply) == expected(qname, qtype, level)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("qtype", ["HTTPS", "SVCB", "ANY", "TXT", "MX"])
def test_no_other_record_of_the_name_slips_past(home: Running, engine: str, qtype: str) -> None:
    for qname in of_engine(engine):
        if qtype != "ANY":  # which nobody gets in full (RFC 8482)
            (record,) = home.ask(qname, qtype, MARA).rr
            assert QTYPE.get(record.rtype) == qtype
        for child, level in CHILDREN.items():
            for _ in range(2):
                reply = home.ask(qname, qtype, child)
                assert reply.header.rcode == 0
                assert records(reply) == expected(qname, qtype, level)
                assert [QTYPE.get(each.rtype) for each in reply.auth] == ["SOA"]
                assert not any(giveaway in reply.pack() for giveaway in GIVEAWAYS)


def test_the_spelling_of_a_name_opens_no_way_round(home: Running) -> None:
    for qname in of_engine("youtube"):
        spelt = "".join(letter.upper() if at % 2 else letter for at, letter in enumerate(qname))
        for _ in range(2):
            home.ask(spelt, "A", MARA)
            ((_, _, target), *found) = records(home.ask(spelt, "A", LINA))
            assert target == "restrict.youtube.com"
            assert [each for _, _, each in found] == sorted(SAFE[target]["A"])


def test_a_validated_answer_loses_its_ad_where_it_is_rewritten(home: Running) -> None:
    for _ in range(3):
        parents, childs = (
            _ask_dnssec_aware(home.port, "www.ecosia.org", client) for client in (MARA, LINA)
        )
        assert parents.header.ad == 1
        assert records(childs) == expected("www.ecosia.org", "A", "strict")
        assert childs.header.ad == 0


def _ask_dnssec_aware(port: int, qname: str, client: str) -> DNSRecord:
    query = DNSRecord.question(qname, "A")
    query.header.ad = 1
    query.add_ar(EDNS0(flags="do", udp_len=1232))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(3)
        sock.bind((client, 0))
        sock.connect(("127.0.0.1", port))
        sock.send(query.pack())
        return DNSRecord.parse(sock.recv(4096))


def test_an_allowed_name_stays_safe_and_a_change_of_level_is_followed(home: Running) -> None:
    def gets(wanted: Records) -> bool:
        return records(home.ask("www.youtube.com", "A", NOA)) == wanted

    assert [str(each.rdata) for each in home.ask("i.ytimg.com", "A", NOA).rr] == ["0.0.0.0"]
    assert records(home.ask("youtube.com", "A", NOA)) == unfiltered("youtube.com", "A")
    strict, moderate = (expected("www.youtube.com", "A", each) for each in ("strict", "moderate"))
    assert gets(strict)
    home.write("{youtube: strict}", "{youtube: moderate}")
    eventually(lambda: gets(moderate))
    home.write("{youtube: moderate}", "{youtube: false}")
    eventually(lambda: gets(unfiltered("www.youtube.com", "A")))
    assert records(home.ask("www.youtube.com", "A", LINA)) == strict
    home.write("{youtube: false}", "{youtube: strict}")
    eventually(lambda: gets(strict))

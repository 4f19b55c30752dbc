"""A ten-year-old's phone, a router with guardian's firewall, and an internet that would answer."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.certificates import self_signed
from tests.end_to_end.conftest import eventually, start
from tests.namespaces import LAN, PHONE, PHONE_MAC, ROUTER, House, house
from tests.programs import program

OTHER = ("203.0.113.53", "2001:db8:53::53")  # another resolver, which knows of no bedtime
KNOWN = "8.8.8.8"  # the same, at an address that everybody knows
HELP = ("192.0.2.116", "2001:db8:116::116")  # where a helpline's site is
SITE = ("192.0.2.10", "2001:db8:10::10")
INTERNET = (*OTHER, KNOWN, *HELP, *SITE)

ZONES = {
    "198.51.100.2": f"dns.google. A {KNOWN}\n"
    "www.open.example. A 192.0.2.1\nwww.open.example. AAAA 2001:db8:10::1\n"
    f"childline.org.uk. A {HELP[0]}\nchildline.org.uk. AAAA {HELP[1]}\n",
    "other": "www.open.example. A 192.0.2.66\nwww.open.example. AAAA 2001:db8:66::66\n",
}

HOUSEHOLD = f"""
household: {{time_zone: UTC, country: GB, language: en}}
listen:
  dns: ["{ROUTER[0]}:5335", "[{ROUTER[1]}]:5335", "0.0.0.0:5336", "[::]:5336"]
  web: "127.0.0.1:8053"
upstreams: [{{address: 198.51.100.2}}]
lists: {{bundled: []}}
profiles: {{child: {{}}}}
people: [{{name: Lina, age_band: 9-12, profile: child, devices: ["{PHONE_MAC}"]}}]
unknown_devices: {{profile: child}}
firewall:
  interfaces: [{LAN}]
"""

STREAM = """
import socket, sys, threading, time
def serve(sock):
    while True:
        client, _ = sock.accept()
        threading.Thread(target=pour, args=(client,), daemon=True).start()
def pour(client):
    try:
        asked = client.recv(4096)
        client.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
        if asked.startswith(b"GET /once"):
            client.sendall(b"all\\n")
            client.close()
            return
        while True:
            client.sendall(b"and so on\\n")
            time.sleep(0.05)
    except OSError:
        pass
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((address, 8080))
    sock.listen()
    threading.Thread(target=serve, args=(sock,)).start()
"""


def nsd(built: House, folder: Path, name: str, addresses: tuple[str, ...], zone: str) -> None:
    """A real server that knows a root zone."""
    where = folder / name
    where.mkdir()
    pem, key = self_signed("other.test", datetime.now(UTC) + timedelta(days=9))
    (where / "cert.pem").write_bytes(pem)
    (where / "key.pem").write_bytes(key)
    head = "$TTL 60\n. SOA ns. hostmaster. 1 3600 600 86400 60\n. NS ns.\nns. A 198.51.100.2\n"
    (where / "zone").write_text(head + zone)
    listen = "".join(f"  ip-address: {each}@53\n  ip-address: {each}@853\n" for each in addresses)
    (where / "nsd.conf").write_text(
        f'server:\n{listen}  username: ""\n  zonesdir: {where}\n  pidfile: {where}/pid\n'
        f'  xfrdfile: {where}/xfrd\n  zonelistfile: {where}/list\n  database: ""\n'
        f"  rrl-ratelimit: 0\n  tls-service-key: {where}/key.pem\n"
        f"  tls-service-pem: {where}/cert.pem\n  tls-port: 853\n"
        f'remote-control:\n  control-enable: no\nzone:\n  name: "."\n  zonefile: {where}/zone\n'
    )
    built.internet.start(program("nsd"), "-d", "-c", str(where / "nsd.conf"), out=where / "said")


class Home:
    """The house with guardian on its router, and no firewall yet."""

    def __init__(self, built: House, folder: Path) -> None:
        self.house, self.phone, self.router = built, built.phone, built.router
        self.config, self.state = folder / "home.yaml", folder / "state"
        self.config.write_text(HOUSEHOLD)

    def guardian(self, *words: str) -> str:
        """What a command of guardian's says on the router; it has to end well."""
        done = self.tried(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tried(self, *words: str) -> "subprocess.CompletedProcess[str]":
        places = ("--config", str(self.config), "--state", str(self.state))
        return self.house.guardian(*words, *places)

    def write(self, old: str, new: str) -> None:
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def dig(self, server: str, *more: str) -> str:
        """What the phone is told for www.open.example."""
        words = ("+short", "+tries=1", "+time=3", f"@{server}", "www.open.example", *more)
        return self.phone.run("dig", *words).strip()

    def dot(self, server: str) -> str:
        words = ("+tls", "+short", "+retry=0", "+timeout=3", f"@{server}", "www.open.example")
        return self.phone.run("kdig", *words).strip()

    def opens(self, address: str) -> bool:
        """Whether the phone gets something of a site by its address."""
        host = f"[{address}]" if ":" in address else address
        return self.phone.run("curl", "-s", "-m", "3", f"http://{host}:8080/once") == "all\n"

    def streams(self, address: str, out: Path) -> "subprocess.Popen[bytes]":
        """A stream that has begun to come."""
        host = f"[{address}]" if ":" in address else address
        process = self.phone.start("curl", "-sNS", f"http://{host}:8080/", out=out)
        eventually(lambda: out.exists() and b"and so on" in out.read_bytes())
        return process


@contextmanager
def home(folder: Path) -> Iterator[Home]:
    with house([f"{each}/128" if ":" in each else f"{each}/32" for each in INTERNET]) as built:
        nsd(built, folder, "upstream", ("198.51.100.2",), ZONES["198.51.100.2"])
        nsd(built, folder, "other", (*OTHER, KNOWN), ZONES["other"])
        built.internet.start(sys.executable, "-c", STREAM)
        here = Home(built, folder)
        process = start(here.config, here.state, built.router.around)
        try:
            eventually(lambda: here.dig(ROUTER[0], "-p", "5335") == "192.0.2.1")
            eventually(lambda: here.dig(OTHER[0]) == "192.0.2.66")
            yield here
        finally:
            process.terminate()
            process.wait(15)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with home(tmp_path_factory.mktemp("house")) as here:
        yield here


@pytest.fixture
def at_home(lived_in: Home) -> Iterator[Home]:
    """The house as it was: no firewall, no pause, the configuration as written."""
    yield lived_in
    lived_in.tried("firewall", "remove")
    lived_in.config.write_text(HOUSEHOLD)


WIDE = ', "0.0.0.0:5336", "[::]:5336"'
"""Every address, as guardian listens beside its own."""


@pytest.mark.parametrize("server", OTHER, ids=("IPv4", "IPv6"))
@pytest.mark.parametrize("way", ["", "+tcp"], ids=("UDP", "TCP"))
@pytest.mark.parametrize("wide", [WIDE, ""], ids=("every address", "one address"))
def test_plain_dns_elsewhere_is_answered_by_guardian(
    at_home: Home, server: str, way: str, wide: str
) -> None:
    more = [way] if way else []
    assert at_home.dig(server, *more) == "192.0.2.66"
    at_home.write(WIDE, wide)
    at_home.guardian("firewall", "apply", "--yes")
    assert at_home.dig(server, *more) == "192.0.2.1"
    assert at_home.dig(server, "AAAA", *more) == "2001:db8:10::1"


@pytest.mark.parametrize("server", OTHER, ids=("IPv4", "IPv6"))
def test_encrypted_dns_elsewhere_is_refused(at_home: Home, server: str) -> None:
    assert at_home.dot(server) == "192.0.2.66"
    at_home.guardian("firewall", "apply", "--yes")
    assert at_home.dot(server) == ""
    said = at_home.guardian("firewall", "status")
    counted = next(line for line in said.splitlines() if "encrypted DNS" in line)
    assert int(counted.split()[0]) > 0


def test_a_family_in_which_guardian_does_not_listen_is_refused(at_home: Home) -> None:
    at_home.write(f', "[{ROUTER[1]}]:5335"{WIDE}', "")
    said = at_home.guardian("firewall", "apply", "--yes")
    assert "guardian does not listen in IPv6" in said
    assert at_home.dig(OTHER[0]) == "192.0.2.1"
    assert "connection refused" in at_home.dig(OTHER[1])
    assert at_home.dig(OTHER[1], "+tcp").count("192.0.2") == 0


def test_known_resolvers_are_refused_where_that_is_wished(at_home: Home) -> None:
    at_home.guardian("firewall", "apply", "--yes")
    assert at_home.opens(KNOWN)
    at_home.write(f"interfaces: [{LAN}]", f"interfaces: [{LAN}]\n  known_resolvers: true")
    at_home.guardian("firewall", "apply", "--yes")
    assert not at_home.opens(KNOWN)
    assert at_home.opens(OTHER[0])
    at_home.write("known_resolvers: true", f"known_resolvers: true\n  spare: [{KNOWN}]")
    at_home.guardian("firewall", "apply", "--yes")
    assert at_home.opens(KNOWN)


def test_what_is_removed_leaves_nothing(at_home: Home) -> None:
    before = at_home.house.ruleset()
    at_home.guardian("firewall", "apply", "--yes")
    at_home.guardian("firewall", "apply", "--yes")  # again, over what is there
    assert at_home.house.ruleset() != before
    at_home.guardian("firewall", "remove")
    assert at_home.house.ruleset() == before
    assert at_home.tried("firewall", "status").returncode == 1


def test_without_a_word_it_is_taken_back(at_home: Home) -> None:
    before = at_home.house.ruleset()
    said = at_home.guardian("firewall", "apply", "--seconds", "5")
    assert "in 5 seconds unless" in said
    assert at_home.dig(OTHER[0]) == "192.0.2.1"
    assert "another firewall waits" in at_home.tried("firewall", "apply").stderr
    eventually(lambda: at_home.house.ruleset() == before)
    eventually(lambda: "taken back" in at_home.tried("firewall", "status").stdout)
    assert at_home.tried("firewall", "confirm").returncode == 1


def test_what_was_in_force_before_comes_back(at_home: Home) -> None:
    at_home.guardian("firewall", "apply", "--yes")
    at_home.guardian("firewall", "exempt", PHONE[0])
    at_home.write(f"interfaces: [{LAN}]", f"interfaces: [{LAN}]\n  encrypted: false")
    at_home.guardian("firewall", "apply", "--seconds", "5")
    assert "dport 853" not in at_home.house.ruleset()
    eventually(lambda: "dport 853" in at_home.house.ruleset())
    assert f"Exempt: {PHONE[0]}" in at_home.guardian("firewall", "status")


def test_with_a_word_it_stays(at_home: Home) -> None:
    at_home.guardian("firewall", "apply", "--seconds", "5")
    at_home.guardian("firewall", "confirm")
    assert "trial" not in at_home.guardian("firewall", "status")
    at_home.guardian("firewall", "apply", "--seconds", "3600")  # nothing waits any more
    at_home.guardian("firewall", "confirm")


def test_who_is_exempt_asks_whom_they_like_for_a_while(at_home: Home) -> None:
    at_home.guardian("firewall", "apply", "--yes")
    at_home.guardian("firewall", "exempt", PHONE_MAC, "--minutes", "5")
    assert at_home.dig(OTHER[0]) == at_home.dig(OTHER[1]) == "192.0.2.66"
    assert at_home.dot(OTHER[0]) == "192.0.2.66"
    at_home.guardian("firewall", "exempt", PHONE_MAC, "--end")
    assert at_home.dig(OTHER[0]) == "192.0.2.1"


@pytest.mark.parametrize("device", [PHONE_MAC, f"{PHONE[0]}/32"], ids=("MAC", "network"))
def test_who_is_exempt_in_the_configuration_is_so_for_good(at_home: Home, device: str) -> None:
    at_home.write(f"interfaces: [{LAN}]", f'interfaces: [{LAN}]\n  exempt: ["{device}"]')
    at_home.guardian("firewall", "apply", "--yes")
    assert at_home.dig(OTHER[0]) == "192.0.2.66"


@contextmanager
def kept(here: Home) -> Iterator[None]:
    """The keeper, with the one right that its unit gives it."""
    only = (program("setpriv"), "--bounding-set=-all,+net_admin", "--inh-caps=-all")
    command = (*only, sys.executable, "-m", "guardian.cli.main", "firewall", "keep")
    process = here.router.start(
        *command, "--state", str(here.state), out=here.state.parent / "kept"
    )
    try:
        yield
    finally:
        process.kill()
        process.wait(5)
        here.tried("pause", "Lina", "--end")


def is_off(here: Home) -> Callable[[], bool]:
    return lambda: f"Off: {PHONE_MAC}" in here.guardian("firewall", "status")


@pytest.mark.timeout(300)  # many commands, one after the other, on a busy machine
def test_bedtime_ends_what_is_open(at_home: Home, tmp_path: Path) -> None:
    at_home.guardian("firewall", "apply", "--yes")
    assert "what is open at bedtime goes on" in at_home.tried("doctor").stdout
    with kept(at_home):
        eventually(lambda: "what is open at bedtime ends" in at_home.tried("doctor").stdout)
        eventually(lambda: HELP[1] in at_home.house.ruleset())  # where help is, is known
        streams = [at_home.streams(each, tmp_path / each) for each in SITE]
        at_home.guardian("pause", "Lina", "30m")
        ended = [each.wait(60) for each in streams]
        assert ended == [56, 56]  # curl: the connection was reset
        eventually(is_off(at_home))
        assert not any(map(at_home.opens, SITE))
        assert all(map(at_home.opens, HELP)), "a child can always reach help"
        at_home.guardian("pause", "Lina", "--end")
        eventually(lambda: not is_off(at_home)())
        assert all(map(at_home.opens, SITE))


def test_bedtime_holds_although_guardian_is_gone_and_ends_by_itself(at_home: Home) -> None:
    at_home.guardian("firewall", "apply", "--yes")
    with kept(at_home):
        at_home.guardian("pause", "Lina", "1h")
        eventually(is_off(at_home))
    assert not at_home.opens(SITE[0])
    said = at_home.guardian("firewall", "status", "--json")
    assert '"02:00:00:00:50:02": 3' in said  # some 3,600 seconds, and no more
    at_home.guardian("firewall", "apply", "--yes")  # to apply it again forgets nobody
    assert is_off(at_home)()

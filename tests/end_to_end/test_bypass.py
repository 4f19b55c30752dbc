"""A ten-year-old's phone tries every way around, and docs/bypass.md says what came of it.

The table of the page is what this test sees: where it sees something else, it shows the whole table
anew.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from guardian.network.sensor.watch import Watch
from guardian.policy.honesty import Kind
from guardian.safety import resolver_addresses
from tests.encrypted import self_signed
from tests.end_to_end.conftest import eventually
from tests.end_to_end.own_network import within
from tests.end_to_end.test_firewall import KNOWN, OTHER, SITE, Home, home, kept
from tests.namespaces import LAN, PHONE_MAC, ROUTER
from tests.programs import program

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bypass.md"
BEGIN, END = "| what a child tries |", "\n\n"
UNKNOWN = OTHER[0]
OTHER_MAC = "02:00:00:00:50:99"

PAST, HELD, REFUSED = "**goes past guardian**", "guardian answers, and blocks", "refused"
ENDS, GOES_ON, OPENS = "ends at once", "**goes on**", "**opens**"

SEEN = {
    Kind.DNS: "another DNS server",
    Kind.ENCRYPTED: "encrypted DNS",
    Kind.RESOLVER: "a well-known resolver",
}

DNSDIST = """
setACL({{"0.0.0.0/0", "::/0"}})
newServer("203.0.113.53:53")
for _, address in ipairs({{"{known}:443", "{unknown}:443"}}) do
  addDOHLocal(address, "{cert}", "{key}", "/dns-query")
end
"""


class Phone:
    """What the child does with it; each deed gives what came of it."""

    def __init__(self, here: Home, folder: Path) -> None:
        self._here, self._folder = here, folder
        self._streams = 0

    @staticmethod
    def _told(answer: str) -> str:
        if "192.0.2.66" in answer or "2001:db8:66::66" in answer:
            return PAST
        return HELD if answer in ("0.0.0.0", "::") else REFUSED

    def asks(self, server: str, *more: str) -> str:
        return self._told(self._here.dig(server, *more))

    def asks_by_tls(self) -> str:
        return self._told(self._here.dot(OTHER[0]))

    def asks_by_https(self, address: str) -> str:
        words = ("+https", "+short", "+retry=0", "+timeout=3", f"@{address}", "www.open.example")
        return self._told(self._here.phone.run("kdig", *words).strip())

    def asks_by_https_by_name(self) -> str:
        """As an app does that knows its resolver's name alone."""
        words = ("+short", "+tries=2", "-p", "5335", f"@{ROUTER[0]}", "dns.google")
        address = self._here.phone.run("dig", *words).strip()
        assert address in ("0.0.0.0", KNOWN)
        return HELD if address == "0.0.0.0" else self.asks_by_https(address)

    def opens_by_hosts_file(self) -> str:
        """A site whose name and address it has in a file of its own."""
        folder = Path("/etc/netns") / self._here.phone.name  # ip-netns(8) puts it over /etc
        folder.mkdir(parents=True)
        try:
            (folder / "hosts").write_text(f"{SITE[0]} www.open.example\n")
            url = "http://www.open.example:8080/once"
            return (
                OPENS if self._here.phone.run("curl", "-s", "-m", "5", url) == "all\n" else REFUSED
            )
        finally:
            shutil.rmtree(folder)

    def opens(self) -> str:
        """A site whose address it knows from before."""
        return OPENS if self._here.opens(SITE[0]) else REFUSED

    def changes_its_address(self) -> str:
        """The hardware address; whoever it was, it is nobody's now."""
        here = self._here
        self._be(OTHER_MAC)
        try:
            return self._told(here.dig(ROUTER[0], "-p", "5335"))
        finally:
            self._be(PHONE_MAC)

    def _be(self, mac: str) -> None:
        self._here.phone.ip("link", "set", "eth0", "address", mac)
        for each in ("-4", "-6"):
            self._here.router.run(program("ip"), each, "neighbour", "flush", "dev", LAN)

    def at_bedtime(self, deed: Callable[[], str]) -> str:
        self._here.guardian("pause", "Lina", "30m")
        try:
            eventually(lambda: self._here.dig(ROUTER[0], "AAAA", "-p", "5335") == "::")
            return deed()
        finally:
            self._here.guardian("pause", "Lina", "--end")

    def opens_at_bedtime(self) -> str:
        def deed() -> str:
            if self._has_firewall():
                eventually(lambda: self.opens() == REFUSED)
            return self.opens()

        return self.at_bedtime(deed)

    def streams_at_bedtime(self) -> str:
        self._streams += 1
        out = self._folder / f"stream-{self._streams}"
        stream = self._here.streams(SITE[0], out)

        def deed() -> str:
            if self._has_firewall():
                return ENDS if stream.wait(60) else GOES_ON
            before = out.stat().st_size
            eventually(lambda: out.stat().st_size > before + 1000)
            return GOES_ON

        try:
            return self.at_bedtime(deed)
        finally:
            stream.kill()
            stream.wait(5)
            eventually(lambda: f"Off: {PHONE_MAC}" not in self._here.tried(*STATUS).stdout)

    def _has_firewall(self) -> bool:
        return "table inet guardian" in self._here.house.ruleset()


STATUS = ("firewall", "status")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A line of the table."""

    title: str
    deed: Callable[[], str]


def attempts(phone: Phone) -> list[Attempt]:
    return [
        Attempt("another DNS server (IPv4)", lambda: phone.asks(OTHER[0])),
        Attempt("the same by TCP", lambda: phone.asks(OTHER[0], "+tcp")),
        Attempt("another DNS server (IPv6)", lambda: phone.asks(OTHER[1])),
        Attempt("DNS over TLS, as Android’s private DNS", phone.asks_by_tls),
        Attempt("DNS over HTTPS by the resolver’s name", phone.asks_by_https_by_name),
        Attempt("DNS over HTTPS by a well-known address", lambda: phone.asks_by_https(KNOWN)),
        Attempt("DNS over HTTPS by an address nobody knows", lambda: phone.asks_by_https(UNKNOWN)),
        Attempt("a name written into `/etc/hosts`", phone.opens_by_hosts_file),
        Attempt("another hardware address for the phone", phone.changes_its_address),
        Attempt("at bedtime: a site whose address the phone remembers", phone.opens_at_bedtime),
        Attempt("at bedtime: a video that runs already", phone.streams_at_bedtime),
    ]


@contextmanager
def watching(here: Home) -> Iterator[Callable[[], str]]:
    """What the sensor saw since the last time, as the page says it."""
    networks = resolver_addresses.networks()
    watch = within(here.router.name, lambda: Watch(LAN, networks, 0.0))

    def seen() -> str:
        found = {each.kind for each in watch.read(0.0)} & SEEN.keys()
        return ", ".join(text for kind, text in SEEN.items() if kind in found) or "–"

    try:
        yield seen
    finally:
        watch.close()


@contextmanager
def lived_in(folder: Path) -> Iterator[Home]:
    with home(folder) as here:
        files = self_signed(folder, "dns.google")
        config = folder / "dnsdist.conf"
        cert, key = files.certificate, files.key
        config.write_text(DNSDIST.format(known=KNOWN, unknown=UNKNOWN, cert=cert, key=key))
        here.house.internet.start(
            program("dnsdist"), "--supervised", "-C", str(config), "--disable-syslog",
            out=folder / "dnsdist.out",
        )  # fmt: skip
        here.write("bundled: []", "bundled: [bypass]")
        here.write("child: {}", "child: {block: [bypass], deny_names: [www.open.example]}")
        eventually(lambda: here.dig(ROUTER[0], "-p", "5335") == "0.0.0.0")
        phone = Phone(here, folder)
        eventually(lambda: phone.asks_by_https(KNOWN) == PAST)
        eventually(lambda: phone.asks_by_https_by_name() == HELD)
        yield here


def columns(here: Home, folder: Path) -> Iterator[tuple[str, str]]:
    """What came of each attempt, and what the sensor told of it."""
    phone = Phone(here, folder)
    with watching(here) as seen:
        seen()
        for each in attempts(phone):
            yield each.deed(), seen()


@pytest.mark.timeout(400)  # some thirty commands, one after the other, on a busy machine
def test_the_page_says_what_comes_of_each_attempt(tmp_path: Path) -> None:
    with lived_in(tmp_path) as here:
        (tmp_path / "open").mkdir()
        without = list(columns(here, tmp_path / "open"))
        here.write(f"interfaces: [{LAN}]", f"interfaces: [{LAN}]\n  known_resolvers: true")
        here.guardian("firewall", "apply", "--yes")
        with kept(here):
            eventually(lambda: "what is open at bedtime ends" in here.tried("doctor").stdout)
            behind = list(columns(here, tmp_path))
        titles = [each.title for each in attempts(Phone(here, tmp_path))]
    assert [seen for _, seen in without] == [seen for _, seen in behind], "it sees either way"
    table = [
        f"{BEGIN} without the firewall | with it | the sensor tells |",
        "|---|---|---|---|",
        *(
            f"| {title} | {bare} | {shut} | {seen} |"
            for title, (bare, seen), (shut, _) in zip(titles, without, behind, strict=True)
        ),
    ]
    page, seen = PAGE.read_text(), "\n".join(table)
    begin = page.index(BEGIN)
    assert page[begin : page.index(END, begin)] == seen, f"docs/bypass.md is to say:\n{seen}"

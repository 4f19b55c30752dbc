"""Resolvers as others write them, as upstreams of guardian's."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final

from guardian.names import InvalidName, normalise
from guardian.settings import kinds
from guardian.settings.fields import Wrong
from guardian.settings.sections import upstreams as section
from guardian.takeover.report import Report

FALLBACK: Final = ({"address": "9.9.9.9"}, {"address": "149.112.112.112"})
"""Who is asked where nobody else could be taken over, as in guardian's example."""

# Resolvers that people write by name, and where they are: guardian has to know that beforehand.
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "dns.quad9.net": ("9.9.9.9", "149.112.112.112"),
    "dns9.quad9.net": ("9.9.9.9", "149.112.112.9"),
    "dns10.quad9.net": ("9.9.9.10", "149.112.112.10"),
    "dns11.quad9.net": ("9.9.9.11", "149.112.112.11"),
    "cloudflare-dns.com": ("1.1.1.1", "1.0.0.1"),
    "dns.cloudflare.com": ("1.1.1.1", "1.0.0.1"),
    "one.one.one.one": ("1.1.1.1", "1.0.0.1"),
    "1dot1dot1dot1.cloudflare-dns.com": ("1.1.1.1", "1.0.0.1"),
    "security.cloudflare-dns.com": ("1.1.1.2", "1.0.0.2"),
    "family.cloudflare-dns.com": ("1.1.1.3", "1.0.0.3"),
    "dns.google": ("8.8.8.8", "8.8.4.4"),
    "dns.adguard-dns.com": ("94.140.14.14", "94.140.15.15"),
    "dns.adguard.com": ("94.140.14.14", "94.140.15.15"),
    "family.adguard-dns.com": ("94.140.14.15", "94.140.15.16"),
    "unfiltered.adguard-dns.com": ("94.140.14.140", "94.140.14.141"),
}
_FOR: Final = re.compile(r"\[/(.*)/\](.*)")
_PORT: Final = re.compile(r"([^#]+)#(\d{1,5})")


@dataclass(slots=True)
class Upstreams:
    """Upstreams as they are found. whose: for the report; "" for everybody's."""

    report: Report
    whose: str = ""
    found: list[dict[str, Any]] = field(default_factory=list)
    suffixes: dict[str, str] = field(default_factory=dict)

    def take_all(self, lines: Iterable[str]) -> None:
        """Lines of AdGuard Home: `tls://…`, `[/lan/]192.168.1.1`, comments with #."""
        for line in lines:
            if line.startswith("#"):
                continue
            names = _FOR.fullmatch(line)
            if names is None:
                self.take(line)
                continue
            for place in names[2].split():
                self._take_for([each for each in names[1].split("/") if each], place, line)

    def take(self, text: str) -> None:
        """One for everything."""
        if entry := self._entry(text):
            self._add(entry, text)

    def _take_for(self, names: list[str], place: str, line: str) -> None:
        if place == "#" or not names:
            self.report.lose(f"upstream {line}", "guardian asks its ordinary upstreams anyhow")
            return
        try:
            suffixes = [normalise(each.removeprefix("*.")) for each in names]
        except InvalidName as problem:
            self.report.lose(f"upstream {line}", str(problem))
            return
        self.take_suffixes(suffixes, place)

    def take_suffixes(self, suffixes: list[str], place: str) -> None:
        """Names of the house that are asked at one address; in the internet, an upstream `for`."""
        if self.whose:
            said = f"upstream for {', '.join(suffixes)} of {self.whose}"
            self.report.lose(said, "an upstream is for names or for people; write one entry")
        elif _is_inside(place):
            host, port = kinds.split_port(place)
            for each in suffixes:
                self.suffixes.setdefault(each, place if port else host)
                self.report.keep(f"names under {each} are asked at {place}")
        elif entry := self._entry(place):
            self._add({**entry, "for": suffixes}, f"{place} for {', '.join(suffixes)}")

    def _add(self, entry: dict[str, Any], text: str) -> None:
        if entry not in self.found:
            self.found.append(entry)
            self.report.keep(f"upstream {text}{f' ({self.whose})' if self.whose else ''}")

    def _entry(self, text: str) -> dict[str, Any] | None:
        """An entry of the configuration; None, with a line in the report, where there is none."""
        said = f"upstream {text}{f' ({self.whose})' if self.whose else ''}"
        address = re.sub(r"^h3://", "https://", text, flags=re.IGNORECASE)
        if with_port := _PORT.fullmatch(address):  # as dnsmasq writes it
            host = with_port[1]
            address = f"[{host}]:{with_port[2]}" if ":" in host else f"{host}:{with_port[2]}"
        if address.lower().startswith("sdns://"):
            self.report.lose(said, "guardian does not speak DNSCrypt; write the resolver's address")
            return None
        try:
            name = section.name_in(address)
            bootstrap = _KNOWN.get(name, ())
            section.servers_at(address, tuple(map(ip_address, bootstrap)))
        except Wrong as wrong:
            self.report.lose(said, f"{wrong.problem}; {wrong.mend}")
            return None
        return {"address": address, **({"bootstrap": list(bootstrap)} if bootstrap else {})}


def _is_inside(place: str) -> bool:
    """Whether this is the plain address of something in the house."""
    try:
        return ip_address(kinds.split_port(place)[0]).is_private
    except (ValueError, Wrong):
        return False

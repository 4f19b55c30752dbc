"""Pi-hole: its groups become people, what its default group has is the house's.

A name in Pi-hole's exact lists is that name alone, in guardian it is that name with all below it.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_interface
from pathlib import Path
from typing import Any, Final

from guardian.takeover import devices, pihole_files
from guardian.takeover.own_names import Names
from guardian.takeover.reading import Values
from guardian.takeover.report import Report
from guardian.takeover.sources import Sources, category_of
from guardian.takeover.upstreams import Upstreams
from guardian.takeover.wishes import Client, NamedDevice, Rules, Wishes

NAME: Final = "Pi-hole"
_DEFAULT: Final = frozenset({"0"})
_ALLOW, _DENY, _ALLOW_REGEX, _DENY_REGEX = "0", "1", "2", "3"
_ANSWERS: Final = {"NXDOMAIN": "nxdomain", "NODATA": "nodata"}
_VARIABLE: Final = re.compile(r"([A-Za-z0-9_]+)=(.*)")
_OCTETS: Final = (8, 16, 24)

Groups = frozenset[str]


def read(path: Path, report: Report) -> Wishes:
    """What a file wishes. Raises BadExport, OSError."""
    return _Reader(pihole_files.read(path), report).wishes()


class _Reader:
    def __init__(self, files: pihole_files.Files, report: Report) -> None:
        self._files = files
        self._report = report
        self._toml = Values(files.toml, "", report)
        self._dns = self._toml.table("dns")
        self._wishes = Wishes(NAME)
        self._variables = {
            found[1]: found[2].strip().strip('"')
            for lines in (
                files.texts.get("setupVars.conf", []),
                files.texts.get("pihole-FTL.conf", []),
            )
            for line in lines
            if (found := _VARIABLE.fullmatch(line.strip()))
        }
        self._groups = {each.text("id"): each for each in self._rows("group")}

    def wishes(self) -> Wishes:
        self._upstreams()
        answer = self._answer()
        blocks, names = self._lists(), self._names()

        def rules_of(groups: Groups) -> Rules:
            active = {each for each in groups if self._is_active(each)}
            found = Rules(answer=answer)
            for members, category in blocks:
                if members & active:
                    found |= Rules(block=(category,))
            for group in sorted(active):
                found |= names.get(group, Rules())
            return found

        self._wishes.house = rules_of(_DEFAULT)
        self._clients(rules_of)
        self._records()
        self._leases()
        self._others()
        return self._wishes

    def _rows(self, table: str) -> Iterator[Values]:
        for number, row in enumerate(self._files.tables.get(table, [])):
            yield Values(row, f"{table}[{number}]", self._report)

    def _is_active(self, group: str) -> bool:
        row = self._groups.get(group)
        return row is None or row.is_on("enabled", otherwise=True)

    def _memberships(self, table: str, key: str) -> dict[str, Groups]:
        """Which groups something is in, by its id."""
        found: dict[str, set[str]] = {}
        for each in self._rows(table):
            found.setdefault(each.text(key), set()).add(each.text("group_id"))
        return {each: frozenset(groups) for each, groups in found.items()}

    def _upstreams(self) -> None:
        taken = Upstreams(self._report)
        for text in self._dns.texts("upstreams"):
            taken.take(text)
        for number in range(1, 20):
            if text := self._variables.get(f"PIHOLE_DNS_{number}", ""):
                taken.take(text)
        for line in self._dns.texts("revServers"):
            self._forward(line.split(","), taken)
        old = self._dns.table("revServer")  # in the first versions 6
        keys = ("active", "cidr", "target", "domain")
        self._forward([old.text(key) for key in keys], taken)
        words = ("REV_SERVER", "REV_SERVER_CIDR", "REV_SERVER_TARGET", "REV_SERVER_DOMAIN")
        self._forward([self._variables.get(word, "") for word in words], taken)
        self._wishes.upstreams, self._wishes.suffixes = taken.found, taken.suffixes

    def _forward(self, parts: list[str], taken: Upstreams) -> None:
        """A reverse server: whether it is on, a network, who knows it, and a suffix."""
        is_on, network, target, suffix = (*(each.strip() for each in parts), "", "", "", "")[:4]
        if is_on.lower() == "true" and target:
            host, _, port = target.partition("#")
            place = f"{host}:{port}" if port and ":" not in host else host
            suffixes = [each for each in (suffix, _reverse(network)) if each]
            if suffixes:
                taken.take_suffixes(suffixes, place)

    def _answer(self) -> str:
        mode = self._dns.table("blocking").text("mode") or self._variables.get("BLOCKINGMODE", "")
        if mode.upper() in ("IP", "IP-NODATA-AAAA"):
            self._report.lose(f"blocking mode {mode}", "listen.block and answer: address do this")
        return _ANSWERS.get(mode.upper(), "")

    def _lists(self) -> list[tuple[Groups, str]]:
        """The lists; gives for whom each category is blocked.

        Two lists of one category that are not for the same groups need a category each.
        """
        memberships = self._memberships("adlist_by_group", "adlist_id")
        sources = Sources(self._report)
        found: list[tuple[Groups, str]] = []
        known: dict[str, Groups] = {}
        rows = sorted(self._rows("adlist"), key=lambda each: each.text("type") == "1")
        for each in rows:
            location, groups = each.text("address"), memberships.get(each.text("id"), _DEFAULT)
            if not each.is_on("enabled", otherwise=True):
                self._report.lose(f"list {location}", "it was switched off")
            elif each.text("type") == "1":
                if groups != _DEFAULT:
                    self._report.lose(f"groups of {location}", "what it allows is for everybody")
                for category in dict.fromkeys(category for _, category in found):
                    sources.add(f"allowed {category}", location, category, "allow")
            elif category := self._add(sources, location, groups, known):
                found.append((groups, category))
        self._wishes.sources = sources.found
        return found

    def _add(
        self, sources: Sources, location: str, groups: Groups, known: dict[str, Groups]
    ) -> str:
        plain = category = category_of("", location)
        number = 2
        while known.setdefault(category, groups) != groups:
            category, number = f"{plain[:30]}-{number}", number + 1
        return sources.add("", location, category)

    def _names(self) -> dict[str, Rules]:
        """Own names of each group."""
        memberships = self._memberships("domainlist_by_group", "domainlist_id")
        found: dict[str, Names] = {}
        for each in self._rows("domainlist"):
            text, kind = each.text("domain"), each.text("type")
            if not each.is_on("enabled", otherwise=True):
                self._report.lose(f"name {text}", "it was switched off")
                continue
            for group in sorted(memberships.get(each.text("id"), _DEFAULT)):
                names = found.setdefault(group, Names(self._report, f"group {self._called(group)}"))
                if kind in (_ALLOW, _DENY):
                    names.take(text, is_allowed=kind == _ALLOW, is_exact=True)
                elif kind in (_ALLOW_REGEX, _DENY_REGEX):
                    names.take_expression(text, is_allowed=kind == _ALLOW_REGEX)
        for names in found.values():
            names.tell()
        return {group: names.rules for group, names in found.items()}

    def _called(self, group: str) -> str:
        row = self._groups.get(group)
        return (row.text("name") if row else "") or ("Default" if group == "0" else group)

    def _clients(self, rules_of: Any) -> None:
        """A person for each set of groups that is not the default alone."""
        memberships = self._memberships("client_by_group", "client_id")
        people: dict[Groups, list[str]] = {}
        for each in self._rows("client"):
            written, comment = each.text("ip"), each.text("comment")
            if not (sign := devices.device(written)):
                self._report.lose(f"client {written}", "guardian knows no device by that")
                continue
            if comment and "/" not in sign:
                self._wishes.devices.append(NamedDevice(devices.title(comment), (sign,)))
            groups = memberships.get(each.text("id"), _DEFAULT)
            self._report.keep(f"client {comment or written}")
            if groups != _DEFAULT:
                people.setdefault(groups, []).append(sign)
        for groups, signs in people.items():
            others = sorted(groups - _DEFAULT) or sorted(groups)
            name = devices.title(" + ".join(map(self._called, others)) or "Without a group")
            self._wishes.clients.append(Client(name, tuple(signs), rules_of(groups)))
            self._report.keep(f"group {name}: a person of that name with its clients")
        for group in self._groups:
            if not self._is_active(group):
                self._report.lose(f"group {self._called(group)}", "it was switched off")

    def _records(self) -> None:
        lines = [*self._dns.texts("hosts"), *self._files.texts.get("custom.list", [])]
        for line in lines:
            address, *names = line.partition("#")[0].split() or [""]
            for name in names:
                devices.add_record(self._wishes.records, name, address, self._report, "local name")
        aliases = list(self._dns.texts("cnameRecords"))
        aliases += self._options("05-pihole-custom-cname.conf", "cname")
        for line in aliases:
            words = [each.strip() for each in line.split(",") if not each.strip().isdigit()]
            for alias in words[:-1]:
                devices.add_alias(self._wishes.records, alias, words[-1], self._report)

    def _options(self, file: str, option: str) -> list[str]:
        """The values of an option of dnsmasq in one of version 5's files."""
        lines = self._files.texts.get(file, [])
        return [each.partition("=")[2] for each in lines if each.startswith(f"{option}=")]

    def _leases(self) -> None:
        """Devices that have one address always, and a name."""
        lines = list(self._toml.table("dhcp").texts("hosts"))
        lines += self._options("04-pihole-static-dhcp.conf", "dhcp-host")
        for line in lines:
            words = [each.strip().strip("[]") for each in line.split(",")]
            signs = [each for each in map(devices.device, words) if each and _is_sign(each)]
            names = [
                each for each in words if each and not _is_sign(each) and not re.match(r"\d", each)
            ]
            if signs and names:
                known_by = (*dict.fromkeys(signs),)
                self._wishes.devices.append(NamedDevice(devices.title(names[0]), known_by))
                self._report.keep(f"device {names[0]}, by its fixed address")

    def _others(self) -> None:
        dhcp = self._toml.table("dhcp").is_on("active")
        if dhcp or self._variables.get("DHCP_ACTIVE") == "true":
            self._report.lose("DHCP", "guardian hands out no addresses; have the router do it")
        if self._dns.is_on("dnssec") or self._variables.get("DNSSEC") == "true":
            self._report.lose("DNSSEC", "choose upstreams that validate")
        if not self._dns.table("blocking").is_on("active", otherwise=True):
            self._report.lose("blocking", "it was paused; guardian begins with it on")


def _is_sign(text: str) -> bool:
    """Whether this is an address of either kind, and no name."""
    return ":" in text or re.fullmatch(r"[0-9.]+", text) is not None


def _reverse(network: str) -> str:
    """The reverse zone of a network that ends between two labels; "" for any other."""
    try:
        found: IPv4Network | IPv6Network = ip_interface(network).network
    except ValueError:
        return ""
    if isinstance(found, IPv4Network) and found.prefixlen in _OCTETS:
        octets = str(found.network_address).split(".")[: found.prefixlen // 8]
        return ".".join([*reversed(octets), "in-addr.arpa"])
    return ""

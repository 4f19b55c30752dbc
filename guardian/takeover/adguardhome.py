"""AdGuard Home's AdGuardHome.yaml, of version 0.107 and newer.

Its schedule is a pause: a blocked service is open within the day's stretch, and blocked outside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from guardian.policy.windows import Weekday
from guardian.settings import kinds, nodes, times
from guardian.settings.canonical import plain
from guardian.takeover import devices
from guardian.takeover.own_names import Names
from guardian.takeover.reading import Values, problem_with
from guardian.takeover.report import BadExport, Report
from guardian.takeover.sources import Sources
from guardian.takeover.upstreams import Upstreams
from guardian.takeover.wishes import Client, NamedDevice, Rules, Wishes, outside
from guardian.takeover.words import services_of

NAME: Final = "AdGuard Home"
_ENGINES: Final = ("bing", "duckduckgo", "ecosia", "google", "pixabay", "yandex")
_ANSWERS: Final = {"nxdomain": "nxdomain", "refused": "refused", "custom_ip": "address"}
_STRATEGIES: Final = {
    "parallel": "parallel", "load_balance": "fastest", "fastest_addr": "fastest",
}  # fmt: skip
_DAYS: Final = {day.name.lower(): day for day in Weekday}
_LENGTH: Final = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?")
_MAC: Final = re.compile(r"(?:[0-9a-f]{2}-){5}[0-9a-f]{2}", re.IGNORECASE)
_OF_ITSELF: Final = frozenset({"version.bind", "id.server", "hostname.bind"})
_OF_CLIENTS: Final = re.compile(r"([$,])client=([^,]+)(,|\Z)")
_REVERSE: Final = ("10.in-addr.arpa", "168.192.in-addr.arpa")


def read(content: bytes, file: str, report: Report) -> Wishes:
    """What a configuration file wishes. Raises BadExport, ConfigError."""
    data = plain(nodes.parse(content, file, []))
    if not isinstance(data, dict) or "dns" not in data:
        raise BadExport(f"{file}: this is no AdGuardHome.yaml; name that file")
    return _Reader(Values(data, "", report), report).wishes()


@dataclass(frozen=True, slots=True)
class _Parts:
    """Rules in the two halves that a client takes from the house, or has of its own."""

    filtering: Rules
    services: Rules

    @property
    def whole(self) -> Rules:
        return self.filtering | self.services


class _Reader:
    def __init__(self, values: Values, report: Report) -> None:
        self._values = values
        self._report = report
        self._dns = values.table("dns")
        # Until 0.107.30 or so, what is under filtering now was under dns.
        self._filtering = values.table("filtering") if "filtering" in values else self._dns
        self._wishes = Wishes(NAME)
        self._listed: Rules = Rules()

    def wishes(self) -> Wishes:
        self._upstreams()
        self._listed = Rules(block=self._lists())
        house = self._house()
        self._wishes.house = house.whole
        clients = [self._client(each, house) for each in self._persistent()]
        self._wishes.clients = self._with_rules(clients)
        self._rewrites()
        self._blocked_clients()
        self._others()
        return self._wishes

    def _upstreams(self) -> None:
        taken = Upstreams(self._report)
        taken.take_all(self._dns.texts("upstream_dns"))
        if "upstream_dns_file" in self._dns:
            self._report.lose("dns.upstream_dns_file", "write its upstreams under upstreams")
        if self._dns.is_on("use_private_ptr_resolvers"):
            for place in list(self._dns.texts("local_ptr_upstreams"))[:1]:
                taken.take_suffixes(list(_REVERSE), place)
        self._wishes.upstreams, self._wishes.suffixes = taken.found, taken.suffixes
        mode = self._dns.text("upstream_mode").lower()
        self._wishes.strategy = _STRATEGIES.get(mode, "") if len(taken.found) > 1 else ""
        for fallback in self._dns.texts("fallback_dns"):
            self._report.lose(f"fallback {fallback}", "add it as the last one under upstreams")

    def _lists(self) -> tuple[str, ...]:
        """The lists; gives the categories that they block."""
        sources = Sources(self._report)
        blocked = [
            sources.add(each.text("name"), each.text("url"))
            for each in self._values.tables("filters")
            if self._is_in_use(each)
        ]
        categories = tuple(dict.fromkeys(filter(None, blocked)))
        for each in self._values.tables("whitelist_filters"):
            if self._is_in_use(each):
                for category in categories:  # a source of ours takes names out of one
                    name = f"{each.text('name') or 'allowed'} {category}"
                    sources.add(name, each.text("url"), category, "allow")
        self._wishes.sources = sources.found
        return categories

    def _is_in_use(self, source: Values) -> bool:
        is_on = source.is_on("enabled")
        if not is_on:
            self._report.lose(f"list {source.text('name')}", "it was switched off")
        return is_on

    def _house(self) -> _Parts:
        settings = self._filtering
        if not settings.is_on("protection_enabled", otherwise=True):
            self._report.lose("protection", "it was paused; guardian begins with it on")
        mode = settings.text("blocking_mode").lower()
        answer = _ANSWERS.get(mode, "")
        addresses = (settings.text("blocking_ipv4"), settings.text("blocking_ipv6"))
        usable = tuple(each for each in addresses if not problem_with(kinds.ADDRESS, each))
        rules = self._filters_of(settings, "the house")
        if answer != "address" or usable:
            rules = replace(rules, answer=answer, answer_address=usable)
        return _Parts(rules, self._services_of(settings, "the house"))

    def _filters_of(self, settings: Values, whose: str) -> Rules:
        """Lists, the two look-ups in AdGuard's cloud, and safe search."""
        block = []
        for key, category in (("parental_enabled", "adult"), ("safebrowsing_enabled", "malware")):
            if settings.is_on(key):
                block.append(category)
                self._report.keep(
                    f"{key} ({whose}): {category} by guardian's own lists, asking no cloud"
                )
        rules = Rules(block=tuple(block), safe_search=self._safe_search(settings))
        return (
            self._listed | rules if settings.is_on("filtering_enabled", otherwise=True) else rules
        )

    def _safe_search(self, settings: Values) -> dict[str, object]:
        wanted = settings.table("safe_search")
        is_on = wanted.is_on("enabled") or settings.is_on("safesearch_enabled")
        if not is_on:
            return {}
        found: dict[str, object] = {
            each: True for each in _ENGINES if wanted.is_on(each, otherwise=True)
        }
        if wanted.is_on("youtube", otherwise=True):
            found["youtube"] = "moderate"
        return found

    def _services_of(self, settings: Values, whose: str) -> Rules:
        is_table = settings.is_table("blocked_services")  # a plain list until 0.107.37
        table = settings.table("blocked_services") if is_table else None
        words = table.texts("ids") if table else settings.texts("blocked_services")
        block = services_of(words, whose, self._report)
        free = self._free(table.table("schedule")) if table else {}
        if block:
            during = ", but for the times of its schedule" if free else ""
            self._report.keep(f"blocked for {whose}: {', '.join(block)}{during}")
        if free:
            return Rules(stretches=outside(free, block))
        return Rules(block=block)

    def _free(self, schedule: Values) -> dict[Weekday, tuple[int, int]]:
        """Stretches in which blocked services are open."""
        zone = schedule.text("time_zone")
        if zone not in ("", "Local"):
            if problem_with(times.ZONE, zone):
                self._report.lose(f"time zone {zone}", "guardian does not know it")
            elif self._wishes.zone not in ("", zone):
                self._report.lose(f"time zone {zone}", f"a household has one, {self._wishes.zone}")
            else:
                self._wishes.zone = zone
        found = {}
        for word, day in _DAYS.items():
            hours = schedule.table(word)
            start, end = _minutes(hours.text("start")), _minutes(hours.text("end"))
            if start is None or end is None or not 0 <= start <= end <= times.MIDNIGHT:
                self._report.lose(f"schedule on {word}", "its times cannot be read")
            elif start < end:
                found[day] = (start, end)
        return found

    def _persistent(self) -> Iterable[Values]:
        if self._values.is_table("clients"):
            return self._values.table("clients").tables("persistent")
        return self._values.tables("clients")

    def _client(self, values: Values, house: _Parts) -> Client:
        name = devices.title(values.text("name"))
        signs = []
        for text in values.texts("ids"):
            if sign := devices.device(text) if _is_address(text) else devices.client_id(text):
                signs.append(sign)
            else:
                self._report.lose(f"sign {text} of {name}", "guardian knows no device by that")
        own = house
        if "use_global_settings" in values and not values.is_on("use_global_settings"):
            own = replace(own, filtering=self._filters_of(values, name))
        if "use_global_blocked_services" in values and not values.is_on(
            "use_global_blocked_services"
        ):
            own = replace(own, services=self._services_of(values, name))
        taken = Upstreams(self._report, name)
        taken.take_all(values.texts("upstreams"))
        self._report.keep(f"client {name}")
        rules = replace(
            own.whole, answer=house.whole.answer, answer_address=house.whole.answer_address
        )
        return Client(name, tuple(dict.fromkeys(signs)), rules, tuple(taken.found))

    def _with_rules(self, clients: list[Client]) -> list[Client]:
        """The clients with the user's rules: everybody's, and those for them alone."""
        everybody = Names(self._report, "rules for everybody")
        own: dict[str, Names] = {}
        for line in self._values.texts("user_rules"):
            if line.startswith(("!", "#")):
                continue
            meant = _OF_CLIENTS.search(line)
            if meant is None:
                everybody.take_rule(line)
                continue
            rest = _OF_CLIENTS.sub(lambda found: found[1] if found[3] else "", line).rstrip("$,")
            for word in meant[2].split("|"):
                client = _called(word, clients)
                if client is None:
                    self._report.lose(f"rule {line}", f"no client is called {word}")
                else:
                    names = own.setdefault(
                        client.name, Names(self._report, f"rules for {client.name}")
                    )
                    names.take_rule(rest)
        for name in self._dns.texts("blocked_hosts"):
            if name not in _OF_ITSELF:
                everybody.take_rule(name)
        for names in (everybody, *own.values()):
            names.tell()
            for qname, addresses in names.records.items():
                for address in addresses:
                    devices.add_record(self._wishes.records, qname, address, self._report, "rule")
        self._wishes.house |= everybody.rules
        return [
            replace(
                each,
                rules=(own[each.name].rules if each.name in own else Rules())
                | (each.rules or Rules())
                | everybody.rules,
            )
            for each in clients
        ]

    def _rewrites(self) -> None:
        aliases = []
        for each in self._filtering.tables("rewrites"):
            name, answer = each.text("domain"), each.text("answer")
            if not each.is_on("enabled", otherwise=True):
                self._report.lose(f"rewrite {name} → {answer}", "it was switched off")
            elif _is_address(answer):
                devices.add_record(self._wishes.records, name, answer, self._report)
            else:
                aliases.append((name, answer))
        for name, answer in aliases:
            devices.add_alias(self._wishes.records, name, answer, self._report)

    def _blocked_clients(self) -> None:
        for text in self._dns.texts("disallowed_clients"):
            sign = devices.device(text) if _is_address(text) else devices.client_id(text)
            if not sign or "/" in sign:
                self._report.lose(f"disallowed client {text}", "guardian blocks single devices")
                continue
            self._wishes.devices.append(NamedDevice(f"Blocked {text}", (sign,), blocked=True))
            self._report.keep(f"no internet for {text}")
        for text in self._dns.texts("allowed_clients"):
            self._report.lose(f"allowed client {text}", "access.allow says who is answered")

    def _others(self) -> None:
        """What has another place in guardian, or none."""
        for each in self._values.tables("users"):
            self._report.lose(f"user {each.text('name')}", "make an account on guardian's page")
        if self._values.table("tls").is_on("enabled"):
            self._report.lose("tls", "name the certificate under encrypted, for devices, and web")
        if self._values.table("dhcp").is_on("enabled"):
            self._report.lose("dhcp", "guardian hands out no addresses; have the router do it")
        if self._dns.is_on("enable_dnssec"):
            self._report.lose("dns.enable_dnssec", "choose upstreams that validate")
        if self._dns.table("edns_client_subnet").is_on("enabled"):
            self._report.lose("dns.edns_client_subnet", "guardian tells no upstream who asks")


def _is_address(text: str) -> bool:
    """Whether this is a hardware or IP address, or a network; what else there is, is a ClientID."""
    is_sign = ":" in text or "/" in text or _MAC.fullmatch(text) is not None
    return is_sign or not problem_with(kinds.ADDRESS, text)


def _called(word: str, clients: Iterable[Client]) -> Client | None:
    name = word.strip().strip("'\"")
    for each in clients:
        if name == each.name or name.lower() in (*each.devices, f"id:{each.name}"):
            return each
        if f"id:{name.lower()}" in each.devices:
            return each
    return None


def _minutes(text: str) -> int | None:
    """Minutes since midnight of a length such as 9h30m; None for no length."""
    found: Any = _LENGTH.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return hours * 60 + minutes + seconds // 60

"""A profile of NextDNS, as its API gives it: JSON, with or without {"data": …} around it.

Its recreation time is when what is marked so is open; else that is blocked.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from guardian.policy.windows import Weekday
from guardian.settings import kinds, times
from guardian.takeover import devices
from guardian.takeover.own_names import Names
from guardian.takeover.reading import Values, problem_with
from guardian.takeover.report import BadExport, Report
from guardian.takeover.sources import Sources
from guardian.takeover.wishes import Client, Rules, Wishes, outside
from guardian.takeover.words import category, service

NAME: Final = "NextDNS"
_PARTS: Final = ("parentalControl", "denylist", "allowlist", "security", "privacy")
# Their lists, where our catalogue has the very same.
_LISTS: Final = {
    "oisd": "oisd-big", "adguard": "adguard-dns", "steven-black": "stevenblack",
    "hagezi-multi-light": "hagezi-light", "hagezi-multi-normal": "hagezi-normal",
    "1hosts-lite": "1hosts-lite", "peter-lowe": "peter-lowe", "adaway": "adaway",
    "anti-ad": "anti-ad", "hosts-vn": "hostsvn", "no-coin": "nocoin",
}  # fmt: skip
_MALWARE: Final = (
    "threatIntelligenceFeeds", "aiThreatDetection", "googleSafeBrowsing", "cryptojacking",
    "typosquatting", "dga",
)  # fmt: skip
_NO_LIKE: Final = {
    "nrd": "deny_new_names blocks what is new to your house, which may be more than you want",
    "ddns": "guardian has no list of dynamic names",
    "parking": "guardian has no list of parked names",
}
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")


def read(contents: Iterable[tuple[bytes, str]], report: Report) -> Wishes:
    """What profiles wish, each with its file. The first holds for devices that are nobody's.

    Raises BadExport.
    """
    wishes = Wishes(NAME)
    sources = Sources(report)
    taken: set[str] = set()
    for content, file in contents:
        values = _profile(content, file, report)
        rules = _Reader(values, wishes, sources, report).rules()
        name = devices.unlike(values.text("name") or NAME, taken)
        wishes.clients.append(Client(name, (), rules))
        report.keep(f"profile {name}")
    wishes.house = wishes.clients[0].rules or Rules()
    wishes.sources = sources.found
    report.lose("devices", "NextDNS tells none; add them under people, or on guardian's pages")
    report.lose("upstreams", "NextDNS was one itself; choose others under upstreams")
    return wishes


def _profile(content: bytes, file: str, report: Report) -> Values:
    try:
        data: Any = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise BadExport(f"{file}: this is not JSON ({problem}); name the exported file") from None
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        data = data["data"]
    if not isinstance(data, dict) or not any(part in data for part in _PARTS):
        raise BadExport(
            f"{file}: this is no profile of NextDNS; name what its API gives for a profile"
        )
    return Values(data, "", report)


class _Reader:
    def __init__(self, values: Values, wishes: Wishes, sources: Sources, report: Report) -> None:
        self._values = values
        self._wishes = wishes
        self._sources = sources
        self._report = report
        self._whose = values.text("name") or NAME

    def rules(self) -> Rules:
        found = self._names() | self._parental() | self._security() | self._privacy()
        self._records()
        self._others()
        return found

    def _names(self) -> Rules:
        names = Names(self._report, self._whose)
        for key, is_allowed in (("allowlist", True), ("denylist", False)):
            for each in self._values.tables(key):
                if each.is_on("active", otherwise=True):
                    names.take(each.text("id"), is_allowed=is_allowed)
                else:
                    self._report.lose(f"{key} {each.text('id')}", "it was switched off")
        for each in self._values.table("security").tables("tlds"):
            names.take(each.text("id"), is_allowed=False)
        names.tell()
        return names.rules

    def _parental(self) -> Rules:
        values = self._values.table("parentalControl")
        always: list[str] = []
        at_times: list[str] = []
        for key, ours in (("services", service), ("categories", category)):
            for each in values.tables(key):
                word = each.text("id")
                if not each.is_on("active", otherwise=True):
                    self._report.lose(f"{key} {word}", "it was switched off")
                elif not (own := ours(word)):
                    self._report.lose(
                        f"{key} {word}", "guardian has no such; «Watch an app» makes one"
                    )
                else:
                    (at_times if each.is_on("recreation") else always).append(own)
        free = self._recreation(values.table("recreation")) if at_times else {}
        if not free:  # without any time of recreation they are blocked at all hours
            always, at_times = always + at_times, []
        if values.is_on("blockBypass"):
            always.append("bypass")
        if always:
            self._report.keep(f"blocked ({self._whose}): {', '.join(dict.fromkeys(always))}")
        if at_times:
            said = ", ".join(dict.fromkeys(at_times))
            self._report.keep(f"blocked but for recreation time ({self._whose}): {said}")
        return Rules(
            block=tuple(dict.fromkeys(always)),
            safe_search=self._safe_search(values),
            stretches=outside(free, tuple(dict.fromkeys(at_times))),
        )

    def _safe_search(self, values: Values) -> dict[str, object]:
        found: dict[str, object] = {}
        if values.is_on("safeSearch"):
            engines = ("google", "bing", "duckduckgo", "ecosia", "brave", "pixabay", "yandex")
            found |= dict.fromkeys(engines, True)
            found["others"] = "block"  # as there: a search engine without a safe mode is blocked
            self._report.keep(f"safe search ({self._whose})")
        if values.is_on("youtubeRestrictedMode"):
            found["youtube"] = "strict"
            self._report.keep(f"YouTube restricted, strict ({self._whose}); or write moderate")
        return found

    def _recreation(self, values: Values) -> dict[Weekday, tuple[int, int]]:
        zone = values.text("timezone")
        if zone and problem_with(times.ZONE, zone):
            self._report.lose(f"time zone {zone}", "guardian does not know it")
        elif zone and self._wishes.zone not in ("", zone):
            self._report.lose(f"time zone {zone}", f"a household has one, {self._wishes.zone}")
        elif zone:
            self._wishes.zone = zone
        hours, found = values.table("times"), {}
        for day in Weekday:
            word = _DAYS[day]
            if word not in hours:
                continue
            start = _minutes(hours.table(word).text("start"))
            end = _minutes(hours.table(word).text("end")) or times.MIDNIGHT
            if start is None or start >= end:
                self._report.lose(f"recreation on {word}", "its times cannot be read")
            else:
                found[day] = (start, end)
        return found

    def _security(self) -> Rules:
        values = self._values.table("security")
        block: tuple[str, ...] = ()
        if on := [key for key in _MALWARE if values.is_on(key)]:
            block = ("malware",)
            self._report.keep(f"{', '.join(on)} ({self._whose}): malware by guardian's own lists")
        for key, why in _NO_LIKE.items():
            if values.is_on(key):
                self._report.lose(f"security.{key} ({self._whose})", why)
        if values.is_on("csam"):
            self._report.lose(
                "security.csam", "illegal content is blocked for everybody, by a list of kind iwf"
            )
        if "dnsRebinding" in values and not values.is_on("dnsRebinding"):
            self._wishes.rebinding = False
        return Rules(block=block, deny_homographs=values.is_on("idnHomographs"))

    def _privacy(self) -> Rules:
        from guardian.lists import catalogue

        values = self._values.table("privacy")
        known = {each.id: each for each in catalogue.catalogue()}
        block = []
        for each in values.tables("blocklists"):
            word = each.text("id")
            listed = known.get(_LISTS.get(word, word))
            if listed is not None:
                if all(source["url"] != listed.location for source in self._sources.found):
                    self._sources.add(listed.title, listed.location)
                block.append(listed.category)
            elif word == "nextdns-recommended":
                block.append("ads")
                self._report.keep(f"list {word}: ads by guardian's own list")
            else:
                self._report.lose(f"list {word}", "guardian's catalogue has none of that name")
        for each in values.tables("natives"):
            self._report.lose(f"native tracking of {each.text('id')}", "add a list that names it")
        if values.is_on("disguisedTrackers"):
            self._report.keep("disguised trackers: guardian judges where aliases lead, always")
        return Rules(block=tuple(dict.fromkeys(block)))

    def _records(self) -> None:
        aliases = []
        for each in self._values.tables("rewrites"):
            name, answer = each.text("name"), each.text("content")
            if problem_with(kinds.ADDRESS, answer):
                aliases.append((name, answer))
            else:
                devices.add_record(self._wishes.records, name, answer, self._report)
        for name, answer in aliases:
            devices.add_alias(self._wishes.records, name, answer, self._report)

    def _others(self) -> None:
        settings = self._values.table("settings")
        if settings.table("blockPage").is_on("enabled"):
            self._report.lose("settings.blockPage", "listen.block says where guardian's page is")
        if settings.is_on("web3"):
            self._report.lose("settings.web3", "guardian knows names of DNS alone")
        if settings.table("logs").is_on("enabled"):
            self._report.lose("settings.logs", "people's privacy says what guardian keeps of whom")


_DAYS: Final = {
    day: word
    for day, word in zip(
        sorted(Weekday),
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        strict=True,
    )
}


def _minutes(text: str) -> int | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if int(found[2]) < 60 and minutes <= times.MIDNIGHT else None

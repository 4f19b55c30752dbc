"""Lists that somebody subscribed to elsewhere, as sources of guardian's.

What a list's names are is told by the catalogue, else by its address, else by how it is called.
What nobody can tell is of the category `imported`, which the same people have blocked.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from guardian.lists import catalogue
from guardian.lists.foreign import proposed
from guardian.settings import kinds, own_lists
from guardian.settings.sections.lists import identifier
from guardian.takeover.reading import problem_with
from guardian.takeover.report import Report, shown

UNTOLD: Final = "imported"
_HTTP: Final = re.compile(r"http://", re.IGNORECASE)
_MOST_NAME: Final = 36  # characters; room for a number behind it
# The first that is found in a list's name or address says what it is.
_SIGNS: Final = tuple(
    (re.compile(rf"(?<![a-z])(?:{words})"), category)
    for words, category in (
        ("gambl|casino|betting", "gambling"),
        ("porn|nsfw|adult|sex|xxx", "adult"),
        ("dating", "dating"),
        ("drugs?(?![a-z])|drogue", "drugs"),
        ("malware|phish|scam|threat|tif(?![a-z])|ransom|badware|malicious|virus|urlhaus|stalker"
         "|crypto|spam|risk|abuse|fraud|security", "malware"),
        ("vpn|doh(?![a-z])|proxy|bypass", "bypass"),
        ("piracy|torrent|warez", "file-sharing"),
        ("social|facebook|tiktok|instagram", "social"),
        ("gaming|games?(?![a-z])", "games"),
        ("ads?(?![a-z])|adserv|adblock|adguard|adaway|track|privacy|telemetry|easy(?:list|privacy)"
         "|stevenblack|oisd|hagezi|1hosts|yoyo|spy", "ads"),
    )
)  # fmt: skip


def category_of(name: str, location: str) -> str:
    """What a list's names are, as far as anybody can tell."""
    if known := catalogue.at(location):
        return known.category
    if likely := proposed(location):
        return likely.category
    for text in (name.lower(), location.lower()):
        for sign, category in _SIGNS:
            if sign.search(text):
                return category
    return UNTOLD


class Sources:
    """The lists of one household, each with a name of its own."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._taken: set[str] = set()
        self.found: list[dict[str, str]] = []

    def add(self, name: str, location: str, category: str = "", kind: str = "block") -> str:
        """Take a list; gives its category, "" where it could not be kept.

        category: what it is, where that is known better than its name says.
        """
        location, was = _HTTP.sub("https://", location, count=1), location
        is_file = location.startswith(("/", "file://"))
        if not is_file and (problem := problem_with(kinds.URL, location)):
            self._report.lose(f"list {name or location}", problem)
            return ""
        category = category or category_of(name, location)
        source = self._source(name, location, category, is_file=is_file)
        if kind != "block":
            source["kind"] = kind
        self.found.append(source)
        takes = "allows names out of" if kind == "allow" else "category"
        over = "; fetched over HTTPS from now on" if was != location else ""
        self._report.keep(f"list {source['name']}: {takes} {category}{over}")
        return category

    def _source(self, name: str, location: str, category: str, *, is_file: bool) -> dict[str, str]:
        if is_file:
            path = location.removeprefix("file://")
            return {"name": self._named(name or path), "path": path, "category": category}
        known: Mapping[str, str] = {}
        if (listed := catalogue.at(location)) is not None:
            known = own_lists.of_catalogue(listed)
        called = name or known.get("name") or _name_in(location)
        return {**known, "name": self._named(called), "url": location, "category": category}

    def _named(self, name: str) -> str:
        """A name that no other list has, short enough to be one."""
        short = " ".join(shown(name).split())[:_MOST_NAME].strip() or "list"
        name, number = short, 2
        while identifier(name) in self._taken:
            name, number = f"{short} {number}", number + 1
        self._taken.add(identifier(name))
        return name


def _name_in(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.hostname or ''} {parts.path.rpartition('/')[2]}".strip()

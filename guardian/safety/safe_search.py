"""Search engines whose safe mode DNS can choose: the names asked, and what to answer instead.

The answer is a CNAME to the target with the target's own addresses, asked upstream: no address is
written down here. The targets are the engines' own offer to schools and families:
support.google.com/websearch/answer/186669, support.google.com/a/answer/6214622 (YouTube),
help.bing.microsoft.com (block adult content), duckduckgo.com/duckduckgo-help-pages (Safe Search),
yandex.com/support/search/how-to-search/protection.html (family search).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from guardian.safety import plain

Levels = Mapping[str, str]  # "strict" (every engine has it) or "moderate" → qname of the target

# The apex names youtube.com and bing.com only redirect to these.
ENGINES: Final[tuple[tuple[str, tuple[str, ...], Levels], ...]] = (
    ("bing", ("www.bing.com", "edgeservices.bing.com"), {"strict": "strict.bing.com"}),
    (
        "duckduckgo",
        ("duckduckgo.com", "www.duckduckgo.com", "start.duckduckgo.com"),
        {"strict": "safe.duckduckgo.com"},
    ),
    (
        "youtube",
        (
            "www.youtube.com",
            "m.youtube.com",
            "youtubei.googleapis.com",
            "youtube.googleapis.com",
            "www.youtube-nocookie.com",
        ),
        {"moderate": "restrictmoderate.youtube.com", "strict": "restrict.youtube.com"},
    ),
    ("ecosia", ("www.ecosia.org",), {"strict": "strict-safe-search.ecosia.org"}),
    ("brave", ("search.brave.com",), {"strict": "forcesafe.search.brave.com"}),
    ("pixabay", ("pixabay.com",), {"strict": "safesearch.pixabay.com"}),
)
YANDEX: Final[Levels] = {"strict": "familysearch.yandex.ru"}
_YANDEX_ENDINGS: Final = (
    "az", "by", "co.il", "com", "com.am", "com.ge", "com.ru", "com.tr", "de", "ee", "eu", "fi",
    "fr", "kz", "lt", "lv", "md", "net", "org", "pl", "ru", "tj", "tm", "uz",
)  # fmt: skip
WITHOUT_SAFE_MODE: Final = frozenset(
    {
        "360-search", "aol-search", "ask", "baidu", "dogpile", "kagi", "mojeek", "naver", "qwant",
        "sogou", "startpage", "yahoo-search",
    }
)  # fmt: skip
"""Services that search and have no safe mode which DNS could choose."""
GOOGLE: Final[Levels] = {"strict": "forcesafesearch.google.com"}


@cache
def targets() -> Mapping[str, tuple[str, Levels]]:
    """Each name exactly (not what is below it) → its engine, and the target for each level."""
    found: dict[str, tuple[str, Levels]] = {
        f"www.google.{ending}": ("google", GOOGLE) for ending in google_endings()
    }
    apexes = ["ya.ru", "xn--d1acpjx3f.xn--p1ai", *(f"yandex.{each}" for each in _YANDEX_ENDINGS)]
    for apex in apexes:
        found.update(dict.fromkeys((apex, f"www.{apex}"), ("yandex", YANDEX)))
    for engine, qnames, levels in ENGINES:
        found.update(dict.fromkeys(qnames, (engine, levels)))
    return MappingProxyType(found)


def google_endings() -> list[str]:
    """What follows "google." in the names of Google's national searches: "com", "co.uk", …"""
    return [ending for line in plain.lines("google.txt") for ending in line.split()]

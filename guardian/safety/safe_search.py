"""Search engines whose safe mode DNS can choose: the names asked, and what to answer instead.

The answer is a CNAME to the target with the target's own addresses, asked upstream: no address is
written down here. The targets are the engines' own offer to schools and families:
support.google.com/websearch/answer/186669, support.google.com/a/answer/6214622 (YouTube),
help.bing.microsoft.com (block adult content), duckduckgo.com/duckduckgo-help-pages (Safe Search).
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
)
GOOGLE: Final[Levels] = {"strict": "forcesafesearch.google.com"}


@cache
def targets() -> Mapping[str, tuple[str, Levels]]:
    """Each name exactly (not what is below it) → its engine, and the target for each level."""
    found: dict[str, tuple[str, Levels]] = {
        f"www.google.{ending}": ("google", GOOGLE) for ending in google_endings()
    }
    for engine, qnames, levels in ENGINES:
        found.update(dict.fromkeys(qnames, (engine, levels)))
    return MappingProxyType(found)


def google_endings() -> list[str]:
    """What follows "google." in the names of Google's national searches: "com", "co.uk", …"""
    return [ending for line in plain.lines("google.txt") for ending in line.split()]

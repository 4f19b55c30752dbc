"""What others call apps, sites and categories, in guardian's words."""

from collections.abc import Iterable, Mapping
from typing import Final

from guardian.safety import services
from guardian.takeover.report import Report

# Their word → ours, where it is not the same but for its hyphens.
_SERVICES: Final[Mapping[str, str]] = {
    "activision-blizzard": "blizzard", "battle-net": "blizzard",
    "blizzard-entertainment": "blizzard",
    "amazon-streaming": "prime-video", "primevideo": "prime-video",
    "apple-streaming": "apple-tv",
    "disneyplus": "disney-plus",
    "electronic-arts": "ea", "origin": "ea",
    "fortnite": "epic-games",
    "hbomax": "hbo-max", "max": "hbo-max",
    "leagueoflegends": "riot-games", "valorant": "riot-games",
    "ok": "ok-ru",
    "paramountplus": "paramount-plus",
    "peacock-tv": "peacock",
    "playstation-network": "playstation",
    "twitter": "x",
    "xboxlive": "xbox",
}  # fmt: skip
_CATEGORIES: Final[Mapping[str, str]] = {
    "porn": "adult",
    "gambling": "gambling",
    "dating": "dating",
    "piracy": "file-sharing",
    "social-networks": "social",
    "gaming": "games", "online-gaming": "games",
    "video-streaming": "video",
}  # fmt: skip
_WATCH: Final = "guardian knows no such app; «Watch an app» on its pages makes one"


def service(word: str) -> str:
    """Our word for one of their services; "" where there is none."""
    own = word.lower().replace("_", "-")
    own = _SERVICES.get(own, own)
    return own if own in services.ids() else ""


def services_of(words: Iterable[str], whose: str, report: Report) -> tuple[str, ...]:
    """Ours for theirs. whose: for the report, such as "the house"."""
    found = []
    for word in dict.fromkeys(words):
        if own := service(word):
            found.append(own)
        else:
            report.lose(f"blocked service {word} ({whose})", _WATCH)
    return tuple(dict.fromkeys(found))


def category(word: str) -> str:
    """Our word for a category of NextDNS; "" where there is none."""
    return _CATEGORIES.get(word.lower(), "")

"""What the pages say about safe search and groups of services; titles of services are data."""

from dataclasses import dataclass
from typing import Final

from guardian.policy.rules import Engine
from guardian.web.marked import sentence


@dataclass(frozen=True, slots=True)
class EngineWords:
    """An engine for parents. about: what its safe mode hides, and what else it takes away."""

    engine: Engine
    title: str
    about: str


ENGINES: Final = (
    EngineWords(
        Engine.GOOGLE,
        "Google",
        sentence("Hides explicit pictures, videos and pages. All else is found."),
    ),
    EngineWords(
        Engine.BING,
        "Bing",
        sentence(
            "Hides explicit pictures, videos and pages. Bing’s chat answers more carefully too."
        ),
    ),
    EngineWords(
        Engine.DUCKDUCKGO,
        "DuckDuckGo",
        sentence("Hides explicit pages. Its settings cannot undo that."),
    ),
    EngineWords(
        Engine.ECOSIA, "Ecosia", sentence("Hides explicit pages. Its settings cannot undo that.")
    ),
    EngineWords(
        Engine.BRAVE,
        "Brave Search",
        sentence("Hides explicit pages. Its settings cannot undo that."),
    ),
    EngineWords(Engine.PIXABAY, "Pixabay", sentence("Hides pictures that are meant for adults.")),
    EngineWords(
        Engine.YANDEX,
        "Yandex",
        sentence("Hides pages for adults. Links lead to its family search."),
    ),
)
YOUTUBE: Final = {  # level, "off" for none → what a parent chooses, and what comes with it
    "off": (sentence("Off"), sentence("Everything that YouTube shows, comments too.")),
    "moderate": (
        sentence("Moderate"),
        sentence("Hides what is marked for adults. Some music and live videos are missing too."),
    ),
    "strict": (
        sentence("Strict"),
        sentence(
            "Hides much more: many films, music and learning videos are missing, and all comments."
        ),
    ),
}
OTHERS: Final = sentence(
    "Startpage, Yahoo, Baidu and others have no safe mode that can be set from here. Blocked, they "
    "cannot be used to search around it."
)
GROUPS: Final = {
    "own": sentence("Made by you"),
    "video": sentence("Video"),
    "streaming": sentence("Films and series"),
    "music": sentence("Music"),
    "social": sentence("Social media"),
    "messaging": sentence("Messages and calls"),
    "strangers": sentence("Chats with strangers"),
    "dating": sentence("Dating"),
    "games": sentence("Games"),
    "gambling": sentence("Gambling"),
    "ai": sentence("Chats with machines"),
    "shopping": sentence("Shopping"),
    "file-sharing": sentence("File sharing"),
    "search": sentence("Search engines"),
    "vpn": sentence("Ways around the filter"),
}

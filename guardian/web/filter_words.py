"""What the pages say about safe search and groups of services; titles of services are data."""

from dataclasses import dataclass
from typing import Final

from guardian.policy.rules import Engine
from guardian.web.languages import _


@dataclass(frozen=True, slots=True)
class EngineWords:
    """An engine for parents. about: what its safe mode hides, and what else it takes away."""

    engine: Engine
    title: str
    about: str


ENGINES: Final = (
    EngineWords(
        Engine.GOOGLE, "Google", _("Hides explicit pictures, videos and pages. All else is found.")
    ),
    EngineWords(
        Engine.BING,
        "Bing",
        _("Hides explicit pictures, videos and pages. Bing’s chat answers more carefully too."),
    ),
    EngineWords(
        Engine.DUCKDUCKGO, "DuckDuckGo", _("Hides explicit pages. Its settings cannot undo that.")
    ),
    EngineWords(Engine.ECOSIA, "Ecosia", _("Hides explicit pages. Its settings cannot undo that.")),
    EngineWords(
        Engine.BRAVE, "Brave Search", _("Hides explicit pages. Its settings cannot undo that.")
    ),
    EngineWords(Engine.PIXABAY, "Pixabay", _("Hides pictures that are meant for adults.")),
    EngineWords(
        Engine.YANDEX, "Yandex", _("Hides pages for adults. Links lead to its family search.")
    ),
)
YOUTUBE: Final = {  # level, "off" for none → what a parent chooses, and what comes with it
    "off": (_("Off"), _("Everything that YouTube shows, comments too.")),
    "moderate": (
        _("Moderate"),
        _("Hides what is marked for adults. Some music and live videos are missing too."),
    ),
    "strict": (
        _("Strict"),
        _("Hides much more: many films, music and learning videos are missing, and all comments."),
    ),
}
OTHERS: Final = _(
    "Startpage, Yahoo, Baidu and others have no safe mode that can be set from here. Blocked, they "
    "cannot be used to search around it."
)
GROUPS: Final = {
    "video": _("Video"),
    "streaming": _("Films and series"),
    "music": _("Music"),
    "social": _("Social media"),
    "messaging": _("Messages and calls"),
    "strangers": _("Chats with strangers"),
    "dating": _("Dating"),
    "games": _("Games"),
    "gambling": _("Gambling"),
    "ai": _("Chats with machines"),
    "shopping": _("Shopping"),
    "file-sharing": _("File sharing"),
    "search": _("Search engines"),
    "vpn": _("Ways around the filter"),
}
KIN: Final = {  # group of services → the category whose lists name most of them
    "video": "video", "streaming": "video", "social": "social", "messaging": "messaging",
    "dating": "dating", "games": "games", "gambling": "gambling", "ai": "ai-chat",
    "file-sharing": "file-sharing", "vpn": "bypass",
}  # fmt: skip

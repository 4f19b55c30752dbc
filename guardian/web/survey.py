"""The questions that children answer about guardian: two minutes, no name, nothing to write."""

from collections.abc import Mapping
from typing import Final

from guardian.web.marked import sentence

QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "fair": (
        sentence("Do you think that the rules here are fair?"),
        {"yes": sentence("Yes"), "partly": sentence("Partly"), "no": sentence("No")},
    ),
    "helped": (
        sentence("Does it help you?"),
        {"yes": sentence("Yes"), "partly": sentence("Partly"), "no": sentence("No")},
    ),
    "heard": (
        sentence("When you ask for something, are you listened to?"),
        {"yes": sentence("Yes"), "partly": sentence("Partly"), "no": sentence("No")},
    ),
    "change": (
        sentence("What would you change first?"),
        {
            "time": sentence("More time"),
            "sites": sentence("More sites that are open"),
            "insight": sentence("That others see less of what I do"),
            "answers": sentence("That answers come faster"),
            "safer": sentence("That I am protected better"),
            "nothing": sentence("Nothing"),
        },
    ),
}

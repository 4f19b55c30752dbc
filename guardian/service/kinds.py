"""The categories of a household, as people read of them."""

from collections.abc import Sequence

from guardian.lists import bundled
from guardian.policy.rules import ILLEGAL_CATEGORY
from guardian.settings import Settings
from guardian.settings.bundled import folders
from guardian.settings.sections.lists import ListKind
from guardian.web.house import Kindred


def kindred(settings: Settings, language: str) -> Sequence[Kindred]:
    """All that can be blocked as a kind, by title; illegal content is nobody's choice.

    language: ISO 639-1; English where a list does not speak it.
    """
    ours = folders(bundled.folder())
    used = {bundled.category(each) for each in settings.lists.bundled}
    theirs = {
        each.category: each.title for each in settings.lists.sources if each.kind is ListKind.BLOCK
    }
    found = []
    for category in settings.categories - {ILLEGAL_CATEGORY}:
        filled = category in used or category in theirs
        if category in ours:
            list_ = ours[category]
            title, about = bundled.title(list_, language), bundled.description(list_, language)
        else:
            title, about = category.replace("-", " ").capitalize(), theirs.get(category, "")
        found.append(Kindred(category, title, about, filled))
    return sorted(found, key=lambda each: each.title.casefold())

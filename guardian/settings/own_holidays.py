"""A household's days without school, edited in its configuration, as `edit` reads it, in place.

They may be written as one text or as a list of texts, which stays what it is with its comments.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from guardian.policy.windows import Dates
from guardian.settings.edit import listed
from guardian.settings.times import dates_text


def read(text: str) -> Dates | None:
    """Days as a configuration has them, "2026-12-24" or "2026-12-24/2027-01-06"; None: no such."""
    first, _, last = text.replace(" ", "").partition("/")
    try:
        return Dates(date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError:
        return None


def add(data: Any, days: Iterable[Dates]) -> None:
    """Add rows of days, those that are not there yet."""
    household = data["household"]
    present = household.get("holidays")
    known = [str(each).replace(" ", "") for each in listed(present)]
    more = [text for text in dict.fromkeys(map(dates_text, days)) if text not in known]
    if isinstance(present, list):
        present.extend(more)
    else:
        household["holidays"] = [*listed(present), *more]


def remove(data: Any, days: Dates) -> None:
    """Take a row of days out."""
    household = data["household"]
    present = household.get("holidays")
    rows = present if isinstance(present, list) else listed(present)
    for at in reversed(range(len(rows))):
        if read(str(rows[at])) == days:
            del rows[at]
    if rows:
        household["holidays"] = rows
    else:
        del household["holidays"]

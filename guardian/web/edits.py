"""Edits of the configuration by a form: what is wrong goes to its field, and nobody's edit is lost.

A form that was made from an older configuration is taken all the same where others changed
something else since. Where they changed the same thing, `configuration.Conflict` is raised and the
gate shows what it was, with the form still whole (`pages.conflict`).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from guardian.errors import translated
from guardian.settings import ConfigError
from guardian.web.visit import Visit

VERSION: Final = "version"
_NUMBER: Final = re.compile(r"\[[^\]]*\]")


def edit(
    visit: Visit,
    change: Callable[[Any], None],
    deed: str,
    about: str = "",
    fields: Mapping[str, str] | None = None,
    otherwise: str = "",
) -> int | None:
    """Change the configuration as a form asks; the change's number, for `undo_of`.

    None once it is noted at its field what is wrong. fields: key of the configuration → field of
    the form, where they are called differently. otherwise: the field for all that belongs to none.
    Raises Conflict.
    """
    try:
        return visit.house.configuration.edit(
            change, deed, visit.who, visit.form.get(VERSION), about
        )
    except ConfigError as problems:
        for each in problems.problems:
            key = _NUMBER.sub("", each.field).rpartition(".")[2]
            name = (fields or {}).get(key, key)
            known = visit.form.has(name) or not otherwise
            said = translated(each.at_field, visit.language.say)
            visit.form.errors.setdefault(name if known else otherwise, said)
        return None


def undo_of(number: int, back: str = "") -> str:
    """Where a form takes a change back; "" where there was none. back: the page to go to then."""
    if not number:
        return ""
    return f"/history/{number}/undo" + (f"?back={quote(back)}" if back else "")

"""Two at once: what the other one changed, with the form that was sent still whole."""

from typing import Final

from aiohttp import web

from guardian.web.configuration import Conflict
from guardian.web.edits import VERSION
from guardian.web.told import tell
from guardian.web.visit import Visit

_OURS: Final = ("csrf", VERSION)  # what the page fills in itself


def clash(visit: Visit, conflict: Conflict) -> web.Response:
    """The page after an edit that was not taken: do it all the same, or leave it."""
    titles = visit.house.titles(visit.language.code)
    values = [
        (name, value)
        for name, several in visit.form.values.items()
        if name not in _OURS
        for value in several
    ]
    path = visit.request.rel_url.raw_path
    return visit.page(
        "conflict.html",
        409,
        wanted=tell(conflict.wanted, titles, visit.language).sentences if conflict.wanted else (),
        changes=[tell(each, titles, visit.language) for each in conflict.changes],
        values=values,
        path=path,
        version=visit.house.configuration.version(),
    )

"""The household as one file: to keep, to carry elsewhere, and to put back."""

from typing import Final

from aiohttp import web

from guardian.settings import ConfigError
from guardian.settings.canonical import canonical
from guardian.web.visit import Visit

_HERE: Final = "/settings/backup"


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return visit.page("settings/backup.html")


async def download(visit: Visit) -> web.StreamResponse:
    """The configuration in its canonical form."""
    content = canonical(visit.house.settings.path.read_bytes())
    day = visit.now.date().isoformat()
    visit.house.store.accounts.note(visit.who, "downloaded the household", "", visit.house.now())
    return web.Response(
        body=content,
        content_type="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="guardian-{day}.yaml"'},
    )


async def restore(visit: Visit) -> web.StreamResponse:
    """Put a file in place of the configuration; what was before can be put back by undo."""
    uploaded = visit.files.get("file")
    if not uploaded:
        visit.form.wrong("file", "Choose a file that guardian made.")
        return await show(visit)
    try:
        visit.house.replace(uploaded, visit.who)
    except ConfigError as problem:
        visit.form.wrong("file", "This file cannot be used. Nothing was changed.")
        visit.form.details = str(problem)
        return await show(visit)
    return visit.go("/settings", visit.say("The household of that file is in force now."))

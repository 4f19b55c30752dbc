"""The household as one file: to keep, to carry elsewhere, and to put back."""

from pathlib import Path
from typing import Any, Final

from aiohttp import web

from guardian.errors import GuardianError
from guardian.settings import ConfigError
from guardian.settings.canonical import canonical
from guardian.settings.sections.backup import Every
from guardian.web.edits import undo_of
from guardian.web.forms import one_of, whole_number
from guardian.web.marked import sentence
from guardian.web.visit import Visit

_HERE: Final = "/settings/backup"
_EVERY: Final = {
    Every.DAY: sentence("Every day"),
    Every.WEEK: sentence("Every week"),
    Every.NEVER: sentence("Never"),
}


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    chosen = visit.house.settings.backup
    return visit.page(
        "settings/backup.html", copies=visit.house.copies.all(), chosen=chosen,
        are_sealed=visit.house.copies.are_sealed(),
        every=[(each, visit.say(_EVERY[each])) for each in Every],
    )  # fmt: skip


async def choose(visit: Visit) -> web.StreamResponse:
    """Keep how often copies are made, and how many are kept."""
    form = visit.form
    every = form.read("every", one_of([*Every]))
    keep = form.read("keep", whole_number(1, 100))
    if every is None or keep is None:
        return await show(visit)

    def change(data: Any) -> None:
        table = data.setdefault("backup", {})
        table["every"], table["keep"] = str(every), keep

    number = visit.house.configuration.edit(
        change, "changed the backups", visit.who, form.get("version")
    )
    return visit.go(_HERE, visit.say("Kept. It is in force now."), undo_of(number))


async def now(visit: Visit) -> web.StreamResponse:
    """Make a copy now."""
    visit.house.copies.make(visit.who)
    return visit.go(_HERE, visit.say("A backup is made."))


def _file(visit: Visit) -> Path:
    path = visit.house.copies.path(visit.part("name"))
    if path is None:
        raise web.HTTPNotFound
    return path


async def download_copy(visit: Visit) -> web.StreamResponse:
    """A whole copy, as it is kept."""
    path = _file(visit)
    visit.house.store.accounts.note(visit.who, "downloaded a backup", "", visit.house.now())
    return web.FileResponse(
        path, headers={"Content-Disposition": f'attachment; filename="{path.name}"'}
    )


async def put_back(visit: Visit) -> web.StreamResponse:
    """Put a copy in place; what is there now is copied before."""
    path = _file(visit)
    try:
        visit.house.copies.restore(path.name, visit.who)
    except (ConfigError, GuardianError) as problem:
        visit.form.wrong("copies", "This backup cannot be used. Nothing was changed.")
        visit.form.details = str(problem)
        return await show(visit)
    return visit.go("/login")


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
        visit.house.configuration.replace(uploaded, visit.who)
    except ConfigError as problem:
        visit.form.wrong("file", "This file cannot be used. Nothing was changed.")
        visit.form.details = str(problem)
        return await show(visit)
    return visit.go("/settings", visit.say("The household of that file is in force now."))

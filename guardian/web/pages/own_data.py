"""What is kept about me: to take along, and to forget."""

import json

from aiohttp import web

from guardian.web import own_data
from guardian.web.marked import sentence
from guardian.web.visit import Visit

FORGOT = sentence("forgot what was kept of them")


async def take(visit: Visit) -> web.StreamResponse:
    """All of it as a file, for whose device this is."""
    person = visit.person
    if person is None:
        return visit.go("/me")
    data = own_data.kept(visit.house.store, person)
    return web.Response(
        text=json.dumps(data, ensure_ascii=False, indent=1),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


async def forget(visit: Visit) -> web.StreamResponse:
    """Forget it, for who is old enough; others see that it was done, and not what it was."""
    person = visit.person
    if person is None or person.age_band not in own_data.MAY_FORGET or not visit.form.has("sure"):
        return visit.go("/me")
    own_data.forget(visit.house.store, person.name)
    visit.house.store.accounts.note(person.name, FORGOT, person.name, visit.house.now())
    return visit.go("/me", visit.say("It is forgotten."))

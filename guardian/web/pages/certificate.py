"""The certificate of the pages: what it says, a fresh one, one's own. A key is never shown."""

from typing import Any, Final

from aiohttp import web

from guardian.errors import GuardianError
from guardian.web.edits import edit, undo_of
from guardian.web.marked import sentence
from guardian.web.visit import Visit

_HERE: Final = "/settings/certificate"


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return _page(visit)


def _page(visit: Visit) -> web.Response:
    guard = visit.house.settings.web
    return visit.page(
        "settings/certificate.html",
        found=visit.house.certificate.status(),
        tls=str(guard.tls),
        is_plain=guard.tls is guard.tls.OFF,
        version=visit.version,
    )


async def switch_on(visit: Visit) -> web.StreamResponse:
    """Have the pages come by HTTPS from the next start on."""

    def change(data: Any) -> None:
        data.setdefault("web", {})["tls"] = "own"

    number = edit(visit, change, sentence("switched HTTPS on"), otherwise="tls")
    if number is None:
        return _page(visit)
    said = visit.say("HTTPS is on as soon as guardian is started again.")
    return visit.go(_HERE, said, undo_of(number, _HERE))


async def renew(visit: Visit) -> web.StreamResponse:
    """A fresh one of guardian's own."""
    try:
        await visit.house.certificate.renew(visit.who)
    except GuardianError as problem:
        return _refused(visit, problem)
    return visit.go(_HERE, visit.say("A new certificate is in use."))


async def upload(visit: Visit) -> web.StreamResponse:
    """One that the household got elsewhere."""
    chain, key = visit.files.get("certificate", b""), visit.files.get("key", b"")
    if not chain:
        visit.form.wrong("certificate", "Choose the file of the certificate.")
        return _page(visit)
    try:
        await visit.house.certificate.upload(chain, key, visit.who)
    except GuardianError as problem:
        return _refused(visit, problem)
    return visit.go(_HERE, visit.say("A new certificate is in use."))


def _refused(visit: Visit, problem: GuardianError) -> web.Response:
    visit.form.wrong("certificate", "This cannot be used. The certificate of before stays.")
    visit.form.details = str(problem)
    return _page(visit)

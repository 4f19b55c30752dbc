"""The API: what pages can do, as JSON, under /api/v1. docs/api.md describes it."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from guardian.store.accounts import key_of
from guardian.web import sessions
from guardian.web.house import House
from guardian.web.languages import language
from guardian.web.status import Status


def add_routes(app: web.Application, house: House) -> None:
    """Put the API's addresses into an application."""

    async def status(request: web.Request) -> web.Response:
        if not _is_known(request, house):
            return problem(401, "Log in first, or send a key")
        household = house.settings.household
        return web.json_response(
            as_json(house.status(language(household.language, household.country)))
        )

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/api/v1/status", status)


def _is_known(request: web.Request, house: House) -> bool:
    """Whether somebody is logged in, or a program has sent a key (RFC 6750)."""
    now = house.now()
    if sessions.current(house.store.accounts, request, now) is not None:
        return True
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    key = key_of(token)
    if scheme.lower() != "bearer" or house.store.tokens.of(key) is None:
        return False
    house.store.tokens.seen(key, now)
    return True


def as_json(status: Status) -> dict[str, Any]:
    """Every field by its name, times as ISO 8601."""
    data = asdict(status)
    data["time"] = status.time.isoformat(timespec="seconds")
    if status.helpline is not None:
        data["helpline"]["checked"] = status.helpline.checked.isoformat()
    return data


def problem(status: int, title: str, detail: str = "") -> web.Response:
    """What went wrong, in the form of RFC 9457."""
    said = {"type": "about:blank", "title": title, "status": int(status)}
    if detail:
        said["detail"] = detail
    return web.json_response(said, status=status, content_type="application/problem+json")

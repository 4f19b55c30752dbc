"""The web application: the page, its style, the API.

GET /               the page
GET /api/v1/status  the same as JSON: the fields of `Status`
GET /healthz        "ok"
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import aiohttp_jinja2
import jinja2
from aiohttp import web

from guardian.web.status import Status

_HERE: Final = Path(__file__).parent
_STATUS: Final[web.AppKey[Callable[[], Status]]] = web.AppKey("status")
_OUR_SUFFIXES: Final = (".home.arpa", ".local", ".lan", ".internal")
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(status: Callable[[], Status]) -> web.Application:
    """The application; status: what to show now."""
    app = web.Application(middlewares=[_guarded])
    app[_STATUS] = status
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment = aiohttp_jinja2.get_env(app)
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.router.add_get("/", _home)
    app.router.add_get("/api/v1/status", _api_status)
    app.router.add_get("/healthz", _healthz)
    app.router.add_static("/static", _HERE / "static")
    return app


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only under a name of our own (against DNS rebinding), and say what browsers may do."""
    response: web.StreamResponse
    if not _is_ours(request.host):
        response = web.Response(status=421, text="This address is not guardian's; use its own.\n")
    else:
        try:
            response = await handler(request)
        except web.HTTPException as problem:
            response = web.Response(status=problem.status, text=f"{problem.reason}\n")
            if allow := problem.headers.get("Allow"):
                response.headers["Allow"] = allow
    response.headers.update(_HEADERS)
    return response


def _is_ours(host: str) -> bool:
    name = host.rpartition(":")[0] if host.count(":") == 1 else host
    if name.startswith("["):
        name = name.partition("]")[0][1:]
    try:
        ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(_OUR_SUFFIXES)
    return True


@aiohttp_jinja2.template("home.html")
async def _home(request: web.Request) -> dict[str, object]:
    status = request.app[_STATUS]()
    return {"status": status, "direction": "rtl" if status.language == "ar" else "ltr"}


async def _api_status(request: web.Request) -> web.Response:
    data = asdict(request.app[_STATUS]())
    data["time"] = data["time"].isoformat(timespec="seconds")
    return web.json_response(data)


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")

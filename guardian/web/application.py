"""The web application: the page, its style, the API. docs/web.md describes what it answers.

GET /               the page
GET /api/v1/status  the same as JSON: the fields of `Status`
GET /healthz        "ok"
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import aiohttp_jinja2
import jinja2
from aiohttp import web

from guardian.safety.helplines import DIRECTORY
from guardian.web.hosts import is_ours
from guardian.web.languages import ENGLISH, LANGUAGES, Language
from guardian.web.status import Status

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HERE: Final = Path(__file__).parent
_STATUS: Final = web.AppKey("status", Callable[[], Status])
_NAMES: Final = web.AppKey("names", Collection[str])
_LANGUAGES: Final = web.AppKey("languages", Mapping[str, Language])
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def application(
    status: Callable[[], Status],
    names: Collection[str] = (),
    languages: Mapping[str, Language] = LANGUAGES,
) -> web.Application:
    """The application.

    status: what to show now. names: host names of the page, beside addresses and the house's own
    (`hosts`). languages: by code; English where a household's is missing.
    """
    app = web.Application(middlewares=[_guarded])
    app[_STATUS] = status
    app[_NAMES] = frozenset(name.lower() for name in names)
    app[_LANGUAGES] = languages
    _prepare_templates(app)
    app.router.add_get("/", _home)
    app.router.add_get("/api/v1/status", _api_status)
    app.router.add_get("/healthz", _healthz)
    app.router.add_static("/static", _HERE / "static")
    return app


def _prepare_templates(app: web.Application) -> None:
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True
    )
    environment.get_template("home.html")  # compiled now: the first visitor does not wait for it


@jinja2.pass_context
def _gettext(context: jinja2.runtime.Context, message: str) -> str:
    return _language(context).catalogue.gettext(message)


@jinja2.pass_context
def _ngettext(context: jinja2.runtime.Context, one: str, many: str, number: int) -> str:
    return _language(context).catalogue.ngettext(one, many, number)


def _language(context: jinja2.runtime.Context) -> Language:
    language: Language = context["language"]
    return language


async def _home(request: web.Request) -> web.Response:
    status = request.app[_STATUS]()
    language = request.app[_LANGUAGES].get(status.language, ENGLISH)
    shown = {"status": status, "language": language, "directory": DIRECTORY}
    return aiohttp_jinja2.render_template("home.html", request, shown)


async def _api_status(request: web.Request) -> web.Response:
    return web.json_response(as_json(request.app[_STATUS]()))


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def as_json(status: Status) -> dict[str, Any]:
    """What the API says: every field by its name, times as ISO 8601."""
    data = asdict(status)
    data["time"] = status.time.isoformat(timespec="seconds")
    if status.helpline is not None:
        data["helpline"]["checked"] = status.helpline.checked.isoformat()
    return data


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only under a name of our own, calmly where something is wrong, and say to browsers
    what they may do.
    """
    response: web.StreamResponse
    if not is_ours(request.host, request.app[_NAMES]):
        response = _problem(request, HTTPStatus.MISDIRECTED_REQUEST)
    else:
        try:
            response = await handler(request)
        except web.HTTPException as problem:
            response = _problem(request, HTTPStatus(problem.status))
            if allow := problem.headers.get("Allow"):
                response.headers["Allow"] = allow
        except Exception:  # noqa: BLE001  the request's owner: the visitor gets a page all the same
            log.exception("the page failed: path=%s", request.path)
            response = _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    response.headers.update(_HEADERS)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"  # nothing secret: kept, but asked after
    return response


def _problem(request: web.Request, status: HTTPStatus) -> web.Response:
    """A page, or for the API a JSON object with `error`, that says what is wrong."""
    if request.path.startswith("/api/"):
        return web.json_response({"error": status.phrase}, status=status)
    shown = {"status": status, "language": ENGLISH, "address": _own_address(request)}
    return aiohttp_jinja2.render_template("problem.html", request, shown, status=status)


def _own_address(request: web.Request) -> str:
    """Where the page is for whoever asks: "http://192.168.1.2:8053/"; "" if it cannot be said."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    if not isinstance(name, tuple):
        return ""
    host, port = name[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

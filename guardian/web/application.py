"""The web application: the page, its style, the API. docs/web.md describes what it answers.

GET /               the page
GET /api/v1/status  the same as JSON: the fields of `Status`
GET /healthz        "ok"
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import asdict, dataclass
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
    pages = _Pages(status, frozenset(name.lower() for name in names), languages)
    app = web.Application(middlewares=[pages.guarded])
    _prepare_templates(app)
    app.router.add_get("/", pages.home)
    app.router.add_get("/api/v1/status", pages.api_status)
    app.router.add_get("/healthz", pages.healthz)
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
    for name in environment.list_templates():
        environment.get_template(name)  # compiled now: the first visitor does not wait for it


@jinja2.pass_context
def _gettext(context: jinja2.runtime.Context, message: str) -> str:
    return _language(context).catalogue.gettext(message)


@jinja2.pass_context
def _ngettext(context: jinja2.runtime.Context, one: str, many: str, number: int) -> str:
    return _language(context).catalogue.ngettext(one, many, number)


def _language(context: jinja2.runtime.Context) -> Language:
    language: Language = context["language"]
    return language


@dataclass(frozen=True, slots=True)
class _Pages:
    """The handlers, with what `application` was given."""

    status: Callable[[], Status]
    names: Collection[str]
    languages: Mapping[str, Language]

    async def home(self, request: web.Request) -> web.Response:
        status = self.status()
        language = self.languages.get(status.language, ENGLISH)
        shown = {"status": status, "language": language, "directory": DIRECTORY}
        return aiohttp_jinja2.render_template("home.html", request, shown)

    async def api_status(self, _request: web.Request) -> web.Response:
        return web.json_response(as_json(self.status()))

    async def healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    @web.middleware
    async def guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only under a name of our own, calmly where something is wrong, and say to browsers
        what they may do.
        """
        if is_ours(request.host, self.names):
            response = await _answered(request, handler)
        else:
            response = _problem(request, HTTPStatus.MISDIRECTED_REQUEST)
        response.headers.update(_HEADERS)
        if request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-cache"  # nothing secret: kept, but asked after
        return response


def as_json(status: Status) -> dict[str, Any]:
    """What the API says: every field by its name, times as ISO 8601."""
    data = asdict(status)
    data["time"] = status.time.isoformat(timespec="seconds")
    if status.helpline is not None:
        data["helpline"]["checked"] = status.helpline.checked.isoformat()
    return data


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The handler's response, or a calm one in place of its failure."""
    try:
        return await handler(request)
    except web.HTTPException as problem:
        response = _problem(request, HTTPStatus(problem.status))
        if allow := problem.headers.get("Allow"):
            response.headers["Allow"] = allow
        return response
    except Exception:
        log.exception("the page failed: path=%r", request.path)
        return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)


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

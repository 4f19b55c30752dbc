"""The web application: one gate that every visit passes, then the page (`routes`).

The gate answers only under a name of our own (`hosts`), takes forms only from our own pages, knows
who is logged in, and lets nobody further than their rights reach. What goes wrong becomes a calm
page; what browsers may do is said in headers.
"""

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web

from guardian.errors import GuardianError, translated
from guardian.policy.people import AgeBand
from guardian.store.disk import is_refusal
from guardian.web import api, sessions
from guardian.web.behind import seen_from
from guardian.web.configuration import Conflict
from guardian.web.hosts import is_ours
from guardian.web.house import House
from guardian.web.pages.conflict import clash
from guardian.web.rights import Right
from guardian.web.routes import ROUTES, Route
from guardian.web.seals import Pace, Seals
from guardian.web.sessions import Brake, SpentCodes
from guardian.web.slow import Idle
from guardian.web.templating import prepare
from guardian.web.visit import Notices, Visit

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BRAKE: Final = "brake"
IDLE: Final = "idle"
SPENT: Final = "spent codes"
PACE: Final = "pace"
FRESH_LINKS: Final = "fresh links"
REVOKED_LINKS: Final = "revoked links"
_MOST_FORMS: Final = 10  # that a device without an account may send at once …
_FORM_SECONDS: Final = 600  # … and again in this time
_HTTPS: Final = 443
_LEAST_TO_PACK: Final = 600  # bytes; what is shorter goes in one packet anyway
_MOST_BODY: Final = 256 * 1024  # bytes of a form
_WITHOUT_STORE: Final = frozenset({"/help", "/guide", "/guide/{reader}"})
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def application(
    house: House, names: Collection[str] = (), more: Collection[Route] = ()
) -> web.Application:
    """The application of a household.

    names: host names of the pages, beside addresses and the house's own (`hosts`). more: pages
    beside the usual ones.
    """
    gate = _Gate(house, frozenset(name.lower() for name in names))
    app = web.Application(middlewares=[gate.guarded], client_max_size=_MOST_BODY)
    app[BRAKE] = Brake(monotonic)
    app[IDLE] = gate.idle
    app[SPENT] = SpentCodes()
    app[PACE] = Pace(_MOST_FORMS, _FORM_SECONDS, monotonic)
    app[FRESH_LINKS] = {}
    app[REVOKED_LINKS] = {}
    prepare(app)
    for route in (*ROUTES, *more):
        if route.method == "GET":
            app.router.add_get(route.path, gate.handler(route))  # HEAD too
        else:
            app.router.add_route(route.method, route.path, gate.handler(route))
    api.add_routes(app, house)
    return app


def redirection(house: House, port: int) -> web.Application:
    """What sends visitors of plain HTTP on to the same page by HTTPS, at a port."""

    async def onwards(request: web.Request) -> web.StreamResponse:
        if not is_ours(request.host, house.settings.web.names):
            return web.Response(status=HTTPStatus.MISDIRECTED_REQUEST)
        host = request.host.rpartition("]")[0] + "]" if request.host.startswith("[") else (
            request.host.partition(":")[0]
        )  # fmt: skip
        where = host if port == _HTTPS else f"{host}:{port}"
        # 308: a form that was sent in the clear is sent again, whole, and not as another question.
        path = request.rel_url.raw_path_qs
        return web.Response(status=308, headers={"Location": f"https://{where}{path}"})

    app = web.Application(client_max_size=_MOST_BODY)
    app.router.add_route("*", "/{path:.*}", onwards)
    return app


@dataclass(frozen=True, slots=True)
class _Gate:
    house: House
    names: Collection[str]
    notices: Notices = field(default_factory=Notices)
    seals: Seals = field(default_factory=lambda: Seals(monotonic))
    idle: Idle = field(default_factory=lambda: Idle(monotonic))

    def handler(self, route: Route) -> Handler:
        """A route as aiohttp wants it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            # Nobody is known then, and a first account would be lost, as would a request. Whom to
            # call, and what to read, needs none of it.
            if self.house.is_away and route.path not in _WITHOUT_STORE:
                return Visit(request, self.house, self.notices, self.seals).page(
                    "problem.html", 503, problem="store"
                )
            visit = self._visit(request)
            is_early = not self.house.store.accounts.any()
            if is_early and route.right is not Right.HERE and not route.path.startswith("/setup"):
                return visit.go("/setup")
            if not visit.may(route.right):
                return _turned_away(visit)
            if request.method == "POST":
                await visit.read_form()
                if not _is_meant(visit, route):
                    return visit.page("problem.html", 403, problem="form")
            try:
                return await route.answer(visit)
            except Conflict as problem:
                return clash(visit, problem)
            except GuardianError as problem:
                said = translated(problem.args[0] if problem.args else "", visit.language.say)
                return visit.page("problem.html", 409, problem="refused", said=said)
            except (OSError, sqlite3.Error) as problem:
                if not is_refusal(problem):
                    raise
                self.house.refused(problem)
                return visit.page("problem.html", HTTPStatus.INSUFFICIENT_STORAGE, problem="disk")

        return handle

    def _visit(self, request: web.Request) -> Visit:
        accounts = self.house.store.accounts
        session = sessions.current(accounts, request, self.house.now())
        account = accounts.called(session.account) if session else None
        return Visit(
            request, self.house, self.notices, self.seals, account,
            session if account is not None else None,
        )  # fmt: skip

    @web.middleware
    async def guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.idle.begin(request.protocol)
        try:
            return await self._guarded(request, handler)
        finally:
            self.idle.end(request.protocol)

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        guard = self.house.settings.web
        request = seen_from(request, guard.trusted_proxies)
        if not is_ours(request.host, (*self.names, *guard.names)):
            response: web.StreamResponse = self._problem(request, HTTPStatus.MISDIRECTED_REQUEST)
        elif request.method not in ("GET", "HEAD") and _is_from_elsewhere(request):
            response = self._problem(request, HTTPStatus.FORBIDDEN)
        else:
            response = await self._answered(request, handler)
        if not response.prepared:
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
            if _is_worth_packing(response):
                response.enable_compression()
        return response

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The handler's response, or a calm one in place of its failure."""
        try:
            return await handler(request)
        except web.HTTPException as problem:
            response = self._problem(request, HTTPStatus(problem.status))
            if allow := problem.headers.get("Allow"):
                response.headers["Allow"] = allow
            return response
        except Exception:
            log.exception("the page failed: path=%r", request.path)
            return self._problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _problem(self, request: web.Request, status: HTTPStatus) -> web.Response:
        """A page that says what is wrong; for the API, a problem (RFC 9457)."""
        if request.path.startswith("/api/"):
            from guardian.web.api.answering import problem

            return problem(status, status.phrase)
        visit = Visit(request, self.house, self.notices, self.seals)
        return visit.page(
            "problem.html", int(status), problem=str(int(status)), address=_own(request)
        )


def _is_worth_packing(response: web.StreamResponse) -> bool:
    """Whether it is text of some length, and not packed yet.

    What is packed must hold no secret beside words that others chose, whose length would tell it
    (BREACH): the token of forms is another one on each page (`seals.masked`).
    """
    return (
        isinstance(response, web.Response)
        and response.content_type.endswith(("html", "json", "yaml"))
        and "Content-Encoding" not in response.headers
        and (response.content_length or 0) > _LEAST_TO_PACK
    )


def _is_meant(visit: Visit, route: Route) -> bool:
    """Whether a form is one that we gave whoever sends it."""
    if route.right is Right.HERE:
        return visit.is_sealed_form()
    return visit.session is None or visit.is_own_form()


def _is_from_elsewhere(request: web.Request) -> bool:
    """Whether a browser says that another site's page sent this."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _turned_away(visit: Visit) -> web.Response:
    if visit.is_child and visit.request.path == "/":
        return visit.go("/me")
    if visit.account is not None:
        return visit.page("problem.html", 403, problem="right")
    if visit.request.path == "/" and _is_childs(visit):
        return visit.go("/me")
    back = visit.request.path if visit.request.method == "GET" else "/"
    return visit.go("/login" if back == "/" else f"/login?next={quote(back)}")


def _is_childs(visit: Visit) -> bool:
    person = visit.person
    return person is not None and person.age_band is not AgeBand.ADULT


def _own(request: web.Request) -> str:
    """Where the page is for whoever asks: "http://192.168.1.2:8053/"; "" if it cannot be said."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    if not isinstance(name, tuple):
        return ""
    host, port = name[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

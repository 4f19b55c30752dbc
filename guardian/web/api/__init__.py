"""The API: what pages can do, as JSON, under /api/v1. docs/api.md describes it.

Whoever calls is logged in, or sends a key that a parent made (RFC 6750). Errors are problems
(RFC 9457). /api/v1 only gains fields.
"""

import sqlite3
from collections.abc import Awaitable, Callable

from aiohttp import web

from guardian.errors import GuardianError
from guardian.policy.people import NobodyCalled
from guardian.policy.requests import NotNow
from guardian.settings import ConfigError
from guardian.store.accounts import key_of
from guardian.store.disk import is_refusal
from guardian.web import sessions
from guardian.web.api import openapi, things
from guardian.web.api.call import Call, NotAllowed, answer
from guardian.web.api.deeds import NoVersion
from guardian.web.api.operations import OPERATIONS, PREFIX, Operation
from guardian.web.api.schema import BadBody, to_json
from guardian.web.events import stream
from guardian.web.house import Conflict, House, NotThere
from guardian.web.languages import language
from guardian.web.rights import Right, may
from guardian.web.seals import is_masked

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, house: House) -> None:
    """Put the API's addresses into an application."""

    async def status(request: web.Request) -> web.Response:
        _caller(request, house, Right.SEE)
        place = house.settings.household
        return answer(house.status(language(place.language, place.country)))

    async def events(request: web.Request) -> web.StreamResponse:
        _caller(request, house, Right.SEE)
        return await stream(request, house)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def described(_request: web.Request) -> web.Response:
        return web.json_response(openapi.document())

    app.router.add_get("/healthz", healthz)
    app.router.add_get(f"{PREFIX}/openapi.json", described)
    app.router.add_get(f"{PREFIX}/status", _guarded(status, house))
    app.router.add_get(f"{PREFIX}/events", _guarded(events, house))
    for each in OPERATIONS:
        handler = _guarded(_handler(each, house), house)
        app.router.add_route(each.method, PREFIX + each.path, handler)


def _handler(operation: Operation, house: House) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        who = _caller(request, house, operation.right)
        value = await operation.deed(Call(request, house, who, _may(request, house)))
        etag = house.version() if operation.versioned else ""
        return answer(value, etag=etag)

    return handle


def _may(request: web.Request, house: House) -> Callable[[Right], bool]:
    """Whether who calls has a right, for deeds that need more for some of what they do."""

    def may_call(right: Right) -> bool:
        try:
            return bool(_caller(request, house, right))
        except NotAllowed:
            return False

    return may_call


def _caller(request: web.Request, house: House, right: Right) -> str:
    """Who calls, if they have the right. Raises NotAllowed."""
    now, accounts = house.now(), house.store.accounts
    session = sessions.current(accounts, request, now)
    account = accounts.called(session.account) if session else None
    if account is not None and session is not None:
        # A page of ours proves itself by its token: another site could make the browser call.
        proof = request.headers.get("X-CSRF", "")
        if request.method not in ("GET", "HEAD") and not is_masked(proof, session.csrf):
            raise NotAllowed(403, "send the session's token as X-CSRF, or use a key")
        if not may(account.role, right):
            raise NotAllowed(403, f"this account may not {right}")
        return account.name
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = house.store.tokens.of(key_of(token)) if scheme.lower() == "bearer" else None
    if found is None:
        raise NotAllowed(401, "log in, or send a key: Authorization: Bearer …")
    if found.used is None or now - found.used > sessions.SEEN_EVERY:
        with sessions.if_there_is_room():
            house.store.tokens.seen(found.key, now)
    if not _reaches(Right(found.right), right):
        raise NotAllowed(403, f"this key may not {right}")
    return found.name


_ORDER = (Right.ANYBODY, Right.SEE, Right.ANSWER, Right.STEER, Right.CHANGE, Right.OWN)


def _reaches(given: Right, wanted: Right) -> bool:
    return _ORDER.index(wanted) <= _ORDER.index(given)


def _guarded(handler: Handler, house: House) -> Handler:
    """A handler whose failures are problems that a program can read."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NotAllowed as refused:
            response = problem(refused.status, "Not allowed", str(refused))
            if refused.status == 401:
                response.headers["WWW-Authenticate"] = "Bearer"
            return response
        except BadBody as bad:
            return problem(400, "This cannot be used", errors=bad.errors)
        except ConfigError as bad:
            errors = [(each.field, f"{each.problem}; {each.mend}") for each in bad.problems]
            return problem(422, "The household cannot be like this", errors=errors)
        except NobodyCalled as missing:
            return problem(404, "Nobody is called so", str(missing))
        except NotThere as missing:
            return problem(404, "There is no such thing", str(missing))
        except Conflict as conflict:
            return problem(412, "Changed meanwhile", str(conflict))
        except NoVersion as missing:
            return problem(428, "Say what it was made from", str(missing))
        except NotNow as later:
            return problem(429, "Not now", str(later))
        except GuardianError as refused_deed:
            return problem(409, "This could not be done", str(refused_deed))
        except (OSError, sqlite3.Error) as refusal:
            if not is_refusal(refusal):
                raise
            house.refused(refusal)
            return problem(507, "Nothing can be written", "the disk is full or read-only")

    return handle


def problem(
    status: int, title: str, detail: str = "", errors: list[tuple[str, str]] | None = None
) -> web.Response:
    """What went wrong, in the form of RFC 9457; errors: field and sentence."""
    fields = tuple(things.FieldProblem(*each) for each in errors or ())
    said = things.Problem("about:blank", title, int(status), detail, fields)
    return web.json_response(
        to_json(said), status=int(status), content_type="application/problem+json"
    )

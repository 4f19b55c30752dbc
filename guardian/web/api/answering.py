"""What answers each address of the API, and how its failures are said."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from aiohttp import web

from guardian.errors import GuardianError
from guardian.policy.people import NobodyCalled
from guardian.policy.requests import NotNow
from guardian.settings import ConfigError
from guardian.store.disk import is_refusal
from guardian.web.api import PREFIX, openapi, rooms, things
from guardian.web.api.call import Call, answer
from guardian.web.api.callers import NotAllowed, caller
from guardian.web.api.edits import NoVersion
from guardian.web.api.operations import OPERATIONS, Operation
from guardian.web.api.schema import BadBody, to_json
from guardian.web.configuration import Conflict
from guardian.web.events import stream
from guardian.web.house import House, NotThere
from guardian.web.languages import language
from guardian.web.metrics import metrics
from guardian.web.rights import Right

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(house: House) -> web.UrlDispatcher:
    """The API's addresses."""

    async def status(request: web.Request) -> web.Response:
        caller(request, house, Right.SEE)
        place = house.settings.household
        return answer(house.status(language(place.language, place.country)))

    async def events(request: web.Request) -> web.StreamResponse:
        caller(request, house, Right.SEE)

        def happened(after: int) -> Iterator[tuple[int, Any]]:
            return ((each.id, to_json(each)) for each in rooms.events_after(house, after))

        return await stream(request, house, happened=happened)

    async def described(_request: web.Request) -> web.Response:
        return web.json_response(openapi.document())

    async def figures(request: web.Request) -> web.Response:
        return await metrics(request, house)

    router = web.UrlDispatcher()
    router.add_get("/metrics", _guarded(figures, house))
    router.add_get(f"{PREFIX}/openapi.json", described)
    router.add_get(f"{PREFIX}/status", _guarded(status, house))
    router.add_get(f"{PREFIX}/events", _guarded(events, house))
    for each in OPERATIONS:
        handler = _guarded(_handler(each, house), house)
        router.add_route(each.method, PREFIX + each.path, handler)
    return router


def _handler(operation: Operation, house: House) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        who = caller(request, house, operation.right)
        value = await operation.deed(Call(request, house, who.name, who))
        etag = house.configuration.version() if operation.versioned else ""
        return answer(value, etag=etag, file=operation.file)

    return handle


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

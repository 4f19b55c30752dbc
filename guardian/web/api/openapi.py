"""The API as OpenAPI 3.1 describes it, made from the table of its operations."""

import re
from typing import Any, Final

from guardian import __version__
from guardian.web.api import PREFIX
from guardian.web.api.operations import OPERATIONS, Operation
from guardian.web.api.schema import Json, describe
from guardian.web.api.things import Problem
from guardian.web.rights import Right
from guardian.web.status import Status

_PARTS: Final = re.compile(r"\{(\w+)\}")
_NUMBERS: Final = frozenset({"number", "before", "after", "days"})


def document() -> Json:
    """The whole description."""
    named: dict[str, Json] = {}
    problem = describe(Problem, named)
    paths: dict[str, Json] = {
        f"{PREFIX}/status": {
            "get": _described("How the house stands.", "get_status", [], None, Status, named)
        }
    }
    for each in OPERATIONS:
        path = paths.setdefault(PREFIX + each.path, {})
        path[each.method.lower()] = _operation(each, named)
    for path in paths.values():
        for operation in path.values():
            operation["responses"]["default"] = {
                "description": "What went wrong.",
                "content": {"application/problem+json": {"schema": problem}},
            }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "guardian",
            "version": __version__,
            "description": "Who asks, what the name is, what time it is.",
        },
        "paths": paths,
        "components": {
            "schemas": named,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "guardian"},
            },
        },
        "security": [{"key": []}, {"session": []}],
    }


def _operation(each: Operation, named: dict[str, Json]) -> Json:
    parameters = [_parameter(name, "path") for name in _PARTS.findall(each.path)]
    parameters += [_parameter(name, "query") for name in each.query]
    if each.guarded or (each.versioned and each.method != "GET"):
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": each.guarded,
                "schema": {"type": "string"},
            }
        )
    name = f"{each.method.lower()}_{_PARTS.sub('one', each.path).strip('/').replace('/', '_')}"
    described = _described(each.summary, name, parameters, each.takes, each.gives, named, each.file)
    if each.right in (Right.ANYBODY, Right.HERE):
        described["security"] = []
    described["description"] = f"Needs the right to {each.right}."
    return described


def _described(
    summary: str,
    name: str,
    parameters: list[Json],
    takes: type[Any] | None,
    gives: type[Any] | None,
    named: dict[str, Json],
    file: str = "",
) -> Json:
    if gives is None:
        responses: Json = {"204": {"description": "Done."}}
    elif gives is bytes:
        content = {file: {"schema": {"type": "string"}}}
        responses = {"200": {"description": "The file.", "content": content}}
    else:
        schema = describe(gives, named)
        content = {"application/json": {"schema": schema}}
        responses = {"200": {"description": "So it is.", "content": content}}
    described: Json = {"summary": summary, "operationId": name, "responses": responses}
    if parameters:
        described["parameters"] = parameters
    if takes is bytes:
        content = {file: {"schema": {"type": "string"}}}
        described["requestBody"] = {"required": True, "content": content}
    elif takes is not None:
        schema = {"type": "object"} if takes is dict else describe(takes, named)
        kind = "application/merge-patch+json" if takes is dict else "application/json"
        described["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    return described


def _parameter(name: str, place: str) -> Json:
    schema = {"type": "integer", "minimum": 0} if name in _NUMBERS else {"type": "string"}
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def page() -> str:
    """docs/api.md."""
    rows = [
        f"| `{each.method} {PREFIX}{each.path}` | {each.right} | {each.summary} |"
        for each in OPERATIONS
    ]
    return _PAGE.format(prefix=PREFIX, rows="\n".join(rows))


_PAGE: Final = """# The API

What pages can do, programs can do too, as JSON under `{prefix}`. A parent makes a key under
Settings, Keys for programs; it says how far the program may go: see, answer, steer, change, own.
Send it with each call:

    curl -H "Authorization: Bearer guardian-…" http://127.0.0.1:8053{prefix}/people

`{prefix}/openapi.json` describes every address, what it takes and what it gives (OpenAPI 3.1).

| Address | Needs the right to | |
|---|---|---|
| `GET {prefix}/status` | see | How the house stands. |
| `GET {prefix}/events` | see | A stream of changes (server-sent events). |
{rows}

- An error is a problem (RFC 9457): `title`, `status`, `detail`, and for each wrong field an entry
  in `errors` with its name and a sentence.
- What stands in the configuration has an ETag. A change sends it back as `If-Match`: where
  somebody changed it meanwhile, the answer is 412 and nothing is done. It has to be sent (`*` where
  it does not matter) with a merge patch of the household (RFC 7396), and with what is called by its
  number.
- Windows and budgets are written as in [configuration.md](configuration.md); their `days`, `block`
  and `allow` are lists here.
- Lists that go back in time have `next`: give it as `before` for older entries. That of
  `GET {prefix}/happened` goes forward, and is given as `after`.
- `GET {prefix}/events` is a stream: `changed` whenever anything has, and `happened` with an event
  of `/happened` as its data and its id, from which `Last-Event-ID` goes on.
- One's own account (`/account`) is for whoever is logged in; a key has none.
- Commands of guardian's own user come in through a socket in the state folder, `run/api.sock`, and
  need no key: nobody else can open it.
- `{prefix}` only gains fields and addresses. `GET /healthz` answers `ok` without a key.
"""

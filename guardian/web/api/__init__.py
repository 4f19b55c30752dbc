"""The API: what pages can do, as JSON, under /api/v1. docs/api.md describes it.

Whoever calls is logged in, or sends a key that a parent made (RFC 6750). Errors are problems
(RFC 9457). /api/v1 only gains fields.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from aiohttp import web
from yarl import URL

from guardian.web.house import House

PREFIX: Final = "/api/v1"


def add_routes(app: web.Application, house: House) -> None:
    """Put the API's addresses into an application."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app.router.add_get("/healthz", healthz)
    later = _Later(house)
    for path in (PREFIX, "/metrics"):
        app.router.register_resource(_Below(path, later))


class _Later:
    """The API of a house, not loaded before somebody asks for it: most homes never do."""

    def __init__(self, house: House) -> None:
        self._house = house

    @cached_property
    def routes(self) -> web.UrlDispatcher:
        from guardian.web.api.answering import routes

        return routes(self._house)


class _Below(web.AbstractResource):
    """All that is at a path and below it."""

    def __init__(self, path: str, later: _Later) -> None:
        super().__init__()
        self._path = path
        self._later = later

    @property
    def canonical(self) -> str:
        return self._path

    async def resolve(
        self, request: web.Request
    ) -> tuple[web.UrlMappingMatchInfo | None, set[str]]:
        path = request.rel_url.raw_path
        if not f"{path}/".startswith(f"{self._path}/"):
            return None, set()
        found = await self._later.routes.resolve(request)
        match found.http_exception:
            case None:
                return found, set()
            case web.HTTPMethodNotAllowed() as refused:
                return None, set(refused.allowed_methods)
        return None, set()

    def raw_match(self, path: str) -> bool:
        return path == self._path

    def url_for(self, **_parts: str) -> URL:
        return URL.build(path=self._path)

    def add_prefix(self, prefix: str) -> None:
        self._path = prefix + self._path

    def get_info(self) -> Any:
        return {"path": self._path}

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter(())

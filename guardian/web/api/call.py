"""One call of the API: who calls, what they sent, and how an answer is put."""

import json
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from guardian.policy.people import NobodyCalled, Person
from guardian.web.api.callers import Caller, NotAllowed, caller
from guardian.web.api.schema import BadBody, read, to_json
from guardian.web.devices import Device, find
from guardian.web.house import House
from guardian.web.languages import Language, language
from guardian.web.rights import Right
from guardian.web.slow import in_time

_MOST_NUMBER: Final = 10**12


@dataclass(frozen=True, slots=True)
class Call:
    """who: the account or program, for the journal; caller: the same, and who is logged in."""

    request: web.Request
    house: House
    who: str
    caller: Caller

    def may(self, right: Right) -> bool:
        """Whether they have a right, for deeds that need more for some of what they do."""
        try:
            caller(self.request, self.house, right)
        except NotAllowed:
            return False
        return True

    @property
    def speaks(self) -> Language:
        """The household's language: programs have none of their own."""
        household = self.house.settings.household
        return language(household.language, household.country)

    async def content(self) -> bytes:
        """What was sent, as it is. Raises HTTPRequestTimeout."""
        return await in_time(self.request.read())

    async def body(self, kind: type[Any]) -> Any:
        """What was sent, as a dataclass of this kind. Raises BadBody."""
        try:
            data = json.loads(await self.content() or b"{}", parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise BadBody([("", "this is no JSON")]) from None
        return read(kind, data)

    async def data(self) -> dict[str, Any]:
        """What was sent, as a JSON object. Raises BadBody."""
        try:
            data = json.loads(await self.content(), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise BadBody([("", "this is no JSON")]) from None
        if not isinstance(data, dict):
            raise BadBody([("", "send a JSON object")])
        return data

    def person(self) -> Person:
        """The person of the path. Raises NobodyCalled."""
        return self.house.settings.household.called(self.request.match_info["person"])

    def device(self) -> Device:
        """The device of the path. Raises NobodyCalled."""
        return self.device_by(self.request.match_info["device"])

    def device_by(self, sign: str) -> Device:
        """The device that is known by a sign. Raises NobodyCalled."""
        found = find(self.house, sign)
        if found is None:
            raise NobodyCalled(f'no device is known by "{sign}"')
        return found

    def number(self, name: str) -> int:
        """A number of the path. Raises HTTPNotFound."""
        text = self.request.match_info[name]
        if not (text.isascii() and text.isdecimal() and int(text) < _MOST_NUMBER):
            raise web.HTTPNotFound
        return int(text)

    def query(self, name: str) -> str:
        """A value of the query; "" where it is not given."""
        return self.request.query.get(name, "").strip()

    def before(self) -> int | None:
        """The cursor of a list that goes back in time. Raises BadBody."""
        text = self.query("before")
        if text and not (text.isascii() and text.isdecimal() and int(text) < _MOST_NUMBER):
            raise BadBody([("before", "give the number that `next` had")])
        return int(text) if text else None


def _no_constant(word: str) -> None:
    raise ValueError(word)


def answer(value: Any, status: int = 200, etag: str = "", file: str = "") -> web.Response:
    """A value as the answer to a call. file: what kind of file it is, if it is one."""
    headers = {"ETag": f'"{etag}"'} if etag else {}
    if value is None:
        return web.Response(status=204, headers=headers)
    if isinstance(value, bytes):
        return web.Response(body=value, content_type=file, headers=headers)
    return web.json_response(to_json(value), status=status, headers=headers)

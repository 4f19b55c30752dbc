"""A guardian, as a program speaks to it: what the API can do, by name and with types."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from guardian.client.connection import Place, call
from guardian.client.errors import Unreachable
from guardian.client.things import Device, Held, Person, Request, Status, read

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Client:
    """Calls one guardian. Every method raises Refused, Unreachable and BadPlace.

    seconds: that an answer may take.
    """

    place: Place
    seconds: float = 15.0

    def within(self, seconds: float) -> "Client":
        """The same, for somebody who waits no longer than this."""
        return replace(self, seconds=seconds)

    def status(self) -> Status:
        """How the house stands."""
        return _read(Status, self.call("GET", "/status"))

    def people(self) -> tuple[Person, ...]:
        """Everybody, and what is in force for them."""
        return _several(Person, self.call("GET", "/people"), "people")

    def person(self, name: str) -> Person:
        """One person."""
        return _read(Person, self.call("GET", _of(name)))

    def devices(self) -> tuple[Device, ...]:
        """The devices that asked lately, the last one first."""
        return _several(Device, self.call("GET", "/devices"), "devices")

    def pause(
        self,
        person: str,
        minutes: int | None = None,
        *,
        until: datetime | None = None,
        clock: str | None = None,
        thing: str | None = None,
    ) -> Held:
        """Internet off for somebody, or one thing of it.

        For minutes, until an instant, or until the household's clock shows "20:30".
        """
        return self._begin(person, "pause", minutes, until, clock, thing)

    def end_pause(self, person: str, thing: str | None = None) -> None:
        """End a pause."""
        self._end(person, "pause", thing)

    def grant(
        self,
        person: str,
        minutes: int | None = None,
        *,
        until: datetime | None = None,
        clock: str | None = None,
        thing: str | None = None,
    ) -> Held:
        """Extra time, past windows and budgets; how long: as for a pause."""
        return self._begin(person, "extra", minutes, until, clock, thing)

    def end_grant(self, person: str, thing: str | None = None) -> None:
        """End extra time."""
        self._end(person, "extra", thing)

    def earn(self, person: str, minutes: int, thing: str | None = None) -> None:
        """Add minutes to today's budget of a thing; no window opens for them."""
        self.call("POST", f"{_of(person)}/earned", {"minutes": minutes, "thing": thing})

    def requests(self) -> tuple[Request, ...]:
        """What children asked for lately, and what waits; the oldest first."""
        return _several(Request, self.call("GET", "/requests"), "requests")

    def ask(self, person: str, what: str, minutes: int | None = None) -> int:
        """Ask in a child's name: for a qname; or for minutes of a thing, "" for everything.

        Gives the request's number.
        """
        wish: dict[str, Any] = {"person": person, "kind": "name", "what": what}
        if minutes is not None:
            wish |= {"kind": "time", "minutes": minutes}
        return int(self.call("POST", "/requests", wish)["number"])

    def answer(self, number: int, answer: str, because: str = "") -> None:
        """Answer a request: "once", "tonight", "always" or "no"."""
        said = {"answer": answer, "because": because}
        self.call("POST", f"/requests/{number}/answer", said)

    def things(self) -> tuple[str, ...]:
        """The categories and services that rules can name."""
        return tuple(each["id"] for each in self.call("GET", "/things")["things"])

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any operation of docs/api.md; path: below /api/v1. Gives what JSON had, or None."""
        return call(self.place, method, path, body, seconds=self.seconds)

    def _begin(
        self,
        person: str,
        deed: str,
        minutes: int | None,
        until: datetime | None,
        clock: str | None,
        thing: str | None,
    ) -> Held:
        said = until.isoformat() if until is not None else None
        wish = {"minutes": minutes, "until": said, "clock": clock, "thing": thing}
        return _read(Held, self.call("POST", f"{_of(person)}/{deed}", wish))

    def _end(self, person: str, deed: str, thing: str | None) -> None:
        query = f"?{urlencode({'thing': thing})}" if thing else ""
        self.call("DELETE", f"{_of(person)}/{deed}{query}")


def _of(person: str) -> str:
    return f"/people/{quote(person, safe='')}"


def _several(kind: type[T], data: Any, key: str) -> tuple[T, ...]:
    rows = data.get(key) if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise Unreachable("what answers there is no guardian of this kind")
    return tuple(_read(kind, each) for each in rows)


def _read(kind: type[T], data: Any) -> T:
    try:
        return read(kind, data)
    except ValueError as problem:
        raise Unreachable(f"what answers there speaks another language ({problem})") from None

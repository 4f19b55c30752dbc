"""One connection to a server, whatever it is made of: who waits there, and what came of it.

How bytes travel is for `tcp` and `quic`; what they mean is for a `Conversation`.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Final

from guardian.dns.streams.protocol import Answered, Broken, Conversation, query_of
from guardian.dns.upstream import ATTEMPT_SECONDS, Flight

_MOST_LATE: Final = 256

Heard = Callable[["Connection", Sequence[Answered]], None]
Gone = Callable[["Connection", str], None]


class Connection(ABC):
    """Questions on their way to one server.

    flights: by key, the first to time out first. late: those whose time is over; an answer may
    still come. begun, used, heard: loop times at which it was made, last took a question, last had
    a sign of life. answers: how many came.
    """

    def __init__(
        self, conversation: Conversation, heard: Heard, gone: Gone, *, padded: bool
    ) -> None:
        """heard: called with what each read completes. gone: called once, unless it is closed.

        padded: whether the length of a question is to tell nothing.
        """
        self._loop = asyncio.get_running_loop()
        self._conversation = conversation
        self._heard, self._gone = heard, gone
        self._padded = padded
        self._waiting: list[Flight] = []  # until it is open, or has room
        self._is_closed = False
        self.is_open = False
        self.flights: dict[int, Flight] = {}
        self.late: dict[int, Flight] = {}
        self.begun = self.used = self.heard = self._loop.time()
        self.answers = 0

    @property
    def takes_more(self) -> bool:
        """Whether a question is well placed here."""
        return not self._waiting and not self._conversation.is_full

    @property
    def refusal(self) -> str:
        """What was last said in place of an answer, for people."""
        return self._conversation.refusal

    @property
    def load(self) -> int:
        """How many flights it has that are not late."""
        return len(self.flights) + len(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits for anything."""
        return not self.flights and not self._waiting

    @property
    def everybody(self) -> list[Flight]:
        """All flights that are not late."""
        return [*self.flights.values(), *self._waiting]

    def ask(self, flight: Flight) -> None:
        """Take a flight; it leaves with `write`, or once the connection is open."""
        self.used = self._loop.time()
        self._waiting.append(flight)

    def write(self) -> None:
        """Send what there is to be sent."""
        if not self.is_open:
            return
        try:
            self._word()
        except Broken as problem:
            self._end(str(problem))
            return
        self._send()

    def _word(self) -> None:
        conversation = self._conversation
        while self._waiting and not conversation.is_full:
            flight = self._waiting.pop(0)
            if not flight.landed:
                query = query_of(flight, padded=self._padded)
                self.flights[conversation.ask(query)] = flight

    @abstractmethod
    def _send(self) -> None:
        """Send what the conversation has put into words."""

    def _opened(self) -> None:
        self.is_open = True
        self.heard = self._loop.time()
        self.write()

    def _tell(self, found: Sequence[Answered]) -> None:
        """Pass on what has come."""
        self.heard = self._loop.time()
        if found:
            self.answers += len(found)
            self._heard(self, found)

    def time_out(self, now: float) -> list[Flight]:
        """What should have been answered by now (loop time)."""
        over = [flight for flight in self._waiting if flight.deadline <= now]
        if over:
            self._waiting = [flight for flight in self._waiting if flight.deadline > now]
        keys = []
        for key, flight in self.flights.items():
            if flight.deadline > now:
                break
            keys.append(key)
        for key in keys:
            self.late[key] = self.flights.pop(key)
            over.append(self.late[key])
        while len(self.late) > _MOST_LATE:
            oldest = next(iter(self.late))
            del self.late[oldest]
            self._conversation.give_up(oldest)
        return over

    def is_silent(self, now: float) -> bool:
        """Whether nothing came since the questions that should have been answered by now."""
        return self.heard <= now - ATTEMPT_SECONDS

    def _end(self, why: str) -> None:
        if not self._is_closed:
            self.close()
            self._gone(self, why)

    def close(self) -> None:
        """Let go of it."""
        if not self._is_closed:
            self._is_closed = True
            self._let_go()

    @abstractmethod
    def _let_go(self) -> None:
        """Close the socket; called once."""

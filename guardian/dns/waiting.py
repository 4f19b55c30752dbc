"""Who waits for an answer, and the way back to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from guardian.dns import replies
from guardian.dns.answers import Answer
from guardian.dns.cache import Cache, Entry, wire_cache
from guardian.dns.query import Form, Query
from guardian.dns.view import Asker, Rewrite, Schedule, View


class Channel(Protocol):
    """Where a query came from and its reply goes: a UDP or TCP listener."""

    stream: bool
    cache: Cache[Entry]

    def later(self, to: object, packet: bytes) -> None:
        """Queue a reply, its ID in front, to a query of an earlier call."""

    def flush(self) -> None:
        """Send what is queued."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What is to be done with an answer that nobody but guardian itself waits for."""

    then: Callable[[Answer], None]


_Instead = Rewrite | Aside | None
Waiting = tuple[Channel, object, bytes, bytes, bytes, Form, Asker, int, int, _Instead]
"""What a `Waiter` is made from, in its order; a tuple, because one is made for each miss."""


class Waiter:
    """Somebody who waits for an answer.

    channel, to, ident: where the reply goes. wire: the query, bytes after the ID.
    mask: what the name asked for is, under the policy of `generation`.
    rewrite: the alias under which the answer is given.
    """

    __slots__ = (
        "asker", "channel", "generation", "ident", "mask", "query", "rewrite", "to", "wire",
    )  # fmt: skip

    def __init__(
        self,
        channel: Channel,
        to: object,
        ident: bytes,
        wire: bytes,
        question: bytes,
        form: Form,
        asker: Asker,
        mask: int,
        generation: int,
        rewrite: _Instead = None,
    ) -> None:
        self.channel = channel
        self.to = to
        self.ident = ident
        self.wire = wire
        self.query = Query(question, form)
        self.asker = asker
        self.mask = mask
        self.generation = generation
        self.rewrite = rewrite

    def waiting(self) -> Waiting:
        """What this was made from."""
        query = self.query
        return (
            *(self.channel, self.to, self.ident, self.wire, query.question, query.form),
            *(self.asker, self.mask, self.generation, self.rewrite),
        )


class _Nowhere:
    """Where no reply goes."""

    stream = False

    def __init__(self) -> None:
        self.cache = wire_cache(0)

    def later(self, to: object, packet: bytes) -> None:
        """Forget it."""

    def flush(self) -> None:
        """Nothing is queued."""


NOWHERE: Final = _Nowhere()
ITSELF: Final = Asker(Schedule([(0, View())]))
"""Who asks where guardian does so for itself, and where that answer goes."""


def limit_of(channel: Channel, query: Query) -> int:
    """The most bytes that a reply may have on its way back."""
    return replies.STREAM_SIZE if channel.stream else query.form.size

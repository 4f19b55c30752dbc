"""Two caches with one order of eviction.

The *answer cache* keeps what upstreams said, by question. The *wire cache* in front of it keeps
finished replies by the client's own bytes, because clients repeat themselves to the byte.

Both forget by generations: entries are written to the young half; when it is full it becomes the
old half and the former old half is dropped; whatever is asked for again moves back to the young
one. What is asked often thus stays, a hit costs no bookkeeping, forgetting costs one pointer.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from guardian.dns.answers import Answer, Plain
from guardian.dns.view import Block, View

# Measured with tracemalloc: the objects and their share of a dictionary, without what varies.
_ENTRY_BYTES: Final = 292
ANSWER_BYTES: Final = 310  # a `Plain` takes less, and becomes an `Answer` when it is used

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """A dictionary bounded by bytes. young, old: its halves, to look whether a key is there."""

    def __init__(self, limit: int, size: Callable[[bytes, Value], int]) -> None:
        """limit: bytes. size: about how many a key takes with its value."""
        self.young: dict[bytes, Value] = {}
        self.old: dict[bytes, Value] = {}
        self._half = limit // 2
        self._size = size
        self._bytes = 0

    def __len__(self) -> int:
        return len(self.young) + len(self.old)

    def get(self, key: bytes) -> Value | None:
        """The value of a key, which is young again."""
        value = self.young.get(key)
        if value is None:
            value = self.old.pop(key, None)
            if value is not None:
                self.put(key, value)
        return value

    def put(self, key: bytes, value: Value) -> None:
        """Keep a value."""
        self.put_sized(key, value, self._size(key, value))

    def put_sized(self, key: bytes, value: Value, size: int) -> None:
        """The same where the size is known already."""
        self._bytes += size
        if self._bytes > self._half:
            self.old, self.young = self.young, {}
            self._bytes = size
        self.young[key] = value

    def clear(self) -> None:
        """Forget everything."""
        self.young, self.old, self._bytes = {}, {}, 0


class Entry:
    """A finished reply to one exact query.

    stamp: until when (`Resolver.stamp`) what follows holds as it is.
    wire: the reply after the ID, its TTL right at the latest of these seconds; None where there is
    only a block so far.
    body_at: where the answer's body begins in it. until: second at which its TTL ends.
    mask: what the names are, under the policy of `generation`.
    block, block_wire: how it was last blocked, and the reply that says so.
    answer: what was asked for; None where the name alone was reason enough not to ask.
    view, verdict, size, stops: for whom it was last judged, the reply to all who have
    this view, its bytes with an ID, and whether it is a block. None where each asking is to be
    looked at.
    """

    __slots__ = (
        "answer", "block", "block_wire", "body_at", "generation", "mask", "size", "stamp", "stops",
        "until", "verdict", "view", "wire",
    )  # fmt: skip

    def __init__(self, mask: int, generation: int, stamp: int) -> None:
        self.mask = mask
        self.generation = generation
        self.stamp = stamp
        self.wire: bytes | None = None
        self.until = 0
        self.body_at = 0
        self.answer: Answer | None = None
        self.block: Block | None = None
        self.block_wire = b""
        self.view: View | None = None
        self.verdict = b""
        self.size = 0
        self.stops = False

    def settle(self, view: View, verdict: bytes, *, stops: bool) -> None:
        """The packet loop may give this reply to all who have this view, until the stamp."""
        self.view, self.verdict, self.stops = view, verdict, stops
        self.size = len(verdict) + 2


def wire_cache(limit: int) -> Cache[Entry]:
    """A cache of finished replies."""

    def size(key: bytes, entry: Entry) -> int:
        return _ENTRY_BYTES + len(key) + len(entry.wire or key)

    return Cache(limit, size)


def answer_cache(limit: int) -> Cache[Answer | Plain]:
    """A cache of what upstreams said."""

    def size(key: bytes, answer: Answer | Plain) -> int:
        body = answer[1] if isinstance(answer, tuple) else answer.body
        return ANSWER_BYTES + len(key) + len(body)

    return Cache(limit, size)

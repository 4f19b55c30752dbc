"""Two caches with one order of eviction.

The *answer cache* keeps what upstreams said, by question. The *wire cache* in front of it keeps
finished replies by the client's own bytes, because clients repeat themselves to the byte.

Both forget by generations: entries are written to the young half; when it is full it becomes the
old half and the former old half is dropped; whatever is asked for again moves back to the young
one. What is asked often thus stays, a hit costs no bookkeeping, forgetting costs one pointer.
"""

from typing import Generic, TypeVar

from guardian.dns.answers import Answer
from guardian.dns.view import Block

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """A dictionary bounded by bytes. young: for the packet loop, which looks there first."""

    def __init__(self, limit: int) -> None:
        """limit: bytes, by the estimates given to `put`."""
        self.young: dict[bytes, Value] = {}
        self._old: dict[bytes, Value] = {}
        self._half = limit // 2
        self._bytes = 0

    def __len__(self) -> int:
        return len(self.young) + len(self._old)

    def get(self, key: bytes, size: int) -> Value | None:
        """The value of a key; size: the bytes it counts for when it moves to the young half."""
        value = self.young.get(key)
        if value is None:
            value = self._old.pop(key, None)
            if value is not None:
                self.put(key, value, size)
        return value

    def put(self, key: bytes, value: Value, size: int) -> None:
        """Keep a value that takes about that many bytes."""
        self._bytes += size
        if self._bytes > self._half:
            self._old, self.young = self.young, {}
            self._bytes = size
        self.young[key] = value

    def clear(self) -> None:
        """Forget everything."""
        self.young, self._old, self._bytes = {}, {}, 0


class Entry:
    """A finished reply to one exact query.

    wire: the reply after the ID, right at `stamp`; None where there is only a block so far.
    body_at: where the answer's body begins in it. until: second at which its TTL ends.
    mask: what the names are, under the policy of `generation`. blocked: finished block replies by
    what they say.
    """

    __slots__ = ("answer", "blocked", "body_at", "generation", "mask", "stamp", "until", "wire")

    def __init__(self, mask: int, generation: int, stamp: int) -> None:
        self.mask = mask
        self.generation = generation
        self.stamp = stamp
        self.wire: bytes | None = None
        self.until = 0
        self.body_at = 0
        self.answer: Answer | None = None
        self.blocked: dict[Block, bytes] = {}

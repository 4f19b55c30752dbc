"""What travels over a connection, without the connection: bytes out, bytes in, answers out.

Each question that is asked gets a key of its own (an ID, a stream's number); its answer comes back
with it, in whatever order.
"""

import secrets
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Final

from guardian.dns.upstream import Flight
from guardian.dns.wire import pack_u16

Answered = tuple[int, bytes | None]
"""A key, and the answer's bytes after the ID; None where the server answered with none."""

_PADDED_TO: Final = 128  # bytes (RFC 8467, section 4.1)
_PADDING: Final = 12  # the option's code (RFC 7830)
_OPTION: Final = 4  # bytes of an option without its data
_ID: Final = 2
_MOST_BUFFERED: Final = 1 << 20  # bytes


class Broken(Exception):
    """The server says what it must not; the text says what, for people."""


class Conversation(ABC):
    """What is said over one connection. refusal: what was last said in place of an answer."""

    def __init__(self) -> None:
        self.refusal = "it answers without an answer"

    @abstractmethod
    def ask(self, query: bytes) -> int:
        """Put a query (bytes after the ID) into words; gives its key."""

    @abstractmethod
    def hear(self, data: bytes) -> list[Answered]:
        """The answers that these bytes complete. Raises Broken."""

    @abstractmethod
    def give_up(self, key: int) -> None:
        """Nobody waits for this answer any more."""

    @property
    def is_full(self) -> bool:
        """Whether it takes no more questions for the moment."""
        return False


class Protocol(Conversation):
    """One over a stream. out: bytes to be sent, for the caller to take."""

    def __init__(self) -> None:
        super().__init__()
        self.out = bytearray()


class Messages(Protocol):
    """Messages with their lengths in front (RFC 7766), many on their way at once."""

    def __init__(self) -> None:
        super().__init__()
        self._ident = secrets.randbelow(1 << 16)
        self._inbox = bytearray()

    def ask(self, query: bytes) -> int:
        self._ident = (self._ident + 1) & 0xFFFF
        self.out += pack_u16(len(query) + _ID) + pack_u16(self._ident) + query
        return self._ident

    def give_up(self, key: int) -> None:
        """There is no word for it here."""

    def hear(self, data: bytes) -> list[Answered]:
        inbox, at = self._inbox, 0
        found: list[Answered] = []
        inbox += data
        while len(inbox) - at >= 2:
            start = at + 2 + _ID
            end = at + 2 + (inbox[at] << 8 | inbox[at + 1])
            if end < start:
                raise Broken("it sends what is no DNS message")
            if end > len(inbox):
                break
            found.append((inbox[start - 2] << 8 | inbox[start - 1], bytes(inbox[start:end])))
            at = end
        del inbox[:at]
        if len(inbox) > _MOST_BUFFERED:
            raise Broken("it sends more than anybody asked for")
        return found


def query_of(flight: Flight, *, padded: bool) -> bytes:
    """The query of a flight, bytes after the ID; padded where nobody is to tell it by its size."""
    form, question = flight.form, flight.question
    end = form.asked_end
    if padded:
        end = _padded(end, _ID + len(form.asked_head) + len(question))
    return b"".join((form.asked_head, question, end))


@lru_cache(1024)
def _padded(opt: bytes, before: int) -> bytes:
    """An OPT record without options, with padding behind so many bytes of message."""
    size = before + len(opt) + _OPTION
    padding = bytes(-size % _PADDED_TO)
    option = pack_u16(_PADDING) + pack_u16(len(padding)) + padding
    return opt[:-2] + pack_u16(len(option)) + option

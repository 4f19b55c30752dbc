"""Signed messages: TSIG (RFC 8945), for who asks and for who is asked."""

import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from struct import Struct, error
from typing import Final

from guardian.errors import GuardianError, Said
from guardian.lists.transfer.message import (
    ANY,
    HEADER,
    TSIG,
    Malformed,
    Message,
    with_record,
)
from guardian.names import to_wire

FUDGE: Final = 300  # seconds by which clocks may differ (section 10)
MOST_UNSIGNED: Final = 99  # messages of a stream between two signed ones (section 5.3.1)
_TIME: Final = Struct(">HIH")  # 48 bits of seconds since 1970, fudge
_LENGTH: Final = Struct(">H")
_AFTER: Final = Struct(">HHH")  # original id, error, length of other data
_ERRORS: Final = {
    16: Said("its secret of the key is another one, or its algorithm"),
    17: Said("it knows no such key"),
    18: Said("its clock and ours differ by more than five minutes"),
    22: Said("it wants more of the signature than it got"),
}


class Algorithm(StrEnum):
    """How a message is signed (section 6)."""

    SHA1 = "hmac-sha1"
    SHA224 = "hmac-sha224"
    SHA256 = "hmac-sha256"
    SHA384 = "hmac-sha384"
    SHA512 = "hmac-sha512"

    @property
    def digest(self) -> str:
        """Its name in `hashlib`."""
        return self.value.removeprefix("hmac-")


class BadSignature(GuardianError):
    """A message that is not signed as agreed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that two servers share. name: a qname."""

    name: str
    algorithm: Algorithm
    secret: bytes = field(repr=False)


class Conversation:
    """The signatures of a query and all that answers it. seconds: of the day since 1970."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._mac = b""
        self._first = True
        self._unsigned = 0
        self._begin()

    def _begin(self) -> None:
        self._state = hmac.new(self._key.secret, digestmod=self._key.algorithm.digest)
        if self._mac:
            self._state.update(_LENGTH.pack(len(self._mac)) + self._mac)

    def sign(self, wire: bytes, seconds: int) -> bytes:
        """A message with its signature, after those that were signed or heard before."""
        number = HEADER.unpack_from(wire)[0]
        self._state.update(wire + self._variables(_time(seconds), 0, b""))
        self._mac = self._state.digest()
        self._begin()
        data = (
            to_wire(self._key.algorithm),
            _time(seconds),
            _LENGTH.pack(len(self._mac)),
            self._mac,
            _AFTER.pack(number, 0, 0),
        )
        return with_record(wire, to_wire(self._key.name), TSIG, data)

    def hear(self, message: Message, seconds: int) -> None:
        """Take the next message. Raises BadSignature."""
        if message.tsig is None:
            self._unsigned += 1
            if self._first or self._unsigned > MOST_UNSIGNED:
                raise BadSignature(Said("its answer is not signed"))
            self._state.update(message.wire)
            return
        said = _read(message)
        if said.error:
            unknown = Said("it answers with the error %(code)s of TSIG", code=said.error)
            raise BadSignature(_ERRORS.get(said.error, unknown))
        if said.key != self._key.name or said.algorithm != self._key.algorithm:
            raise BadSignature(Said("it signs with another key or algorithm"))
        after = said.time if not self._first else self._variables(said.time, 0, said.other)
        self._state.update(_unsigned(message, said.original_id) + after)
        if not hmac.compare_digest(self._state.digest(), said.mac):
            raise BadSignature(
                Said("its signature is wrong: the secrets differ, or somebody meddles")
            )
        if abs(said.seconds - seconds) > said.fudge:
            raise BadSignature(_ERRORS[18])
        self._mac, self._first, self._unsigned = said.mac, False, 0
        self._begin()

    def finish(self) -> None:
        """The last message has come. Raises BadSignature where it was not signed."""
        if self._first or self._unsigned:
            raise BadSignature(Said("the end of its answer is not signed"))

    def _variables(self, time: bytes, code: int, other: bytes) -> bytes:
        """What is signed besides the message (section 4.3.3)."""
        head = to_wire(self._key.name) + _LENGTH.pack(ANY) + bytes(4)
        tail = _LENGTH.pack(code) + _LENGTH.pack(len(other)) + other
        return head + to_wire(self._key.algorithm) + time + tail


@dataclass(frozen=True, slots=True)
class _Said:
    """The data of a TSIG record. time: as it was sent, with the fudge."""

    key: str
    algorithm: str
    time: bytes
    seconds: int
    fudge: int
    mac: bytes
    original_id: int
    error: int
    other: bytes


def _read(message: Message) -> _Said:
    record, wire = message.tsig, message.wire
    assert record is not None  # noqa: S101  # its caller looked
    try:
        algorithm, at = message.names.read(record.start)
        time = wire[at : at + _TIME.size]
        high, low, fudge = _TIME.unpack(time)
        size = _LENGTH.unpack_from(wire, at + _TIME.size)[0]
        at += _TIME.size + _LENGTH.size
        mac = wire[at : at + size]
        original_id, code, others = _AFTER.unpack_from(wire, at + size)
        at += size + _AFTER.size
        if at + others != record.end:
            raise BadSignature(Said("its signature cannot be read"))
    except (Malformed, error):
        raise BadSignature(Said("its signature cannot be read")) from None
    other = wire[at : at + others]
    name = record.owner.decode("ascii")
    seconds = high << 32 | low
    return _Said(
        name, algorithm.decode("ascii"), time, seconds, fudge, mac, original_id, code, other
    )


def _unsigned(message: Message, original_id: int) -> bytes:
    """A message as it was before it was signed."""
    record = message.tsig
    assert record is not None  # noqa: S101  # its caller looked
    counts = HEADER.unpack_from(message.wire)
    head = HEADER.pack(original_id, *counts[1:5], counts[5] - 1)
    return head + message.wire[HEADER.size : record.at]


def _time(seconds: int) -> bytes:
    return _TIME.pack(seconds >> 32, seconds & 0xFFFFFFFF, FUDGE)

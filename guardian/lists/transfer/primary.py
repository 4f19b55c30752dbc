"""Asking a primary: its SOA over UDP or TCP, a transfer over TCP; bounded in time and in bytes."""

import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guardian.errors import GuardianError, Said, sentence_of
from guardian.lists.transfer import message as dns
from guardian.lists.transfer.incoming import Incoming, TooLarge
from guardian.lists.transfer.message import Malformed, Message, Soa
from guardian.lists.transfer.tsig import BadSignature, Conversation, Key

MOST_BYTES: Final = 1 << 30  # of one transfer
LIMIT_SECONDS: Final = 900.0
_UDP_SECONDS: Final = 2.0
_TRIES: Final = 2  # over UDP
_CONNECT_SECONDS: Final = 5.0
_LARGEST: Final = 65_535  # bytes of a message
_REFUSALS: Final = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
                    9: "NOTAUTH"}  # fmt: skip
_KNOWS_NO_IXFR: Final = (1, 4, 5)  # what servers say that give whole zones only


class NoAnswer(GuardianError):
    """A primary from which nothing came that can be used; says why."""


class NoDifference(NoAnswer):
    """It gives whole zones only."""


@dataclass(frozen=True, slots=True)
class Limits:
    """of_bytes: of one transfer. seconds: from its first packet to its last."""

    of_bytes: int = MOST_BYTES
    seconds: float = LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class Primary:
    """One server of a zone. key: with which both sign; None for none. spool: see `Incoming`."""

    host: str
    port: int
    zone: str
    key: Key | None = None
    limits: Limits = Limits()
    spool: Path | None = None

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def soa(self) -> Soa:
        """What it says of its zone now. Raises NoAnswer."""
        try:
            message = self._over_udp()
            if message is None:
                answer = Answer(self, dns.SOA)
                message = next(answer.messages())
                answer.finish()
            found = [each for each in message.answers if each.rtype == dns.SOA]
            if not found or found[0].owner != self.zone.encode("ascii"):
                raise NoAnswer(
                    Said(
                        "%(primary)s does not know the zone %(zone)s", primary=self, zone=self.zone
                    )
                )
            return dns.soa_of(message, found[0])
        except (Malformed, BadSignature) as problem:
            raise NoAnswer(said_of(self, problem)) from None

    def _over_udp(self) -> Message | None:
        """Its answer; None where it does not fit, or none comes."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            for _ in range(_TRIES):
                question = Question(self, dns.SOA)
                try:
                    asking.connect((self.host, self.port))
                    asking.send(question.wire)
                    message = _heard(asking, question.number)
                except OSError:
                    continue
                if message is not None:
                    if message.flags & dns.TC:
                        return None
                    question.check(message)
                    return message
        return None


def said_of(primary: Primary, problem: GuardianError) -> str:
    """What was wrong with an answer, with the server that gave it."""
    return Said("%(primary)s: %(problem)s", primary=primary, problem=sentence_of(problem))


def _heard(asking: socket.socket, number: int) -> Message | None:
    """The answer with our number; what others send is not heard. Raises OSError."""
    end = time.monotonic() + _UDP_SECONDS
    while (left := end - time.monotonic()) > 0:
        asking.settimeout(left)
        try:
            message = dns.read(asking.recv(_LARGEST))
        except Malformed:
            continue
        if message.id == number and message.flags & dns.QR:
            return message
    return None


class Question:
    """What a primary is asked, and whether an answer may be read."""

    def __init__(self, primary: Primary, qtype: int, held: int | None = None) -> None:
        """held: our serial, for IXFR."""
        self._primary = primary
        self._qtype = qtype
        self._signed = Conversation(primary.key) if primary.key else None
        self.number = secrets.randbelow(1 << 16)
        wire = dns.query(self.number, primary.zone, qtype, held)
        self.wire = self._signed.sign(wire, _now()) if self._signed else wire

    def check(self, message: Message) -> None:
        """Raises NoAnswer, NoDifference, Malformed, BadSignature."""
        if message.id != self.number or not message.flags & dns.QR:
            raise Malformed(Said("it answers another question"))
        asked = (self._primary.zone.encode("ascii"), self._qtype)
        if message.questions and message.questions != (asked,):
            raise Malformed(Said("it answers another question"))
        if self._signed is not None and (message.tsig is not None or not message.rcode):
            self._signed.hear(message, _now())
        if message.rcode:
            said = _REFUSALS.get(message.rcode, f"rcode {message.rcode}")
            if self._qtype == dns.IXFR and message.rcode in _KNOWS_NO_IXFR:
                raise NoDifference
            raise NoAnswer(
                Said(
                    "%(primary)s answers %(code)s for the zone %(zone)s",
                    primary=self._primary,
                    code=said,
                    zone=self._primary.zone,
                )
            )

    def finish(self) -> None:
        """Nothing more is to come. Raises BadSignature where the end is not signed."""
        if self._signed is not None:
            self._signed.finish()


class Answer:
    """What a primary answers over TCP, in many messages."""

    def __init__(self, primary: Primary, qtype: int, held: int | None = None) -> None:
        """held: our serial, for IXFR."""
        self._primary = primary
        self._question = Question(primary, qtype, held)
        self.finish = self._question.finish

    def messages(self) -> Iterator[Message]:
        """One after another, until nobody asks for the next; then `finish`.

        Raises NoAnswer, NoDifference, Malformed, BadSignature.
        """
        where, limits = self._primary, self._primary.limits
        wire = self._question.wire
        try:
            connection = socket.create_connection((where.host, where.port), _CONNECT_SECONDS)
            with (
                connection,
                Incoming(connection, where.spool, limits.of_bytes, limits.seconds) as incoming,
            ):
                connection.sendall(len(wire).to_bytes(2, "big") + wire)
                for each in incoming.messages():
                    message = dns.read(each)
                    self._question.check(message)
                    yield message
        except TooLarge:
            most = f"{limits.of_bytes:,}"
            raise NoAnswer(
                Said(
                    "%(primary)s: its zone is larger than %(most)s bytes", primary=where, most=most
                )
            ) from None
        except TimeoutError:
            raise NoAnswer(
                Said("%(primary)s did not send all of it in time", primary=where)
            ) from None
        except OSError as problem:
            said = problem.strerror or problem
            raise NoAnswer(
                Said("%(primary)s cannot be asked (%(problem)s)", primary=where, problem=said)
            ) from None
        raise NoAnswer(Said("%(primary)s closed the connection half way", primary=where))


def _now() -> int:
    return int(time.time())

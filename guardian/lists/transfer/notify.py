"""A primary says that its zone changed: NOTIFY (RFC 1996), read and answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from guardian.lists.source import ZoneSource
from guardian.lists.transfer import message as dns
from guardian.lists.transfer.message import HEADER, QUESTION, Malformed, Message
from guardian.lists.transfer.tsig import BadSignature, Conversation, Key
from guardian.names import to_wire

MOST_BYTES: Final = 1232  # of such a message


@dataclass(frozen=True, slots=True)
class Notifiable:
    """A source whose primaries may say so. key: with which they have to sign; None for none."""

    source: str
    zone: ZoneSource
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Notified:
    """What is answered, and what it is about. serial: of the new version, where it says one."""

    reply: bytes
    source: str
    serial: int | None = None


def is_from_primary(address: str, all_: Iterable[Notifiable]) -> bool:
    """Whether any source has a primary at an address."""
    return any(address == host for each in all_ for host, _ in each.zone.primaries)


def heard(wire: bytes, address: str, all_: Iterable[Notifiable], seconds: int) -> list[Notified]:
    """The sources that a message from an address is about; none for what strangers say, for what is
    not signed as agreed, and for what is no NOTIFY: that gets no answer at all.

    seconds: of the day since 1970.
    """
    try:
        message = dns.read(wire)
    except Malformed:
        return []
    is_request = message.opcode == dns.NOTIFY and not message.flags & dns.QR
    if not is_request or len(message.questions) != 1 or message.questions[0][1] != dns.SOA:
        return []
    zone = message.questions[0][0]
    found = []
    for each in all_:
        if zone == each.zone.name.encode("ascii") and is_from_primary(address, [each]):
            try:
                found.append(
                    Notified(_reply(message, each, seconds), each.source, _serial(message))
                )
            except BadSignature:
                continue
    return found


def _reply(message: Message, to: Notifiable, seconds: int) -> bytes:
    """Raises BadSignature."""
    flags = dns.QR | dns.NOTIFY << 11 | dns.AA
    question = to_wire(to.zone.name) + QUESTION.pack(dns.SOA, dns.IN)
    reply = HEADER.pack(message.id, flags, 1, 0, 0, 0) + question
    if to.key is None:
        return reply
    signed = Conversation(to.key)
    signed.hear(message, seconds)
    return signed.sign(reply, seconds)


def _serial(message: Message) -> int | None:
    """A hint, and no more (section 3.7)."""
    try:
        return next(
            (dns.soa_of(message, each).serial for each in message.answers if each.rtype == dns.SOA),
            None,
        )
    except Malformed:
        return None

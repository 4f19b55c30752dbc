"""The records of a response policy zone as the lines that `formats.rpz` reads, one each.

What a zone answers with besides a CNAME (an address, a text) blocks and is never given: it comes as
the plainest line that blocks, so that each record is an entry by itself, and takes no other with it
when it goes.
"""

from typing import Final

from guardian.lists.transfer.message import CNAME, IN, SOA, Malformed, Message, Record

# NS, DS, RRSIG, NSEC, DNSKEY, NSEC3, NSEC3PARAM, ZONEMD: of the zone, not of its policy.
_OF_THE_ZONE: Final = frozenset({2, SOA, 43, 46, 47, 48, 50, 51, 63})


class Stranger(Malformed):
    """A record of another zone."""


class Lines:
    """The records of one zone as lines."""

    def __init__(self, zone: str) -> None:
        self._apex = zone.encode("ascii")
        self._below = b"." + self._apex

    def of(self, message: Message, record: Record) -> bytes | None:
        """The line of a record; None where it is none of the policy. Raises Malformed."""
        owner = record.owner
        if not owner.endswith(self._below):
            if owner == self._apex:
                return None
            raise Stranger("it sends names of another zone")
        if record.rclass != IN:
            raise Malformed("it sends a record of another class")
        if record.rtype in _OF_THE_ZONE:
            return None
        target = b""
        if record.rtype == CNAME:
            target, end = message.names.read(record.start)
            if end != record.end:
                raise Malformed("a CNAME record has another length")
        return owner[: -len(self._below)] + b" CNAME " + target + b"."

"""How long a reply may be kept."""

import pytest
from dnslib import RCODE, RR, DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.http.response import cache_control, http_date

SOA = "home.example. {ttl} IN SOA ns.example. admin.example. 1 2 3 4 5"


def a_reply(answer: str = "", authority: str = "", rcode: str = "NOERROR") -> bytes:
    reply = DNSRecord.question("home.example", "A").reply()
    reply.header.rcode = getattr(RCODE, rcode)
    reply.add_answer(*RR.fromZone(answer))
    reply.add_auth(*RR.fromZone(authority))
    return bytes(reply.pack())


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (a_reply("home.example. 60 A 192.0.2.1\nhome.example. 20 A 192.0.2.2"), 20),
        (a_reply("home.example. 60 CNAME x.example.\nx.example. 0 A 192.0.2.1"), 0),
        (a_reply(authority=SOA.format(ttl=30)), 30),
        (a_reply(authority=SOA.format(ttl=30), rcode="NXDOMAIN"), 30),
        (a_reply("home.example. 60 CNAME x.example.", SOA.format(ttl=15)), 15),
        (a_reply("home.example. 60 A 192.0.2.1", "example. 5 NS ns.example."), 60),
        (a_reply(rcode="SERVFAIL"), 0),
        (a_reply("home.example. 60 A 192.0.2.1", rcode="REFUSED"), 0),
        (a_reply(), 0),
    ],
    ids=range(9),
)
def test_a_reply_is_kept_as_long_as_its_records_and_by_nobody_else(
    reply: bytes, seconds: int
) -> None:
    assert cache_control(reply) == b"private, max-age=%d" % seconds


@given(st.binary(min_size=12, max_size=64))
def test_nothing_is_said_of_what_cannot_be_read(packet: bytes) -> None:
    assert cache_control(packet).startswith((b"private, max-age=", b"no-store"))


def test_a_date_is_written_as_http_has_it() -> None:
    assert http_date(784111777) == b"Sun, 06 Nov 1994 08:49:37 GMT"

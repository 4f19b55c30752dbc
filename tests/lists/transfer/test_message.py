from contextlib import suppress

import pytest
from dnslib import CNAME, QTYPE, RR, DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.transfer import message as dns
from guardian.lists.transfer.message import Malformed, Names
from guardian.lists.transfer.records import Lines
from tests.lists.transfer.conftest import message, soa


@given(wire=st.binary(max_size=600))
def test_any_bytes_are_a_message_or_malformed(wire: bytes) -> None:
    with suppress(Malformed):
        read = dns.read(wire)
        for record in read.answers:
            with suppress(Malformed):
                Lines("example").of(read, record)
            with suppress(Malformed):
                dns.soa_of(read, record)


@given(
    start=st.binary(max_size=30),
    names=st.lists(st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9}){0,4}", fullmatch=True), min_size=1),
)
def test_names_are_read_as_another_library_writes_them(start: bytes, names: list[str]) -> None:
    made = DNSRecord.parse(message(1, []))
    for name in names:
        made.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(f"x.{name}")))
    read = dns.read(bytes(made.pack()))
    assert [each.owner.decode() for each in read.answers] == names
    targets = [read.names.read(each.start)[0].decode() for each in read.answers]
    assert targets == [f"x.{name}" for name in names]


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (b"\3Bad\7EXAMPLE\0", b"bad.example"),
        (b"\0", b""),
        (b"\1*\3bad\0", b"*.bad"),
        (b"\3a.b\1c\0", rb"a\046b.c"),  # a point within a label is none between two
        (b"\4a b;\0", rb"a\032b\059"),
        (b"\1@\0", rb"\064"),
        (b"\4$TTL\0", rb"\036ttl"),
        (b"\1\\\0", rb"\092"),
        (b"\2\xc3\xbc\0", rb"\195\188"),
    ],
)
def test_a_name_as_text(wire: bytes, text: bytes) -> None:
    assert Names(wire).read(0) == (text, len(wire))


@pytest.mark.parametrize(
    "wire", [b"\xc0\0", b"\1a\xc0\2", b"\1a\xc0\0", b"\x40a\0", b"\1a\xff\xff"]
)
def test_a_name_that_leads_nowhere(wire: bytes) -> None:
    with pytest.raises(Malformed, match="nowhere"):
        Names(wire).read(0)


def test_a_soa() -> None:
    read = dns.read(message(1, [soa(7)]))
    assert dns.soa_of(read, read.answers[0]) == dns.Soa(7, 3600, 600, 86400, 60)

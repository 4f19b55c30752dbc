"""RFC 1035: messages are read defensively, answers only in the place of what was asked."""

import socket

import pytest
from dnslib import DNSRecord

from guardian.dns.wire import QR, RD, TO_QUESTION, A, record
from guardian.names import to_wire
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, addresses
from tests.dns.rfc.server import PLAIN, Script, fixed

ASKED = wires.question("www.plain.example", A)


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"\x12",
        b"\x12\x34\x01\0\0\1\0\0\0\0\0",  # a header without its last byte
        wires.query(ASKED, flags=QR | RD),  # an answer: never answered, lest two servers go on
        wires.query(b"", flags=QR, questions=0),
    ],
)
def test_rfc1035_what_is_no_query_hears_nothing(house: House, wire: bytes) -> None:
    assert house.is_silent_at(wire)


@pytest.mark.parametrize(
    "wire",
    [
        wires.query(b"", questions=0),
        wires.query(ASKED * 2, questions=2),  # RFC 9619: one question
        wires.query(ASKED, questions=2),
        wires.query(ASKED[:-1]),  # the class ends early
        wires.query(b"\x03www\xc0\x0c\0\1\0\1"),  # a name that is compressed to itself
        wires.query(b"\xc0\x0c\0\1\0\1"),
        wires.query(b"\x40" + b"a" * 64 + b"\0\0\1\0\1"),  # a label of unknown kind
        wires.query((b"\x3f" + b"a" * 63) * 4 + b"\0\0\1\0\1"),  # a name of 257 bytes
        wires.query(b"\x03www"),  # a name that does not end
        wires.query(ASKED) + b"\0",  # a byte behind the message
        wires.query(ASKED, counts=(0, 0, 1)),  # a record that is not there
        wires.query(ASKED, counts=(1, 0, 0)),
        wires.query(ASKED, wires.address(PLAIN), counts=(1, 0, 0)),  # a query with an answer
    ],
)
def test_rfc1035_a_broken_query_gets_formerr_and_nothing_of_it_back(
    house: House, wire: bytes
) -> None:
    reply = house.raw(wire)
    assert reply[:2] == wire[:2]
    assert reply[2] & 0x80
    assert reply[3] & 15 == 1
    assert reply[4:] == bytes(8)


def test_rfc1035_a_query_longer_than_any_place_for_it(house: House) -> None:
    reply = house.raw(wires.query(ASKED, wires.opt(wires.option(65_001, bytes(3000)))))
    assert reply[3] & 15 == 1


@pytest.mark.parametrize("opcode", [1, 2, 3, 4, 5, 6, 15])
def test_rfc1035_another_opcode_is_not_implemented(house: House, opcode: int) -> None:
    reply = house.raw(wires.query(ASKED, flags=opcode << 11 | RD))
    assert (reply[2] >> 3 & 15, reply[3] & 15) == (opcode, 4)


def test_rfc1035_id_question_and_spelling_come_back(house: House) -> None:
    for spelling in ("WwW.SpElT.example", "www.spelt.EXAMPLE"):
        wire = wires.query(wires.question("x.example", A), ident=b"\xab\xcd")
        asked = b"".join(bytes((len(each),)) + each.encode() for each in spelling.split("."))
        wire = wires.query(asked + b"\0\0\1\0\1", ident=b"\xab\xcd")
        for _ in range(3):
            reply = house.raw(wire)
            assert reply[:2] == b"\xab\xcd"
            assert reply[12 : 12 + len(asked)] == asked


def lying(change: str) -> Script:
    """An upstream whose first message is wrong in one point, and whose second one is right."""

    def script(wire: bytes, _: str) -> list[bytes]:
        right = wires.answer(wire, [wires.address(PLAIN)])
        wrong = bytearray(wires.answer(wire, [wires.address("203.0.113.66")]))
        end = wire.index(b"\0", 12)
        match change:
            case "id":
                wrong[1] ^= 1
            case "question":
                wrong[13] ^= 2
            case "type":
                wrong[end + 2] = 28
            case "class":
                wrong[end + 4] = 3
            case "no question":
                wrong[5] = 0
            case "two questions":
                wrong[5] = 2
            case "query":
                wrong[2] &= 0x7F
            case "short":
                wrong = wrong[:11]
        return [bytes(wrong), right]

    return script


@pytest.mark.parametrize("change", ["id", "question", "type", "class", "short"])
def test_rfc1035_an_answer_to_another_question_is_not_heard(house: House, change: str) -> None:
    qname = house.server.says(f"{change}.lies.example", lying(change))
    assert addresses(house.ask(qname)) == [PLAIN]
    assert addresses(house.ask(qname)) == [PLAIN]


TARGET = to_wire("target.example")
STRANGER = to_wire("bank.example")


@pytest.mark.parametrize(
    "broken",
    [
        record(TO_QUESTION, A, 300, b"\xc6\x33\x64"),  # three bytes of an address
        record(TO_QUESTION, A, 300, b"\xc6\x33\x64\1\1"),
        record(TO_QUESTION, 28, 300, bytes(15)),
        record(TO_QUESTION, 5, 300, b"\xc0\x80"),  # points past the end
        record(TO_QUESTION, 5, 300, b"\xc0\x2b"),  # points to itself
        wires.address(PLAIN)[:-1],  # ends early
        wires.address(PLAIN, owner=STRANGER),  # nothing to the name
        TO_QUESTION + b"\0\1\0\3" + wires.address(PLAIN)[6:],  # another class
        b"\xc0\x00" + wires.address(PLAIN)[2:],  # an owner in the header
    ],
)
def test_rfc1035_malformed_data_is_never_passed_on(house: House, broken: bytes) -> None:
    qname = house.server.says(f"m{abs(hash(broken))}.broken.example", fixed([broken]))
    reply = house.ask(qname)
    assert (reply.header.rcode, len(reply.rr)) == (2, 0)


def test_rfc1035_only_the_chain_from_the_question_is_kept(house: House) -> None:
    """Unrelated answers, authority and additional records reach neither client nor cache."""
    house.server.says(
        "chain.example",
        fixed(
            [
                record(TO_QUESTION, 5, 300, TARGET),
                wires.address(PLAIN, owner=TARGET),
                wires.address("203.0.113.66", owner=STRANGER),
            ],
            [record(to_wire("example"), 2, 300, STRANGER)],
            [wires.address("203.0.113.66", owner=STRANGER)],
        ),
    )
    for _ in range(3):
        reply = house.ask("chain.example")
        assert [str(each.rname) for each in reply.rr] == ["chain.example.", "target.example."]
        assert not reply.auth
        assert [each.rtype for each in reply.ar] == [41]
    assert addresses(house.ask("bank.example")) == [PLAIN]  # asked for, not remembered


def test_rfc1035_what_goes_upstream_is_built_afresh(house: House) -> None:
    """Nothing that a client sent goes on but the question, RD, CD and DO (RFC 6891, 7871)."""
    subnet = wires.option(8, b"\0\1\x18\0\xc0\0\2")
    house.raw(
        wires.query(
            wires.question("afresh.example", A),
            wires.opt(subnet + wires.option(65_001, b"secret"), size=4096, flags=0x7FFF),
            wires.address(PLAIN, owner=to_wire("extra.example")),
            flags=0x0170 | 0x0400,  # RD, AA, AD, CD and Z
        )
    )
    (heard,) = house.server.asked("afresh.example")
    assert heard[2:4] == b"\x01\x10"  # RD and CD
    assert heard[4:12] == b"\0\1\0\0\0\0\0\1"
    assert heard[12:] == wires.question("afresh.example", A) + wires.opt()


def test_rfc1035_a_silent_upstream_ends_in_an_answer_that_says_so(house: House) -> None:
    qname = house.server.says("silent.example", lambda _wire, _by: [])
    reply = house.ask(qname)
    assert reply.header.rcode == 2
    before = len(house.server.asked(qname))
    assert house.ask(qname).header.rcode == 2  # remembered: RFC 9520
    assert len(house.server.asked(qname)) == before


def stream(sock: socket.socket) -> DNSRecord:
    with sock.makefile("rb") as file:
        return DNSRecord.parse(file.read(int.from_bytes(file.read(2))))

"""What answers hold and how long: RFC 2181, 2308, 5452, 6672, 8767, 9460, and mixed letters."""

import pytest

from guardian.dns.wire import DNAME, HTTPS, TO_QUESTION, A, record
from guardian.names import to_wire
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, ede
from tests.dns.rfc.server import PLAIN, fixed


def https(priority: int, target: str, parameters: bytes = b"", owner: bytes = TO_QUESTION) -> bytes:
    return record(owner, HTTPS, 300, priority.to_bytes(2) + to_wire(target) + parameters)


def blocked(house: House, qname: str, qtype: int = A) -> bool:
    """Whether the block of a list stops it: each time, by each way."""
    said = [ede(house.ask(qname, qtype)) for _ in range(3)]
    assert said in ([[]] * 3, [[17]] * 3)
    return bool(said[0])


def test_rfc2181_all_records_of_an_answer_age_alike(house: House) -> None:
    records = [wires.address("198.51.100.1", 300), wires.address("198.51.100.2", 60)]
    reply = house.ask(house.server.says("ttls.example", fixed(records)))
    assert {each.ttl for each in reply.rr} == {60}


@pytest.mark.parametrize(
    ("ttl", "most"), [(0x8000_0000, 0), (0xFFFF_FFFF, 0), (0x7FFF_FFFF, 86_400)]
)
def test_rfc2181_a_ttl_with_its_first_bit_set_is_nothing(house: House, ttl: int, most: int) -> None:
    qname = house.server.says(f"ttl{ttl}.example", fixed([wires.address(PLAIN, ttl)]))
    assert [each.ttl for each in house.ask(qname).rr] == [most]


def test_rfc2181_a_name_may_hold_any_byte(house: House) -> None:
    asked = b"\x05\0\xff.\\ \x07example\0\0\1\0\1"
    reply = house.raw(wires.query(asked))
    assert reply[12 : 12 + len(asked)] == asked
    assert reply.endswith(bytes(map(int, PLAIN.split("."))))


@pytest.mark.parametrize(("rcode", "qname"), [(0, "nodata.example"), (3, "nxdomain.example")])
def test_rfc2308_no_is_remembered_as_long_as_its_soa_says(
    house: House, rcode: int, qname: str
) -> None:
    script = fixed([], [wires.soa("example", ttl=3600, minimum=30)], rcode=rcode)
    house.server.says(qname, script)
    for _ in range(3):
        reply = house.ask(qname)
        assert (reply.header.rcode, len(reply.rr)) == (rcode, 0)
        assert [each.rtype for each in reply.auth] == [6]
        assert 0 < reply.auth[0].ttl <= 30
    assert len(house.server.asked(qname)) == 1


def test_rfc2308_no_without_a_soa_is_not_remembered(house: House) -> None:
    qname = house.server.says("bare.example", fixed([], rcode=3))
    for number in range(1, 4):
        assert house.ask(qname).header.rcode == 3
        assert len(house.server.asked(qname)) == number


def test_rfc2308_a_block_has_a_soa(house: House) -> None:
    for qtype in (1, 28, 65, 15):
        for client in ("127.0.0.1", "127.0.0.2"):
            reply = house.ask("blocked.example", qtype, client=client)
            assert reply.rr or [each.rtype for each in reply.auth] == [6]
            assert all(each.ttl <= 60 for each in (*reply.rr, *reply.auth))


def test_rfc6672_what_a_dname_leads_to_is_judged(house: House) -> None:
    qname = "www.moved.example"
    alias = record(to_wire("moved.example"), DNAME, 300, to_wire("blocked.example"))
    target = to_wire("www.blocked.example")
    cname = record(TO_QUESTION, 5, 300, target)
    house.server.says(qname, fixed([alias, cname, wires.address(PLAIN, owner=target)]))
    assert blocked(house, qname)
    kept = record(to_wire("kept.example"), DNAME, 300, to_wire("other.example"))
    target = to_wire("www.other.example")
    cname = record(TO_QUESTION, 5, 300, target)
    script = fixed([kept, cname, wires.address(PLAIN, owner=target)])
    house.server.says("www.kept.example", script)
    for _ in range(3):
        assert [each.rtype for each in house.ask("www.kept.example").rr] == [39, 5, 1]


@pytest.mark.parametrize(
    ("name", "records", "stopped"),
    [
        ("alias", [https(0, "www.blocked.example")], True),  # AliasMode
        ("target", [https(1, "cdn.blocked.example")], True),  # TargetName
        ("own", [https(1, "")], False),
        ("other", [https(1, "cdn.other.example", b"\0\1\0\3\x02h2")], False),
        ("second", [https(1, ""), https(2, "www.blocked.example")], True),
    ],
)
def test_rfc9460_targets_are_judged(
    house: House, name: str, records: list[bytes], stopped: bool
) -> None:
    qname = house.server.says(f"{name}.svcb.example", fixed(records))
    assert blocked(house, qname, HTTPS) == stopped


def test_rfc9460_a_blocked_name_has_no_service_binding(house: House) -> None:
    for client in ("127.0.0.1", "127.0.0.2"):
        for qtype in (64, 65):
            assert not house.ask("www.blocked.example", qtype, client=client).rr


def test_rfc1034_an_alias_to_a_blocked_name_is_blocked(house: House) -> None:
    target = to_wire("tracker.blocked.example")
    records = [record(TO_QUESTION, 5, 300, target), wires.address(PLAIN, owner=target)]
    assert blocked(house, house.server.says("www.innocent.example", fixed(records)))


def test_rfc5452_each_question_has_an_id_and_a_port_of_chance(house: House) -> None:
    idents = set()
    for number in range(60):
        house.ask(f"p{number}.chance.example")
        (heard,) = house.server.asked(f"p{number}.chance.example")
        idents.add(heard[:2])
    assert len(idents) > 55
    assert wires.IDENT not in idents  # never the client's own


def test_0x20_the_spelling_of_each_client_is_its_own(house: House) -> None:
    """Letters of a question come back as they were written, whoever asked first."""
    for spelling in (b"MiXeD", b"mixed", b"MIXED", b"mIXEd"):
        asked = b"\5" + spelling + b"\7example\0\0\1\0\1"
        for _ in range(2):
            assert house.raw(wires.query(asked))[12 : 12 + len(asked)] == asked
    assert len(house.server.asked("mixed.example")) == 1

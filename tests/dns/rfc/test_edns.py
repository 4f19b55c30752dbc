"""EDNS and what it carries: RFC 6891, 3225, 4035, 5001, 7828, 7830, 7871, 8914, 9567 and 9824."""

import pytest
from dnslib import DNSRecord

from guardian.dns.wire import AD, CD, DO, QR, RA, RD, TO_QUESTION, A, record
from guardian.names import to_wire
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, addresses, ede
from tests.dns.rfc.server import PLAIN, fixed

ASKED = wires.question("www.edns.example", A)


def opts(reply: DNSRecord) -> list[tuple[int, int, int, int]]:
    """Size, extended rcode, version and flags of each OPT record."""
    found = [each for each in reply.ar if each.rtype == 41]
    return [
        (each.rclass, each.ttl >> 24, each.ttl >> 16 & 255, each.ttl & 0xFFFF) for each in found
    ]


def test_rfc6891_an_opt_record_is_there_where_one_was_asked_for(house: House) -> None:
    for _ in range(3):
        assert opts(house.says(wires.query(ASKED, wires.opt()))) == [(1232, 0, 0, 0)]
        assert opts(house.says(wires.query(ASKED))) == []


@pytest.mark.parametrize("version", [1, 2, 255])
def test_rfc6891_another_version_is_badvers_whatever_the_name(house: House, version: int) -> None:
    for qname in ("www.edns.example", "blocked.example", "localhost"):
        wire = wires.query(wires.question(qname, A), wires.opt(version=version))
        for _ in range(2):
            reply = house.says(wire)
            assert reply.header.rcode == 0
            assert opts(reply) == [(1232, 1, 0, 0)]  # 1 << 4: BADVERS; the version that we speak
            assert not reply.rr


@pytest.mark.parametrize(
    "additional",
    [
        [wires.opt(), wires.opt()],
        [wires.opt(owner=b"\1x\0")],
        [wires.opt(b"\0\3\0\5ab")],  # an option that runs past its record
        [wires.opt(b"\0\3")],
        [wires.opt()[:-1]],
    ],
)
def test_rfc6891_a_broken_opt_is_formerr(house: House, additional: list[bytes]) -> None:
    for qname in ("www.edns.example", "blocked.example"):
        assert house.raw(wires.query(wires.question(qname, A), *additional))[3] & 15 == 1


def test_rfc6891_unknown_options_and_flags_are_ignored_and_not_given_back(house: House) -> None:
    options = wires.option(65_001, b"abc") + wires.option(100) + wires.option(0, b"x")
    reply = house.says(wires.query(ASKED, wires.opt(options, flags=0x3FFF)))
    assert opts(reply) == [(1232, 0, 0, 0)]
    assert addresses(reply) == [PLAIN]
    assert not [each for each in reply.ar if each.rdata]


@pytest.mark.parametrize(("size", "fits"), [(0, False), (511, False), (512, False), (1232, True)])
def test_rfc6891_rfc9715_a_reply_is_no_longer_than_is_taken_nor_than_1232(
    house: House, size: int, fits: bool
) -> None:
    many = [wires.address(f"198.51.100.{each}") for each in range(40)]
    qname = house.server.says("forty.example", fixed(many))
    wire = wires.query(wires.question(qname, A), wires.opt(size=size))
    for _ in range(3):
        raw = house.raw(wire)
        reply = DNSRecord.parse(raw)
        assert len(raw) <= max(512, min(size, 1232))
        assert (reply.header.tc, len(reply.rr)) == ((0, 40) if fits else (1, 0))
        assert len(opts(reply)) == 1
    more = [wires.address(f"198.51.{each}.1") for each in range(120)]
    qname = house.server.says("more.example", fixed(more))
    assert house.ask(qname, A, wires.opt(size=4096)).header.tc == 1


def test_rfc5001_no_name_of_the_server_is_told(house: House) -> None:
    reply = house.says(wires.query(ASKED, wires.opt(wires.option(3))))
    assert not [each for record in reply.ar for each in record.rdata]


def test_rfc7828_rfc7830_no_keepalive_and_no_padding_without_a_stream(house: House) -> None:
    options = wires.option(11) + wires.option(12, bytes(20))
    reply = house.says(wires.query(ASKED, wires.opt(options)))
    assert not [each for record in reply.ar for each in record.rdata]


def test_rfc7871_rfc9567_what_tells_of_the_client_stays_here(house: House) -> None:
    """ECS, cookies, keepalive, padding and client ids: none of it goes to an upstream, or back."""
    told = [8, 10, 11, 12, 18, 65_001, 65_073, 65_074]
    data = {8: b"\0\1\x18\0\xc0\0\2", 10: b"cookie12"}
    options = b"".join(wires.option(code, data.get(code, b"")) for code in told)
    reply = house.says(wires.query(wires.question("quiet.example", A), wires.opt(options)))
    (heard,) = house.server.asked("quiet.example")
    assert heard.endswith(wires.opt())
    back = {each.code for record in reply.ar for each in record.rdata}
    assert not back & (set(told) - {10})


def test_rfc3225_do_goes_on_and_comes_back(house: House) -> None:
    qname = "signed.do.example"
    signature = record(TO_QUESTION, 46, 300, bytes(18) + to_wire("do.example") + bytes(64))

    def script(wire: bytes, _: str) -> list[bytes]:
        signed = [signature] if wires.opt(flags=DO) in wire else []
        return [wires.answer(wire, [wires.address(PLAIN), *signed])]

    house.server.says(qname, script)
    for _ in range(3):
        with_do = house.ask(qname, A, wires.opt(flags=DO))
        assert opts(with_do) == [(1232, 0, 0, DO)]
        assert [each.rtype for each in with_do.rr] == [1, 46]
        assert [each.rtype for each in house.ask(qname).rr] == [1]  # not from the same place


@pytest.mark.parametrize(
    ("flags", "do", "ad"),
    [(RD, 0, False), (RD | AD, 0, True), (RD, DO, True), (RD | CD, 0, False)],
)
def test_rfc6840_ad_is_said_to_who_asks_for_it(house: House, flags: int, do: int, ad: bool) -> None:
    script = fixed([wires.address(PLAIN)])

    def authentic(wire: bytes, transport: str) -> list[bytes]:
        (reply,) = script(wire, transport)
        return [reply[:3] + bytes((reply[3] | AD,)) + reply[4:]]

    house.server.says("ad.example", authentic)
    wire = wires.query(wires.question("ad.example", A), wires.opt(flags=do), flags=flags)
    for _ in range(3):
        reply = house.says(wire)
        assert bool(reply.header.bitmap & AD) == ad
        assert bool(reply.header.bitmap & CD) == bool(flags & CD)


def test_rfc4035_ad_is_never_said_of_what_we_changed(house: House) -> None:
    for client in ("127.0.0.1", "127.0.0.2"):
        wire = wires.query(wires.question("blocked.example", A), wires.opt(flags=DO), flags=RD | AD)
        for _ in range(3):
            assert not house.says(wire, client).header.bitmap & AD


def test_rfc4035_cd_goes_on_and_has_its_own_answers(house: House) -> None:
    def bogus(wire: bytes, _: str) -> list[bytes]:
        checked = not wire[3] & CD
        return [wires.answer(wire, [] if checked else [wires.address(PLAIN)], rcode=2 * checked)]

    house.server.says("bogus.example", bogus)
    asked = wires.question("bogus.example", A)
    for _ in range(2):
        assert house.says(wires.query(asked, wires.opt())).header.rcode == 2
        unchecked = house.says(wires.query(asked, wires.opt(), flags=RD | CD))
        assert addresses(unchecked) == [PLAIN]


def test_rfc8914_a_block_says_why_and_only_to_who_speaks_edns(house: House) -> None:
    for client in ("127.0.0.1", "127.0.0.2"):
        for _ in range(3):
            assert ede(house.ask("blocked.example", client=client)) == [17]
            plain = house.says(wires.query(wires.question("blocked.example", A)), client)
            assert not plain.ar
    reply = house.ask("blocked.example")
    (option,) = [each for record in reply.ar for each in record.rdata]
    assert option.data[2:].decode()  # a text for people
    assert reply.header.bitmap & ~0xF == QR | RD | RA


def test_rfc9824_nxname_is_nothing_to_ask_for(house: House) -> None:
    reply = house.ask("www.edns.example", 128)
    assert (reply.header.rcode, ede(reply)) == (1, [30])


def test_rfc9824_a_compact_denial_is_passed_on_whole(house: House) -> None:
    """NOERROR with an NSEC record whose types are RRSIG, NSEC and NXNAME."""
    types = b"\0\x06\0\0\0\0\0\x03" + b"\0\x11" + bytes(16) + b"\x80"
    nsec = record(TO_QUESTION, 47, 60, to_wire("\\000.compact.example") + types)
    signature = record(TO_QUESTION, 46, 60, bytes(18) + to_wire("example") + bytes(64))
    proof = [wires.soa("example"), signature, nsec, signature]
    qname = house.server.says("compact.example", fixed([], proof))
    for _ in range(3):
        reply = house.ask(qname, A, wires.opt(flags=DO))
        assert reply.header.rcode == 0
        assert [each.rtype for each in reply.auth] == [6, 46, 47, 46]

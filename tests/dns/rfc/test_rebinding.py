"""Names of the internet that lead into the house, in whatever record, are held back."""

import pytest

from guardian.dns.wire import AAAA, CNAME, HTTPS, TO_QUESTION, A, record
from guardian.names import to_wire
from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, addresses, ede
from tests.dns.rfc.server import Script, fixed


def aaaa(text: str) -> bytes:
    return record(TO_QUESTION, AAAA, 300, bytes.fromhex(text.replace(":", "")))


HINTED = b"\0\1\0" + b"\0\4\0\4" + bytes((192, 168, 1, 1))
MAPPED = "00000000000000000000ffff0a000001"


@pytest.mark.parametrize(
    ("name", "qtype", "records"),
    [
        ("router", A, [wires.address("192.168.1.1")]),
        ("self", A, [wires.address("127.0.0.1")]),
        ("zero", A, [wires.address("0.0.0.0")]),
        ("second", A, [wires.address("198.51.100.1"), wires.address("10.0.0.1")]),
        ("link", AAAA, [aaaa("fe800000000000000000000000000001")]),
        ("local", AAAA, [aaaa("fd000000000000000000000000000001")]),
        ("mapped", AAAA, [aaaa(MAPPED)]),
        ("hinted", HTTPS, [record(TO_QUESTION, HTTPS, 300, HINTED)]),
    ],
)
def test_an_address_within_the_house_is_no_answer_to_a_public_name(
    house: House, name: str, qtype: int, records: list[bytes]
) -> None:
    qname = house.server.says(f"{name}.rebinds.example", fixed(records))
    for _ in range(3):  # as it comes, from the cache, by the packet loop
        reply = house.ask(qname, qtype)
        assert (reply.header.rcode, ede(reply)) == (0, [15])
        assert not reply.rr
        assert reply.auth


def test_behind_an_alias_too(house: House) -> None:
    target = to_wire("far.example")
    script = fixed(
        [
            record(TO_QUESTION, CNAME, 300, target),
            wires.address("192.168.1.1", owner=target),
        ]
    )
    assert not addresses(house.ask(house.server.says("alias.rebinds.example", script)))


@pytest.mark.parametrize("qname", ["nas.inside.example", "a.plex.direct"])
def test_names_of_the_house_and_listed_ones_may(house: House, qname: str) -> None:
    script: Script = fixed([wires.address("192.168.1.7")])
    house.server.says(qname, script)
    for _ in range(3):
        assert addresses(house.ask(qname)) == ["192.168.1.7"]


def test_next_to_a_private_network_is_public(house: House) -> None:
    qname = house.server.says("near.rebinds.example", fixed([wires.address("172.32.0.1")]))
    assert addresses(house.ask(qname)) == ["172.32.0.1"]


@pytest.mark.parametrize(
    ("qname", "said", "step"),
    [
        ("router.checked.example", "blocked", "leads to an address inside the house (192.168.1.7)"),
        ("nas.inside.example", "allowed", "This name may have an address inside the house"),
        ("a.plex.direct", "allowed", "This name may have an address inside the house"),
        ("router.home.arpa", "allowed", "This name may have an address inside the house"),
    ],
)
def test_check_tells_of_it_as_dns_does(house: House, qname: str, said: str, step: str) -> None:
    if qname != "router.home.arpa":
        house.server.says(qname, fixed([wires.address("192.168.1.7")]))
    told = house.guardian.run("check", qname, "--follow", "--steps")
    assert f"{qname} is {said} for" in told
    assert step in told
    assert ("Rule: rebinding" in told) == (said == "blocked")
    assert bool(addresses(house.ask(qname))) == (said == "allowed")


def test_check_without_asking_says_what_would_be(house: House) -> None:
    told = house.guardian.run("check", "unasked.checked.example", "--steps")
    assert "rebinding: An answer with an address inside the house would be held back" in told
    assert house.server.asked("unasked.checked.example") == []
    told = house.guardian.run("check", "open.checked.example", "--follow", "--steps")
    assert "rebinding: Its answer leads to no address inside the house" in told
    house.guardian.run("check", "special.home.arpa", "--follow")
    assert house.server.asked("special.home.arpa") == []  # not even for a parent

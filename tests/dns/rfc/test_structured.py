"""Structured errors (draft-ietf-dnsop-structured-dns-error): for who asks, and nothing forged."""

import json

from dnslib import DNSRecord

from tests.dns.rfc import wires
from tests.dns.rfc.conftest import House, addresses, ede

LINA = "127.0.0.2"  # whose blocked names lead to 0.0.0.0
ASKED = wires.question("blocked.example", 1)
ASKING = wires.option(65_002)


def text(reply: DNSRecord) -> str:
    (option,) = [each for record in reply.ar for each in record.rdata if each.code == 15]
    return bytes(option.data[2:]).decode()


def test_who_asks_is_told_in_json_and_given_no_forged_address(house: House) -> None:
    for _ in range(3):
        plain = house.says(wires.query(ASKED, wires.opt()), LINA)
        assert (addresses(plain), ede(plain)) == (["0.0.0.0"], [17])
        assert not text(plain).startswith("{")
        told = house.says(wires.query(ASKED, wires.opt(ASKING)), LINA)
        assert (addresses(told), ede(told), told.header.rcode) == ([], [17], 0)
        assert [each.rtype for each in told.auth] == [6]
        said = json.loads(text(told))
        assert said.pop("j")
        assert said == {"c": ["mailto:parents@home.example"], "o": "Home", "l": "en"}


def test_an_option_with_data_or_another_does_not_ask(house: House) -> None:
    for option in (wires.option(65_002, b"x"), wires.option(65_003)):
        reply = house.says(wires.query(ASKED, wires.opt(option)), LINA)
        assert addresses(reply) == ["0.0.0.0"]


def test_words_go_first_where_not_all_fits(house: House) -> None:
    long = ".".join(("x" * 60,) * 3) + ".yyyyyyyyyyyyyyyyyyyyyyyyyyy.blocked.example"
    wire = wires.query(wires.question(long, 1), wires.opt(ASKING, size=512))
    reply = house.says(wire, LINA)
    assert not reply.header.tc
    assert ede(reply) == [17]
    assert set(json.loads(text(reply))) >= {"c"}

"""For whom a forwarder asks: the option is read, taken out, and not believed where in doubt."""

from base64 import b64encode

import pytest
from dnslib import EDNS0, DNSRecord, EDNSOption
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.behind import NOBODY, Behind, Forwarder, id_sign, mac_sign, taken_out
from guardian.dns.query import parse_query
from guardian.dns.view import Asker, Schedule, View
from guardian.dns.wire import Malformed

MAC = bytes.fromhex("a483e7000001")
SIGN = "a4:83:e7:00:00:01"


@pytest.mark.parametrize(
    ("data", "sign"),
    [
        (MAC, SIGN),  # dnsmasq: add-mac
        (b"a4:83:e7:00:00:01", SIGN),  # add-mac=text
        (b"A4-83-E7-00-00-01", SIGN),
        (b64encode(MAC), SIGN),  # add-mac=base64
        (b"", NOBODY),
        (MAC[:5], NOBODY),
        (MAC + b"\0\0", NOBODY),  # an EUI-64 is no Ethernet address
        (b"a4:83:e7:00:00:0x", NOBODY),
        ("a4:83:e7:00:00:0١".encode(), NOBODY),
    ],
)
def test_a_hardware_address_in_each_way_of_writing(data: bytes, sign: str) -> None:
    assert mac_sign(data) == sign


@pytest.mark.parametrize(
    ("data", "sign"),
    [
        (b"lina-phone", "id:lina-phone"),
        (b"Lina-Phone", "id:lina-phone"),
        (b"-lina", NOBODY),
        (b"lina phone", NOBODY),
        (b"", NOBODY),
        (b"x" * 64, NOBODY),
        ("liña".encode(), NOBODY),
    ],
)
def test_a_client_id_is_one_label(data: bytes, sign: str) -> None:
    assert id_sign(data) == sign


def query(*options: tuple[int, bytes], qname: str = "www.site.example", edns: bool = True) -> bytes:
    """A query's bytes after the ID."""
    record = DNSRecord.question(qname)
    if edns:
        record.add_ar(EDNS0(udp_len=1232, opts=[EDNSOption(*each) for each in options]))
    return bytes(record.pack())[2:]


some_options = st.lists(
    st.tuples(st.sampled_from([10, 12, 65001, 65074]), st.binary(max_size=20)), max_size=5
)


@given(options=some_options, option=st.sampled_from([65001, 65074]))
def test_what_is_left_is_the_query_without_the_option(
    options: list[tuple[int, bytes]], option: int
) -> None:
    wire = query(*options)
    plain, told = taken_out(wire, wire.index(b"\0", 10) + 5, option)
    assert told == [data for code, data in options if code == option]
    assert plain == query(*(each for each in options if each[0] != option))
    parse_query(plain)


class House:
    """A forwarder with askers that remember what they were called."""

    def __init__(self, option: int = 65001) -> None:
        self.called: dict[str, Asker] = {}
        self.itself = self.asker("itself")
        self.behind = Behind(Forwarder(option, mac_sign), self.itself, self.asker)

    def asker(self, sign: str) -> Asker:
        return self.called.setdefault(sign, Asker(Schedule([(0, View([]))])))

    def who(self, wire: bytes) -> tuple[str, bytes]:
        asker, plain = self.behind.who(wire)
        return next(sign for sign, each in self.called.items() if each is asker), plain


def test_all_clients_of_a_forwarder_share_what_is_cached() -> None:
    house = House()
    for _ in range(2):  # read, then known
        assert house.who(query((65001, MAC))) == (SIGN, query())
        assert house.who(query((10, b"cookie12"), (65001, MAC[::-1]))) == (
            "01:00:00:e7:83:a4",
            query((10, b"cookie12")),
        )


@pytest.mark.parametrize(
    ("wire", "sign"),
    [
        (query(edns=False), "itself"),
        (query(), "itself"),
        (query((65074, MAC)), "itself"),  # not the option that was agreed
        (query((65001, b"nonsense!")), NOBODY),
        (query((65001, MAC), (65001, MAC)), NOBODY),  # one of them may be the device's own
        (query((65001, MAC), qname="a.b.c.d.e.f"), SIGN),
    ],
)
def test_who_it_is(wire: bytes, sign: str) -> None:
    house = House()
    assert [house.who(wire)[0] for _ in range(2)] == [sign, sign]


def test_a_label_with_a_zero_in_it_is_nobody_elses_end() -> None:
    """A name may hold any byte: records begin behind its real end, whatever a label looks like."""
    house = House()
    theirs = query((65001, MAC))
    house.who(theirs)
    forged = b"\x3f" + theirs[theirs.index(b"\0", 10) :].ljust(63, b"x")  # one label
    wire = theirs[:10] + forged + query((65001, MAC[::-1]), qname=".")[10:]
    assert house.who(wire)[0] == "01:00:00:e7:83:a4"


LINAS = query((65001, MAC))


@given(
    wire=st.binary(max_size=200)
    | st.integers(1, 60).map(lambda cut: LINAS[:-cut])
    | st.binary(min_size=1, max_size=9).map(lambda more: LINAS + more)
)
def test_what_is_no_query_does_not_become_one(wire: bytes) -> None:
    _, plain = House().who(wire)
    try:
        parse_query(wire)
    except Malformed:
        with pytest.raises(Malformed):
            parse_query(plain)
    else:
        parse_query(plain)

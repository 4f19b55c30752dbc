"""RFC 9460, RFC 9462, RFC 9463: what is said of an encrypted resolver, byte by byte."""

from ipaddress import ip_address

from guardian.dns.svcb import Service

NAME = b"\x03dns\x06family\x07example\x00"
DOT = Service(1, "dns.family.example", ("dot",), 8853, (ip_address("192.0.2.1"),))
ALPN, PORT = b"\0\x01\0\x04\x03dot", b"\0\x03\0\x02\x22\x95"


def test_a_record_has_its_parameters_in_order() -> None:
    assert DOT.rdata() == b"\0\x01" + NAME + ALPN + PORT + b"\0\x04\0\x04\xc0\0\x02\x01"


def test_http_tells_its_path_and_addresses_of_both_families_are_hints() -> None:
    addresses = (ip_address("2001:db8::1"), ip_address("192.0.2.1"), ip_address("192.0.2.2"))
    doh = Service(2, "dns.family.example", ("h3", "h2"), 443, addresses, "/dns-query{?dns}")
    assert doh.rdata() == (
        b"\0\x02" + NAME + b"\0\x01\0\x06\x02h3\x02h2" + b"\0\x03\0\x02\x01\xbb"
        b"\0\x04\0\x08\xc0\0\x02\x01\xc0\0\x02\x02"
        b"\0\x06\0\x10\x20\x01\x0d\xb8" + bytes(11) + b"\x01"
        b"\0\x07\0\x10/dns-query{?dns}"
    )


def test_dhcp_is_told_addresses_and_no_hints() -> None:
    body = b"\0\x01\x14" + NAME + b"\x04\xc0\0\x02\x01" + ALPN + PORT
    assert DOT.v4_instance() == len(body).to_bytes(2) + body
    assert DOT.v6_option() == b"\0\x01\0\x14" + NAME  # no address of that family: the name alone
    six = Service(1, "dns.family.example", ("dot",), 8853, (ip_address("2001:db8::1"),))
    address = b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01"
    assert six.v6_option() == b"\0\x01\0\x14" + NAME + b"\0\x10" + address + ALPN + PORT

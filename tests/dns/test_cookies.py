"""Cookies are those of RFC 9018, and nobody else's pass."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.cookies import Jar, is_cookie, server_part, siphash

CLIENT = bytes.fromhex("2464c4abcf10c957")
NOW = 1_559_731_985
ADDRESS = ip_address("198.51.100.100").packed


def test_siphash_of_its_authors() -> None:
    """The first vectors of github.com/veorq/SipHash (vectors.h), with key 00 01 … 0f."""
    key = bytes(range(16))
    assert siphash(key, b"").hex() == "310e0edd47db6f72"
    assert siphash(key, b"\0").hex() == "fd67dc93c539f874"
    assert siphash(key, bytes(range(15))).hex() == "e545be4961ca29a1"


@pytest.mark.parametrize(
    ("client", "address", "second", "secret", "server"),
    [
        (  # RFC 9018, appendix A.1
            "2464c4abcf10c957",
            "198.51.100.100",
            1_559_731_985,
            "e5e973e5a6b2a43f48e7dc849e37bfcf",
            "010000005cf79f111f8130c3eee29480",
        ),
        (  # appendix A.4
            "22681ab97d52c298",
            "2001:db8:220:1:59de:d0f4:8769:82b8",
            1_559_741_961,
            "445536bcd2513298075a5d379663c962",
            "010000005cf7c609a6bb79d16625507a",
        ),
    ],
)
def test_rfc9018_examples(client: str, address: str, second: int, secret: str, server: str) -> None:
    made = server_part(
        bytes.fromhex(client), ip_address(address).packed, second, bytes.fromhex(secret)
    )
    assert made.hex() == server


@pytest.mark.parametrize(
    ("later", "known"),
    [(-301, False), (-300, True), (0, True), (3600, True), (3601, False)],
)
def test_a_cookie_has_its_time(later: int, known: bool) -> None:
    jar = Jar(b"secret")
    cookie = jar.cookie(CLIENT, ADDRESS, NOW)
    assert (jar.answered(cookie, ADDRESS, NOW + later) is not None) == known


def test_a_cookie_is_renewed_before_it_is_too_old() -> None:
    jar = Jar(b"secret")
    cookie = jar.cookie(CLIENT, ADDRESS, NOW)
    assert jar.answered(cookie, ADDRESS, NOW + 60) == cookie
    renewed = jar.answered(cookie, ADDRESS, NOW + 1800)
    assert renewed == jar.cookie(CLIENT, ADDRESS, NOW + 1800)


@given(st.binary(max_size=40), st.binary(min_size=4, max_size=4))
def test_what_is_not_from_this_jar_is_not_known(cookie: bytes, address: bytes) -> None:
    assert Jar(b"secret").answered(cookie, address, NOW) is None
    own = Jar(b"secret").cookie(CLIENT, ADDRESS, NOW)
    assert Jar(b"other").answered(own, ADDRESS, NOW) is None
    if address != ADDRESS:
        assert Jar(b"secret").answered(own, address, NOW) is None


def test_lengths() -> None:
    assert [size for size in range(60) if is_cookie(bytes(size))] == [8, *range(16, 41)]

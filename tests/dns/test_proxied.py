"""The header of PROXY protocol: what is written is read, and nothing else is."""

from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guardian.dns.proxied import MOST_BYTES, SIGNATURE, Header, read_header
from guardian.dns.wire import Malformed

CLIENTS = st.one_of(st.none(), st.ip_addresses(v=4), st.ip_addresses(v=6))
VALUES = st.dictionaries(
    st.integers(0, 255).filter(lambda kind: kind != 3), st.binary(max_size=40), max_size=4
)


def written(client: object, values: dict[int, bytes], *, stream: bool = False) -> bytes:
    """A header as a front end writes it; for None, one that is about nobody."""
    if client is None:
        command, family, about = 0x20, 0, b""
    else:
        packed = ip_address(str(client)).packed
        command, family = 0x21, (0x10 if len(packed) == 4 else 0x20) + (1 if stream else 2)
        about = packed + bytes(len(packed)) + b"\x30\x39\0\x35"
    rest = b"".join(
        bytes((kind,)) + len(value).to_bytes(2) + value for kind, value in values.items()
    )
    length = len(about) + len(rest)
    return SIGNATURE + bytes((command, family)) + length.to_bytes(2) + about + rest


@given(CLIENTS, VALUES, st.booleans(), st.binary(max_size=64))
def test_a_header_is_read_as_it_was_written(
    client: object, values: dict[int, bytes], stream: bool, behind: bytes
) -> None:
    wire = written(client, values, stream=stream)
    header = read_header(wire + behind)
    assert header is not None
    assert header.size == len(wire)
    if client is None:
        assert header == Header(len(wire))
    else:
        assert header == Header(len(wire), ip_address(str(client)).packed, values)


@given(CLIENTS, VALUES)
def test_a_header_that_comes_by_the_byte_is_waited_for(
    client: object, values: dict[int, bytes]
) -> None:
    wire = written(client, values)
    assert all(read_header(wire[:end]) is None for end in range(len(wire)))


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda rest: SIGNATURE + rest))
@example(SIGNATURE + b"\x21\x11\0\x0c" + bytes(12))
def test_any_bytes_are_a_header_or_are_refused(data: bytes) -> None:
    try:
        header = read_header(data)
    except Malformed:
        return
    assert header is None or (data.startswith(SIGNATURE) and 16 <= header.size <= len(data))


@pytest.mark.parametrize(
    "wire",
    [
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 53\r\n",  # version 1
        SIGNATURE + b"\x31\x11\0\x0c" + bytes(12),  # version 3
        SIGNATURE + b"\x22\x11\0\x0c" + bytes(12),  # no such command
        SIGNATURE + b"\x21\x31\0\xd8" + bytes(216),  # a Unix socket asks for no names
        SIGNATURE + b"\x21\x11\0\x0b" + bytes(11),  # too short for its family
        SIGNATURE + b"\x21\x11\0\x0d" + bytes(13),  # a value that ends early
        SIGNATURE + b"\x21\x11\0\x12" + bytes(12) + b"\xe0\0\0\xe0\0\0",  # a value twice
        SIGNATURE + b"\x21\x11" + MOST_BYTES.to_bytes(2) + bytes(MOST_BYTES),
        b"\r\n\r\n\0\r\nQUIX\n\x21\x11\0\x0c" + bytes(12),
        b"\x12\x34\x01\0\0\1\0\0\0\0\0\0",  # a plain query
    ],
)
def test_what_is_no_header_is_refused(wire: bytes) -> None:
    with pytest.raises(Malformed):
        read_header(wire)

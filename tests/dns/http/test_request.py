"""What a request's head asks, or the status that it gets."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.dns.http.request import MEDIA_TYPE, Head, is_query, read_head

QUERY = bytes.fromhex("00000100000100000000000004686f6d65076578616d706c650000010001")
DNS = urlsafe_b64encode(QUERY).rstrip(b"=")
POST = [(b"content-type", MEDIA_TYPE)]


@pytest.mark.parametrize(
    ("method", "target", "fields", "status"),
    [
        (b"GET", b"/dns-query?dns=" + DNS, [], 0),
        (b"GET", b"/dns-query?a=b&dns=" + DNS + b"&c", [], 0),
        (b"GET", b"https://home.example/dns-query?dns=" + DNS, [], 0),
        (b"GET", b"/dns-query?dns=" + DNS, [(b"accept", b"text/html")], 0),
        (b"GET", b"/dns-query", [], 400),
        (b"GET", b"/dns-query?dns=", [], 400),
        (b"GET", b"/dns-query?dns=AAAA", [], 400),  # shorter than a header
        (b"GET", b"/dns-query?dns=!" + DNS, [], 400),
        (b"GET", b"/dns-query?dns=A", [], 400),
        (b"GET", b"/", [], 404),
        (b"GET", b"/dns-query/?dns=" + DNS, [], 404),
        (b"GET", b"/dns/?dns=" + DNS, [], 404),
        (b"GET", b"/dns/a/b?dns=" + DNS, [], 404),
        (b"PUT", b"/dns-query", [], 405),
        (b"GET", b"/dns-query?dns=" + b"A" * 9000, [], 414),
        (b"POST", b"/dns-query", POST, 0),
        (b"POST", b"/dns-query", [(b"content-type", b"Application/DNS-message; x=y")], 0),
        (b"POST", b"/dns-query", [], 415),
        (b"POST", b"/dns-query", [(b"content-type", b"application/dns-json")], 415),
        (b"POST", b"/dns-query", [*POST, (b"content-length", b"65536")], 413),
        (b"POST", b"/dns-query", [*POST, (b"content-length", b"-1")], 400),
        (
            b"POST",
            b"/dns-query",
            [*POST, (b"content-length", b"4"), (b"content-length", b"5")],
            400,
        ),
    ],
)
def test_each_request_has_its_status(
    method: bytes, target: bytes, fields: list[tuple[bytes, bytes]], status: int
) -> None:
    assert read_head(method, target, fields, b"/dns-query").status == status


def test_a_query_in_the_address_is_read_with_and_without_padding() -> None:
    for value in (DNS, urlsafe_b64encode(QUERY)):
        head = read_head(b"GET", b"/dns-query?dns=" + value, [], b"/dns-query")
        assert head == Head(wire=QUERY)


def test_a_path_may_name_a_device() -> None:
    head = read_head(b"POST", b"/dns/k3Yq-_9", POST, b"/dns-query")
    assert head == Head(token="k3Yq-_9")


def test_proxies_say_for_whom_they_ask_the_nearest_last() -> None:
    fields = [*POST, (b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-for", b"192.0.2.2")]
    assert read_head(b"POST", b"/dns-query", fields, b"/dns-query").forwarded == (
        b"192.0.2.1,192.0.2.2"
    )


def test_a_reply_is_no_query() -> None:
    assert is_query(QUERY)
    assert not is_query(QUERY[:2] + b"\x81" + QUERY[3:])


@given(
    method=st.binary(max_size=8),
    target=st.binary(max_size=64),
    fields=st.lists(st.tuples(st.sampled_from([b"content-length", b"content-type"]), st.binary())),
)
def test_any_head_is_judged(
    method: bytes, target: bytes, fields: list[tuple[bytes, bytes]]
) -> None:
    for path in (target, b"/dns/" + target, b"/dns-query?dns=" + target):
        head = read_head(method, path, fields, b"/dns-query")
        assert head.wire is None or is_query(head.wire)

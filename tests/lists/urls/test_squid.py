"""Squid's helper protocol, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.urls import UrlList, compile_urls
from guardian.lists.urls.squid import Deed, answer

KEY = bytes(range(32))
URLS = UrlList(
    compile_urls(
        b"url,level\nhttp://big.example/page,\nhttp://whole.example/,site\n"
        b"http://front.example/,page\n",
        KEY,
    ),
    KEY,
)
PAGE = "http://192.0.2.1/"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"http://big.example/page -\n", b"OK guardian=listed"),
        (b"7 http://big.example/page - GET\n", b"7 OK guardian=listed"),
        (b"12 http://big.example/other\n", b"12 ERR"),
        (b"0 whole.example:443 -\n", b"0 OK guardian=listed"),
        (b"0 www.whole.example:443 -\n", b"0 OK guardian=listed"),
        (b"0 big.example:443 -\n", b"0 ERR"),
        (b"0 front.example:443 -\n", b"0 ERR"),  # of HTTPS no page is seen: nothing is widened
        (b"0 https://front.example/ -\n", b"0 OK guardian=listed"),
        (b"3\n", b"3 ERR"),
        (b"\n", b"ERR"),
    ],
)
def test_a_line_has_its_answer(line: bytes, said: bytes) -> None:
    assert answer(line, URLS.match, Deed.ACL) == said


def test_another_url_for_a_listed_one() -> None:
    said = answer(b"4 http://big.example/page 127.0.0.1/x - GET", URLS.match, Deed.REWRITE, PAGE)
    assert said == b'4 OK status=302 url="http://192.0.2.1/"'
    assert answer(b"4 http://big.example/ -", URLS.match, Deed.REWRITE, PAGE) == b"4 ERR"


@given(line=st.binary(max_size=80))
def test_no_line_is_too_odd(line: bytes) -> None:
    assert answer(line, URLS.match, Deed.ACL).endswith((b"OK guardian=listed", b"ERR"))

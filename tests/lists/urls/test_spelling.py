"""One spelling for all URLs that lead a browser to the same page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.urls import normalise

SAME = [
    ("http://site.example", "http://site.example/"),
    (" \thttp://site.example/a\n", "http://site.example/a"),
    ("HTTP://SITE.Example/A", "http://site.example/A"),
    ("http:site.example/a", "http://site.example/a"),
    ("http:\\\\site.example\\a\\b", "http://site.example/a/b"),
    ("http:////site.example/a", "http://site.example/a"),
    ("http://si\nte.exam\tple/a", "http://site.example/a"),
    ("http://site.example./a", "http://site.example/a"),
    ("http://site.example:80/a", "http://site.example/a"),
    ("https://site.example:0443/a", "https://site.example/a"),
    ("https://site.example:/a", "https://site.example/a"),
    ("https://site.example:80/a", "https://site.example:80/a"),
    ("https://somebody:secret@site.example/a", "https://site.example/a"),
    ("https://a@b@site.example/a", "https://site.example/a"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://b%C3%BCcher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://ｓｉｔｅ。example/a", "https://site.example/a"),
    ("http://0x7f.1/a", "http://127.0.0.1/a"),
    ("http://2130706433/a", "http://127.0.0.1/a"),
    ("http://0300.0250.0.1/a", "http://192.168.0.1/a"),
    ("http://[2001:DB8::0:1]/a", "http://[2001:db8::1]/a"),
    ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]/a"),
    ("http://[2001:db8::1]:81/a", "http://[2001:db8::1]:81/a"),
    ("http://site.example/a/./b/../c", "http://site.example/a/c"),
    ("http://site.example/a/%2e%2E/c/.", "http://site.example/c/"),
    ("http://site.example/../../a/..", "http://site.example/"),
    ("http://site.example/a//b", "http://site.example/a//b"),
    ("http://site.example/%7ea%2fb%c3%bc", "http://site.example/~a%2Fb%C3%BC"),
    ("http://site.example/ü b", "http://site.example/%C3%BC%20b"),
    ("http://site.example/100%", "http://site.example/100%25"),
    ("http://site.example/%%341", "http://site.example/%2541"),
    ("http://site.example/a?b=ü#c", "http://site.example/a?b=%C3%BC"),
    ("http://site.example?b", "http://site.example/?b"),
    ("http://site.example/a?", "http://site.example/a"),
    ("http://site.example/a?b?c/../d", "http://site.example/a?b?c/../d"),
    ("http://site.example/it's?[a]|{b}", "http://site.example/it%27s?%5Ba%5D%7C%7Bb%7D"),
    ("http://localhost/a", "http://localhost/a"),
]
NO_URL = [
    "", "site.example", "ftp://site.example/", "http://", "http:///", "http://?a", "javascript:1",
    "http://a b.example/", "http://a..example/", "http://site.example:99999/", "http://1.2.3.4.5/",
    "http://site.example:8o/", "http://256.1.1.1/", "http://[::1/", "http://[::x]/", "http://09.1/",
    f"http://site.example/{'a' * 20_000}",
]  # fmt: skip


@pytest.mark.parametrize(("url", "spelling"), SAME)
def test_one_spelling(url: str, spelling: str) -> None:
    assert normalise(url) == spelling
    assert normalise(spelling) == spelling


@pytest.mark.parametrize("url", NO_URL)
def test_what_is_no_url_of_the_web(url: str) -> None:
    assert normalise(url) == ""


NEAR = st.text(st.sampled_from("htps:/\\.%?#@[]wW-_0x12aäé。Ａ\u00ad \t"), max_size=40)


@given(url=st.text() | NEAR | NEAR.map("http://".__add__) | NEAR.map("http://a.example/".__add__))
def test_a_spelling_stays(url: str) -> None:
    once = normalise(url)
    assert normalise(once) == once
    assert once == "" or once.isascii()

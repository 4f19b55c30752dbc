"""Pages are listed in all their spellings, and nothing else is."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.gather import Gatherer
from guardian.lists.hashing import Hashing
from guardian.lists.source import Source, SourceKind
from guardian.lists.urls import BadUrls, Listed, UrlList, compile_urls
from guardian.lists.urls.compiling import joined
from guardian.lists.urls.keys import Pages

KEY = bytes(range(32))
IWF = Source("urls", "illegal", "", SourceKind.IWF, "urls")
LIST = """\
# a list
https://big.example/gallery/1
http://big.example/user?page=2
https://big.example:8443/port
https://www.shop.co.uk/item/
https://whole.example/
just-a-name.example
https://www.wider.example/
http://192.0.2.7/
http://192.0.2.8/page
https://help.example/page
https://helpline.example/
https://co.uk/
"""
PLACES = """\
url,level
https://folder.example/all/,folder
https://front.example/,page
https://whole-folder.example/,folder
https://marked.example/,domain
https://marked.example/,what
"""


@pytest.fixture(scope="module")
def urls() -> UrlList:
    return UrlList(compile_urls(LIST.encode(), KEY, ["help.example", "helpline.example"]), KEY)


@pytest.fixture(scope="module")
def marked() -> UrlList:
    return UrlList(compile_urls(PLACES.encode(), KEY), KEY)


@pytest.mark.parametrize(
    ("url", "listed"),
    [
        ("https://big.example/gallery/1", Listed.PAGE),
        ("http://big.example/gallery/1", Listed.PAGE),
        ("http://www.big.example/gallery/1/", Listed.PAGE),
        ("HTTPS://BIG.example:443/x/../gallery/%31#top", Listed.PAGE),
        ("https://big.example/gallery/1?x", Listed.NOWHERE),
        ("https://big.example/gallery/1/2", Listed.NOWHERE),
        ("https://big.example/gallery", Listed.NOWHERE),
        ("https://big.example/Gallery/1", Listed.NOWHERE),
        ("https://big.example/", Listed.NOWHERE),
        ("https://sub.big.example/gallery/1", Listed.NOWHERE),
        ("https://big.example:8443/gallery/1", Listed.NOWHERE),
        ("https://big.example/user?page=2", Listed.PAGE),
        ("https://big.example/user/?page=2", Listed.PAGE),
        ("https://big.example/user", Listed.NOWHERE),
        ("https://big.example:8443/port", Listed.PAGE),
        ("https://big.example/port", Listed.NOWHERE),
        ("https://shop.co.uk/item", Listed.PAGE),
        ("https://other.co.uk/item", Listed.NOWHERE),
        ("https://whole.example/anything?at#all", Listed.SITE),
        ("https://a.b.whole.example:9999/", Listed.SITE),
        ("https://notwhole.example/", Listed.NOWHERE),
        ("http://just-a-name.example/", Listed.SITE),
        ("http://www.wider.example/x", Listed.SITE),
        ("http://wider.example/x", Listed.NOWHERE),  # what is above a listed name is not listed
        ("http://192.0.2.7/x", Listed.PAGE),
        ("http://192.0.2.8/page", Listed.PAGE),
        ("http://192.0.2.8/", Listed.NOWHERE),
        ("http://0xc0.0.2.8/page", Listed.PAGE),
        ("https://help.example/page", Listed.NOWHERE),
        ("https://helpline.example/", Listed.NOWHERE),
        ("https://co.uk/", Listed.NOWHERE),
        ("http://illegal-self-test.guardian.test/", Listed.SITE),
        ("http://guardian.test/", Listed.NOWHERE),
        ("ftp://whole.example/", Listed.NOWHERE),
        ("http://[2001:db8::1]/", Listed.NOWHERE),
        ("", Listed.NOWHERE),
    ],
)  # fmt: skip
def test_what_is_listed(urls: UrlList, url: str, listed: Listed) -> None:
    assert urls.match(url) is listed


@pytest.mark.parametrize(
    ("url", "listed"),
    [
        ("https://folder.example/all", Listed.PAGE),
        ("https://folder.example/all/below/it?x", Listed.PAGE),
        ("https://folder.example/allother", Listed.NOWHERE),
        ("https://folder.example/", Listed.NOWHERE),
        ("https://front.example/", Listed.PAGE),
        ("https://front.example/page", Listed.NOWHERE),
        ("https://whole-folder.example/page", Listed.PAGE),
        ("https://sub.whole-folder.example/page", Listed.NOWHERE),
        ("https://sub.marked.example/page", Listed.SITE),
    ],
)
def test_what_the_source_marks(marked: UrlList, url: str, listed: Listed) -> None:
    assert marked.match(url) is listed


PART = st.text(min_size=1, max_size=8).map(lambda text: f"p{text}")


def _in_bytes(text: str) -> str:
    """A text with each of its bytes percent-encoded, the other way than usual."""
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "replace"))


@given(parts=st.lists(PART, min_size=1, max_size=4), query=st.text(max_size=8))
def test_what_differs_in_spelling_alone_matches(parts: list[str], query: str) -> None:
    path = "/".join(quote(part, safe="", errors="replace") for part in parts)
    other_path = "/".join(map(_in_bytes, parts))
    asked, other_asked = (
        f"?{text}" if text else ""
        for text in (quote(query, "", errors="replace"), _in_bytes(query))
    )
    listed = UrlList(compile_urls(f"https://big.example/{path}{asked}\n".encode(), KEY), KEY)
    for url in (
        f"http://WWW.Big.EXAMPLE.:80/./x/%2E./{other_path}/{asked}#end",
        f" https:\\\\me@big.example\\{path}{other_asked}",
    ):
        assert listed.match(url) is Listed.PAGE, url


@given(url=st.text(max_size=60) | st.text(max_size=60).map("http://whole.example".__add__))
def test_no_text_is_too_odd(urls: UrlList, url: str) -> None:
    assert urls.match(url) in Listed


@given(content=st.binary(max_size=300))
def test_no_content_is_too_odd(content: bytes) -> None:
    with pytest.raises(BadUrls):
        UrlList(content, KEY)


def test_nothing_can_be_read_back() -> None:
    content = compile_urls(LIST.encode(), KEY)
    for word in (b"big", b"gallery", b"whole", b"shop", b"192"):
        assert word not in content


def test_one_changed_byte_or_another_key_is_refused(tmp_path: Path) -> None:
    content = bytearray(compile_urls(LIST.encode(), KEY))
    with pytest.raises(BadUrls, match="another key"):
        UrlList(bytes(content), bytes(32))
    content[-3] ^= 1
    with pytest.raises(BadUrls, match="damaged"):
        UrlList(bytes(content), KEY)
    with pytest.raises(BadUrls, match="cannot be read"):
        UrlList.open(tmp_path / "nothing", KEY)


def test_who_matches_loads_no_parser() -> None:
    script = "import guardian.lists.urls, sys; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert not loaded & {"guardian.lists.gather", "publicsuffixlist", "aiohttp", "yaml", "asyncio"}


def hashed(*texts: str, how: str = "sha256") -> UrlList:
    """A list of digests, and how they were made."""
    digest = Hashing.read(how).digests()
    lines = [f"# hash: {how}", *(digest(each.encode()).hex() for each in texts)]
    return UrlList(compile_urls("\n".join(lines).encode(), KEY, form="hashed"), KEY)


@pytest.mark.parametrize("how", ["sha256", "sha256:5a17", "hmac-sha256:5a17"])
@pytest.mark.parametrize(
    ("told", "url", "listed"),
    [
        ("https://big.example/page", "https://big.example/page", Listed.PAGE),
        ("https://big.example/page", "HTTP://www.BIG.example:80/x/../page/#top", Listed.PAGE),
        ("http://www.big.example/page/", "https://big.example/page", Listed.PAGE),
        ("big.example/page", "https://big.example/page", Listed.PAGE),
        ("https://big.example/page?b=1", "https://big.example/page?b=1", Listed.PAGE),
        ("https://big.example/", "https://big.example", Listed.PAGE),
        ("http://192.0.2.7:8080/a", "http://192.0.2.7:8080/a", Listed.PAGE),
        ("https://big.example/page", "https://big.example/page?b=1", Listed.NOWHERE),
        ("https://big.example/page", "https://big.example/", Listed.NOWHERE),
        ("https://big.example/page", "https://big.example/page/2", Listed.NOWHERE),
        ("https://big.example/page", "https://big.example:8443/page", Listed.NOWHERE),
        ("site.example", "https://a.www.site.example/page", Listed.SITE),
        ("site.example", "http://www.site.example/", Listed.SITE),
        ("site.example", "https://other.example/site.example", Listed.NOWHERE),
        ("site.example", "no page at all", Listed.NOWHERE),
    ],
)
def test_a_digest_of_a_url_or_a_name(how: str, told: str, url: str, listed: Listed) -> None:
    assert hashed(told, how=how).match(url) is listed


def test_digests_beside_urls_that_are_told() -> None:
    told = Gatherer(KEY).gather(IWF, BytesIO(LIST.encode()), "it").pages
    line = Hashing.read("sha256").digests()(b"https://big.example/other").hex().encode()
    digests = Gatherer(KEY).gather(replace(IWF, format="hashed"), BytesIO(line), "it").pages
    both = UrlList(joined([told, Pages.of_data(digests.as_data())], KEY), KEY)
    assert both.match("https://big.example/gallery/1") is Listed.PAGE
    assert both.match("https://big.example/other") is Listed.PAGE
    assert both.match("https://big.example/third") is Listed.NOWHERE

"""What pages weigh on the wire, and what browsers keep of them."""

import gzip
import re
import zlib
from http.client import HTTPConnection

import pytest

from guardian.web.seals import is_masked, masked
from tests.web.test_pages import OPEN_TO_ALL, PAGES
from tests.web.visitor import Visitor

FIRST, LATER = 60_000, 15_000  # bytes
FILES = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def fetched(parent: Visitor, path: str, **more: str) -> tuple[int, dict[str, str], bytes, bytes]:
    """Status, heads, what came over the wire, and what it means."""
    connection = HTTPConnection("127.0.0.1", parent.house.web, timeout=10)
    cookies = "; ".join(f"{name}={value}" for name, value in parent.cookies.items())
    if path in OPEN_TO_ALL:  # as who is not logged in yet sees it
        cookies = ""
    connection.request("GET", path, headers={"Cookie": cookies, "Accept-Encoding": "gzip", **more})
    response = connection.getresponse()
    raw = response.read()
    connection.close()
    heads = {name.lower(): value for name, value in response.headers.items()}
    packed = heads.get("content-encoding")
    return response.status, heads, raw, gzip.decompress(raw) if packed == "gzip" else raw


@pytest.mark.parametrize("path", [*OPEN_TO_ALL, *PAGES])
def test_a_page_is_light(parent: Visitor, path: str) -> None:
    status, heads, raw, page = fetched(parent, path)
    if status == 303:
        _, heads, raw, page = fetched(parent, heads["location"])
    assert heads["content-encoding"] == "gzip"
    files = set(FILES.findall(page.decode()))
    assert files
    whole = len(raw) + sum(len(fetched(parent, each)[2]) for each in files)
    assert len(raw) <= LATER
    assert whole <= FIRST


def test_files_are_kept_for_ever_and_packed_once(parent: Visitor) -> None:
    address = FILES.findall(fetched(parent, "/")[3].decode())[0]
    status, heads, raw, content = fetched(parent, address)
    assert status == 200
    assert "immutable" in heads["cache-control"]
    assert len(raw) < len(content) or len(content) < 600
    status, heads, raw, _ = fetched(parent, address, **{"If-None-Match": heads["etag"]})
    assert (status, raw) == (304, b"")
    assert "immutable" in heads["cache-control"]
    plain = fetched(parent, address, **{"Accept-Encoding": "identity"})
    assert plain[2] == content
    other = address.replace(address.split("/")[2], "0" * 12)
    assert fetched(parent, other)[0] == 404


def test_who_cannot_unpack_gets_it_plain(parent: Visitor) -> None:
    assert "content-encoding" not in fetched(parent, "/", **{"Accept-Encoding": "identity"})[1]


def test_the_token_of_forms_is_another_one_on_each_page(parent: Visitor) -> None:
    """What is packed would else tell it by its length, to whoever can add words and see lengths."""
    one, other = parent.get("/settings").csrf, parent.get("/settings").csrf
    assert one != other
    for csrf in (one, other):
        parent.csrf = csrf
        assert parent.post("/settings/account/language", language="en").status == 303
    for wrong in (one[:-4] + "AAAA", "", "ä", one[: len(one) // 2], other + one):
        parent.csrf = wrong
        assert parent.post("/settings/account/language", language="en").status == 403


def test_masks_hide_and_fit() -> None:
    secret = "a" * 32
    made = {masked(secret) for _ in range(50)}
    assert len(made) == 50
    assert all(is_masked(each, secret) for each in made)
    assert not is_masked(next(iter(made)), "b" * 32)
    lengths = {len(zlib.compress((each + secret).encode())) for each in made}
    alike = {len(zlib.compress((each + "q7" * 16).encode())) for each in made}
    assert max(lengths) <= max(alike) + 2  # nothing of it is found again

"""What is kept of a confidential list: all that it says, and nothing that can be read."""

from io import BytesIO
from pathlib import Path

import pytest

from guardian.lists import confidential
from guardian.lists.compile import Compiler
from guardian.lists.gather import Gatherer
from guardian.lists.index import Index
from guardian.lists.reading import BadSource
from guardian.lists.self_test import SELF_TEST
from guardian.lists.source import HASHES, Source, SourceKind
from guardian.lists.urls import Listed, UrlList
from guardian.names import to_wire

KEY = bytes(range(32))
LIST = b"https://whole.example/\nhttps://big.example/page\nhttps://big.example/a?b\n"
POLICE = Source("police", "illegal", "", SourceKind.IWF, "urls")
KEPT = Source("police", "illegal", "", SourceKind.IWF, HASHES)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file in which the list is kept."""
    content = confidential.to_bytes(Gatherer(KEY).gather(POLICE, BytesIO(LIST), "it"), KEY)
    path = tmp_path / "police.hashes"
    path.write_bytes(content)
    return path


def test_names_and_pages_come_back_from_what_is_kept(kept: Path) -> None:
    compiler = Compiler(KEY)
    compiler.add(KEPT, kept)
    assert (compiler.reports["police"]["taken"], compiler.reports["police"]["pages"]) == (1, 2)
    urls = UrlList(compiler.urls(), KEY)
    assert urls.match("https://sub.whole.example/x") is Listed.SITE
    assert urls.match("http://big.example/page") is Listed.PAGE
    assert urls.match("http://big.example/") is Listed.NOWHERE


def test_a_page_is_never_widened_to_its_host(kept: Path, tmp_path: Path) -> None:
    compiler = Compiler(KEY)
    compiler.add(KEPT, kept)
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    assert index.match(to_wire("whole.example"), 1).blocked_categories == {"illegal"}
    assert index.match(to_wire("big.example"), 1).blocked_categories == frozenset()


def test_the_self_test_is_in_each_list_and_counted_in_none(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "index.gdx"
    bare, full = Compiler(KEY), Compiler(KEY)
    bare.write(path)
    assert Index.open(path, KEY).match(to_wire(SELF_TEST), 1).blocked == ()
    full.add(KEPT, kept)
    assert full.write(path).names == Index.open(path, KEY).names == 1
    (entry,) = Index.open(path, KEY).match(to_wire(SELF_TEST), 1).blocked
    assert (entry.list.id, entry.list.confidential, entry.list.names) == ("police", True, 1)


@pytest.mark.parametrize("cut", [0, 10, 30, -8, -1])
def test_a_damaged_one_is_refused(kept: Path, cut: int) -> None:
    content = kept.read_bytes()
    with pytest.raises(BadSource, match="damaged"):
        confidential.from_bytes(content[:cut], KEY, "it")

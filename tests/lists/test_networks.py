"""Addresses in an index: the same ranges that the lists name, by category."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.lists import gather
from guardian.lists.compile import Compiler
from guardian.lists.index import Index
from guardian.lists.reading import BadSource
from guardian.lists.report import Reason
from guardian.lists.source import Source, SourceKind

KEY = bytes(32)
FOUR = st.builds("203.0.113.{}/{}".format, st.integers(0, 255), st.integers(24, 32))
SIX = st.builds("2001:db8::{:x}/{}".format, st.integers(0, 255), st.integers(120, 128))
LINES = st.lists(st.one_of(FOUR, SIX), max_size=8)
ASKED = st.lists(
    st.one_of(
        st.builds("203.0.113.{}".format, st.integers(0, 255)),
        st.builds("2001:db8::{:x}".format, st.integers(0, 255)),
        st.just("198.51.100.1"),
    ),
    max_size=12,
)


def index_of(folder: Path, *sources: tuple[Source, list[str]]) -> Index:
    compiler = Compiler(KEY)
    for source, lines in sources:
        (folder / source.id).write_text("\n".join(lines))
        compiler.add(source, folder / source.id)
    compiler.write(folder / "index.gdx")
    return Index.open(folder / "index.gdx", KEY)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(LINES, max_size=3), lifted=LINES, asked=ASKED)
def test_like_the_lists_read_by_hand(
    tmp_path: Path, lists: list[list[str]], lifted: list[str], asked: list[str]
) -> None:
    sources = [
        (Source(f"list-{number}", f"category-{number}", "", format="addresses"), lines)
        for number, lines in enumerate(lists)
    ]
    fine = Source("fine", "category-0", "", SourceKind.ALLOW, "addresses")
    index = index_of(tmp_path, *sources, (fine, lifted))
    for text in asked:
        address = ip_address(text)

        def has(lines: list[str], address: object = address) -> bool:
            return any(address in ip_network(line, strict=False) for line in lines)

        wanted = {f"category-{number}" for number, lines in enumerate(lists) if has(lines)}
        assert index.networks.categories(address) == wanted - (
            {"category-0"} if has(lifted) else set()
        )


def test_no_addresses(tmp_path: Path) -> None:
    assert not index_of(tmp_path, (Source("one", "ads", ""), ["a.example"])).networks


def test_an_index_shows_no_address_of_a_confidential_list(tmp_path: Path) -> None:
    compiler = Compiler(KEY)
    (tmp_path / "police").write_text("203.0.113.7")
    source = Source("police", "illegal", "", SourceKind.IWF, "addresses")
    compiler.add(source, tmp_path / "police")
    compiler.write(tmp_path / "index.gdx")
    assert not Index.open(tmp_path / "index.gdx", KEY).networks
    assert compiler.reports["police"]["refused"] == {Reason.ADDRESS.value: 1}


def test_no_more_than_a_resolver_can_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "MOST_RANGES", 2)
    lines = ["203.0.113.1", "203.0.113.3", "203.0.113.5"]
    with pytest.raises(BadSource, match="more than 2 ranges"):
        index_of(tmp_path, (Source("one", "ads", "", format="addresses"), lines))

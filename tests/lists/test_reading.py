"""From bytes to lines: packed or not, bounded, never half a line as a name."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists import reading
from guardian.lists.reading import LONGEST_LINE, BadSource, blocks


def lines(content: bytes) -> list[bytes]:
    return [line for block in blocks(io.BytesIO(content), "list", lambda _: None) for line in block]


UNPACKED = st.binary(max_size=300).filter(lambda data: data[:2] not in (b"\x1f\x8b", b"\x28\xb5"))


@given(content=UNPACKED)
def test_as_splitting_would(content: bytes) -> None:
    wanted = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert lines(content) == (wanted if wanted[-1] else wanted[:-1])


@given(content=UNPACKED)
def test_packed_content_is_the_same(content: bytes) -> None:
    assert lines(gzip.compress(gzip.compress(content, mtime=0))) == lines(content)


def test_blocks_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BLOCK", 7)
    content = b"\n".join(b"name%d.example" % number for number in range(50))
    assert lines(content) == content.split(b"\n")


@pytest.mark.parametrize("block", [7, 100_000])
def test_an_endless_line_is_one_empty_line(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BLOCK", block)
    told: list[int] = []
    long = b"x" * (LONGEST_LINE + 1) + b" tail.example"
    content = io.BytesIO(b"a.example\n" + long + b"\nb.example\n" + long)
    found = [line for part in blocks(content, "list", told.append) for line in part]
    assert found == [b"a.example", b"", b"b.example", b""]
    assert told == [2, 4]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"a.example\n" * 1000, mtime=0)[:-20],
        b"\x1f\x8b",
        b"\x1f\x8b" + b"x" * 100,
        gzip.compress(b"a.example\n" * 1000, mtime=0)[:30] + b"\xff" * 50,
    ],
)
def test_broken_gzip_is_said(content: bytes) -> None:
    with pytest.raises(BadSource, match="list: it cannot be read"):
        lines(content)


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1 << 20)
    with pytest.raises(BadSource, match="larger than 1 MiB"):
        lines(gzip.compress(bytes(2 << 20)))

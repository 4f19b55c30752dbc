"""An index that was changed answers, and is, as one that was made anew."""

from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.lists.compile import Compiler
from guardian.lists.entry import BLOCKS_ALL
from guardian.lists.hashes import Held, of_number
from guardian.lists.index import PARTS, Index
from guardian.lists.label_sets import LabelSets
from guardian.lists.merging import Word
from guardian.lists.patching import Patch
from guardian.lists.source import Source, SourceKind
from guardian.names import to_wire

KEY = b"k" * 32
NAMES = [f"{word}.{zone}.example" for word in "abcd" for zone in ("one", "two")]
BALLAST = [f"n{number}.example" for number in range(100)]
RULE = st.builds(
    "{}{}^{}".format,
    st.sampled_from(["||", "|", "@@||", "||*."]),
    st.sampled_from([*NAMES, *BALLAST[:4]]),
    st.sampled_from(["", "$important", "$dnstype=A"]),
)
TEXT = st.lists(RULE, max_size=8).map("\n".join)
HOUSE = st.dictionaries(st.sampled_from(["one", "two", "three"]), TEXT)
ASKED = [*map(to_wire, [*NAMES, *BALLAST[:8], "example", "x.a.one.example"])]


def compiled(path: Path, texts: Mapping[str, str], before: Index | None = None) -> Index:
    compiler = Compiler(KEY)
    for name, text in {"ballast": "\n".join(BALLAST), **texts}.items():
        content = path.with_name(f"{name}.txt")
        content.write_text(text)
        kind = SourceKind.ALLOW if name == "three" else SourceKind.BLOCK
        style = "domains" if name == "ballast" else "adblock"
        compiler.add(Source(name, f"category-{name}", "", kind, style, version="1"), content)
    compiler.write(path, before=before)
    return Index.open(path, KEY)


def said(index: Index) -> list[object]:
    """All that an index says of names, and what tells that its sieve is not too full."""
    known = [index.match(wire, qtype) for wire in ASKED for qtype in (1, 28)]
    bits = sum(byte.bit_count() for byte in bytes(index.file.sieve))
    return [index.lists, index.categories, index.names, index.file.sieve_bits, bits, *known]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(HOUSE, min_size=2, max_size=4), turned=st.booleans())
def test_step_by_step_is_like_all_at_once(
    tmp_path: Path, steps: list[dict[str, str]], *, turned: bool
) -> None:
    index = None
    for number, texts in enumerate(steps):
        if turned and number % 2:
            texts = dict(reversed(texts.items()))
        index = compiled(tmp_path / f"{number}.gdx", texts, before=index)
        assert said(index) == said(compiled(tmp_path / "full.gdx", texts))


def places(index: Index) -> Iterable[bytes]:
    return (bytes(view) for number in range(PARTS) for view in index.file.part(number))


def test_the_same_again_is_the_same_file(tmp_path: Path) -> None:
    texts = {"one": "||a.one.example^", "two": "||a.one.example^\n@@||b.one.example^"}
    first = compiled(tmp_path / "first.gdx", texts)
    again = compiled(tmp_path / "again.gdx", texts, before=first)
    assert (tmp_path / "first.gdx").read_bytes() == (tmp_path / "again.gdx").read_bytes()
    assert list(places(first)) == list(places(again))


def test_a_large_change_is_merged_anew(tmp_path: Path) -> None:
    first = compiled(tmp_path / "first.gdx", {})
    many = "\n".join(f"||m{number}.example^" for number in range(100))
    compiler = Compiler(KEY)
    (tmp_path / "one.txt").write_text(many)
    compiler.add(Source("one", "ads", "", format="adblock"), tmp_path / "one.txt")
    compiler.write(tmp_path / "anew.gdx", before=first)
    index = Index.open(tmp_path / "anew.gdx", KEY)
    assert index.names == 100
    assert index.match(to_wire("m7.example"), 1).blocked_categories == {"ads"}


class Unread:
    """Hashes that nobody may ask for."""

    def __len__(self) -> int:
        return len(BALLAST)

    def part(self, number: int) -> "array[float]":
        raise AssertionError(number)


def test_the_hashes_of_other_lists_come_from_the_index(tmp_path: Path) -> None:
    first = compiled(tmp_path / "first.gdx", {"one": "||a.one.example^"})
    labels = LabelSets()
    other = Word(0, labels.single(0, BLOCKS_ALL), Unread())
    new = Word(1, labels.single(1, BLOCKS_ALL), Held(array("d", [of_number(77)])))
    runs = {"ballast": first.file.header["runs"]["ballast"], "one": "another"}
    patch = Patch.of(first, runs, [other, new], labels)
    assert patch is not None
    assert sum(len(part.hashes) for part in patch.parts()) == len(BALLAST) + 1

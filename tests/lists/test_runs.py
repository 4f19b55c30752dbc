"""What was read once is not read again, and what comes of it is the same."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.lists import gather, made_of, runs
from guardian.lists.compile import Compiler
from guardian.lists.entry import BLOCKS_ALL
from guardian.lists.hashes import Hashes, found, of_number
from guardian.lists.index import Index
from guardian.lists.keyed import hash_of
from guardian.lists.reading import BadSource
from guardian.lists.source import Source, SourceKind
from guardian.names import to_wire

KEY = b"k" * 32
NAMES = [f"{word}.{zone}.example" for word in "abc" for zone in ("one", "two")]
RULE = st.builds(
    "{}{}^{}".format,
    st.sampled_from(["||", "|", "@@||", "||*."]),
    st.sampled_from(NAMES),
    st.sampled_from(["", "$important", "$dnstype=A", "$badfilter"]),
)
LISTS = st.lists(st.lists(RULE, max_size=6), min_size=3, max_size=3)


def contains(hashes: Hashes, number: int) -> bool:
    return bool(found(hashes, [of_number(number)]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where runs are kept."""
    made = tmp_path / "runs"
    made.mkdir()
    return made


def write(path: Path, text: str, second: int = 0) -> None:
    """A file's content, as of a second of its own."""
    path.write_text(text)
    os.utime(path, (1_800_000_000 + second, 1_800_000_000 + second))


def compiled(path: Path, sources: Iterator[tuple[Source, Path]], folder: Path | None) -> Index:
    compiler = Compiler(KEY, folder=folder, room=4)
    for source, content in sources:
        compiler.add(source, content)
    compiler.write(path)
    return Index.open(path, KEY)


def said(index: Index) -> dict[str, object]:
    """All that an index says of names, and of its lists."""
    wires = map(to_wire, [*NAMES, "one.example", "x.a.one.example"])
    return {"lists": index.lists, "names": index.names} | {
        f"{wire!r} {qtype}": index.match(wire, qtype) for wire in wires for qtype in (1, 28)
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=LISTS, changed=st.integers(0, 2), rules=st.lists(RULE, max_size=6))
def test_one_source_read_again_is_like_all(
    tmp_path: Path, before: list[list[str]], changed: int, rules: list[str]
) -> None:
    kept = tmp_path / "runs"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    texts = ["\n".join(each) for each in before]
    for number, text in enumerate(texts):
        write(tmp_path / f"{number}.txt", text)

    def sources() -> Iterator[tuple[Source, Path]]:
        for number in range(len(texts)):
            source = Source(f"list-{number}", f"category-{number}", "", format="adblock")
            yield source, tmp_path / f"{number}.txt"

    compiled(tmp_path / "first.gdx", sources(), kept)
    write(tmp_path / f"{changed}.txt", "\n".join(rules), second=1)
    again = compiled(tmp_path / "again.gdx", sources(), kept)
    assert said(again) == said(compiled(tmp_path / "full.gdx", sources(), None))


def test_what_has_not_changed_is_not_read(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, path = Source("own", "games", "", format="domains"), tmp_path / "own.txt"
    write(path, "a.example\nb.example\na.example\n")
    first = Compiler(KEY, folder=folder)
    first.add(source, path)
    monkeypatch.setattr(gather, "parse_source", None)  # nothing can be read any more
    second = Compiler(KEY, folder=folder)
    run = second.add(source, path)
    assert (second.reports, run.taken) == (first.reports, 2)
    assert second.reports["own"]["duplicates"] == 1


@pytest.mark.parametrize(
    "other",
    [
        Source("own", "adult", "", format="domains"),  # what it may block whole is another thing
        Source("own", "games", "", format="hosts"),
        Source("own", "games", "", format="domains", suffixes=frozenset({"co.uk"})),
        Source("own", "games", "https://lists.example/", format="domains"),
    ],
)
def test_another_way_to_read_it_reads_it_again(tmp_path: Path, folder: Path, other: Source) -> None:
    path = tmp_path / "own.txt"
    write(path, "a.example\nco.uk\nxxx\n")
    first = Compiler(KEY, folder=folder)
    first.add(Source("own", "games", "", format="domains"), path)
    second, fresh = Compiler(KEY, folder=folder), Compiler(KEY)
    for compiler in (second, fresh):
        compiler.write(tmp_path / "empty.gdx")
    try:
        fresh.add(other, path)
    except BadSource:
        with pytest.raises(BadSource):
            second.add(other, path)
    else:
        second.add(other, path)
    assert second.reports == fresh.reports


def test_another_key_or_another_set_of_protected_names(tmp_path: Path, folder: Path) -> None:
    source, path = Source("police", "illegal", "", SourceKind.IWF), tmp_path / "police.txt"
    write(path, "https://a.example/\n")
    assert Compiler(KEY, folder=folder).add(source, path).taken == 1
    assert Compiler(KEY, ["a.example"], folder).add(source, path).taken == 0
    run = Compiler(b"o" * 32, folder=folder).add(source, path)
    hashes = run.hashes[BLOCKS_ALL]
    assert contains(hashes, hash_of(to_wire("a.example"), b"o" * 32))
    assert not contains(hashes, hash_of(to_wire("a.example"), KEY))


def test_a_file_in_a_folder_that_changed_is_noticed(tmp_path: Path, folder: Path) -> None:
    place = tmp_path / "ads"
    place.mkdir()
    write(place / "domains", "a.example\n")
    source = Source("ads", "ads", str(place))
    Compiler(KEY, folder=folder).add(source, place)
    write(place / "domains", "b.example\n", second=1)
    (hashes,) = Compiler(KEY, folder=folder).add(source, place).hashes.values()
    assert contains(hashes, hash_of(to_wire("b.example"), KEY))


@given(place=st.integers(min_value=0), bit=st.integers(0, 7), cut=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_run_is_made_again(tmp_path: Path, place: int, bit: int, *, cut: bool) -> None:
    folder = tmp_path / "runs"
    folder.mkdir(exist_ok=True)
    source, path = Source("own", "games", "", format="adblock"), tmp_path / "own.txt"
    if not path.exists():
        write(path, "||a.example^\n@@||b.example^\n")
        Compiler(KEY, folder=folder).add(source, path)
        shutil.copy(next(folder.iterdir()), tmp_path / "sound.run")
    (kept,) = folder.iterdir()
    sound = (tmp_path / "sound.run").read_bytes()
    damaged = bytearray(sound)
    if cut:
        del damaged[place % len(sound) :]
    else:
        damaged[place % len(sound)] ^= 1 << bit
    kept.write_bytes(damaged)
    run = Compiler(KEY, folder=folder).add(source, path)
    assert (run.taken, run.exceptions) == (2, 1)
    assert kept.read_bytes() == sound


def test_more_names_than_there_is_room_for(tmp_path: Path) -> None:
    path = tmp_path / "many.txt"
    names = [f"n{number % 700}.example" for number in range(2000)]
    write(path, "\n".join(names))
    source = Source("many", "games", "", format="domains")
    compiler = Compiler(KEY, room=128)
    run = compiler.add(source, path)
    assert (run.taken, compiler.reports["many"]["duplicates"]) == (700, 1300)
    (hashes,) = run.hashes.values()
    together = [each for number in range(256) for each in hashes.part(number)]
    assert together == sorted(set(together))
    assert all(contains(hashes, hash_of(to_wire(name), KEY)) for name in names)
    assert not contains(hashes, hash_of(to_wire("other.example"), KEY))
    assert runs.load(tmp_path / "none.run", KEY, "") is None


def test_another_program_reads_it_again(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, path = Source("own", "games", "", format="domains"), tmp_path / "own.txt"
    write(path, "a.example\n")
    Compiler(KEY, folder=folder).add(source, path)
    monkeypatch.setattr(made_of, "program_id", lambda: "another")
    Compiler(KEY, folder=folder).add(source, path)
    assert len(list(folder.glob("own*.run"))) == 2

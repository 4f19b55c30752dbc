"""The index answers as a set of the same names would, and never misreads a damaged file."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.lists.compile import Compiler
from guardian.lists.index import NONE, BadIndex, Index
from guardian.lists.source import Source, SourceKind
from guardian.names import suffixes, to_wire

KEY = b"k" * 32
LABEL = st.sampled_from(["a", "b", "shop", "video", "x1"])
NAME = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))


def compiled(folder: Path, *sources: tuple[Source, str]) -> Path:
    compiler = Compiler(KEY)
    for source, text in sources:
        path = folder / f"{source.id}.txt"
        path.write_text(text)
        compiler.add(source, path)
    compiler.write(folder / "index.gdx")
    return folder / "index.gdx"


def blocked(folder: Path, text: str, qname: str, qtype: int = 1, form: str = "adblock") -> bool:
    path = compiled(folder, (Source("one", "games", "", format=form), text))
    return bool(Index.open(path, KEY).match(to_wire(qname), qtype).blocked)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.sets(NAME, max_size=30), asked=st.lists(NAME, max_size=20))
def test_like_a_set_of_suffixes(tmp_path: Path, names: set[str], asked: list[str]) -> None:
    path = compiled(tmp_path, (Source("one", "games", "", format="domains"), "\n".join(names)))
    index = Index.open(path, KEY)
    assert index.names == len(names)
    for qname in asked:
        match = index.match(to_wire(qname), 1)
        assert bool(match.blocked) == any(suffix in names for suffix in suffixes(qname))


@pytest.mark.parametrize(
    ("text", "qname", "qtype", "verdict"),
    [
        ("||play.example^", "www.play.example", 1, True),
        ("|play.example^", "www.play.example", 1, False),
        ("|play.example^", "play.example", 1, True),
        ("||play.example^\n@@||kids.play.example^", "a.kids.play.example", 1, False),
        ("||play.example^$important\n@@||kids.play.example^", "kids.play.example", 1, True),
        ("||play.example^\n||play.example^$badfilter", "play.example", 1, False),
        ("||play.example^$dnstype=AAAA", "play.example", 1, False),
        ("||play.example^$dnstype=AAAA", "play.example", 28, True),
        ("||play.example^$dnstype=~A", "play.example", 28, True),
        ("||play.example^$denyallow=ok.play.example", "x.ok.play.example", 1, False),
        ("||play.example^$denyallow=ok.play.example", "no.play.example", 1, True),
        ("play.example##.banner", "play.example", 1, False),
        ("||co.uk^", "shop.co.uk", 1, False),
    ],
)
def test_rules_of_one_list(
    tmp_path: Path, text: str, qname: str, qtype: int, verdict: bool
) -> None:
    assert blocked(tmp_path, text, qname, qtype) is verdict


def test_an_exception_acts_within_its_own_list(tmp_path: Path) -> None:
    path = compiled(
        tmp_path,
        (Source("ads", "ads", "", format="adblock"), "@@||bad.example^"),
        (Source("adult", "adult", "", format="adblock"), "||bad.example^"),
    )
    assert Index.open(path, KEY).match(to_wire("bad.example"), 1).blocked_categories == {"adult"}


def test_a_list_of_kind_allow_lifts_its_category_alone(tmp_path: Path) -> None:
    path = compiled(
        tmp_path,
        (Source("no", "adult", "", format="domains"), "health.example"),
        (Source("ads", "ads", "", format="domains"), "health.example"),
        (Source("yes", "adult", "", SourceKind.ALLOW, "domains"), "health.example"),
    )
    assert Index.open(path, KEY).match(to_wire("health.example"), 1).blocked_categories == {"ads"}


def test_a_url_is_never_widened_to_its_host(tmp_path: Path) -> None:
    source = Source("iwf", "illegal", "", SourceKind.IWF, "urls")
    text = "https://whole.example/\nhttps://big-host.example/page/1\n"
    path = compiled(tmp_path, (source, text))
    index = Index.open(path, KEY)
    assert index.match(to_wire("www.whole.example"), 1).blocked_categories == {"illegal"}
    assert index.label_set(to_wire("big-host.example")) == NONE
    assert b"whole" not in path.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"GDX1", b"x" * 5000])
def test_a_file_that_is_no_index(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "bad.gdx").write_bytes(damage)
    with pytest.raises(BadIndex, match=r"bad\.gdx: it is"):
        Index.open(tmp_path / "bad.gdx", KEY)


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = compiled(tmp_path, (Source("one", "games", "", format="domains"), "play.example"))
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadIndex, match="damaged"):
        Index.open(path, KEY)


def test_another_key_is_said(tmp_path: Path) -> None:
    path = compiled(tmp_path, (Source("one", "games", "", format="domains"), "play.example"))
    with pytest.raises(BadIndex, match="another key"):
        Index.open(path, b"other" * 6)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.sets(NAME, max_size=30), asked=st.lists(NAME, max_size=20))
def test_a_sieve_changes_no_answer(tmp_path: Path, names: set[str], asked: list[str]) -> None:
    path = compiled(tmp_path, (Source("one", "games", "", format="domains"), "\n".join(names)))
    before = path.read_bytes().replace(b'"sieve_bits"', b'"other_name"')  # as it was without one
    (tmp_path / "before.gdx").write_bytes(before)
    with path.open("rb") as file, (tmp_path / "before.gdx").open("rb") as other:
        index = Index.from_fd(file.fileno(), KEY, whole=True)
        without = Index.from_fd(other.fileno(), KEY, whole=True)
    for wire in map(to_wire, [*names, *asked]):
        assert index.label_set(wire) == without.label_set(wire)

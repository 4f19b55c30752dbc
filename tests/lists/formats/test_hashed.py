"""Hashed lists: names that a source does not tell are found when they are asked for."""

import hmac
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.compile import Compiler
from guardian.lists.formats import detect, hashed
from guardian.lists.hashing import Hashing
from guardian.lists.index import NONE, Index
from guardian.lists.report import Parsed, Reason
from guardian.lists.source import Source, SourceKind
from guardian.names import to_wire

KEY = bytes(range(32))
SALT = bytes.fromhex("5a17")


def plain(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def salted(name: str) -> str:
    return sha256(SALT + name.encode()).hexdigest().upper()


def mac(name: str) -> str:
    return hmac.new(SALT, name.encode(), "sha256").hexdigest()


def compiled(folder: Path, text: str, hashing: str = "", **more: str) -> tuple[Compiler, Index]:
    """A hashed list beside one of names."""
    compiler = Compiler(KEY, ["help.example"])
    (folder / "hashed.txt").write_text(text)
    (folder / "plain.txt").write_text("ads.example\n")
    source = Source("hashed", "games", "", format=more.get("format", "auto"), hashing=hashing)
    compiler.add(source, folder / "hashed.txt")
    compiler.add(Source("plain", "ads", "", format="domains"), folder / "plain.txt")
    compiler.write(folder / "index.gdx")
    return compiler, Index.open(folder / "index.gdx", KEY)


@pytest.mark.parametrize(
    ("head", "digest", "hashing"),
    [
        ("", plain, ""),
        ("# algorithm: SHA-256\n# salt: 5A17\n", salted, ""),
        ("# hash: hmac-sha256:5a17\n", mac, ""),
        ("# a list\n", salted, "sha256:5a17"),
        ("# hash: sha256\n", mac, "hmac-sha256:5a17"),  # settings count before the list
    ],
)
def test_names_are_found(
    tmp_path: Path, head: str, digest: Callable[[str], str], hashing: str
) -> None:
    names = ["game.example", "ads.example", "xn--bcher-kva.example", "co.uk", "help.example"]
    _, index = compiled(tmp_path, head + "\n".join(map(digest, names)) + "\n", hashing)
    for qname, categories in (
        ("game.example", {"games"}),
        ("www.a.game.example", {"games"}),
        ("www.xn--bcher-kva.example", {"games"}),
        ("ads.example", {"games", "ads"}),
        ("x.ads.example", {"games", "ads"}),
        ("other.example", set()),
        ("example", set()),
        ("shop.co.uk", set()),
        ("help.example", set()),
    ):
        assert index.match(to_wire(qname), 1).blocked_categories == categories, qname
        known = index.label_set(to_wire(qname)) != NONE
        assert known == bool(index.named(to_wire(qname)))


def test_what_is_said_of_it(tmp_path: Path) -> None:
    text = "\n".join([plain("a.example"), "b.example", plain("co.uk"), plain("help.example")])
    compiler, _ = compiled(tmp_path, text, format="hashed")
    report = compiler.reports["hashed"]
    assert (report["taken"], report["hashing"]) == (1, "sha256")
    assert report["refused"] == {
        Reason.NOT_A_DIGEST.value: 1,
        Reason.PUBLIC_SUFFIX.value: 1,
        Reason.PROTECTED.value: 1,
    }


def test_without_such_a_list_nothing_is_dearer(tmp_path: Path) -> None:
    _, index = compiled(tmp_path, "game.example\n")
    assert index.label_set is index._plain


def test_a_confidential_one_is_kept_with_its_way(tmp_path: Path) -> None:
    from guardian.lists import confidential

    path = tmp_path / "police.txt"
    path.write_text(f"{mac('bad.example')}\n")
    hashing = "hmac-sha256:5a17"
    source = Source("police", "illegal", "", SourceKind.IWF, "hashed", hashing=hashing)
    kept = tmp_path / "police.hashes"
    kept.write_bytes(confidential.to_bytes(Compiler(KEY).read(source, path), KEY))
    compiler = Compiler(KEY)
    compiler.add(Source("police", "illegal", "", SourceKind.IWF, "hashes"), kept)
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", KEY)
    assert index.match(to_wire("www.bad.example"), 1).blocked_categories == {"illegal"}


def test_its_lines_are_known_by_their_look() -> None:
    assert detect([plain("a.example").encode()])[0] == "hashed"
    assert detect([b"a.example"])[0] == "domains"


@pytest.mark.parametrize("text", ["md5", "sha256:5a1", "hmac-sha256", "sha256:zz", ""])
def test_no_way_to_hash(text: str) -> None:
    with pytest.raises(ValueError, match=r"none of|hexadecimal|needs a key"):
        Hashing.read(text)


@given(lines=st.lists(st.binary(max_size=90)))
def test_no_line_is_too_odd(lines: list[bytes]) -> None:
    parsed = Parsed()
    hashed.parse(lines, parsed)
    if parsed.digests:
        Hashing.read(parsed.hashing)

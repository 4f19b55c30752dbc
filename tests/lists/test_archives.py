"""Folders and archives: what is meant is found, links and odd paths are passed over."""

import contextlib
import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists import archives, reading
from guardian.lists.compile import Compiler
from guardian.lists.gather import Gatherer
from guardian.lists.index import Index
from guardian.lists.reading import BadSource, blocks
from guardian.lists.report import Reason
from guardian.lists.source import Source
from guardian.names import to_wire

zstandard = pytest.importorskip("zstandard")
KEY = bytes(32)
ADULT = {
    "blacklists/adult/domains": b"adult.example\n192.0.2.1\n",
    "blacklists/adult/urls": b"big.example/page\n",
    "blacklists/adult/usage": b"black\n",
}
ALL = ADULT | {
    "blacklists/sexual_education/domains": b"health.example\n",
    "blacklists/sexual_education/usage": b"white\n",
    "blacklists/README": b"hello\n",
}


def tar_of(files: dict[str, bytes], *links: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


PACKED = {
    "tar": tar_of,
    "tar.gz": lambda files: gzip.compress(tar_of(files)),
    "tar.zst": lambda files: zstandard.compress(tar_of(files)),
    "zip": zip_of,
}


def blocks_of(path: Path, location: str = "") -> Compiler:
    compiler = Compiler(KEY)
    compiler.add(Source("one", "adult", location or str(path)), path)
    return compiler


def blocked(compiler: Compiler, folder: Path, qname: str) -> bool:
    compiler.write(folder / "index.gdx")
    return bool(Index.open(folder / "index.gdx", KEY).match(to_wire(qname), 1).blocked)


@pytest.mark.parametrize("form", PACKED)
def test_a_category_of_an_archive(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"ut1.{form}"
    path.write_bytes(PACKED[form](ALL))
    compiler = blocks_of(path, f"{path}#adult")
    report = compiler.reports["one"]
    assert report["format"].startswith("squidguard")
    assert (report["taken"], report["lines"]) == (1, 3)
    assert report["refused"] == {Reason.ADDRESS.value: 1, Reason.PATH.value: 1}
    assert blocked(compiler, tmp_path, "www.adult.example")
    assert not blocked(compiler, tmp_path, "big.example")


def test_a_white_category_blocks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ut1.tar"
    path.write_bytes(tar_of(ALL))
    compiler = blocks_of(path, f"{path}#sexual_education")
    assert compiler.reports["one"]["exceptions"] == 1
    assert not blocked(compiler, tmp_path, "health.example")


@pytest.mark.parametrize("form", PACKED)
def test_a_packed_list(tmp_path: Path, form: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(PACKED[form]({"ads.txt": b"\xef\xbb\xbf0.0.0.0 ads.example\r\n# caf\xe9\r\n"}))
    assert blocks_of(path).reports["one"]["format"] == "hosts: 100% of lines"


@pytest.mark.parametrize("form", PACKED)
def test_several_lists_need_a_word(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"lists.{form}"
    path.write_bytes(PACKED[form]({"a/ads.txt": b"ads.example\n", "a/b.txt": b"b.example\n"}))
    with pytest.raises(BadSource, match="holds 2 files; name one"):
        blocks_of(path)
    assert blocks_of(path, f"{path}#a/b.txt").reports["one"]["taken"] == 1
    path.write_bytes(PACKED[form](ALL))
    with pytest.raises(BadSource, match=r"holds 2 categories \(adult, sexual_education"):
        blocks_of(path)


def test_zstd_is_unpacked_frame_by_frame() -> None:
    content = zstandard.compress(b"a.example\n") + zstandard.compress(b"b.example\n")
    found = list(blocks(io.BytesIO(gzip.compress(content)), "list", lambda _: None))
    assert found == [[b"a.example", b"b.example"]]


@pytest.mark.parametrize("cut", [4, 20, 200, -1])
def test_zstd_that_is_cut_short(cut: int) -> None:
    content = zstandard.compress(os.urandom(300) + b"\na.example\n")
    with pytest.raises(BadSource, match="list: it cannot be read"):
        list(blocks(io.BytesIO(gzip.compress(content[:cut])), "list", lambda _: None))


def test_a_folder_and_what_it_leads_out_to(tmp_path: Path) -> None:
    folder = tmp_path / "adult"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret.example\n")
    (folder / "domains").write_text("adult.example\n")
    (folder / "urls").symlink_to("../secret")
    os.mkfifo(folder / "expressions")  # would wait for ever
    (tmp_path / "porn").symlink_to("adult")
    for place in (folder, tmp_path / "porn"):  # UT1 gives its categories other names by links
        assert blocks_of(place).reports["one"]["taken"] == 1


@pytest.mark.parametrize("name", ["../adult/domains", "/adult/domains", "a/../../b/domains"])
@pytest.mark.parametrize("form", PACKED)
def test_odd_paths_are_not_there(tmp_path: Path, form: str, name: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(PACKED[form]({name: b"no.example\n", "ok/domains": b"ok.example\n"}))
    compiler = blocks_of(path)
    assert not blocked(compiler, tmp_path, "no.example")
    assert blocked(compiler, tmp_path, "ok.example")


def test_links_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(tar_of({"a/urls": b"ok.example\n"}, ("a/domains", "/etc/hosts")))
    assert blocks_of(path).reports["one"]["taken"] == 1


@pytest.mark.parametrize("form", ["tar.gz", "tar.zst", "zip"])
def test_a_bomb_is_refused(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1 << 20)
    path = tmp_path / "list"
    for files in ({"domains": bytes(3 << 20)}, {"big": bytes(3 << 20), "domains": b"a.example"}):
        path.write_bytes(PACKED[form](files))
        if form == "zip" and "big" in files:
            continue  # of a zip, what is not wanted is not unpacked
        with pytest.raises(BadSource, match="larger than 1 MiB"):
            blocks_of(path)


@pytest.mark.parametrize("form", ["tar", "tar.gz"])
def test_too_many_files(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    path = tmp_path / "list"
    path.write_bytes(PACKED[form]({f"{number}": b"" for number in range(5)}))
    with pytest.raises(BadSource, match="more than 3 files"):
        blocks_of(path)


def test_a_zip_with_an_endless_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_DIRECTORY", 100)
    path = tmp_path / "list"
    path.write_bytes(zip_of({f"{number}.txt": b"" for number in range(50)}))
    with pytest.raises(BadSource, match="too many files"):
        blocks_of(path)


def test_packed_over_and_over() -> None:
    content = b"a.example"
    for _ in range(9):
        content = gzip.compress(content)
    with pytest.raises(BadSource, match="times over"):
        list(blocks(io.BytesIO(content), "list", lambda _: None))


@given(
    content=st.sampled_from([pack(ALL) for pack in PACKED.values()]),
    at=st.integers(0, 1 << 20),
    noise=st.binary(max_size=40),
    cut=st.booleans(),
)
def test_damage_is_said_and_nothing_else_happens(
    content: bytes, at: int, noise: bytes, cut: bool
) -> None:
    at %= len(content)
    damaged = content[:at] + noise + (b"" if cut else content[at + len(noise) :])
    source = Source("one", "adult", "x.tar#adult")
    with contextlib.suppress(BadSource):
        Gatherer(KEY).gather(source, io.BytesIO(damaged), "list")

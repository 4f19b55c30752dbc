"""The catalogue says what it has to of each list, and a broken one says where it is broken."""

import io
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from guardian.lists import bundled, catalogue
from guardian.lists.catalogue import BadCatalogue, Deed, NotListed, PublicList
from guardian.lists.formats import FORMATS
from guardian.lists.library import Library
from guardian.lists.source import Source, SourceKind
from guardian.settings import load, own_lists
from tests.lists.test_library import blocked, update

PATH = bundled.folder() / catalogue.FILE
LISTS = catalogue.catalogue()
OURS = {bundled.category(each.parent.name) for each in bundled.folder().glob("*/about.yaml")}
every_list = pytest.mark.parametrize("known", LISTS, ids=lambda each: each.id)


def test_there_are_many_and_no_two_are_alike() -> None:
    assert len(LISTS) >= 40
    for what in ("id", "title", "location"):
        counts = Counter(getattr(each, what) for each in LISTS)
        assert [each for each, count in counts.items() if count > 1] == []


@every_list
def test_a_list_says_what_it_is(known: PublicList) -> None:
    assert known.category in OURS - {"illegal"}
    assert known.kind in (SourceKind.BLOCK, SourceKind.ALLOW)
    for address in (known.location, known.maker.home, known.licence.url):
        assert urlsplit(address).scheme == "https" or (address, known.licence.id) == ("", "unknown")
    assert known.format == "auto" or known.format in FORMATS
    assert known.about.endswith(".")
    assert known.caveats.endswith(".") or not known.caveats
    assert all(len(each) == 2 for each in known.languages)
    assert known.entries is not None or not known.counted


def test_a_household_can_use_each(tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    sources = [own_lists.of_catalogue(each) for each in LISTS]
    home = {
        "household": {"time_zone": "Europe/Berlin"},
        "upstreams": [{"address": "9.9.9.9"}],
        "unknown_devices": {"profile": "none"},
        "lists": {"sources": sources},
    }
    file.write_text(yaml.safe_dump(home))
    for known, source in zip(LISTS, load(file).lists.sources, strict=True):
        assert source.location == known.location
        assert (source.category, source.kind.value) == (known.category, known.kind)
        part = Source("x", known.category, known.location).part
        assert bool(part) == (known.maker.title == "Université Toulouse Capitole")


def test_those_for_families_come_first_and_are_small() -> None:
    for category in {each.category for each in LISTS}:
        ours = [each for each in LISTS if each.category == category]
        assert ours == sorted(ours, key=lambda each: not each.families)
    for each in LISTS:
        if each.families:
            assert (each.entries or 0) <= 150_000
            assert not each.languages
    assert {"adult", "gambling", "malware", "ads", "bypass"} <= {
        each.category for each in LISTS if each.families
    }


def test_what_may_not_be_sold_says_so() -> None:
    assert Deed.SELL not in catalogue.called("phishing-army").licence.allows
    assert not catalogue.called("peter-lowe").licence.allows
    assert Deed.SELL in catalogue.called("ut1-adult").licence.allows
    assert all(Deed.USE in each.licence.allows for each in LISTS if each.licence.id != "unknown")


def test_a_list_is_found_by_id_and_by_place() -> None:
    one = catalogue.called("hagezi-light")
    assert catalogue.at(one.location) is one
    assert catalogue.at("https://lists.example/a.txt") is None
    with pytest.raises(NotListed, match='no list "nothing"'):
        catalogue.called("nothing")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("url", "http://lists.example/a.txt", 'url is "http://lists.example/a.txt"'),
        ("format", "word", 'format is "word"'),
        ("kind", "iwf", 'kind is "iwf"'),
        ("maker", "nobody", 'maker is "nobody", which stands nowhere'),
        ("licence", "mine", 'licence is "mine", which stands nowhere'),
        ("entries", "many", 'entries is "many"'),
        ("entries", 0, 'entries is "0"'),
        ("entries", True, 'entries is "True"'),
        ("counted", "lately", 'counted is "lately"'),
        ("update", "daily", 'update is "daily"'),
        ("families", "yes", 'families is "yes"'),
        ("languages", "fr", "languages is no list"),
        ("id", "A b", 'id is "A b"'),
        ("about", None, "about is missing"),
    ],
)
def test_a_broken_catalogue_says_where(key: str, value: object, said: str) -> None:
    data: Any = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    data["lists"][0][key] = value
    with pytest.raises(BadCatalogue) as caught:
        catalogue.read(data, Path("catalogue.yaml"))
    assert str(caught.value).startswith("catalogue.yaml, ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "data", [None, [], {"licences": {}}, {"licences": {}, "makers": {}, "lists": [3]}]
)
def test_what_is_no_catalogue_is_refused(data: object) -> None:
    with pytest.raises(BadCatalogue):
        catalogue.read(data, Path("catalogue.yaml"))


def test_two_of_an_id_are_refused() -> None:
    data = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    data["lists"].append(data["lists"][0])
    with pytest.raises(BadCatalogue, match="two of that id"):
        catalogue.read(data, Path("catalogue.yaml"))


def packed(folder: str, names: str, usage: str) -> bytes:
    """A category of UT1 as its makers pack it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, text in (("domains", names), ("urls", "a.example/page\n"), ("usage", usage)):
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


def test_a_category_of_ut1_is_fetched_and_opened_by_what_is_good(
    server: Any, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    black = packed("adult", "bad.example\nteaches.example\n192.0.2.1\n", "black\n")
    server.serve("/adult.tar.gz", black)
    server.serve(
        "/sexual_education.tar.gz", packed("sexual_education", "teaches.example\n", "white\n")
    )
    sources = []
    for known in (catalogue.called("ut1-adult"), catalogue.called("ut1-sexual-education")):
        place = known.location.rpartition("/")[2]
        sources.append(
            Source(known.id, known.category, server.url(f"/{place}"), known.kind, known.format)
        )
    library = Library(tmp_path / "lists", sources, clock)
    update(library)
    assert [each.problem for each in library.status()] == ["", ""]
    assert blocked(library, "www.bad.example") == {"adult"}
    assert blocked(library, "www.teaches.example") == frozenset()

"""The starter lists say what they are, are well formed, and spare what families need."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from publicsuffixlist import PublicSuffixList

from guardian.names import normalise, suffixes

BLOCKLISTS: Final = Path(__file__).resolve().parent.parent / "blocklists"
FOLDERS: Final = sorted(about.parent for about in BLOCKLISTS.glob("*/about.yaml"))
LANGUAGES: Final = {"en", "fr", "es", "ar", "zh", "ru"}
AGE_BANDS: Final = ["0-5", "6-8", "9-12", "13-15", "16-17", "adult"]
FIELDS: Final = {
    "id", "category", "kind", "title", "description", "age_bands", "licence", "version",
}  # fmt: skip
CATEGORIES: Final = {
    "adult", "gambling", "drugs", "violence", "dating", "social", "messaging", "games", "video",
    "ads", "malware", "bypass", "file-sharing", "ai-chat", "self-harm", "illegal",
}  # fmt: skip
LEAST: Final = {
    "social": 80, "messaging": 60, "games": 150, "video": 100, "ads": 150, "malware": 60,
    "bypass": 150, "file-sharing": 100, "ai-chat": 60,
}  # fmt: skip
SHARED: Final = [
    "googleapis.com", "gstatic.com", "googleusercontent.com", "cloudfront.net", "akamai.net",
    "akamaized.net", "akamaihd.net", "akamaiedge.net", "icloud.com", "apple.com", "microsoft.com",
    "amazonaws.com", "azureedge.net", "fastly.net", "cloudflare.com",
]  # fmt: skip
CANARIES: Final = [
    "wikipedia.org", "en.wikipedia.org", "wikimedia.org", "upload.wikimedia.org", "wikidata.org",
    "archive.org", "captive.apple.com", "www.msftconnecttest.com", "www.msftncsi.com",
    "detectportal.firefox.com", "connectivitycheck.gstatic.com", "connectivitycheck.android.com",
    "clients3.google.com", "nmcheck.gnome.org", "connectivity-check.ubuntu.com", "firefox.com",
    "mozilla.org", "pool.ntp.org", "time.apple.com", "time.windows.com", "time.google.com",
    "time.cloudflare.com", "time.nist.gov", "windowsupdate.com", "update.microsoft.com",
    "swcdn.apple.com", "mesu.apple.com", "gs.apple.com", "deb.debian.org", "security.ubuntu.com",
    "ota.googlezip.net", "archive.raspberrypi.com", "www.google.com", "www.bing.com",
    "duckduckgo.com", "www.ecosia.org", "www.qwant.com", "www.gstatic.com", "fonts.googleapis.com",
    "ajax.googleapis.com", "maps.google.com", "translate.google.com", "www.apple.com",
    "www.icloud.com", "www.microsoft.com", "login.microsoftonline.com", "github.com",
    "classroom.google.com", "docs.google.com", "meet.google.com", "teams.microsoft.com", "zoom.us",
    "moodle.org", "scratch.mit.edu", "code.org", "www.khanacademy.org", "kahoot.com", "quizlet.com",
    "duolingo.com", "wikihow.com", "gutenberg.org", "letsencrypt.org", "bbc.co.uk", "who.int",
    "unicef.org", "childline.org.uk", "www.samaritans.org", "988lifeline.org",
    "www.nummergegenkummer.de", "3114.fr", "telefonseelsorge.de", "www.beateatingdisorders.org.uk",
    "talktofrank.com", "www.rainn.org", "childhelplineinternational.org", "findahelpline.com",
    "report.iwf.org.uk", "thetrevorproject.org", "www.gamcare.org.uk",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of names.txt names; `exact` leaves its subdomains alone."""

    name: str
    exact: bool


def about(folder: Path) -> dict[str, Any]:
    content = yaml.safe_load((folder / "about.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def sections(folder: Path) -> Iterator[list[Line]]:
    """The lines below each head."""
    section: list[Line] = []
    for line in (folder / "names.txt").read_text(encoding="ascii").splitlines():
        if line.startswith("#"):
            yield section
            section = []
        elif line:
            exact = line.startswith("|") and line.endswith("^")
            section.append(Line(line[1:-1] if exact else line, exact))
    yield section


@cache
def lines(folder: Path) -> tuple[Line, ...]:
    return tuple(line for section in sections(folder) for line in section)


@cache
def whole_domains(folder: Path) -> frozenset[str]:
    return frozenset(line.name for line in lines(folder) if not line.exact)


def is_covered(name: str, folder: Path) -> bool:
    whole = whole_domains(folder)
    return Line(name, exact=True) in lines(folder) or any(up in whole for up in suffixes(name))


every_list = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
every_list_of_names = pytest.mark.parametrize(
    "folder",
    [folder for folder in FOLDERS if about(folder)["kind"] == "block"],
    ids=lambda folder: folder.name,
)


def test_ids_are_told_apart() -> None:
    ids = [about(folder)["id"] for folder in FOLDERS]
    assert len(ids) == len(set(ids))


@every_list
def test_a_list_says_what_it_is(folder: Path) -> None:
    said = about(folder)
    assert set(said) == FIELDS
    assert said["kind"] in {"block", "iwf"}
    assert said["category"] in CATEGORIES
    if said["kind"] == "block":
        assert said["category"] == folder.name
    assert said["licence"] == "CC0-1.0"
    assert isinstance(said["version"], str)
    assert [len(part) for part in said["version"].split(".")] == [4, 2, 2]
    assert said["age_bands"] == [band for band in AGE_BANDS if band in said["age_bands"]] != []


@every_list
@pytest.mark.parametrize("field", ["title", "description"])
def test_a_list_speaks_six_languages(folder: Path, field: str) -> None:
    texts = about(folder)[field]
    assert set(texts) == LANGUAGES
    assert all(text.strip() == text != "" for text in texts.values())
    assert len(set(texts.values())) > len(LANGUAGES) - 2  # a word may be the same in two


@every_list_of_names
def test_names_are_spelt_as_dns_has_them(folder: Path) -> None:
    assert [line.name for line in lines(folder) if normalise(line.name) != line.name] == []


@every_list_of_names
def test_names_are_sorted_below_each_head(folder: Path) -> None:
    for section in sections(folder):
        names = [line.name for line in section]
        assert names == sorted(names)


@every_list_of_names
def test_no_name_stands_twice_or_below_another(folder: Path) -> None:
    names = [line.name for line in lines(folder)]
    assert [name for name in set(names) if names.count(name) > 1] == []
    whole = whole_domains(folder)
    assert [name for name in names if any(up in whole for up in suffixes(name) if up != name)] == []


@every_list_of_names
def test_no_suffix_under_which_the_public_registers(folder: Path) -> None:
    registered = PublicSuffixList(only_icann=True)
    assert [name for name in whole_domains(folder) if registered.publicsuffix(name) == name] == []


@every_list_of_names
def test_no_cloud_that_many_share_is_listed_whole(folder: Path) -> None:
    assert [name for name in SHARED if is_covered(name, folder)] == []


@every_list_of_names
def test_what_families_need_is_spared(folder: Path) -> None:
    assert [name for name in CANARIES if is_covered(name, folder)] == []


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_a_list_is_long_enough_to_be_useful(name: str, least: int) -> None:
    folder = BLOCKLISTS / name
    if folder not in FOLDERS:
        pytest.skip(f"{name} is not among the lists here")
    assert len(lines(folder)) >= least


def test_malware_has_reserved_names_only() -> None:
    names = [line.name for line in lines(BLOCKLISTS / "malware")]
    assert [name for name in names if not name.endswith((".test", ".example"))] == []


@pytest.mark.parametrize("name", ["youtube.com", "i.ytimg.com", "www.netflix.com"])
def test_a_video_app_is_covered(name: str) -> None:
    assert is_covered(name, BLOCKLISTS / "video")


@pytest.mark.parametrize("name", ["dns.google", "cloudflare-dns.com", "doh.dns.apple.com"])
def test_a_way_round_the_filter_is_covered(name: str) -> None:
    assert is_covered(name, BLOCKLISTS / "bypass")

"""The starter lists say what they are, are well formed, and spare what families need."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from publicsuffixlist import PublicSuffixList

from guardian.names import normalise, suffixes
from guardian.safety import essentials, helplines

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
    "adult": 300, "gambling": 150, "drugs": 100, "violence": 60, "dating": 100, "social": 80,
    "messaging": 60, "games": 150, "video": 100, "ads": 150, "malware": 60, "bypass": 150,
    "file-sharing": 100, "ai-chat": 60,
}  # fmt: skip
SHARED: Final = [
    "googleapis.com", "gstatic.com", "googleusercontent.com", "ggpht.com", "google.com",
    "cloudfront.net", "akamai.net", "akamaized.net", "akamaihd.net", "akamaiedge.net",
    "icloud.com", "apple.com", "aaplimg.com", "microsoft.com", "windows.com", "live.com",
    "skype.com", "amazon.com", "amazonaws.com", "azureedge.net", "fastly.net", "cloudflare.com",
    "yandex.ru", "baidu.com", "qq.com", "naver.com", "mail.ru", "github.io", "nintendo.net",
    "playstation.net", "roku.com", "samsung.com",
]  # fmt: skip
SPARED: Final = Path(__file__).resolve().parent / "data" / "names_families_need.txt"
SCRIPTS: Final = {"ar": r"[\u0621-\u064a]", "zh": r"[\u4e00-\u9fff]", "ru": r"[\u0410-\u044f]"}
IN_TWO: Final = {
    # Both a talk with a machine and sexual content: some may use the one and not see the other.
    "candy.ai": {"adult", "ai-chat"},
    "crushon.ai": {"adult", "ai-chat"},
    "dreamgf.ai": {"adult", "ai-chat"},
    "girlfriendgpt.com": {"adult", "ai-chat"},
    "gptgirlfriend.online": {"adult", "ai-chat"},
    "juicychat.ai": {"adult", "ai-chat"},
    "kupid.ai": {"adult", "ai-chat"},
    "lovescape.com": {"adult", "ai-chat"},
    "muah.ai": {"adult", "ai-chat"},
    "ourdream.ai": {"adult", "ai-chat"},
    "secretdesires.ai": {"adult", "ai-chat"},
    "soulgen.ai": {"adult", "ai-chat"},
    "spicychat.ai": {"adult", "ai-chat"},
    "swipey.ai": {"adult", "ai-chat"},
    # The sexual part of a torrent index.
    "sukebei.nyaa.si": {"adult", "file-sharing"},
    # A network's own advertisements, for those who may use the network.
    "ads.linkedin.com": {"ads", "social"},
    "ads.pinterest.com": {"ads", "social"},
    "ads.reddit.com": {"ads", "social"},
    "ads.snapchat.com": {"ads", "social"},
    "ads.tiktok.com": {"ads", "social"},
    "ads.twitter.com": {"ads", "social"},
    "an.facebook.com": {"ads", "social"},
    "analytics.tiktok.com": {"ads", "social"},
    "analytics.twitter.com": {"ads", "social"},
    "pixel.facebook.com": {"ads", "social"},
    "tr.snapchat.com": {"ads", "social"},
}


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


@cache
def spared() -> list[str]:
    text = SPARED.read_text(encoding="ascii")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def categories_of(name: str) -> set[str]:
    return {folder.name for folder in FOLDERS if is_covered(name, folder)}


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
    assert date.fromisoformat(said["version"].replace(".", "-")) >= date(2026, 11, 24)
    assert said["age_bands"] == [band for band in AGE_BANDS if band in said["age_bands"]] != []


@every_list
@pytest.mark.parametrize("field", ["title", "description"])
def test_a_list_speaks_six_languages(folder: Path, field: str) -> None:
    texts = about(folder)[field]
    assert set(texts) == LANGUAGES
    assert all(text.strip() == text != "" for text in texts.values())
    assert [code for code, letter in SCRIPTS.items() if not re.search(letter, texts[code])] == []
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
    assert [name for name in spared() if is_covered(name, folder)] == []


@every_list_of_names
def test_help_is_spared(folder: Path) -> None:
    assert [name for name in helplines.protected_names() if is_covered(name, folder)] == []
    assert [line.name for line in lines(folder) if helplines.is_protected(line.name)] == []


@every_list_of_names
def test_what_devices_need_is_spared(folder: Path) -> None:
    needed = essentials.names() | essentials.exact_names()
    assert [name for name in needed if is_covered(name, folder)] == []
    assert [line.name for line in lines(folder) if essentials.is_essential(line.name)] == []


def test_the_names_to_spare_are_many_and_well_spelt() -> None:
    assert len(spared()) == len(set(spared())) >= 100
    assert [name for name in spared() if normalise(name) != name] == []


def test_a_name_in_two_categories_has_its_reason() -> None:
    every = {
        line.name for folder in FOLDERS if folder.name != "iwf-sample" for line in lines(folder)
    }
    in_two = {name: found for name in every if len(found := categories_of(name)) > 1}
    assert in_two == IN_TWO


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_a_list_is_long_enough_to_be_useful(name: str, least: int) -> None:
    assert len(lines(BLOCKLISTS / name)) >= least


def test_malware_has_reserved_names_only() -> None:
    names = [line.name for line in lines(BLOCKLISTS / "malware")]
    assert [name for name in names if not name.endswith((".test", ".example"))] == []


def test_the_sample_of_illegal_content_is_invented_and_has_sites_and_pages() -> None:
    text = (BLOCKLISTS / "iwf-sample" / "names.txt").read_text(encoding="ascii")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    hosts = [entry.removeprefix("https://").partition("/") for entry in entries]
    assert [host for host, _, _ in hosts if not host.endswith(".example")] == []
    sites = {host for host, _, path in hosts if not path}
    pages = {host for host, _, path in hosts if path}
    assert sites
    assert pages
    assert not sites & pages  # or the host would be blocked whole after all


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("youtube.com", "video"),
        ("i.ytimg.com", "video"),
        ("www.netflix.com", "video"),
        ("youtubei.googleapis.com", "video"),
        ("api16-normal-c-useast1a.tiktokv.com", "social"),
        ("p16-sign-va.tiktokcdn.com", "social"),
        ("scontent.cdninstagram.com", "social"),
        ("app.snapchat.com", "social"),
        ("mmg.whatsapp.net", "messaging"),
        ("gateway.discord.gg", "messaging"),
        ("apis.roblox.com", "games"),
        ("tr.rbxcdn.com", "games"),
        ("sessionserver.mojang.com", "games"),
        ("dns.google", "bypass"),
        ("cloudflare-dns.com", "bypass"),
        ("doh.dns.apple.com", "bypass"),
        ("mask.icloud.com", "bypass"),
        ("mask-h2.icloud.com", "bypass"),
        ("ei.phncdn.com", "adult"),
        ("chatgpt.com", "ai-chat"),
    ],
)
def test_what_an_app_or_browser_asks_is_covered(name: str, category: str) -> None:
    assert categories_of(name) == {category}

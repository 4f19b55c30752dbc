"""What a list is for, by the name that its makers gave it."""

import pytest

from guardian.lists import bundled, foreign
from guardian.lists.catalogue import catalogue
from guardian.lists.foreign import Proposal, proposed
from guardian.lists.source import SourceKind
from tests.lists.test_document import PAGE

TABLES = (
    foreign.UT1, foreign.UT1_ALLOWS, foreign.HAGEZI, foreign.STEVENBLACK, foreign.IPFIRE,
    foreign.BLOCKLISTPROJECT,
)  # fmt: skip
HAGEZI = "https://cdn.jsdelivr.net/gh/hagezi/dns-blocklists@latest"


@pytest.mark.parametrize(
    ("location", "category"),
    [
        ("https://dsi.ut-capitole.fr/blacklists/download/blacklists.tar.gz#adult", "adult"),
        ("lists/blacklists.tar.gz#blacklists/drogue", "drugs"),
        ("blacklists.tgz#shopping", "shopping"),  # one of its own
        ("blacklists.tgz#remote-control", "remote-control"),
        ("blacklists.tgz#associations_religieuses", "associations-religieuses"),
        ("blacklists/dating", "dating"),
        (f"{HAGEZI}/wildcard/gambling.mini-onlydomains.txt", "gambling"),
        (f"{HAGEZI}/adblock/anti.piracy.txt", "file-sharing"),
        (f"{HAGEZI}/dnsmasq/pro.plus.mini-old.txt", "ads"),
        (f"{HAGEZI}/hosts/native.tiktok.extended.txt", "ads"),
        (f"{HAGEZI}/adblock/urlshortener.txt", "urlshortener"),
        ("https://dbl.ipfire.org/lists/piracy/domains.txt", "file-sharing"),
        ("https://blocklistproject.github.io/Lists/alt-version/scam-nl.txt", "malware"),
        ("https://blocklistproject.github.io/Lists/adguard/drugs-ags.txt", "drugs"),
        (
            "https://raw.githubusercontent.com/StevenBlack/hosts/master/alternates/porn-only/hosts",
            "adult",
        ),
    ],
)
def test_a_category_is_proposed(location: str, category: str) -> None:
    assert proposed(location) == Proposal(category)


@pytest.mark.parametrize(
    ("location", "category"), [("u.tar.gz#sexual_education", "adult"), ("u.zip#child", "adult")]
)
def test_a_list_of_what_is_good_opens(location: str, category: str) -> None:
    assert proposed(location) == Proposal(category, SourceKind.ALLOW)


@pytest.mark.parametrize(
    "location",
    [
        "https://lists.example/a.txt",
        "school.txt",
        "u.tar.gz#examen_pix",
        "u.tar.gz#liste_bu",
        "x#y",
    ],
)
def test_nobody_can_say(location: str) -> None:
    assert proposed(location) is None


def test_our_own_categories_are_meant() -> None:
    ours = {bundled.category(each.parent.name) for each in bundled.folder().glob("*/about.yaml")}
    for table in TABLES:
        assert set(table.values()) <= ours - {"illegal"}


def test_the_catalogue_agrees() -> None:
    for known in catalogue():
        found = proposed(known.location)
        assert found in (None, Proposal(known.category, known.kind)), known.id


def test_every_name_is_documented() -> None:
    for table in TABLES:
        assert [name for name in table if f"`{name}`" not in PAGE] == []
    assert [name for name in foreign.UT1_NOT_FOR_US if f"`{name}`" not in PAGE] == []

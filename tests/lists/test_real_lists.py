"""Lists as they are published: the format is seen, and the counts agree with counting by hand."""

import gzip
import ipaddress
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.lists.compile import Compiler
from guardian.lists.index import NONE, Index
from guardian.lists.report import Reason
from guardian.lists.source import Source
from guardian.names import to_wire

DATA = Path(os.environ.get("GUARDIAN_TEST_DATA", "../shared/data")) / "lists"
NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+")

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="set GUARDIAN_TEST_DATA to a folder with real lists in lists/"
)


def lines_of(file: str) -> list[str]:
    content = (DATA / file).read_bytes()
    text = gzip.decompress(content) if file.endswith(".gz") else content
    return text.decode("utf-8", "replace").splitlines()


def by_hand(form: str, lines: list[str]) -> Iterator[str]:
    """The names of lines of a format, in the dullest way."""
    for line in lines:
        text = line.strip()
        if not text or text[0] in "#![":
            continue
        if form == "hosts":
            yield text.split("#")[0].split()[1]
        elif form == "adblock":
            yield text.removeprefix("||").removesuffix("^")
        elif form == "dnsmasq":
            yield text.split("/")[1]
        elif form == "unbound":
            yield text.split('"')[1].removesuffix(".") if '"' in text else text
        elif form == "rpz":
            if " CNAME " in text and text[0] != ";":
                yield text.split()[0]
        elif form == "wildcards":
            yield text.removeprefix("*.")
        else:
            yield text.split()[0]


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("file", "form"),
    [
        ("adguarddns.hosts.gz", "hosts"),
        ("blp-drugs.hosts.gz", "hosts"),
        ("blp-redirect.dnsmasq.gz", "dnsmasq"),
        ("doh.rpz", "rpz"),
        ("someonewhocares.unbound", "unbound"),
        ("blp-phishing.domains.gz", "domains"),
        ("blp-tracking.adblock.gz", "adblock"),
        ("doh.domains-comments", "domains"),
        ("hagezi-light.adblock.gz", "adblock"),
        ("hagezi-light.wildcard.gz", "wildcards"),
        ("stevenblack.domains.gz", "domains"),
        ("ut1-child.domains.gz", "domains"),
        ("ut1-dating.domains.gz", "domains"),
        ("ut1-doh.domains.gz", "domains"),
        ("ut1-drogue.domains.gz", "domains"),
        ("ut1-gambling.domains.gz", "domains"),
        ("ut1-games.domains.gz", "domains"),
        ("ut1-jobsearch.domains.gz", "domains"),
        ("ut1-sexual_education.domains.gz", "domains"),
        ("ut1-shopping.domains.gz", "domains"),
        ("ut1-social_networks.domains.gz", "domains"),
        ("ut1-strict_redirector.domains.gz", "domains"),
        ("ut1-vpn.domains.gz", "domains"),
    ],
)
def test_counts_agree(tmp_path: Path, file: str, form: str) -> None:
    names = [name.lower() for name in by_hand(form, lines_of(file))]
    compiler = Compiler(bytes(32))
    compiler.add(Source("real", "real", ""), DATA / file)
    report = compiler.reports["real"]
    refused = report["refused"]
    assert report["format"].startswith(form)
    assert refused.get(Reason.ADDRESS, 0) == sum(map(is_address, names))
    assert report["taken"] + sum(refused.values()) == len(names)
    good = [name for name in names if NAME.fullmatch(name) and not is_address(name)]
    odd = refused.get(Reason.PUBLIC_SUFFIX, 0) + refused.get(Reason.NOT_A_NAME, 0)
    odd += refused.get(Reason.SETTING, 0)
    assert 0 <= len(good) - report["taken"] <= odd
    compiler.write(tmp_path / "index.gdx", carry_key=True)
    index = Index.open(tmp_path / "index.gdx")
    missing = [name for name in good if index.label_set(to_wire(name)) == NONE]
    assert len(missing) <= odd
    assert index.names <= len(set(good))


def test_addresses_in_a_list_of_names() -> None:
    compiler = Compiler(bytes(32))
    compiler.add(Source("real", "drugs", ""), DATA / "ut1-drogue.domains.gz")
    assert compiler.reports["real"]["refused"][Reason.ADDRESS] == 167


def test_addresses_alone() -> None:
    compiler = Compiler(bytes(32))
    compiler.add(Source("real", "real", ""), DATA / "doh-ipv4.txt")
    report = compiler.reports["real"]
    assert report["format"].startswith("addresses")
    assert report["networks"] == len({line.split()[0] for line in lines_of("doh-ipv4.txt")})
    assert (report["taken"], report["refused"]) == (0, {})


def test_a_catalogue_of_categories_is_no_list() -> None:
    compiler = Compiler(bytes(32))
    compiler.add(Source("real", "real", ""), DATA / "ut1-global_usage")
    report = compiler.reports["real"]
    assert sum(report["refused"].values()) > 20 * report["taken"]

"""Numbers and names of help: nobody's number but one's own, nothing protected that is not help."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from publicsuffixlist import PublicSuffixList

from guardian import names
from guardian.safety import helplines, plain
from guardian.safety.helplines import (
    Helpline,
    help_in,
    helpline,
    is_protected,
    protected_names,
)


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("GB", "0800 1111"),
        ("DE", "116 111"),
        ("FR", "119"),
        ("CH", "147"),
        ("CA", "1-800-668-6868"),  # a voice line, not the number for text messages
        ("CN", "12355"),  # the directory's own entry is an unfilled form that says 116 111
        ("SA", "116111"),  # the directory's number field holds a landline
        ("DZ", "3033"),
        ("IN", "1098"),  # not in the directory; the ministry runs it
        ("PK", "1098"),  # the national line, not the one of a province
    ],
)
def test_the_number_of_a_country(country: str, number: str) -> None:
    found = helpline(country)
    assert found is not None
    assert found.number == number
    assert found.country == country


@pytest.mark.parametrize(
    "country",
    [
        "HK",  # number field is an unfilled form, the text says another number
        "PS",  # two readings of the directory differ
        "TJ",  # entry empty
        "GH",  # "still working towards a helpline"
        "LB",  # no number published
        "BR",  # chat only; 100 is where violations of rights are reported
        "BZ",  # reporting only
        "MX",  # reporting only
        "ZZ",
        "",
        "D",
    ],
)
def test_no_number_is_better_than_a_wrong_one(country: str) -> None:
    assert helpline(country) is None


def test_the_country_may_be_written_small() -> None:
    assert helpline("de") == helpline("DE")


def everywhere() -> list[Helpline]:
    """Every helpline and hotline."""
    codes = {entry.partition(" ")[0] for file in FILES for entry in plain.lines(file)}
    found = [help_in(each) for each in sorted(codes)]
    return [each for theirs in found for each in (*theirs.helplines, *theirs.hotlines)]


FILES = ("helplines.txt", "hotlines.txt")


def test_the_countries_that_there_are() -> None:
    countries = helplines.countries()
    assert len(countries) >= 120
    assert countries == sorted(set(countries))
    assert len(list(plain.lines("emergency.txt"))) >= 200


def test_every_service_is_whole() -> None:
    entries = [entry for file in FILES for entry in plain.lines(file)]
    found = everywhere()
    assert len(found) == len(entries)
    for each in found:
        assert len(each.country) == 2
        assert each.name
        assert each.number or each.site
        assert each.channel in ("phone", "text", "chat", "web")
        if each.number:
            assert 3 <= len(each.tel.lstrip("+")) <= 15, each
            assert set(each.number) <= set("+0123456789- "), each
        assert each.source.startswith("https://")
        assert each.checked > date(2026, 1, 1)


def test_every_site_that_helps_is_protected() -> None:
    for each in everywhere():
        host = urlsplit(each.site).hostname or ""
        if host not in SHARED:
            assert not each.site or is_protected(host), each


# They have much else: a name of theirs is not help as such.
SHARED = {"www.gov.br", "www.dia.govt.nz", "www.ceop.police.uk"}


def test_to_talk_and_to_report_are_two_things() -> None:
    lines = {(each.country, each.name) for code in codes() for each in help_in(code).helplines}
    reports = {(each.country, each.name) for code in codes() for each in help_in(code).hotlines}
    assert not lines & reports - {("BR", "SaferNet Brasil")}  # does both, on two pages
    assert all(each.channel == "web" for code in codes() for each in help_in(code).hotlines)


def codes() -> list[str]:
    return sorted({entry[:2] for file in FILES for entry in plain.lines(file)})


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("DE", ("112",)),
        ("US", ("911",)),
        ("GB", ("999", "112")),
        ("BR", ("190", "192", "193")),
        ("JP", ("110", "119")),
        ("ZZ", ()),
    ],
)
def test_the_number_in_danger(country: str, numbers: tuple[str, ...]) -> None:
    assert help_in(country.lower()).emergency == numbers


def test_the_first_one_is_for_everybody() -> None:
    assert [each.name for each in help_in("GB").helplines] == ["Childline", "Papyrus HOPELINE247"]
    assert help_in("ZZ") == helplines.Help("ZZ", (), (), ())
    assert help_in("BR").helplines[0].channel == "web"  # and no number is made up for it


def test_a_number_grows_old() -> None:
    line = Helpline("DE", "Nummer", "+49 30-1", "", "https://help.example/", date(2026, 4, 22))
    assert not line.is_due(date(2026, 10, 19))
    assert line.is_due(date(2026, 10, 20))  # 181 days later
    assert line.tel == "+49301"


@pytest.mark.parametrize(
    "qname",
    [
        "childline.org.uk",
        "www.childline.org.uk",
        "www.147.ch",
        "988lifeline.org",
        "samaritans.org",
        "report.iwf.org.uk",
        "report.cybertip.org",
        "findahelpline.com",
        "vfha15.wordpress.com",
    ],
)
def test_help_resolves_for_everybody(qname: str) -> None:
    assert is_protected(qname)


@pytest.mark.parametrize(
    "qname",
    [
        "facebook.com",
        "www.facebook.com",
        "wa.me",
        "google.com",
        "wordpress.com",
        "another.wordpress.com",
        "u.ae",
        "gov.uk",
        "www.gov.uk",
        "gov.br",
        "www.gov.br",
        "www.malaysia.gov.my",
        "dia.govt.nz",
        "police.uk",
        "notsamaritans.org",
        "samaritans.org.example",
    ],
)
def test_a_shared_platform_is_not_help(qname: str) -> None:
    assert not is_protected(qname)


def test_protected_names_are_names_and_no_public_suffixes() -> None:
    suffixes = PublicSuffixList()
    assert len(protected_names()) > 200
    for name in protected_names():
        assert names.normalise(name) == name
        assert suffixes.publicsuffix(name) != name


def test_a_name_stands_once_and_below_no_other() -> None:
    for name in protected_names():
        above = name.partition(".")[2]
        assert not is_protected(above), name


def test_the_file_has_each_name_once() -> None:
    entries = list(plain.lines("protected.txt"))
    assert len(entries) == len(set(entries))

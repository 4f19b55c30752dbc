"""What people type for a time and for a site, as tables."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.web.addresses import of_person, own
from guardian.web.forms import Bad
from guardian.web.languages import NAMES, language
from guardian.web.moments import moment
from guardian.web.site_names import is_address, site

THURSDAY = datetime(2026, 11, 26, 19, 42)  # noqa: DTZ001 (a wall clock)


@pytest.mark.parametrize(
    ("text", "code", "meant"),
    [
        ("21:00", "en", "2026-11-26 21:00"),
        ("2030", "en", "2026-11-26 20:30"),
        ("9", "en", "2026-11-26 09:00"),
        ("Friday 21:00", "en", "2026-11-27 21:00"),
        ("friday, 21.00", "en", "2026-11-27 21:00"),
        ("Thu 7:30", "en", "2026-11-26 07:30"),
        ("Wednesday 21:00", "en", "2026-12-02 21:00"),
        ("vendredi 21h00", "fr", "2026-11-27 21:00"),
        ("пятница 21:00", "ru", "2026-11-27 21:00"),
        ("星期五 21:00", "zh", "2026-11-27 21:00"),
        ("الجمعة ٢١:٠٠", "ar", "2026-11-27 21:00"),
        ("viernes 21:00", "es", "2026-11-27 21:00"),
        ("Friday 21:00", "es", "2026-11-27 21:00"),
        ("2026-12-24 9:30", "en", "2026-12-24 09:30"),
    ],
)
def test_a_time_as_people_type_it(text: str, code: str, meant: str) -> None:
    assert f"{moment(text, THURSDAY, language(code)):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    "text", ["soon", "Friday", "25:00", "21:60", "Someday 21:00", "2026-02-30 9:00", "21:00 Friday"]
)
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(Bad, match="Friday 21:00"):
        moment(text, THURSDAY, language("en"))


def test_no_time_is_now() -> None:
    assert moment("  ", THURSDAY, language("en")) is None


@given(text=st.text(max_size=30), code=st.sampled_from(sorted(NAMES)))
def test_any_text_is_a_time_or_said(text: str, code: str) -> None:
    try:
        found = moment(text, THURSDAY, language(code))
    except Bad:
        return
    assert found is None or isinstance(found, datetime)


@pytest.mark.parametrize(
    ("text", "qname"),
    [
        ("example.org", "example.org"),
        (" Example.ORG. ", "example.org"),
        ("https://www.example.org/x?y#z", "www.example.org"),
        ("http://user:secret@example.org:8080/", "example.org"),
        ("//example.org", "example.org"),
        ("www.example.org/page", "www.example.org"),
        ("*.example.org", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_site_as_people_give_it(text: str, qname: str) -> None:
    assert site(text) == qname


@pytest.mark.parametrize(
    "text", ["", "https://", "two words", "192.168.1.1", "http://1.2.3.4/", "a..b"]
)
def test_what_is_no_site_is_said(text: str) -> None:
    with pytest.raises(Bad, match=r"such as example\.org"):
        site(text)


@given(st.text(max_size=60))
def test_any_text_is_a_site_or_said(text: str) -> None:
    try:
        site(text)
    except Bad:
        return


def test_an_address_is_more_than_a_name() -> None:
    assert is_address("https://example.org/")
    assert is_address("www.example.org")
    assert not is_address("news.example.org")


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/people/%C3%96mer/filters", "/people/%C3%96mer/filters"),
        ("/people/Ömer", "/people/%C3%96mer"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
    ],
)
def test_one_goes_back_to_our_own_pages_only(wanted: str, given: str) -> None:
    assert own(wanted) == given


def test_any_name_fits_an_address() -> None:
    assert of_person("<b>Bo</b>", "filters") == "/people/%3Cb%3EBo%3C%2Fb%3E/filters"

"""A family's own sites, and «Try a name»."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.conftest import eventually
from tests.web.test_filters import is_blocked, rules
from tests.web.visitor import Page, Visitor

ILLEGAL = "listed-site.example"  # of the sample list
SITES = "/people/Lina/sites"


@pytest.fixture
def mara(parent: Visitor) -> Iterator[Visitor]:
    """The owner, with the file as it was afterwards; extra time keeps bedtime away."""
    before = parent.house.config.read_text()
    parent.get(SITES)
    parent.post("/people/Lina/extra", minutes="1440")
    yield parent
    parent.house.config.write_text(before)


def send(visitor: Visitor, deed: str, **more: str) -> Page:
    return visitor.post(SITES, set=deed, **more)


def test_a_site_is_allowed_blocked_and_taken_off(mara: Visitor) -> None:
    assert is_blocked(mara.house, "instagram.com")
    assert send(mara, "allow:", name="instagram.com").location == SITES
    eventually(lambda: not is_blocked(mara.house, "www.instagram.com"))
    page = mara.get(SITES)
    assert "instagram.com is always open for Lina from now on." in page.text
    send(mara, "deny:", name="instagram.com")  # it changes sides
    eventually(lambda: is_blocked(mara.house, "instagram.com"))
    assert "allow_names" not in rules(mara.house)
    send(mara, "remove:deny:instagram.com")
    assert "deny_names" not in rules(mara.house)


def test_an_address_from_the_browser_is_understood(mara: Visitor) -> None:
    page = send(mara, "deny:", name="https://www.news.example.co.uk/a?b")
    assert page.status == 200
    assert "Which of these do you mean?" in page.text
    for name in ("www.news.example.co.uk", "news.example.co.uk", "example.co.uk"):
        assert f'value="deny:{name}"' in page.body
    assert 'value="deny:co.uk"' not in page.body
    assert send(mara, "deny:example.co.uk").status == 303
    eventually(lambda: is_blocked(mara.house, "www.news.example.co.uk"))


@pytest.mark.parametrize("name", ["com", "co.uk", "https://co.uk/", "localhost"])
def test_an_ending_that_many_share_is_refused(mara: Visitor, name: str) -> None:
    before = mara.house.config.read_text()
    page = send(mara, "deny:", name=name)
    assert page.status == 422
    assert "Many sites share this ending." in page.text
    assert f'value="{name}"' in page.body
    assert send(mara, f"deny:{name}").status == 422
    assert mara.house.config.read_text() == before


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "Write a pattern"),
        ("*", "means every name"),
        ("/(a+)+/", "could take long"),
        ("example.org", "is no pattern"),
    ],
)
def test_a_pattern_that_cannot_be_is_said_at_its_field(
    mara: Visitor, pattern: str, said: str
) -> None:
    page = send(mara, "pattern:", pattern=pattern)
    assert page.status == 422
    assert said in page.text
    assert 'id="pattern-error"' in page.body
    assert "home.yaml" not in page.text


def test_a_pattern_blocks_what_fits(mara: Visitor) -> None:
    assert send(mara, "pattern:", pattern="ads*.example.org").status == 303
    eventually(lambda: is_blocked(mara.house, "ads7.example.org"))
    assert not is_blocked(mara.house, "news.example.org")
    send(mara, "remove:pattern:ads*.example.org")
    assert "deny_patterns" not in rules(mara.house)


def test_only_chosen_sites(mara: Visitor) -> None:
    send(mara, "allow:", name="school.example")
    assert send(mara, "only:on").status == 303
    eventually(lambda: is_blocked(mara.house, "news.example.org"))
    assert not is_blocked(mara.house, "school.example")
    send(mara, "only:off")
    assert "allow_only" not in rules(mara.house)


@pytest.mark.parametrize("deed", ["", "x:", "remove:allow:", "remove:x:y", "only:maybe"])
def test_a_button_that_is_none_changes_nothing(mara: Visitor, deed: str) -> None:
    assert send(mara, deed).status == 400


def attempt(visitor: Visitor, name: str, at: str = "", person: str = "Lina") -> Page:
    return visitor.post(f"/people/{person}/try", name=name, at=at)


@pytest.mark.parametrize(
    ("name", "at", "said"),
    [
        ("https://www.instagram.com/x", "", "www.instagram.com is blocked for Lina"),
        ("instagram.com", "", "Social media is blocked for Lina"),
        ("instagram.com", "", "Named by the list social-starter"),
        ("instagram.com", "", "What lists say of instagram.com: social-starter puts it into"),
        ("instagram.com", "", "Its content is of 24 November 2026."),
        ("instagram.com", "", "It names this name, or one above it, with all below."),
        ("www.youtube.com", "", "opens in its safe mode for Lina"),
        ("news.example", "", "news.example is open for Lina"),
        ("news.example", "Wednesday 23:00", "Bedtime for Lina until 07:00"),
        ("news.example", "Wednesday 23:00", "Bedtime, until 07:00"),
        ("www.nummergegenkummer.de", "Wednesday 23:00", "Helplines are always open"),
    ],
)
def test_a_name_is_tried(mara: Visitor, name: str, at: str, said: str) -> None:
    mara.post("/people/Lina/resume")  # without the extra time
    page = attempt(mara, name, at or "12:00")
    assert page.status == 200
    assert said in page.text


def test_illegal_content_is_not_named(mara: Visitor) -> None:
    page = attempt(mara, ILLEGAL)
    assert "This name is blocked for everybody" in page.text
    heading = page.body.partition('id="verdict"')[2].partition("</section>")[0]
    assert ILLEGAL not in heading
    assert "<form" not in heading


@pytest.mark.parametrize(
    ("name", "at", "said", "field"),
    [
        ("", "", "Write the name of a site", "name"),
        ("two words", "", "Write the name of a site", "name"),
        ("news.example", "someday", "Write a day and a time", "at"),
        ("news.example", "3000-01-01 9:00", "too far away", "at"),
    ],
)
def test_what_cannot_be_tried_is_said_at_its_field(
    mara: Visitor, name: str, at: str, said: str, field: str
) -> None:
    page = attempt(mara, name, at)
    assert page.status == 422
    assert said in page.text
    assert f'id="{field}-error"' in page.body


def test_the_next_step_is_offered_and_works(mara: Visitor) -> None:
    page = attempt(mara, "www.instagram.com")
    assert "Allow instagram.com for Lina" in page.text
    assert "Allow it until tonight" in page.text
    done = mara.post("/people/Lina/open", name="instagram.com")
    assert done.status == 303
    eventually(lambda: not is_blocked(mara.house, "instagram.com"))
    notice = mara.get(done.location)
    assert "instagram.com is open for Lina until tonight." in notice.text
    assert mara.post("/people/Lina/open/instagram.com/end").status == 303
    eventually(lambda: is_blocked(mara.house, "instagram.com"))
    send(mara, "deny:", name="news.example")
    assert "Take news.example off the blocked sites" in attempt(mara, "a.news.example").text
    assert "Block other.example for Lina" in attempt(mara, "other.example").text
    assert "Change safe search" in attempt(mara, "www.google.com").text
    assert mara.post("/people/Lina/open", name="com").status == 400

"""Guidance as people read it: without a password, in their language, aloud, easy, on paper."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from guardian.safety.guidance import READERS, guide
from guardian.web.languages import NAMES
from tests.end_to_end.conftest import Running, eventually
from tests.web.test_help import dump
from tests.web.test_pages import OVERFLOW, SMALL
from tests.web.visitor import Visitor

LITTLE, TEEN, MIDDLE, NOBODY = "127.0.0.2", "127.0.0.3", "127.0.0.5", "127.0.0.9"


@pytest.mark.parametrize("reader", READERS)
def test_anybody_reads_before_anybody_has_a_password(own: Running, reader: str) -> None:
    page = Visitor(own, source=NOBODY).get(f"/guide/{reader}")
    assert page.status == 200
    assert guide(reader, "en").sections[-1].heading in page.text
    assert Visitor(own).get("/guide").body.count('href="/guide/') >= len(READERS)


@pytest.mark.parametrize("code", NAMES)
def test_each_language_is_marked_for_those_who_listen(shared: Running, code: str) -> None:
    page = Visitor(shared, source=LITTLE).get(f"/guide/story?lang={code}")
    direction = "rtl" if code == "ar" else "ltr"
    assert f'lang="{code}" dir="{direction}"' in page.body
    assert guide("story", code).title in page.text
    for other in NAMES.keys() - {code}:
        assert f'lang="{other}" hreflang="{other}"' in page.body


def test_easy_words_leave_out_the_rest(shared: Running) -> None:
    visitor = Visitor(shared, source=LITTLE)
    section = guide("9-12", "en").sections[0]
    whole, easy = visitor.get("/guide/9-12").text, visitor.get("/guide/9-12?easy=1").text
    assert section.easy in whole
    assert section.easy in easy
    assert section.blocks[0].lines[0] in whole
    assert section.blocks[0].lines[0] not in easy


@pytest.mark.parametrize("path", ["/guide/nobody", "/guide/..%2fdata", "/guide/story%00"])
def test_what_is_not_there(shared: Running, path: str) -> None:
    assert Visitor(shared).get(path).status == 404


def test_a_strange_language_is_ones_own(shared: Running) -> None:
    assert "Little Fox" in Visitor(shared).get("/guide/story?lang=../en").text


def test_nothing_is_kept_of_who_reads(shared: Running) -> None:
    visitor = Visitor(shared, source=TEEN)
    visitor.get("/guide")
    before = dump(shared)
    for reader in READERS:
        visitor.get(f"/guide/{reader}")
    assert dump(shared) == before


def test_it_is_linked_where_it_matters(parent: Visitor, shared: Running) -> None:
    assert 'href="/guide/parents' in parent.get("/setup/people").body
    assert 'href="/guide/parents#talk"' in parent.get("/requests").body
    shared.ask("x.test", client=NOBODY)
    eventually(lambda: 'href="/guide/parents#phone"' in parent.get("/devices").body)
    teen = Visitor(shared, source=TEEN)
    teen.get("/me")
    teen.post("/me/site", site="shut.test")
    parent.get("/")
    asked = parent.get("/requests").body.partition('action="/requests/')[2].partition('"')[0]
    parent.post(f"/requests/{asked}", answer="no")
    assert 'href="/guide/13-17#report"' in teen.get("/me").body
    parent.get("/")
    form = parent.get("/people/Tom/week/window")
    version = form.body.partition('name="version" value="')[2].partition('"')[0]
    done = parent.post(
        "/people/Tom/week/window", version=version, kind="bedtime", when="week",
        days=list("0123456"), season="always", does="all", **{"from": "00:00", "to": "24:00"},
    )  # fmt: skip
    assert done.status == 303, done.text
    tom = Visitor(shared, source=MIDDLE)
    assert 'href="/guide/9-12#wellbeing"' in tom.get("/me").body


@pytest.fixture
def page(chromium: Browser, shared: Running) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", ["9-12", "13-17?easy=1", "industry", "story?easy=1&lang=ar"])
def test_it_fits_small_screens_and_axe_finds_nothing(
    page: Page, shared: Running, path: str
) -> None:
    page.goto(f"http://127.0.0.1:{shared.web}/guide/{path}")
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(SMALL) == []
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_paper_has_the_text_and_no_buttons(page: Page, shared: Running) -> None:
    page.goto(f"http://127.0.0.1:{shared.web}/guide/parents")
    page.emulate_media(media="print")
    assert page.is_visible("text=Talk first, then set")
    for gone in ("nav", ".foot", ".bar", ".back"):
        assert not page.locator(gone).first.is_visible()

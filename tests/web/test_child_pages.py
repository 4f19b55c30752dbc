"""What a child sees, in a real browser on a small screen: their page, the block page, a link."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.end_to_end.conftest import Running
from tests.web.relay import Relay
from tests.web.test_pages import OVERFLOW, SMALL
from tests.web.visitor import Visitor

LITTLE, TEEN, MIDDLE, ADULT, NOBODY = (f"127.0.0.{number}" for number in (2, 3, 5, 4, 9))
ME = [("/me", source) for source in (LITTLE, TEEN, MIDDLE, ADULT, NOBODY)]


@pytest.fixture
def look(chromium: Browser, shared: Running) -> Iterator[Any]:
    """Opens an address as a device sees it. host: for the block page. features: of the context."""
    opened: list[Any] = []

    def open_page(path: str, source: str, host: str = "", **features: Any) -> Page:
        relay = Relay(shared.block if host else shared.web, source)
        size = {"width": 320, "height": 640}
        context = chromium.new_context(**{"viewport": size, **features})
        opened.extend((context, relay))
        page = context.new_page()
        page.goto(f"http://{host or '127.0.0.1'}:{relay.port}{path}")
        return page

    yield open_page
    for each in opened:
        each.close()


def check(page: Page) -> None:
    """Fits, can be hit, and axe finds nothing."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(SMALL) == []
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "source"), [*ME, ("/help", LITTLE), ("/do/nothing", LITTLE)])
def test_a_childs_pages(look: Any, parent: Visitor, path: str, source: str, scheme: str) -> None:
    check(look(path, source, color_scheme=scheme))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("host", ["www.shut.test", "open.test", "127.0.0.1"])
def test_the_block_page(look: Any, parent: Visitor, host: str, scheme: str) -> None:
    page = look("/some/page", TEEN, host, color_scheme=scheme)
    check(page)
    # Its style is applied under its own policy.
    assert page.evaluate("getComputedStyle(document.querySelector('section')).borderRadius") == (
        "14px"
    )


def test_a_child_asks_by_thumb_and_the_answer_appears(look: Any, parent: Visitor) -> None:
    page = look("/", TEEN, "www.shut.test")
    assert "kept closed for you" in page.inner_text("main")
    assert page.get_attribute("text=Ask my parents", "href").endswith("/me?site=www.shut.test")
    page = look("/me?site=www.shut.test", TEEN)
    assert page.input_value("#site") == "www.shut.test"
    page.click("button.main")
    page.wait_for_selector("text=You asked. The answer will be on this page.")
    page.wait_for_selector("text=No answer yet.")
    parent.get("/")
    parent.post("/requests/1", answer="once")
    page.wait_for_selector("text=Yes! It is open until", timeout=10_000)


def test_the_parents_page_hears_of_a_question(
    chromium: Browser, parent: Visitor, shared: Running
) -> None:
    context = chromium.new_context()
    context.add_cookies(
        [
            {"name": name, "value": value, "url": parent.address}
            for name, value in parent.cookies.items()
        ]
    )
    page = context.new_page()
    page.goto(parent.address + "/")
    tom = Visitor(shared, source=MIDDLE)
    tom.get("/me")
    tom.post("/me/time", minutes="15", thing="games")
    page.wait_for_selector("text=Tom asks for 15 minutes more of Games", timeout=10_000)
    context.close()


def test_without_script_one_can_ask_too(look: Any, parent: Visitor) -> None:
    page = look("/me", LITTLE, java_script_enabled=False)
    page.click("text=15 minutes more")
    assert "You asked." in page.inner_text("main")


def test_a_link_made_and_used(look: Any, parent: Visitor, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    context.add_cookies(
        [
            {"name": name, "value": value, "url": parent.address}
            for name, value in parent.cookies.items()
        ]
    )
    page = context.new_page()
    page.goto(parent.address + "/links")
    page.fill("#title", "Grandma")
    page.click("text=Make the link")
    page.wait_for_selector("svg.qr")
    check(page)
    address = page.inner_text("bdi[dir=ltr]")
    page.goto(parent.address + "/links")
    check(page)
    context.close()
    page = look("/do/" + address.rpartition("/")[2], NOBODY)
    check(page)
    page.click("button.main")
    page.wait_for_selector("text=Done. It holds until")
    check(page)
    parent.get("/")
    parent.post("/people/Lina/resume")

"""Every page in a real browser: by thumb, right to left, in the dark, without script, and heard."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.visitor import Visitor

OPEN_TO_ALL = ("/login",)
BARE = ("/clock",)  # with nothing to tap, and too small to pack
PAGES = (
    "/",
    "/people/Lina",
    "/people/Lina/week",
    "/people/Lina/week?view=grid",
    "/people/Lina/week/window",
    "/people/Lina/week/window/0",
    "/people/Lina/week/budget/0",
    "/settings/holidays",
    "/people/Lina/filters?find=o",
    "/people/Lina/filters?group=video",
    "/people/Lina/sites",
    "/people/Lina/try",
    "/people/Lina/edit",
    "/people/Lina/remove",
    "/people/Lina/history",
    "/people/new",
    "/history",
    "/setup/internet",
    "/setup/people",
    "/setup/devices",
    "/setup/network",
    "/activity?person=Lina",
    "/devices",
    "/devices/127.0.0.2",
    "/limits",
    "/check",
    "/check/new",
    "/settings",
    "/settings/house",
    "/settings/account",
    "/settings/accounts",
    "/settings/tokens",
    "/settings/backup",
    "/settings/upstreams",
    "/settings/certificate",
    "/settings/lists?name=www.pornhub.com",
    "/settings/lists/catalogue",
    "/settings/services",
    "/watch",
    "/settings/notifications",
    "/settings/notifications/new/mail",
    "/settings/notifications/new/ntfy",
    "/settings/notifications/new/telegram",
    "/settings/notifications/new/matrix",
    "/settings/notifications/new/other",
    "/people/Lina/letter",
    "/people/Lina/agreement",
    "/requests",
    "/links",
    "/help",
    "/help?country=US",
    "/guide",
    "/guide/story",
    "/guide/parents?easy=1",
    "/guide/policy",
    "/me",
    "/me/wrong?site=shut.test",
    "/me/survey",
    "/transparency",
    "/nothing",
)  # fmt: skip
SIZES = {"phone": {"width": 375, "height": 812}, "smallest": {"width": 320, "height": 640}}
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter((each) => !each.closest("pre, svg, .skip, .grid-scroll, .days"))
    .filter((each) => each.offsetParent !== null)
    .filter((each) => each.getBoundingClientRect().right > width + 0.5
                   || each.getBoundingClientRect().left < -0.5)
    .map((each) => each.outerHTML.slice(0, 120));
}"""
SMALL = """() => [...document.querySelectorAll("a, summary, button, input, select")]
  .filter((each) => each.type !== "hidden" && !each.closest(".skip") && each.offsetParent !== null)
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html]) => html)"""


@pytest.fixture
def look(chromium: Browser, parent: Visitor) -> Iterator[Any]:
    """Opens a page as the logged-in parent sees it. features: of the browser's context."""
    contexts = []

    def opened(path: str, **features: Any) -> Page:
        context = chromium.new_context(**{"viewport": SIZES["phone"], **features})
        contexts.append(context)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": parent.address}
                for name, value in parent.cookies.items()
                if path not in OPEN_TO_ALL
            ]
        )
        page = context.new_page()
        page.goto(parent.address + path)
        return page

    yield opened
    for each in contexts:
        each.close()


@pytest.mark.parametrize("path", [*OPEN_TO_ALL, *BARE, *PAGES])
def test_nothing_runs_out_of_a_320_pixel_screen(look: Any, path: str) -> None:
    page = look(path, viewport=SIZES["smallest"])
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(SMALL) == []  # WCAG 2.2, 2.5.8


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*OPEN_TO_ALL, *BARE, *PAGES])
def test_axe_finds_nothing(look: Any, path: str, scheme: str) -> None:
    page = look(path, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_text_of_twice_the_size_still_fits(look: Any) -> None:
    page = look("/", viewport=SIZES["phone"])
    page.evaluate("document.documentElement.style.setProperty('font-size', '32px')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_all_text_is_there_without_script(look: Any) -> None:
    text = look("/", java_script_enabled=False).inner_text("body")
    for words in ("Lina", "116 111", "All is well", "Bedtime"):
        assert words in text
    assert "lost touch" not in text


def test_the_page_follows_what_happens(look: Any, parent: Visitor) -> None:
    page = look("/people/Lina")
    parent.get("/")
    parent.post("/people/Lina/pause", minutes="30")
    page.wait_for_selector("text=Internet paused", timeout=10_000)
    parent.post("/people/Lina/resume")
    page.wait_for_selector("text=Internet paused", state="detached", timeout=10_000)

"""Pages as people set their screens: large or spaced text, their own colours, no motion, no mouse.

Each page is opened in the tightest room, a phone of 320 pixels, and all that unfolds is unfolded.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.test_pages import OVERFLOW, PAGES
from tests.web.visitor import Visitor

# WCAG 2.2, 1.4.12: all that a reader may set at once.
SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important }
* { word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }
"""
UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true })"
# Words of which a part cannot be seen: in a box that hides what runs over, or under another one.
CUT = """() => [...document.querySelectorAll("body *")]
  .filter((each) => each.offsetParent !== null && each.textContent.trim())
  .filter((each) => !each.closest(".heard, .unseen, .skip, svg, select, datalist, [aria-hidden]"))
  .filter((each) => ["hidden", "clip"].includes(getComputedStyle(each).overflowX)
                 || ["hidden", "clip"].includes(getComputedStyle(each).overflowY))
  .filter((each) => each.scrollWidth > each.clientWidth + 1
                 || each.scrollHeight > each.clientHeight + 1)
  .map((each) => each.outerHTML.slice(0, 120))"""
# What has the focus: "" for the end of the page, else why it cannot be seen, or "seen".
FOCUSED = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return ["", ""];
  const told = each.outerHTML.slice(0, 120);
  if (each.closest(".heard, .unseen")) return [told, "seen"];
  const box = each.getBoundingClientRect();
  const x = Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 1);
  const tops = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
  const shown = tops.filter((y) => y >= 0 && y <= innerHeight).some((y) => {
    const above = document.elementFromPoint(x, y);
    return above && (each.contains(above) || above.contains(each)
                     || [...each.labels || []].some((label) => label.contains(above)));
  });
  if (!shown) return [told, "hidden"];
  const style = getComputedStyle(each);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [told, ring || each.id === "main" ? "seen" : "no ring"];
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((each) => {
  const style = getComputedStyle(each);
  return style.animationName !== "none" || style.scrollBehavior === "smooth"
      || style.transitionDuration.split(",").some((long) => parseFloat(long) > 0);
}).map((each) => each.outerHTML.slice(0, 120))"""
CHANGE = "(it, [name, value]) => value ? it.setAttribute(name, value) : it.removeAttribute(name)"
STATES = {
    "/people/Lina/filters?find=o": [
        ("[role=switch]", "aria-checked", "true", "false"),
        ("[aria-pressed]", "aria-pressed", "true", "false"),
    ],
    "/activity?person=Lina": [(".button[aria-current]", "aria-current", "true", "")],
    "/people/Lina/week?view=grid": [(".segments a[aria-current]", "aria-current", "true", "")],
    "/": [(".bar nav a[aria-current]", "aria-current", "page", "")],
    "/people/Lina": [(".paths a[aria-current]", "aria-current", "page", "")],
}


@pytest.fixture(scope="module")
def context(chromium: Browser, parent: Visitor) -> Iterator[BrowserContext]:
    """A small phone on which the parent is logged in."""
    made = chromium.new_context(viewport={"width": 320, "height": 640})
    made.add_cookies(
        [
            {"name": key, "value": each, "url": parent.address}
            for key, each in parent.cookies.items()
        ]
    )
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    made = context.new_page()
    yield made
    made.close()


def nothing_is_lost(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("path", PAGES)
def test_text_of_twice_the_size_is_all_there(page: Page, parent: Visitor, path: str) -> None:
    """As somebody sets it in their browser; there is no room for a bar that stays."""
    chrome = page.context.new_cdp_session(page)
    chrome.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.goto(parent.address + path)
    page.evaluate(UNFOLD)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    nothing_is_lost(page)
    bars = page.locator(".bar nav")
    assert all(
        bar.evaluate("(each) => getComputedStyle(each).position") != "fixed" for bar in bars.all()
    )


@pytest.mark.parametrize("path", PAGES)
def test_wider_spacing_of_text_hides_nothing(page: Page, parent: Visitor, path: str) -> None:
    page.goto(parent.address + path)
    page.evaluate(UNFOLD)
    page.evaluate(
        """(rules) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rules);
          document.adoptedStyleSheets = [sheet];
        }""",
        SPACED,
    )
    nothing_is_lost(page)


@pytest.mark.parametrize("path", PAGES)
def test_focus_is_seen_on_its_whole_way(page: Page, parent: Visitor, path: str) -> None:
    """With colours of the reader's own, on a phone, where a bar lies over the page's end."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto(parent.address + path)
    page.evaluate(UNFOLD)
    assert page.evaluate(MOVING) == []
    stops = []
    for _ in range(400):
        page.keyboard.press("Tab")
        told, seen = page.evaluate(FOCUSED)
        if not told:
            break
        assert seen == "seen", told
        stops.append(told)
    assert len(stops) > 4
    assert len(stops) < 400


@pytest.mark.parametrize("path", STATES)
def test_a_state_is_seen_in_any_colours(page: Page, parent: Visitor, path: str) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto(parent.address + path)
    for where, attribute, on, off in STATES[path]:
        each = page.locator(f"{where} >> visible=true").first.element_handle()
        looks = []
        for value in (on, off):
            each.evaluate(CHANGE, [attribute, value])
            looks.append(each.screenshot())
        assert looks[0] != looks[1], where


def test_what_was_done_hides_no_focus(page: Page, parent: Visitor) -> None:
    """The bar that says so, with its undo, stays at the top while one goes on."""
    page.goto(f"{parent.address}/people/Lina")
    page.get_by_role("button", name="+30 min").click()
    page.get_by_role("status").get_by_role("button", name="Undo").wait_for()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(40):
            page.keyboard.press(key)
            told, seen = page.evaluate(FOCUSED)
            if not told:
                break
            assert seen == "seen", told
    page.get_by_role("status").get_by_role("button", name="Undo").click()

"""A parent's day with the keyboard alone: from logging in to logging out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.end_to_end.conftest import Running, eventually
from tests.web.conftest import household
from tests.web.visitor import OWNER, Visitor

LINA, NEW = "127.0.0.2", "127.0.0.9"
NAME = """() => {
  const each = document.activeElement;
  const label = each.getAttribute("aria-label") || each.labels?.[0]?.innerText;
  return (label || each.innerText || each.value || "").replace(/\\s+/g, " ").trim();
}"""
MOST = 300  # stops of one page, gone through from any of them


class Hands:
    """Hands that have nothing but a keyboard. Only `at` looks where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, where: str, name: str) -> bool:
        """Whether something that fits a selector has the focus, called by this or longer words."""
        fits = self.page.evaluate("(where) => document.activeElement.matches(where)", where)
        return fits and str(self.page.evaluate(NAME)).startswith(name)

    def reach(self, name: str, where: str = "*") -> None:
        """Go on until it has the focus."""
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            if self.at(where, name):
                return
        pytest.fail(f"no key leads to {name!r} ({where})")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def use(self, name: str, where: str = "*", key: str = "Enter") -> None:
        """Follow a link, or send a form."""
        self.reach(name, where)
        with self.page.expect_navigation():
            self.press(key)

    def see(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=60_000)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    yield from household(tmp_path)


@pytest.fixture
def hands(house: Running, chromium: Browser) -> Iterator[Hands]:
    Visitor(house).first_run()
    context = chromium.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"http://127.0.0.1:{house.web}/")
    yield Hands(page)
    context.close()


def test_a_day_with_the_keyboard_alone(house: Running, hands: Hands) -> None:
    page = hands.page
    name, password = OWNER
    hands.reach("Your name", "input")
    page.keyboard.type(name)
    hands.reach("Password", "input")
    page.keyboard.type(password)
    with page.expect_navigation():
        hands.press("Enter")

    hands.use("Lina", "a")
    hands.use("Pause", "button", "Space")
    hands.see("Internet paused")
    assert "paused" in house.run("explain", "--person", "Lina")
    hands.use("Back to the usual rules", "button")
    page.get_by_text("Internet paused").first.wait_for(state="detached")
    hands.use("+30 min", "button")
    hands.see("Extra time")
    hands.use("Undo", "[role=status] button")
    page.locator(".now").get_by_text("Extra time").first.wait_for(state="detached")

    hands.use("Week", "a")
    hands.reach("Bedtime, Monday", ".piece")
    before = page.evaluate(NAME)
    hands.press("ArrowRight", "ArrowRight")
    eventually(lambda: page.evaluate(NAME) not in ("", before))
    eventually(lambda: "20:30" in house.config.read_text())

    hands.use("Filters", "a")
    hands.reach("", "#set-games")
    was = page.locator("#set-games").get_attribute("aria-checked")
    hands.press("Space")
    other = {"true": "false", "false": "true"}[str(was)]
    page.locator(f"#set-games[aria-checked={other}]").wait_for()

    house.run("requests", "ask", "Noor", "--more", "30m")
    hands.use("Home", "nav a")
    hands.see("Noor asks")
    hands.use("Allow once", "button")
    page.get_by_role("button", name="Allow once").wait_for(state="detached")
    assert "once" in house.run("requests", "--json")

    house.ask("printer.test", client=NEW)
    eventually(lambda: NEW in house.run("devices", "--json"))
    hands.use("Devices", "nav a")
    hands.reach("", f"[id='owner-{NEW}']")
    for _ in range(8):
        hands.press("ArrowDown")
        if page.evaluate("document.activeElement.value") == "Noor":
            break
    hands.use("Keep", "button")
    eventually(lambda: NEW in house.config.read_text())

    hands.use("Settings", "nav a")
    cookies = page.context.cookies()
    hands.use("Log out", "button")
    page.get_by_label("Password").wait_for()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.reload()
    assert page.get_by_label("Password").is_visible()

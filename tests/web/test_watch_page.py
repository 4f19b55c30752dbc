"""The pages of a watch in a real browser: they fill while the app is used, for everybody."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.end_to_end.conftest import eventually
from tests.web.test_pages import OVERFLOW, SMALL
from tests.web.visitor import Visitor

LINA = "127.0.0.2"


@pytest.fixture
def phone(chromium: Browser, parent: Visitor) -> Iterator[Page]:
    """The smallest phone, with the parent logged in; Lina's device has asked once."""
    parent.house.ask("www.tiktok.com", client=LINA)
    eventually(lambda: f'value="{LINA}"' in parent.get("/watch").body)
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    context.add_cookies(
        [
            {"name": key, "value": value, "url": parent.address}
            for key, value in parent.cookies.items()
        ]
    )
    yield context.new_page()
    context.close()


def looked_at(page: Page) -> None:
    """Nothing overflows, nothing is too small, and who hears the page misses nothing."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(SMALL) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()


def test_the_page_fills_while_the_app_is_used(phone: Page, parent: Visitor) -> None:
    phone.goto(f"{parent.address}/watch?person=Lina")
    phone.get_by_role("button", name="Watch").click()
    phone.get_by_role("heading", name="Use the app now").wait_for()
    parent.house.ask("www.tiktok.com", client=LINA)  # blocked: nobody is asked upstream here
    parent.house.ask("x.instagram.com", client=LINA)
    parent.house.ask("www.pornhub.com", client=LINA)
    phone.get_by_text("tiktok.com").wait_for(timeout=60_000)
    phone.get_by_text("instagram.com").wait_for(timeout=60_000)
    phone.get_by_text("1 more name is of a kind").wait_for(timeout=60_000)
    looked_at(phone)
    phone.get_by_role("button", name="Enough. Choose").click()
    phone.get_by_role("heading", name="Which names belong to the app?").wait_for()
    assert phone.get_by_label("tiktok.com").is_checked() is False  # it has a switch already
    looked_at(phone)
    phone.get_by_label("tiktok.com").check()
    phone.get_by_label("What is the app called?").fill("Our TikTok")
    phone.get_by_role("button", name="Make the switch").click()
    phone.get_by_role("heading", name="Our TikTok").wait_for()
    looked_at(phone)
    phone.goto(f"{parent.address}/people/Lina/filters?group=own")
    phone.get_by_role("switch", name="Our TikTok Blocked").wait_for()  # with social media
    phone.goto(f"{parent.address}/settings/services")
    phone.get_by_role("button", name="Remove").click()
    phone.get_by_text("Our TikTok has no switch any more.").wait_for()

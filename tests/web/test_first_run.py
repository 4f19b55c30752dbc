"""From an empty state to a child whose device is filtered: on a phone, as a parent does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.end_to_end.conftest import Running, ede, eventually, free_port, lived_in

CHILD = "127.0.0.9"
EMPTY = """
household: {{time_zone: UTC}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
unknown_devices: {{profile: none}}
"""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Running]:
    """A household of nobody, in which nothing is filtered."""
    port, web = free_port(), free_port()
    config, state = tmp_path / "home.yaml", tmp_path / "state"
    config.write_text(EMPTY.format(port=port, web=web, upstream=free_port()))
    with lived_in(config, state, port, web) as running:
        yield running


def is_blocked(house: Running) -> bool:
    return ede(house.ask("www.pornhub.com", client=CHILD)) == 17


def go_on(page: Page) -> None:
    page.locator("main .main").first.click()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_child_is_filtered_after_six_steps(
    chromium: Browser, empty: Running, language: str
) -> None:
    assert not is_blocked(empty)
    context = chromium.new_context(viewport={"width": 375, "height": 812}, locale="en-GB")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{empty.web}/")
    page.click(f"button[value={language}]")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    page.fill("#code", "not-it")
    go_on(page)
    assert page.locator("[aria-invalid=true]").count() == 1
    page.fill("#code", empty.code().upper())
    page.select_option("#country", "DE")
    go_on(page)
    page.fill("#name", "Mara")
    page.fill("#password", "horse battery staple")
    page.fill("#again", "horse battery staple")
    go_on(page)
    page.check("input[value=own]")
    page.fill("#own", "127.0.0.1")
    go_on(page)  # nobody answers there, which is said
    page.check("input[name=anyway]")
    go_on(page)
    page.fill("#name", "Ada")
    page.select_option("#age_band", "6-8")
    go_on(page)
    eventually(lambda: empty.ask("www.pornhub.com", client=CHILD))
    page.click("a[href='/setup/devices']")
    eventually(lambda: bool(page.reload()) and page.locator("main select").count() > 0)
    page.select_option(f"select[name='owner-{CHILD}']", "Ada")
    go_on(page)
    page.wait_for_selector("main .well")
    go_on(page)
    assert page.locator("article h2").first.inner_text() == "Ada"
    eventually(lambda: is_blocked(empty))
    context.close()

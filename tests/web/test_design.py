"""The page of all components: there for who asks for it, and without a fault of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from guardian.web.pages.design import ROUTE_PATH, SWITCH
from tests.end_to_end.conftest import Running
from tests.web.conftest import household
from tests.web.test_pages import OVERFLOW, SMALL
from tests.web.visitor import Visitor


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A guardian that was started to be looked at."""
    monkeypatch.setenv(SWITCH, "1")
    yield from household(tmp_path)


def test_families_have_no_such_page(parent: Visitor) -> None:
    assert parent.get(ROUTE_PATH).status == 404


def test_every_component_is_clean(workshop: Running, chromium: Browser) -> None:
    owner = Visitor(workshop)
    assert owner.get(ROUTE_PATH).location == "/setup"
    owner.first_run()
    cookies = [
        {"name": key, "value": each, "url": owner.address} for key, each in owner.cookies.items()
    ]
    for scheme in ("light", "dark"):
        context = chromium.new_context(
            viewport={"width": 320, "height": 640},
            color_scheme=scheme,
        )
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        assert page.goto(owner.address + ROUTE_PATH).status == 200  # type: ignore[union-attr]
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        assert page.evaluate(OVERFLOW) == []
        assert page.evaluate(SMALL) == []
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
        for words in ("Internet paused", "Please look at this again", "Tablet of Nobody"):
            assert page.get_by_text(words).first.is_visible()
        context.close()

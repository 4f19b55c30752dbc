"""The page in a real browser: by thumb, right to left, in the dark, and without script."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from guardian.web.languages import Language
from guardian.web.status import PersonStatus, Status

Serve = Callable[..., str]
Browser = Any  # of conftest.py, which cannot be imported from here

OVERFLOW = """
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter((each) => !each.closest("pre") && !each.closest("svg"))
    .filter((each) => each.getBoundingClientRect().right > width + 0.5
                   || each.getBoundingClientRect().left < -0.5)
    .map((each) => each.outerHTML.slice(0, 80));
"""


def crowded(status: Status) -> Status:
    """Long names and long words everywhere."""
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    person = PersonStatus(word, word, "bedtime", word, word, (word, "Games"), 12_345_678, 1_234_567)
    return replace(
        status, people=(person, *status.people), problems=(word * 2, "A list is missing.")
    )


@pytest.mark.parametrize("scale", ["plain", "crowded", "arabic"])
def test_nothing_runs_out_of_a_320_pixel_screen(
    browser: Browser, serve: Serve, family: Status, arabic: Language, scale: str
) -> None:
    status = crowded(family) if scale == "crowded" else family
    status = replace(status, language="ar" if scale == "arabic" else "en")
    browser.show(320, 640)
    browser.open(serve(status, {"ar": arabic}) if scale == "arabic" else serve(status))
    browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
    assert browser.run("return document.documentElement.scrollWidth") <= 320
    assert browser.run(OVERFLOW) == []


def test_all_text_is_there_without_script(browser: Browser, serve: Serve, family: Status) -> None:
    browser.show(390, 844)
    browser.without_script()
    browser.open(serve(family))
    text = browser.run("return document.body.innerText")
    for words in ("Thursday, 19:42", "Lina", "Bedtime until 07:00", "116 111", "All is well"):
        assert words in text
    assert "lost touch" not in text


def test_what_can_be_tapped_is_large_enough(browser: Browser, serve: Serve, family: Status) -> None:
    """24 pixels at least (WCAG 2.2, 2.5.8); what unfolds has 44."""
    browser.show(390, 844)
    browser.open(serve(family))
    sizes = browser.run(
        """return [...document.querySelectorAll("a, summary, button")].map((each) => {
             const box = each.getBoundingClientRect();
             return [each.tagName, box.width, box.height];
           })"""
    )
    assert len(sizes) > 5
    for tag, width, height in sizes:
        assert width >= 24, tag
        assert height >= (44 if tag == "SUMMARY" else 24), tag


def test_every_sign_has_words_and_every_region_a_name(
    browser: Browser, serve: Serve, family: Status
) -> None:
    browser.open(serve(crowded(family)))
    assert browser.run(
        "return [...document.querySelectorAll('svg')].every((s) => s.ariaHidden === 'true')"
    )
    headings = browser.run(
        "return [...document.querySelectorAll('h1, h2')].map((each) => each.tagName)"
    )
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    missing = browser.run(
        """return [...document.querySelectorAll("section")].filter((each) =>
             !each.ariaLabel && !document.getElementById(each.getAttribute("aria-labelledby")))
             .length"""
    )
    assert missing == 0
    twice = browser.run(
        """const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
           return ids.length - new Set(ids).size"""
    )
    assert twice == 0


def test_the_browser_refuses_nothing_that_we_sent(
    browser: Browser, serve: Serve, family: Status
) -> None:
    """Style, symbol and script pass the page's own security policy."""
    browser.open(serve(family))
    assert browser.run("return document.styleSheets.length") == 1
    assert browser.run("return typeof renew") == "function"


def test_dark_where_the_reader_asks_for_it(browser: Browser, serve: Serve, family: Status) -> None:
    address = serve(family)
    colours = []
    for scheme in ("light", "dark"):
        browser.show(390, 844, prefers_color_scheme=scheme)
        browser.open(address)
        colours.append(browser.run("return getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(250, 248, 244)", "rgb(18, 22, 24)"]


def test_arabic_runs_from_right_to_left(
    browser: Browser, serve: Serve, family: Status, arabic: Language
) -> None:
    browser.show(1100, 900)
    browser.open(serve(replace(family, language="ar"), {"ar": arabic}))
    first, second = browser.run(
        """return [...document.querySelectorAll(".card")].slice(0, 2)
             .map((each) => each.getBoundingClientRect().left)"""
    )
    assert first > second
    mark, word = browser.run(
        """return [".mark", ".bar strong"]
             .map((each) => document.querySelector(each).getBoundingClientRect().left)"""
    )
    assert mark > word


def test_the_page_renews_itself_and_keeps_what_is_open(
    browser: Browser, serve: Serve, family: Status
) -> None:
    shown = [family]
    browser.open(serve(lambda: shown[-1]))
    browser.run("document.getElementById('filtered-1').open = true")
    shown.append(replace(family, problems=("A list is missing.",)))
    browser.call("execute/async", script="renew().then(arguments[0])", args=[])
    assert "A list is missing." in browser.run("return document.body.innerText")
    assert browser.run("return document.getElementById('filtered-1').open")


def test_a_page_that_lost_touch_says_so(browser: Browser, serve: Serve, family: Status) -> None:
    def broken_after_the_first() -> Status:
        shown.append(1)
        if len(shown) > 1:
            raise OSError
        return family

    shown: list[int] = []
    browser.open(serve(broken_after_the_first))
    browser.call("execute/async", script="renew().then(arguments[0])", args=[])
    assert "lost touch" in browser.run("return document.body.innerText")

"""Six languages, complete: no sentence empty, no placeholder lost, nothing left in English."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Message
from playwright.sync_api import Browser

from guardian.web.languages import NAMES, language, preferred
from guardian.web.messages import catalogue, gathered
from tests.web.test_pages import OVERFLOW, PAGES
from tests.web.visitor import Visitor

OTHERS = [code for code in NAMES if code != "en"]
PLACEHOLDERS = re.compile(r"%\((\w+)\)s|(?<!\{)\{(\w+)\}")
# Text that a reader of another script still sees in Latin letters: what is marked as such, names of
# things, and what people wrote themselves.
FOREIGN = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (parent.closest("bdi, code, pre, option, script, style, svg, .error")) continue;
    if (parent.closest("main [lang], #found .rows")) continue; // names of services
    if (/[A-Za-z]{4,}/.test(node.textContent)) found.push(node.textContent.trim());
  }
  return found;
}"""
NAMES_OF_THINGS = re.compile(
    r"(?<![A-Za-z])(guardian|YouTube|TikTok|DuckDuckGo|Quad9|Cloudflare for Families|Cloudflare|"
    r"Google|Bing|Ecosia|Brave|Search|Pixabay|"
    r"Yandex|Yahoo|Baidu|Startpage|Private|Relay|iCloud|Telegram|Lina|Noor|Mara|https|example|"
    r"Europe|Berlin|Public|starter|Donau\w+|Wi-Fi|Tor|www|org|com|Kummer|Nummer|gegen|own_choice|"
    r"apprise|ntfy|BotFather|smtp|STARTTLS|ABCdef|family|json|server|adult|pornhub|Roblox|HTTPS?|DHCP|"
    r"Internet|Network|Shift|Enter|Delete|AOL|Dogpile|Kagi|Mojeek|Naver|Qwant|Sogou)(?![A-Za-z])"
)


def messages_of(code: str) -> Iterator[tuple[Message, Message]]:
    """Each sentence with its translation."""
    theirs = catalogue(code)
    for message in gathered():
        if message.id:
            key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            found = theirs.get(key)
            assert found is not None, f"{code}: run make messages, then translate: {key!r}"
            yield message, found


def texts(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def placeholders(text: str) -> set[str]:
    return {one or other for one, other in PLACEHOLDERS.findall(text)}


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_translated(code: str) -> None:
    forms = catalogue(code).num_plurals
    for message, found in messages_of(code):
        ids, strings = texts(message.id), texts(found.string)
        assert not found.fuzzy, ids
        assert all(strings), ids
        assert len(strings) == (forms if len(ids) > 1 else 1), ids
        for string in strings:
            assert placeholders(string) <= placeholders(ids[-1]), ids
            if len(ids) == 1:
                assert placeholders(string) == placeholders(ids[0]), ids


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_is_kept_that_nobody_says(code: str) -> None:
    said = {texts(each.id)[0] for each in gathered() if each.id}
    assert {texts(each.id)[0] for each in catalogue(code) if each.id} == said


@pytest.mark.parametrize("code", ["ar", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_no_english_is_left_and_all_fits(
    chromium: Browser, parent: Visitor, code: str, path: str
) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    cookies = parent.cookies | {"language": code}
    context.add_cookies(
        [{"name": name, "value": value, "url": parent.address} for name, value in cookies.items()]
    )
    page = context.new_page()
    parent.get("/settings/account")
    parent.post("/settings/account/language", language=code)
    try:
        page.goto(parent.address + path)
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        left = [text for text in page.evaluate(FOREIGN) if _is_english(text)]
        assert left == []
        assert page.evaluate(OVERFLOW) == []
    finally:
        context.close()
        parent.get("/settings/account")
        parent.post("/settings/account/language", language="")


def _is_english(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{4,}", NAMES_OF_THINGS.sub("", text)))


def test_each_language_writes_as_its_readers_do() -> None:
    english, french = language("en", "GB"), language("fr", "FR")
    assert english.number(1234567) == "1,234,567"
    assert french.number(1234567) == "1\u202f234\u202f567"
    assert english.minutes(90) == "1 hour 30 minutes"
    assert language("ar").direction == "rtl"
    assert language("en", "DE").week()[0] == 0
    assert language("ar", "EG").week()[0] == 5
    assert language("tlh").code == "en"


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("ar-EG,ar;q=0.9,en;q=0.8", "ar"),
        ("tlh, fr;q=0.3, es;q=0.7", "es"),
        ("de-DE", ""),
        ("", ""),
        (";;;,=,q=x", ""),
    ],
)
def test_what_a_browser_prefers(accepted: str, wanted: str) -> None:
    assert preferred(accepted) == wanted

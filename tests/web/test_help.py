"""The page of help: for everybody, of every country, and nobody is written down for reading it."""

import json
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.end_to_end.conftest import Running
from tests.web.visitor import Visitor

LINA = "127.0.0.2"


@pytest.fixture(scope="module")
def child(shared: Running) -> Visitor:
    return Visitor(shared, source=LINA)


def test_whom_to_call_whom_to_tell_and_what_to_dial(child: Visitor) -> None:
    page = child.get("/help")
    assert page.status == 200
    for said in ("116 111", "Nummer gegen Kummer", "112", "jugendschutz.net", "German"):
        assert said in page.text
    assert 'href="tel:116111"' in page.body
    assert page.text.index("To talk to somebody") < page.text.index("To report pictures of abuse")


@pytest.mark.parametrize(
    ("country", "said", "unsaid"),
    [
        ("us", ["911", "Crisis Text Line", "(by text message)", "CyberTipline"], "116 111"),
        ("MT", ["Chat there", "Kellimni"], "911"),
        ("HK", ["999", "Child helplines of all countries"], "116 111"),  # none known well enough
        ("QQ", ["116 111"], "911"),  # no country: the household's
    ],
)
def test_another_country(child: Visitor, country: str, said: list[str], unsaid: str) -> None:
    text = child.get(f"/help?country={country}").text
    for each in said:
        assert each in text
    assert unsaid not in text


def test_a_program_asks_without_a_key(child: Visitor) -> None:
    found = json.loads(child.ask("GET", "/api/v1/help?country=jp").body)
    assert found["country"] == "JP"
    assert found["emergency"] == ["110", "119"]
    assert found["helplines"][0]["hours"] == "24/7"
    assert found["hotlines"][0]["site"] == "https://www.internethotline.jp/"
    assert json.loads(child.ask("GET", "/api/v1/help").body)["country"] == "DE"


def dump(house: Running) -> list[str]:
    with closing(sqlite3.connect(house.state / "guardian.db")) as store:
        return list(store.iterdump())


def test_nothing_is_kept_of_who_was_here(shared: Running, child: Visitor) -> None:
    child.get("/help")
    before = dump(shared)
    child.get("/help?country=BR")
    child.get("/clock")
    child.ask("GET", "/api/v1/help?country=BR")
    assert dump(shared) == before


def test_one_leaves_at_once_and_does_not_come_back(
    chromium: Browser, shared: Running, child: Visitor
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    try:
        page.goto(f"{child.address}/clock")
        page.goto(f"{child.address}/help")
        page.get_by_role("link", name="Leave this page now").click()
        page.wait_for_url("**/clock")
        text = page.inner_text("body")
        assert "elp" not in text
        assert "guardian" not in text
        page.go_back()
        assert page.url.endswith("/clock")
    finally:
        context.close()

"""A new rule is told to whom it is about, in their words, until they have read it."""

import re
import sqlite3
from contextlib import closing

import pytest

from tests.end_to_end.conftest import Running, eventually
from tests.web.visitor import Page, Visitor

LITTLE, TEEN, MIDDLE = "127.0.0.2", "127.0.0.3", "127.0.0.5"
BLOCKED = "Messaging and chat: closed for you now. Here strangers can write to you."


@pytest.fixture(scope="module")
def noor(shared: Running) -> Visitor:
    return Visitor(shared, source=TEEN)


def send(parent: Visitor, path: str, **values: str | list[str]) -> Page:
    form = parent.get(path)
    version = re.search(r'name="version" value="([^"]+)"', form.body)
    assert version is not None
    done = parent.post(path, version=version[1], **values)
    assert done.status == 303, done.text
    return done


def test_a_new_rule_is_told_and_taken_off_when_it_was_read(parent: Visitor, noor: Visitor) -> None:
    assert "New for you" not in noor.get("/me").text
    send(parent, "/people/Noor/filters", set="block:messaging")
    for page in ("/people/Noor", "/people/Noor/filters", "/people/Noor/week"):
        text = parent.get(page).text
        assert "Talk about it with Noor" in text
        assert BLOCKED in text
    assert "Talk about it" not in parent.get("/people/Lina").text
    mine = noor.get("/me")
    assert BLOCKED in mine.text
    assert mine.text.index("Someone to talk to") < mine.text.index("New for you")
    keys = re.findall(r'name="key" value="([^"]+)"', mine.body)
    assert noor.post("/me/news", key=keys).status == 303
    assert "New for you" not in noor.get("/me").text
    assert "Talk about it" not in parent.get("/people/Noor").text


def test_a_window_and_minutes_in_a_childs_words(parent: Visitor, noor: Visitor) -> None:
    send(
        parent, "/people/Noor/week/window", kind="homework", when="week", days=list("01"),
        season="always", does="some", things=["games"], **{"from": "15:00", "to": "16:30"},
    )  # fmt: skip
    send(
        parent, "/people/Noor/week/budget",
        **{"for": "social", "per": "day", "weekdays": "45", "weekend": "90"},
    )  # fmt: skip
    text = noor.get("/me").text
    assert "Homework: Mon and Tue, 15:00 to 16:30, no games." in text
    assert "Social media: you have 45 minutes on weekdays, 1 hour 30 minutes at weekends." in text
    noor.post("/me/news", key="another key")
    assert "New for you" in noor.get("/me").text


def test_what_was_taken_back_is_no_news(parent: Visitor, shared: Running) -> None:
    lina = Visitor(shared, source=LITTLE)
    send(parent, "/people/Lina/filters?group=video", set="block:youtube")
    assert "YouTube: closed for you now." in lina.get("/me").text
    send(parent, "/people/Lina/filters?group=video", set="open:youtube")
    assert "New for you" not in lina.get("/me").text


def test_a_change_by_hand_is_told_too_and_who_is_renamed_keeps_it(
    parent: Visitor, shared: Running
) -> None:
    tom = Visitor(shared, source=MIDDLE)
    before = shared.config.read_text()
    shared.config.write_text(
        before.replace("devices: [127.0.0.5]", "devices: [127.0.0.5], rules: {block: [tiktok]}")
    )
    eventually(lambda: "TikTok: closed for you now." in tom.get("/me").text)
    shared.config.write_text(shared.config.read_text().replace("name: Tom", "name: Timo"))
    eventually(lambda: "Hello, Timo" in tom.get("/me").text)
    assert "TikTok: closed for you now." in tom.get("/me").text
    shared.config.write_text(shared.config.read_text().replace("name: Timo", "name: Tom"))
    eventually(lambda: "Hello, Tom" in tom.get("/me").text)


def test_after_two_weeks_it_is_no_news_any_more(noor: Visitor, shared: Running) -> None:
    with closing(sqlite3.connect(shared.state / "guardian.db", timeout=30)) as store:
        store.execute("UPDATE news SET at = '2026-01-01T00:00:00+00:00'")
        store.commit()
    assert "New for you" not in noor.get("/me").text

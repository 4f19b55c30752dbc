"""New content of a list waits on the page: why, what changed, taken or not, and put back."""

import json
import re
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.test_api import program
from tests.web.visitor import Page, Visitor

MARA = "127.0.0.4"


def names(start: int, end: int) -> str:
    return "".join(f"n{number}.school.test\n" for number in range(start, end))


def is_blocked(house: Running, name: str) -> bool:
    return ede(house.ask(name, client=MARA)) == 17


def section(page: Page) -> str:
    """What the page says of the one list of the household's own, in words."""
    found = re.search(r'<section[^>]*list-our-school".*?</section>', page.body, re.DOTALL)
    assert found is not None
    return Page(200, {}, found[0]).text


def hidden(page: Page, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.body)
    assert found is not None, name
    return found[1]


@pytest.fixture
def visitor(own: Running) -> Visitor:
    visitor = Visitor(own)
    visitor.first_run()
    return visitor


@pytest.fixture
def school(own: Running, visitor: Visitor) -> Path:
    """A list of 300 names in force, which Mara's rules block."""
    path = own.config.parent / "school.txt"
    path.write_text(names(0, 300))
    text = own.config.read_text()
    text = text.replace(
        "lists: {bundled: all}",
        "lists: {bundled: none, sources: [{name: Our school, path: school.txt, category: school}]}",
    )
    text = text.replace("devices: [127.0.0.4]}", "devices: [127.0.0.4], rules: {block: [school]}}")
    own.config.write_text(text)
    eventually(lambda: "300 names · our-school" in visitor.get("/settings/lists").text)
    eventually(lambda: is_blocked(own, "n299.school.test"))
    return path


def changes(visitor: Visitor, school: Path, text: str, says: str) -> Page:
    """The page after the list's content has become a text."""
    school.write_text(text)
    visitor.get("/settings/lists")
    visitor.post("/settings/lists/update")
    eventually(lambda: says in visitor.get("/settings/lists").text)
    return visitor.get("/settings/lists")


def test_what_waits_is_taken_and_put_back(own: Running, school: Path, visitor: Visitor) -> None:
    page = changes(visitor, school, names(200, 1200), "It does not count yet.")
    said = section(page)
    assert "It has far more names: 1.000 in place of 300." in said
    assert "900 names are new" in said
    assert "200 names are gone" in said
    assert is_blocked(own, "n0.school.test")
    assert not is_blocked(own, "n1199.school.test")
    assert "our-school: new content of this list waits for you" in visitor.get("/").text
    page = visitor.get("/settings/lists")
    content = hidden(page, "content")
    visitor.post("/settings/lists/waiting", list="our-school", content="other", take="on")
    assert "changed once more" in visitor.get("/settings/lists").text
    visitor.post("/settings/lists/waiting", list="our-school", content=content, take="on")
    assert "Our school counts in a moment" in visitor.get("/settings/lists").text
    eventually(lambda: is_blocked(own, "n1199.school.test"))
    assert not is_blocked(own, "n0.school.test")
    page = visitor.get("/settings/lists")
    assert "waits for you" not in section(page)
    assert "Put back" in section(page)
    visitor.post(
        "/settings/lists/back", list="our-school", number="1", version=hidden(page, "version")
    )
    eventually(lambda: is_blocked(own, "n0.school.test"))
    page = visitor.get("/settings/lists")
    assert "Held: it stays as it is." in section(page)
    assert "hold: true" in own.config.read_text()
    assert visitor.post("/settings/lists/back", list="our-school", number="9").status == 404
    assert visitor.post("/settings/lists/back", list="nobody", number="1").status == 404
    journal = re.sub("[\u2068\u2069]", "", visitor.get("/history").text)
    assert "took the new content of the list our-school" in journal
    assert "put back the list our-school" in journal


def test_what_waits_is_refused(own: Running, school: Path, visitor: Visitor) -> None:
    text = names(0, 300) + "wikipedia.org\n"
    page = changes(visitor, school, text, "sites that no family filter blocks: 1 of them.")
    assert "wikipedia.org" in section(page)
    visitor.post("/settings/lists/waiting", list="our-school", content=hidden(page, "content"))
    said = visitor.get("/settings/lists").text
    assert "The old content of Our school stays in force." in said
    assert "It does not count yet" not in said
    assert not is_blocked(own, "www.wikipedia.org")


def test_the_same_by_the_api(own: Running, school: Path, visitor: Visitor) -> None:
    owner = program(visitor, "own")
    changes(visitor, school, names(0, 1), "It does not count yet.")
    found = owner.call("GET", "/lists")[1]["lists"][0]
    assert found["waiting"]["doubts"][0]["why"] == "shrinks"
    assert (found["waiting"]["gone"], found["current"]["number"]) == (299, 1)
    assert owner.call("POST", "/lists/our-school/take", {"sha256": "0"})[0] == 409
    sha256 = found["waiting"]["content"]["sha256"]
    assert owner.call("POST", "/lists/our-school/take", {"sha256": sha256})[0] == 204
    eventually(lambda: not is_blocked(own, "n299.school.test"))
    assert owner.call("POST", "/lists/our-school/keep", {})[0] == 409
    assert owner.call("POST", "/lists/our-school/back", {"number": 7})[0] == 404
    assert owner.call("POST", "/lists/our-school/back", {"number": 1})[0] == 204
    eventually(lambda: is_blocked(own, "n299.school.test"))
    found = json.loads(owner.raw("GET", "/lists").body)["lists"][0]
    assert (found["held"], found["current"]["number"], found["names"]) == (True, 1, 300)
    assert owner.call("POST", "/lists/nobody/back", {"number": 1})[0] == 404

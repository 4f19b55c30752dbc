"""Lists on a page: how they stand, who names a site, adding and giving up one."""

import re

import pytest

from tests.end_to_end.conftest import Running
from tests.web.visitor import Visitor


def test_who_names_a_site(parent: Visitor) -> None:
    page = parent.get("/settings/lists?name=www.pornhub.com")
    assert "adult-starter puts it into “Adult content”. Version 20" in page.text
    assert "Licence: CC0-1.0" in page.text
    secret = parent.get("/settings/lists?name=listed-third.example")
    assert "cannot be opened for anybody here" in secret.text
    assert "listed-third" not in secret.body
    assert "iwf-sample puts" not in secret.text
    assert "No list names museum.example." in parent.get("/settings/lists?name=museum.example").text
    wrong = parent.get("/settings/lists?name=..")
    assert wrong.status == 422
    assert "This is no name of a site" in wrong.text


def test_a_list_is_added_and_given_up(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    page = visitor.get("/settings/lists")
    assert "Adult content" in page.text
    version = re.search(r'name="version" value="(\w+)"', page.body)
    assert version is not None
    wish = {"title": "Our school", "url": "https://127.0.0.1:9/school.txt", "category": "school"}
    assert visitor.post("/settings/lists", version=version[1], **wish).status == 303
    assert "our-school" in visitor.get("/settings/lists").text
    assert "name: Our school" in own.config.read_text()
    visitor.post("/settings/lists", version=version[1], **wish)  # the same again, too late
    assert own.config.read_text().count("name: Our school") == 1
    visitor.get("/settings/lists")
    assert visitor.post("/settings/lists/remove", list="our-school", version="").status == 303
    gone = visitor.get("/settings/lists")
    assert "our-school" not in gone.text
    undo = re.search(r'action="(/history/\d+/undo[^"]*)"', gone.body)
    assert undo is not None
    visitor.post(undo[1])
    assert "our-school" in visitor.get("/settings/lists").text


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"title": "", "url": "https://a.example/x", "category": "adult"}, "Give the list a name."),
        ({"title": "A", "url": "", "category": "adult"}, "Write the address of the list"),
        ({"title": "A", "url": "http://a.example/x", "category": "adult"}, "can be forged"),
        ({"title": "A", "url": "https://a.example/x", "category": ""}, "which category"),
        ({"title": "A", "url": "https://a.example/x", "category": "a b"}, "cannot be a category"),
    ],
)
def test_bad_lists_get_a_sentence(parent: Visitor, wish: dict[str, str], said: str) -> None:
    page = parent.post("/settings/lists", version="", **wish)
    assert page.status == 422
    assert said in page.text


def test_lists_are_fetched_on_demand(parent: Visitor) -> None:
    parent.get("/settings/lists")
    assert parent.post("/settings/lists/update").location == "/settings/lists"
    assert "being fetched" in parent.get("/settings/lists").text

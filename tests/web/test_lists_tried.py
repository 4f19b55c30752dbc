"""New content of a list counts on one device alone, by page, API and command; DNS shows it."""

import re

import pytest

from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.test_api import program
from tests.web.test_lists_that_wait import hidden, section
from tests.web.visitor import Visitor

PHONE, LAPTOP = "127.0.0.4", "127.0.0.6"  # both Mara's
OLD = "both.school.test\nold.school.test\n"
NEW = "both.school.test\nnew.school.test\n"
SOURCE = "{name: Our school, path: school.txt, category: school, stage: shadow}"


def blocked(house: Running, client: str) -> set[str]:
    asked = ("both", "old", "new")
    return {each for each in asked if ede(house.ask(f"www.{each}.school.test", client=client))}


@pytest.fixture
def house(own: Running) -> Running:
    """A household with old content of a list in force."""
    text = own.config.read_text()
    text = text.replace("lists: {bundled: all}", f"lists: {{bundled: none, sources: [{SOURCE}]}}")
    text = text.replace(
        "devices: [127.0.0.4]}", "devices: [127.0.0.4, 127.0.0.6], rules: {block: [school]}}"
    )
    (own.config.parent / "school.txt").write_text(OLD)
    own.config.write_text(text)
    eventually(lambda: waits(own))
    own.run("lists", "release", "our-school")
    eventually(lambda: blocked(own, PHONE) == blocked(own, LAPTOP) == {"both", "old"})
    return own


def waits(house: Running) -> bool:
    return (house.state / "lists" / "sources" / "our-school.waits.json").exists()


def comes(house: Running, content: str) -> None:
    """New content waits."""
    (house.config.parent / "school.txt").write_text(content)
    eventually(lambda: waits(house))


def follows(house: Running, *, phone: set[str], laptop: set[str]) -> None:
    eventually(lambda: (blocked(house, PHONE), blocked(house, LAPTOP)) == (phone, laptop))


def test_on_the_page(house: Running) -> None:
    visitor = Visitor(house)
    visitor.first_run()
    comes(house, NEW)
    page = visitor.get("/settings/lists")
    assert "Try it on a device first" in section(page)
    content = hidden(page, "content")
    asked = {"list": "our-school", "content": content}
    visitor.post("/settings/lists/try", **asked)
    assert "Tick the device on which to try it." in visitor.get("/settings/lists").text
    visitor.post("/settings/lists/try", **asked | {"content": "other"}, device=PHONE)
    assert "changed once more" in visitor.get("/settings/lists").text
    visitor.post("/settings/lists/try", **asked, device=PHONE)
    page = visitor.get("/settings/lists")
    assert "counts in a moment, on 127.0.0.4 alone." in page.text
    assert "is tried on 1 device. It does not count elsewhere yet." in section(page)
    assert re.search(r'value="127.0.0.4" checked', page.body)
    assert not re.search(r'value="127.0.0.6" checked', page.body)
    assert "waits for you" not in visitor.get("/").text
    follows(house, phone={"both", "new"}, laptop={"both", "old"})
    said = house.run("check", "new.school.test", "--client", PHONE)
    assert "new.school.test is blocked for Mara" in said
    assert "our-school, new content that is tried" in said
    assert "is allowed" in house.run("check", "new.school.test", "--client", LAPTOP)
    house.stop()
    house.start()
    follows(house, phone={"both", "new"}, laptop={"both", "old"})
    visitor = Visitor(house)
    visitor.log_in()
    visitor.get("/settings/lists")
    visitor.post("/settings/lists/try", **asked, device=[PHONE, LAPTOP])
    follows(house, phone={"both", "new"}, laptop={"both", "new"})
    visitor.post("/settings/lists/try", **asked)
    assert "is no longer tried. It waits for you." in visitor.get("/settings/lists").text
    follows(house, phone={"both", "old"}, laptop={"both", "old"})
    visitor.post("/settings/lists/try", **asked, device=PHONE)
    visitor.post("/settings/lists/waiting", **asked, take="on")
    follows(house, phone={"both", "new"}, laptop={"both", "new"})
    assert "is tried on" not in section(visitor.get("/settings/lists"))
    journal = re.sub("[\u2068\u2069]", "", visitor.get("/history").text)
    assert "tries new content of the list our-school" in journal
    assert "tries no more the list our-school" in journal


def test_by_the_api(house: Running) -> None:
    visitor = Visitor(house)
    visitor.first_run()
    owner = program(visitor, "own")
    comes(house, NEW)
    code, said = owner.call("POST", "/lists/our-school/try", {"devices": ["192.0.2.99"]})
    assert (code, "192.0.2.99" in str(said)) == (400, True)
    assert (
        owner.call("POST", "/lists/our-school/try", {"devices": [PHONE], "sha256": "0"})[0] == 409
    )
    assert owner.call("POST", "/lists/our-school/try", {"devices": [PHONE]})[0] == 204
    follows(house, phone={"both", "new"}, laptop={"both", "old"})
    (found,) = owner.call("GET", "/lists")[1]["lists"]
    assert found["waiting"]["tried_on"] == [PHONE]
    assert owner.call("POST", "/lists/our-school/keep", {})[0] == 204
    follows(house, phone={"both", "old"}, laptop={"both", "old"})
    assert owner.call("POST", "/lists/our-school/try", {"devices": [PHONE]})[0] == 409
    assert owner.call("POST", "/lists/nobody/try", {"devices": [PHONE]})[0] == 404


def test_by_commands(house: Running) -> None:
    comes(house, NEW)
    said = house.run("lists", "try", "our-school", LAPTOP)
    assert said == f"the new content of our-school counts on {LAPTOP} alone\n"
    follows(house, phone={"both", "old"}, laptop={"both", "new"})
    house.run("lists", "try", "our-school", PHONE)
    follows(house, phone={"both", "new"}, laptop={"both", "old"})
    house.run("lists", "try", "our-school", "--stop")
    follows(house, phone={"both", "old"}, laptop={"both", "old"})


def test_a_pause_holds_on_the_device_that_tries(house: Running) -> None:
    comes(house, NEW)
    house.run("lists", "try", "our-school", PHONE)
    follows(house, phone={"both", "new"}, laptop={"both", "old"})
    house.run("pause", "Mara", "30m")
    follows(house, phone={"both", "old", "new"}, laptop={"both", "old", "new"})
    house.run("pause", "Mara", "--end")
    follows(house, phone={"both", "new"}, laptop={"both", "old"})

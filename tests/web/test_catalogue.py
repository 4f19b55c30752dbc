"""The catalogue on a page and by the API: used in one step, given up in one, with undo."""

import re

import pytest

from guardian.lists.catalogue import catalogue
from tests.end_to_end.conftest import Running
from tests.web.test_api import Program, program
from tests.web.visitor import Visitor

HERE = "/settings/lists/catalogue"


@pytest.fixture
def owner(own: Running) -> Visitor:
    visitor = Visitor(own)
    visitor.first_run()
    return visitor


def row(page: str, list_id: str) -> str:
    """What a page says of one list."""
    found = re.search(rf'<li id="{list_id}">.*?</form>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_every_list_is_there_with_its_licence(parent: Visitor) -> None:
    page = parent.get(HERE)
    assert page.status == 200
    for known in catalogue():
        of = row(page.body, known.id)
        assert known.maker.home in of
        assert known.licence.url in of
    text = page.text
    assert text.index("Adult content") < text.index("Advertising and tracking")
    assert "About 4.600.000 names, as counted: 17 August 2026." in text
    assert "It is very large" in row(page.body, "ut1-adult")
    assert "It is very large" not in row(page.body, "oisd-nsfw-small")
    assert "How many names it has is not known." in row(page.body, "shadowwhisperer-adult")
    assert "Made for: Polish." in row(page.body, "kadhosts")
    assert "not in a service that people pay for" in row(page.body, "phishing-army")
    assert "state no licence" in row(page.body, "peter-lowe")
    assert text.index("OISD NSFW small") < text.index("9 more lists") < text.index("UT1 adult")


def test_a_list_is_used_and_given_up_in_one_step_each(own: Running, owner: Visitor) -> None:
    before = own.config.read_bytes()
    owner.get(HERE)
    done = owner.post(HERE, list="blocklistproject-gambling", use="on", version="")
    assert (done.status, done.location) == (303, f"{HERE}#blocklistproject-gambling")
    page = owner.get(HERE)
    assert "Block List Project gambling is used." in page.text
    used = row(page.body, "blocklistproject-gambling")
    assert "In use" in used
    assert "Give this list up" in used
    config = own.config.read_text()
    assert "url: https://blocklistproject.github.io/Lists/alt-version/gambling-nl.txt" in config
    on_lists = owner.get("/settings/lists").text
    assert "Licence: Unlicense . By The Block List Project . Their page" in on_lists
    owner.get(HERE)
    owner.post(HERE, list="blocklistproject-gambling", use="on", version="")  # pressed twice
    assert own.config.read_text() == config
    owner.post(HERE, list="blocklistproject-gambling", use="off", version="")
    page = owner.get(HERE)
    assert "Block List Project gambling is no longer used." in page.text
    assert "In use" not in page.text
    undo = re.search(r'action="(/history/\d+/undo[^"]*)"', page.body)
    assert undo is not None
    owner.post(undo[1])
    assert "In use" in row(owner.get(HERE).body, "blocklistproject-gambling")
    owner.post(HERE, list="blocklistproject-gambling", use="off", version="")
    assert own.config.read_bytes() == before


def test_what_is_not_in_the_catalogue_is_not_there(parent: Visitor) -> None:
    parent.get(HERE)
    assert parent.post(HERE, list="nothing", use="on", version="").status == 404


def test_a_name_that_is_taken_gets_a_sentence(own: Running, owner: Visitor) -> None:
    owner.get("/settings/lists")
    wish = {"title": "URLhaus", "url": "https://127.0.0.1:9/a.txt", "category": "malware"}
    assert owner.post("/settings/lists", version="", **wish).status == 303
    owner.get(HERE)
    page = owner.post(HERE, list="urlhaus", use="on", version="")
    assert page.status == 422
    assert 'nother list is called "URLhaus" already' in page.text


def test_the_api_does_the_same(own: Running, owner: Visitor) -> None:
    api: Program = program(owner, "own")
    every = api.call("GET", "/catalogue")[1]["lists"]
    assert [each["id"] for each in every] == [each.id for each in catalogue()]
    poles = api.call("GET", "/catalogue?category=malware&language=pl")[1]["lists"]
    assert {each["id"] for each in poles} == {"kadhosts", "cert-polska"}
    status, used = api.call("POST", "/catalogue/urlhaus/use")
    assert (status, used["used_as"], used["licence"]) == (200, "urlhaus", "CC0-1.0")
    assert used["allows"] == ["change", "sell", "use"]
    assert api.call("POST", "/catalogue/urlhaus/use")[1] == used
    assert own.config.read_text().count("urlhaus.abuse.ch") == 1
    assert api.call("DELETE", "/catalogue/urlhaus/use")[0] == 204
    for method, path in (("DELETE", "/catalogue/urlhaus/use"), ("POST", "/catalogue/zz/use")):
        assert api.call(method, path)[0] == 404

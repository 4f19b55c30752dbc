"""Somebody comes, changes, is called otherwise, and leaves; and what the history says of it."""

from collections.abc import Iterator

import pytest

from guardian.service.history import version
from tests.end_to_end.conftest import Running, eventually
from tests.web.test_filters import opened, second_parent
from tests.web.visitor import Page, Visitor


@pytest.fixture
def mara(parent: Visitor) -> Iterator[Visitor]:
    """The owner, with the file as it was afterwards."""
    before = parent.house.config.read_text()
    parent.get("/people/new")
    yield parent
    parent.house.config.write_text(before)
    eventually(lambda: parent.get("/people/Lina").status == 200)
    eventually(lambda: opened(parent, "/people/new")["version"] == version(before.encode()))


def keep(visitor: Visitor, path: str, **values: str) -> Page:
    return visitor.post(path, **{"age_band": "9-12", "profile": "", "born": "", **values})


def file(house: Running) -> str:
    return house.config.read_text()


def test_somebody_new(mara: Visitor) -> None:
    done = keep(mara, "/people/new", name="Zoë")
    assert done.location == "/people/Zo%C3%AB"
    page = mara.get(done.location)
    assert page.status == 200
    assert "9–12 years" in page.text
    undo = page.body.partition('action="/history/')[2].partition('"')[0]
    mara.post(f"/history/{undo}", back="/")
    assert mara.get("/people/Zo%C3%AB").status == 404


def test_a_month_of_birth_takes_the_place_of_an_age(mara: Visitor) -> None:
    keep(mara, "/people/new", name="Ada", born="2018-05")
    line = next(each for each in file(mara.house).splitlines() if "2018-05" in each)
    assert "age_band" not in line
    assert 'value="2018-05"' in mara.get("/people/Ada/edit").body
    keep(mara, "/people/Ada/edit", name="Ada", age_band="13-15", profile="none")
    assert "2018-05" not in file(mara.house)
    page = mara.get("/people/Ada/edit").body
    assert '<option value="none" selected>' in page


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"name": ""}, "name", "Write a name"),
        ({"name": "x" * 41}, "name", "Write a name"),
        ({"name": "lina"}, "name", "Somebody is called that already"),
        ({"name": "new"}, "name", "cannot be used here"),
        ({"name": ".."}, "name", "cannot be used here"),
        ({"name": "Ada", "age_band": "7"}, "age_band", "Choose one of these"),
        ({"name": "Ada", "profile": "x"}, "profile", "Choose one of these"),
        ({"name": "Ada", "born": "May 2018"}, "born", "Write the year and the month"),
        ({"name": "Ada", "born": "2018-13"}, "born", "Write the year and the month"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    mara: Visitor, values: dict[str, str], field: str, said: str
) -> None:
    before = file(mara.house)
    page = keep(mara, "/people/new", **values)
    assert page.status == 422
    assert said in page.text
    assert f'id="{field}-error"' in page.body
    assert f'value="{values["name"]}"' in page.body
    assert file(mara.house) == before


def test_another_name_and_age_keep_the_rest(mara: Visitor) -> None:
    mara.post("/people/Lina/filters", set="block:games")
    done = keep(mara, "/people/Lina/edit", name="Lena/L")
    assert done.location == "/people/Lena%2FL?review=1", "older, and so perhaps with other rules"
    assert "Kept for Lena/L." in mara.get(done.location).text
    assert 'value="open:games"' in mara.get("/people/Lena%2FL/filters").body
    assert mara.get("/people/Lina").status == 404
    history = mara.get("/people/Lena%2FL/history").text
    assert "Lina is called Lena/L now" in history


def test_somebody_leaves_and_comes_back(mara: Visitor) -> None:
    asked = mara.get("/people/Noor/remove")
    assert "1 device is nobody’s then" in asked.text
    assert "You can undo this afterwards." in asked.text
    before = file(mara.house)
    assert mara.post("/people/Noor/remove").location == "/"
    page = mara.get("/")
    assert "Noor is no longer in this household." in page.text
    assert mara.get("/people/Noor").status == 404
    undo = page.body.partition('action="/history/')[2].partition('"')[0]
    mara.post(f"/history/{undo}", back="/")
    assert mara.get("/people/Noor").status == 200
    assert sorted(file(mara.house)) == sorted(before)


def test_the_history_says_who_changed_what(mara: Visitor) -> None:
    jo = second_parent(mara)
    jo.get("/people/Lina/filters")
    jo.post("/people/Lina/filters", set="block:roblox")
    jo.post("/people/Lina/filters", set="safe:youtube:moderate")
    keep(mara, "/people/Noor/edit", name="Noor", age_band="16-17")
    house, lina = mara.get("/history").text, mara.get("/people/Lina/history").text
    for page in (house, lina):
        assert "Roblox: blocked for Lina" in page
        assert "Safe search of YouTube for Lina: as usual → moderate" in page
        assert "Jo" in page
        assert "changed what is filtered" in page
    assert "Age of Noor: 13-15 → 16-17" in house
    assert "Noor" not in lina
    assert "people[Lina].rules.block: + roblox" in house


def numbers(page: Page) -> list[str]:
    """The changes on a page, the last one first."""
    return [each.partition("/")[0] for each in page.body.split('action="/history/')[1:]]


def test_one_change_is_undone_beneath_a_later_one(mara: Visitor) -> None:
    mara.post("/people/Lina/filters", set="block:games")
    mara.post("/people/Lina/filters", set="block:video")
    mara.get("/")  # the notice is read
    first = numbers(mara.get("/people/Lina/history"))[1]
    assert mara.post(f"/history/{first}/undo", back="/people/Lina/history").status == 303
    assert "[video]" in file(mara.house)
    assert mara.post(f"/history/{first}/undo").location == "/history"
    assert "taken back already" in mara.get("/history").text


def test_an_edit_by_hand_is_a_change_of_its_own(mara: Visitor) -> None:
    house = mara.house
    house.write("name: Noor, age_band: 13-15", "name: Noor, age_band: 16-17")
    mara.post("/people/Lina/filters", set="block:games")  # sooner than the file is looked at
    mara.get("/")
    page = mara.get("/history")
    last = numbers(page)[0]
    assert mara.post(f"/history/{last}/undo").status == 303
    assert "name: Noor, age_band: 16-17" in file(house)
    assert "games" not in file(house)


def test_what_an_undo_would_lose_is_named_first(mara: Visitor) -> None:
    before = file(mara.house)
    mara.post("/people/Lina/filters", set="safe:youtube:moderate")
    mara.post("/people/Lina/filters", set="safe:youtube:off")
    mara.post("/people/Noor/filters", set="block:games")
    mara.get("/")
    first = numbers(mara.get("/history"))[2]
    asked = mara.post(f"/history/{first}/undo", back="/history")
    assert asked.status == 409
    assert "These later changes would be lost with it" in asked.text
    assert "Safe search of YouTube for Lina: moderate → off" in asked.text
    assert "Games: blocked for Noor" in asked.text
    assert mara.post(f"/history/{first}/undo", back="/history", whole="1").status == 303
    assert file(mara.house) == before


@pytest.mark.parametrize("number", ["0", "99999", "x", "-1", "9" * 30])
def test_a_change_that_is_not_there(mara: Visitor, number: str) -> None:
    assert mara.post(f"/history/{number}/undo").status in (404, 409)


def test_a_name_of_markup_has_all_its_pages(mara: Visitor) -> None:
    for page in ("", "/filters", "/sites", "/try", "/edit", "/remove", "/history"):
        assert mara.get(f"/people/%3Cb%3EBo%3C%2Fb%3E{page}").status == 200


def test_who_was_removed_meanwhile_is_a_clear_conflict(mara: Visitor) -> None:
    jo = second_parent(mara)
    his = opened(jo, "/people/Noor/edit")
    mara.post("/people/Noor/filters", set="block:games")
    clash = jo.post("/people/Noor/remove", **his)
    assert clash.status == 409
    assert "Games: blocked for Noor" in clash.text
    assert mara.get("/people/Noor").status == 200

"""What a child has of their own: a look at how it works, a say, their data, and to be forgotten."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from guardian.store.household import Store
from tests.end_to_end.conftest import Running
from tests.web.visitor import Visitor

NOOR, LINA, STRANGER = "127.0.0.3", "127.0.0.2", "127.0.0.9"


def test_how_it_works_is_open_to_everybody_in_the_house(shared: Running, parent: Visitor) -> None:
    page = Visitor(shared, source=STRANGER).get("/transparency")
    assert page.status == 200
    assert "90 days at most" in page.text
    assert "takes part in no statistics" in page.text
    for name in ("Lina", "Noor", "Tom", "Mara"):
        assert name not in page.text
    told = json.loads(Visitor(shared, source=STRANGER).get("/transparency.json").body)
    assert {each["because"] for each in told["lists"]} <= {"law", "wish", "product"}
    assert all(each["names"] >= 0 for each in told["lists"])
    assert told["lists"]
    assert told["accounts"] == {"owner": 1}
    assert told["levels"]["categories"] == 1


def sheet(shared: Running, **answers: str) -> Visitor:
    child = Visitor(shared, source=NOOR)
    child.get("/me/survey")
    assert child.post("/me/survey", **answers).status == 303
    return child


def test_answers_are_counts_and_show_five_at_a_time(shared: Running, parent: Visitor) -> None:
    for count in range(4):
        child = sheet(shared, fair="yes" if count else "no", change="time")
        assert "There are not enough yet." in child.get("/me/survey").text
    child = sheet(shared, fair="yes", change="time")
    assert child.get("/me/survey").text.count("You have answered.") == 1
    for reader in (child, parent):
        assert "5 answers. Children and parents see the same." in reader.get("/me/survey").text
    with closing(sqlite3.connect(shared.state / "guardian.db")) as store:
        rows = store.execute("SELECT * FROM survey ORDER BY question, answer").fetchall()
    assert rows == [("", "", 5, 0), ("change", "time", 5, 0), ("fair", "no", 1, 0),
                    ("fair", "yes", 4, 0)]  # fmt: skip
    told = json.loads(child.get("/survey.json").body)
    assert told == {"sheets": 5, "answers": {"change": {"time": 5}, "fair": {"no": 1, "yes": 4}}}


def test_a_sixth_answer_does_not_show_alone() -> None:
    store = Store.in_memory()
    for _ in range(5):
        store.survey.add({"fair": "yes"})
    store.survey.add({"fair": "no"})
    assert store.survey.shown() == {"fair": {"yes": 5}}
    assert store.survey.sheets() == 5


def test_a_wrong_answer_is_said(shared: Running) -> None:
    child = Visitor(shared, source=LINA)
    child.get("/me/survey")
    done = child.post("/me/survey", fair="perhaps")
    assert done.status == 422
    assert "Choose one of these." in done.text


def fill(shared: Running) -> None:
    now = datetime.now(UTC)
    store = Store.open(shared.state / "guardian.db")
    store.activity.add(
        {("Noor", ""): (7, 1), ("Noor", "games"): (1, 1), ("Lina", ""): (5, 0)},
        [("Noor", "closed.example", "games")],
        now,
    )
    store.appeals.add("Noor", "wrong.example", ["games"], "a reason", now)
    store.close()


def test_my_data_are_mine_to_take_and_to_forget(shared: Running, parent: Visitor) -> None:
    fill(shared)
    child = Visitor(shared, source=NOOR)
    assert 'href="/me/data"' in child.get("/me").body
    taken = child.get("/me/data")
    assert "attachment" in taken.headers["content-disposition"]
    data = json.loads(taken.body)
    assert data["person"]["name"] == "Noor"
    assert {each["thing"] for each in data["hours"]} >= {"", "games"}
    assert [each["reason"] for each in data["appeals"]] == ["a reason"]
    assert "Lina" not in taken.body

    child.get("/me")
    child.post("/me/forget", sure="1")
    assert "It is forgotten." in child.get("/me").text
    with closing(sqlite3.connect(shared.state / "guardian.db")) as store:
        assert store.execute("SELECT count(*) FROM stopped WHERE person = 'Noor'").fetchone() == (
            0,
        )
        assert store.execute("SELECT count(*) FROM hours WHERE thing = 'games'").fetchone() == (0,)
        assert store.execute("SELECT count(*) FROM hours WHERE person = 'Lina'").fetchone() != (0,)


def test_younger_ones_ask_a_parent(shared: Running) -> None:
    child = Visitor(shared, source=LINA)
    assert 'action="/me/forget"' not in child.get("/me").body
    child.post("/me/forget", sure="1")
    with closing(sqlite3.connect(shared.state / "guardian.db")) as store:
        assert store.execute("SELECT count(*) FROM hours WHERE person = 'Lina'").fetchone() != (0,)


def test_a_device_without_a_name_has_no_data(shared: Running) -> None:
    stranger = Visitor(shared, source=STRANGER)
    assert stranger.get("/me/data").status == 303
    stranger.get("/me/survey")
    assert stranger.post("/me/forget", sure="1").location == "/me"


def test_a_parent_looks_again_at_what_is_outgrown(shared: Running, parent: Visitor) -> None:
    assert 'id="review"' not in parent.get("/people/Tom").body
    page = parent.get("/people/Tom/edit")
    done = parent.post(
        "/people/Tom/edit", name="Tom", age_band="13-15", born="", profile="9-12",
        privacy="blocked",
        version=re.findall(r'name="version" value="([^"]+)"', page.body)[0],
    )  # fmt: skip
    assert done.location == "/people/Tom?review=1"
    said = parent.get(done.location).text
    assert "What Tom may have outgrown" in said
    assert "You see more of what they do than is usual at this age." in said
    assert 'id="review"' in parent.get("/people/Tom").body  # the rules of a younger child stay due

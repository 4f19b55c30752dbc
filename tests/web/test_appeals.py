"""«This is wrongly closed»: said in the house, decided by a parent, counted for the list."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Running, ede, eventually
from tests.end_to_end.conftest import ask as dns
from tests.web.visitor import Visitor

LINA, NOOR, STRANGER = "127.0.0.2", "127.0.0.3", "127.0.0.9"
GAMBLING = "bet365.com"  # of a list that comes with guardian
FILTERED = 17


def appeal(child: Visitor, site: str, reason: str = "It is for school.") -> str:
    child.get("/me/wrong")
    done = child.post("/me/wrong", site=site, reason=reason)
    if done.status != 303:
        return done.text
    return child.get("/me").text


def number_of(page: str) -> str:
    found = re.search(r'action="/appeals/(\d+)"', page)
    assert found, page
    return found[1]


def test_from_a_child_to_the_list(shared: Running, parent: Visitor) -> None:
    child = Visitor(shared, source=LINA)
    assert ede(dns(shared.port, GAMBLING, client=LINA)) == FILTERED
    said = appeal(child, f"https://{GAMBLING}/x")
    assert "Somebody will look at it." in said
    assert "No answer yet." in said
    assert "1 site is said to be wrongly closed" in parent.get("/").text
    page = parent.get("/requests")
    assert "It is for school." in page.text
    assert "Lists that name it" in page.text

    done = parent.post(f"/appeals/{number_of(page.body)}", verdict="upheld")
    assert "the list was wrong" in parent.get(done.location).text
    assert "You were right. It is open now." in child.get("/me").text
    eventually(lambda: ede(dns(shared.port, GAMBLING, client=LINA)) != FILTERED)
    assert GAMBLING in shared.config.read_text()

    told = child.ask("GET", "/transparency.json").body
    assert '"appeals": {"decided": 1, "upheld": 1}' in told
    assert "was wrong about 1" in parent.get("/settings/lists").text
    assert "was wrong about 1" in child.get("/transparency").text

    undo = f"/appeals/{number_of(page.body)}/undo"
    parent.get("/requests")
    parent.post(undo)
    eventually(lambda: ede(dns(shared.port, GAMBLING, client=LINA)) == FILTERED)
    assert GAMBLING not in shared.config.read_text()
    assert "No answer yet." in child.get("/me").text
    parent.get("/requests")
    parent.post(f"/appeals/{number_of(page.body)}", verdict="kept", because="After homework.")
    assert "After homework." in child.get("/me").text
    assert parent.post(f"/appeals/{number_of(page.body)}", verdict="kept").status == 303


def test_anybody_in_the_house_may_say_it(shared: Running, parent: Visitor) -> None:
    assert "Somebody will look at it." in appeal(Visitor(shared, source=STRANGER), "bet365.com")
    page = parent.get("/requests")
    assert "Somebody on a device without a name" in page.text
    done = parent.post(f"/appeals/{number_of(page.body)}", verdict="upheld")
    assert done.status == 303
    assert "wrong:" in shared.config.read_text()


@pytest.mark.parametrize(
    ("site", "reason", "said"),
    [
        ("", "x", "Write the name of a site"),
        ("bet365.com", "", "Write in a few words why"),
        ("open.example", "x", "This site is not closed for you."),
    ],
)
def test_what_is_wrong_is_said(shared: Running, site: str, reason: str, said: str) -> None:
    assert said in appeal(Visitor(shared, source="127.0.0.5"), site, reason)


def test_the_same_is_said_once(shared: Running) -> None:
    child = Visitor(shared, source=NOOR)
    assert "Somebody will look at it." in appeal(child, "shut.test")
    assert "waits for an answer" in appeal(child, "shut.test")


def test_who_may_not_answer_cannot(shared: Running) -> None:
    child = Visitor(shared, source=NOOR)
    child.get("/me")
    assert child.post("/appeals/1", verdict="upheld").status in (303, 403)
    assert child.ask("POST", "/me/wrong").status in (400, 403, 422)


def test_of_illegal_content_nothing_is_kept(shared: Running, parent: Visitor) -> None:
    text = (Path(__file__).parents[2] / "blocklists" / "iwf-sample" / "names.txt").read_text()
    name = next(line for line in text.splitlines() if line and not line.startswith("#"))
    said = appeal(Visitor(shared, source=LINA), name)
    assert "cannot be opened for anybody here" in said
    assert name not in parent.get("/requests").body
    assert name.encode() not in (shared.state / "guardian.db").read_bytes()

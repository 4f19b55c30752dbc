"""What parents see of what was looked up: as much as the person's privacy lets them."""

import sqlite3
from contextlib import closing

from tests.end_to_end.conftest import Running, eventually
from tests.web.visitor import OWNER, Visitor

LINA, NOOR, MARA = "127.0.0.2", "127.0.0.3", "127.0.0.4"


def shown(visitor: Visitor, person: str) -> str:
    return visitor.get(f"/activity?person={person}").text


def test_a_young_childs_blocked_sites_are_named_and_a_teenagers_are_not(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    for client in (LINA, NOOR, MARA):
        own.ask("www.pornhub.com", client=client)
        own.ask("museum.example", client=client)
    eventually(lambda: "Adult content" in shown(visitor, "Noor"))
    eventually(lambda: "www.pornhub.com" in shown(visitor, "Lina"))
    lina, noor, mara = (shown(visitor, each) for each in ("Lina", "Noor", "Mara"))
    assert "museum.example" not in lina
    assert "Adult content" in lina
    assert "Adult content" in noor
    assert "www.pornhub.com" not in noor
    assert "no names of sites" in noor
    assert "Adult content" not in mara
    assert "Only how much and when is kept of Mara." in mara


def test_what_is_not_shown_is_not_kept(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    for client in (LINA, NOOR, MARA):
        own.ask("www.pornhub.com", client=client)
        own.ask("www.childline.org.uk", client=client)
        own.ask("www.myproana.com", client=client)
    eventually(lambda: "www.pornhub.com" in shown(visitor, "Lina"))
    with closing(sqlite3.connect(own.state / "guardian.db")) as store:
        kept = store.execute("SELECT person, qname FROM stopped").fetchall()
        assert kept == [("Lina", "www.pornhub.com")]
        assert not store.execute(
            "SELECT * FROM hours WHERE person = 'Mara' AND thing != ''"
        ).fetchall()
    own.write("name: Lina, age_band: 6-8", "name: Lina, age_band: 6-8, privacy: categories")
    eventually(lambda: "no names of sites" in shown(visitor, "Lina"))
    with closing(sqlite3.connect(own.state / "guardian.db")) as store:
        eventually(lambda: not store.execute("SELECT * FROM stopped").fetchall())


def test_a_teenager_can_know_that_somebody_looked(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    for person in ("Noor", "Noor", "Lina"):
        shown(visitor, person)
    with closing(sqlite3.connect(own.state / "guardian.db")) as store:
        looks = store.execute("SELECT who, about FROM journal WHERE deed LIKE 'looked%'").fetchall()
    assert looks == [(OWNER[0], "Noor")]


def test_odd_addresses_show_something_sensible(parent: Visitor) -> None:
    for query in ("?person=Eve", "?days=aeon", "?person=Lina&days=week", "?days=yesterday", ""):
        assert parent.get(f"/activity{query}").status == 200


def test_parents_choose_what_they_see(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    page = visitor.get("/people/Noor/edit")
    assert "What parents see under Activity" in page.text
    wish = {"name": "Noor", "age_band": "13-15", "born": "", "profile": "", "version": ""}
    assert visitor.post("/people/Noor/edit", privacy="everything", **wish).status == 422
    assert visitor.post("/people/Noor/edit", privacy="counts", **wish).status == 303
    assert "privacy: counts" in own.config.read_text()
    assert "Only how much and when is kept of Noor." in shown(visitor, "Noor")
    visitor.get("/people/Noor/edit")
    assert visitor.post("/people/Noor/edit", privacy="", **wish).status == 303
    assert "privacy" not in own.config.read_text()

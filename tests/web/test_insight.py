"""A parent wants to see more: the child is told first, and sees when it begins."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.end_to_end.conftest import Running, eventually
from tests.web.visitor import Visitor

NOOR = "127.0.0.3"


def raise_level(parent: Visitor, level: str) -> str:
    page = parent.get("/people/Noor/edit")
    version = page._hidden("version")
    done = parent.post(
        "/people/Noor/edit", name="Noor", age_band="13-15", born="", profile="", privacy=level,
        version=version,
    )  # fmt: skip
    assert done.status == 303, done.text
    return parent.get(done.location).text


def make_due(state: Path) -> None:
    """A day goes by."""
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    with closing(sqlite3.connect(state / "guardian.db")) as store, store:
        store.execute("UPDATE insight SET due = ? WHERE person = 'Noor'", (past,))


def test_more_is_seen_only_after_the_child_was_told(shared: Running, parent: Visitor) -> None:
    child = Visitor(shared, source=NOOR)
    before = child.get("/me")
    assert "Others can see what kinds of things you use." in before.text
    assert 'id="announced"' not in before.body

    said = raise_level(parent, "blocked")
    assert "Noor is told now that you will see more" in said
    told = child.get("/me")
    assert 'id="announced"' in told.body
    assert "Which sites were filtered for you, by name, for a week." in told.text
    assert "Others can see what kinds of things you use." in told.text  # as yet
    assert "names of what was blocked" not in parent.get("/activity?person=Noor").text

    # The form shows what is wanted: to keep something else does not take it back.
    assert 'value="blocked" selected' in parent.get("/people/Noor/edit").body

    make_due(shared.state)
    eventually(lambda: "Others can see which sites were filtered" in child.get("/me").text)
    assert 'id="announced"' not in child.get("/me").body


def test_less_is_seen_at_once(shared: Running, parent: Visitor) -> None:
    raise_level(parent, "counts")
    child = Visitor(shared, source=NOOR)
    assert "Others can see how much you use the internet." in child.get("/me").text

"""A parent wants to see more: the child is told first, and sees when it begins."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Running, eventually
from tests.web.conftest import household
from tests.web.visitor import Visitor

NOOR = "127.0.0.3"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from household(tmp_path_factory.mktemp("insight"))


@pytest.fixture(scope="module")
def mara(home: Running) -> Visitor:
    visitor = Visitor(home)
    visitor.first_run()
    return visitor


def raise_level(mara: Visitor, level: str) -> str:
    page = mara.get("/people/Noor/edit")
    version = page._hidden("version")
    done = mara.post(
        "/people/Noor/edit", name="Noor", age_band="13-15", born="", profile="", privacy=level,
        version=version,
    )  # fmt: skip
    assert done.status == 303, done.text
    return mara.get(done.location).text


def make_due(state: Path) -> None:
    """A day goes by."""
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    with closing(sqlite3.connect(state / "guardian.db")) as store, store:
        store.execute("UPDATE insight SET due = ? WHERE person = 'Noor'", (past,))


def test_more_is_seen_only_after_the_child_was_told(home: Running, mara: Visitor) -> None:
    child = Visitor(home, source=NOOR)
    before = child.get("/me")
    assert "Others can see what kinds of things you use." in before.text
    assert 'id="announced"' not in before.body

    said = raise_level(mara, "blocked")
    assert "Noor is told now that you will see more" in said
    told = child.get("/me")
    assert 'id="announced"' in told.body
    assert "Which sites were filtered for you, by name, for a week." in told.text
    assert "Others can see what kinds of things you use." in told.text  # as yet
    assert "names of what was blocked" not in mara.get("/activity?person=Noor").text

    # The form shows what is wanted: to keep something else does not take it back.
    assert 'value="blocked" selected' in mara.get("/people/Noor/edit").body

    make_due(home.state)
    eventually(lambda: "Others can see which sites were filtered" in child.get("/me").text)
    assert 'id="announced"' not in child.get("/me").body


def test_less_is_seen_at_once(home: Running, mara: Visitor) -> None:
    raise_level(mara, "counts")
    child = Visitor(home, source=NOOR)
    assert "Others can see how much you use the internet." in child.get("/me").text

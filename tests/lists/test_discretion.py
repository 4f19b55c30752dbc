"""Nobody reads a confidential list out by trying names."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from guardian.lists.discretion import MOST, WITHIN, Discretion
from guardian.lists.entry import Entry, Kind, ListInfo, Scope
from guardian.lists.match import NOTHING, Match
from guardian.lists.self_test import SELF_TEST

POLICE = Entry(ListInfo("police", "illegal", confidential=True), Kind.BLOCK, Scope.SUBDOMAINS)
ADULT = Entry(ListInfo("adult", "adult"), Kind.BLOCK, Scope.SUBDOMAINS)
SECRET = Match((POLICE, ADULT))


def test_so_many_are_told_and_then_no_more_for_an_hour(tmp_path: Path, clock: Any) -> None:
    for number in range(MOST):
        each = Discretion(tmp_path, clock)  # as commands do: a process each
        assert not each.is_spent
        assert each.heard(f"bad{number}.example", SECRET) == SECRET
    spent = Discretion(tmp_path, clock)
    assert spent.is_spent
    assert spent.heard("bad.example", SECRET) == Match((ADULT,))
    clock.go(WITHIN - timedelta(seconds=1))
    assert spent.heard("bad.example", SECRET) == Match((ADULT,))
    clock.go(timedelta(seconds=2))
    assert spent.heard("bad.example", SECRET) == SECRET


def test_names_that_are_on_no_such_list_cost_nothing(tmp_path: Path, clock: Any) -> None:
    asked = Discretion(tmp_path, clock)
    for number in range(2 * MOST):
        assert asked.heard(f"fine{number}.example", NOTHING) == NOTHING
        assert asked.heard(SELF_TEST, SECRET) == SECRET
    assert not asked.is_spent


def test_no_name_is_kept(tmp_path: Path, clock: Any) -> None:
    Discretion(tmp_path, clock).heard("bad.example", SECRET)
    for path in tmp_path.iterdir():
        assert b"bad" not in path.read_bytes()


def test_where_nothing_can_be_counted_nothing_is_told(tmp_path: Path, clock: Any) -> None:
    assert Discretion(tmp_path / "gone", clock).heard("bad.example", SECRET) == Match((ADULT,))
    (tmp_path / "told.json").write_text("damage")
    assert Discretion(tmp_path, clock).is_spent

"""What is kept survives, and a damaged file is replaced by its backup."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from guardian.policy.requests import Kind
from guardian.policy.timeline import CheckedIn, Grant, Pause
from guardian.store.household import Store, StoreError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def a_pause(minutes: int) -> Pause:
    return Pause("Lina", None, NOW, NOW + timedelta(minutes=minutes))


def test_counts_add_up_over_restarts(tmp_path: Path) -> None:
    for _ in range(2):
        store = Store.open(tmp_path / "guardian.db")
        store.counts.add(TODAY, [("Lina", 3, 1), ("", 2, 0)])
        store.close()
    store, mended = Store.open_mended(tmp_path / "guardian.db")
    assert mended is None
    assert store.counts.on(TODAY) == {"Lina": (6, 2), "": (4, 0)}
    store.close()


def test_a_pause_takes_the_place_of_the_one_before_and_ends(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    store.spells.add(a_pause(10))
    store.spells.add(a_pause(30))
    assert store.spells.running(NOW) == [a_pause(30)]
    assert store.spells.running(NOW + timedelta(minutes=30)) == []
    store.spells.end(Pause, "Lina", None)
    assert store.spells.running(NOW) == []
    store.close()


def test_another_process_is_noticed(tmp_path: Path) -> None:
    ours = Store.open(tmp_path / "guardian.db")
    before = ours.version()
    other = Store.open(tmp_path / "guardian.db")
    other.spells.add(a_pause(5))
    other.close()
    assert ours.version() != before
    ours.close()


def test_a_file_in_use_is_not_taken_for_damaged(tmp_path: Path) -> None:
    path = tmp_path / "guardian.db"
    store = Store.open(path)
    store.spells.add(a_pause(10))
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM counts")
        with pytest.raises(StoreError, match="try again"):
            Store.open_mended(path)
        other.execute("COMMIT")
    store, mended = Store.open_mended(path)
    assert mended is None
    assert store.spells.running(NOW) == [a_pause(10)]
    store.close()


def test_a_damaged_file_is_restored_from_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "guardian.db"
    store = Store.open(path)
    store.counts.add(TODAY, [("Lina", 3, 1)])
    store.back_up()
    store.close()
    path.write_bytes(b"not a database" * 500)
    store, mended = Store.open_mended(path)
    assert mended is not None
    assert "the last backup is in force" in mended.sentence
    assert not mended.begun_anew
    assert store.counts.on(TODAY) == {"Lina": (3, 1)}
    store.close()


def test_extra_time_and_pauses_are_kept_apart(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    grant = Grant("Lina", "games", NOW, NOW + timedelta(minutes=30))
    store.spells.add(a_pause(10))
    store.spells.add(grant)
    assert store.spells.running(NOW) == [a_pause(10), grant]
    assert [type(each) for each in store.spells.running(NOW)] == [Pause, Grant]
    store.spells.end(Grant, "Lina", "games")
    assert store.spells.running(NOW) == [a_pause(10)]
    store.close()


def test_minutes_are_never_given_back(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    store.usage.keep([(TODAY, "Lina", "games", 20), (TODAY, "Lina", None, 5)])
    store.usage.keep([(TODAY, "Lina", "games", 12)])
    store.usage.earn(TODAY, "Lina", "games", 30)
    store.usage.earn(TODAY, "Lina", "games", 15)
    used = store.usage.since(TODAY)["Lina"]
    assert used.minutes("games", TODAY, TODAY + timedelta(days=1)) == 20
    assert used.earned("games", TODAY, TODAY + timedelta(days=1)) == 45
    assert used.minutes(None, TODAY, TODAY + timedelta(days=1)) == 5
    assert store.usage.since(TODAY + timedelta(days=1)) == {}
    store.close()


def test_what_is_called_otherwise_since_an_update_is_found_under_its_new_name() -> None:
    store = Store.in_memory()
    store.spells.add(Pause("Lina", "twitter", NOW, NOW + timedelta(minutes=10)))
    store.usage.keep([(TODAY, "Lina", "twitter", 20), (TODAY, "Lina", "x", 5)])
    store.usage.earn(TODAY, "Lina", "twitter", 30)
    store.requests.ask("Lina", Kind.TIME, "twitter", 15, NOW)
    for _ in range(2):  # at every start
        store.renames.things({"twitter": "x"})
    assert [each.thing for each in store.spells.running(NOW)] == ["x"]
    used = store.usage.since(TODAY)["Lina"]
    assert used.minutes("x", TODAY, TODAY + timedelta(days=1)) == 20
    assert used.earned("x", TODAY, TODAY + timedelta(days=1)) == 30
    assert used.minutes("twitter", TODAY, TODAY + timedelta(days=1)) == 0
    assert [each.what for each in store.requests.since(NOW)] == ["x"]
    store.close()


def test_a_pause_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "guardian.db"
    with sqlite3.connect(path) as old:
        old.executescript(
            "CREATE TABLE pauses (person TEXT, category TEXT, since TEXT, until TEXT);"
            "CREATE TABLE counts (day TEXT, person TEXT, queries INTEGER, blocked INTEGER,"
            " PRIMARY KEY (day, person));"
            "PRAGMA user_version = 1;"
        )
        old.execute(
            "INSERT INTO pauses VALUES (?, ?, ?, ?)",
            ("Lina", None, NOW.isoformat(), (NOW + timedelta(minutes=10)).isoformat()),
        )
    old.close()
    store = Store.open(path)
    assert store.spells.running(NOW) == [a_pause(10)]
    store.close()


def test_one_person_at_a_time_is_at_a_device(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    lina, noor = (
        CheckedIn(each, "Console", NOW, NOW + timedelta(hours=1)) for each in ("Lina", "Noor")
    )
    tv = CheckedIn("Lina", "TV", NOW, NOW + timedelta(hours=1))
    for each in (lina, tv, noor):
        store.spells.check_in(each)
    assert store.spells.running(NOW) == [tv, noor]
    assert store.spells.check_out("Console")
    assert not store.spells.check_out("Console")
    assert store.spells.running(NOW) == [tv]
    store.close()


def test_all_of_a_person_moves_to_another_name(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    store.spells.add(a_pause(10))
    store.spells.check_in(CheckedIn("Lina", "TV", NOW, NOW + timedelta(hours=1)))
    store.usage.keep([(TODAY, "Lina", "games", 20), (TODAY, "Mia", "games", 5)])
    store.usage.earn(TODAY, "Lina", "games", 15)
    store.counts.add(TODAY, [("Lina", 3, 1), ("Mia", 2, 1), ("Noor", 1, 0)])
    store.requests.ask("Lina", Kind.NAME, "chess.example", 0, NOW)
    for name in ("Lina", "Mia"):
        blocked = [(name, "chat.example", "social")]
        store.activity.add({(name, "social"): (2, 1)}, blocked, NOW)
    for _ in range(2):  # a second time there is nothing left to move
        store.renames.person("Lina", "Mia")
    assert {each.person for each in store.spells.running(NOW)} == {"Mia"}
    assert len(store.spells.running(NOW)) == 2
    used = store.usage.since(TODAY)
    assert used.keys() == {"Mia"}
    assert used["Mia"].minutes("games", TODAY, TODAY + timedelta(days=1)) == 25
    assert used["Mia"].earned("games", TODAY, TODAY + timedelta(days=1)) == 15
    assert store.counts.on(TODAY) == {"Mia": (5, 2), "Noor": (1, 0)}
    assert [each.person for each in store.requests.since(NOW)] == ["Mia"]
    [hour] = store.activity.hours(NOW - timedelta(hours=1))
    assert (hour.person, hour.seen, hour.blocked) == ("Mia", 4, 2)
    assert [each.times for each in store.activity.stopped("Mia", NOW - timedelta(hours=1))] == [2]
    assert store.activity.named() == {"Mia"}
    store.close()


def test_changes_come_in_pages(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    for number in range(5):
        store.changes.keep("Mara", b"a", f"{number}".encode(), NOW)
    assert [each.number for each in store.changes.all(2)] == [5, 4]
    assert [each.number for each in store.changes.all(2, 4)] == [3, 2]
    assert [each.number for each in store.changes.all()] == [5, 4, 3, 2, 1]
    change = store.changes.numbered(3)
    assert change is not None
    assert change.after == b"2"
    assert store.changes.numbered(9) is None
    store.close()


def test_hours_of_one_person_are_those_of_all_less_the_others(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    for back in (0, 1, 2, 26, 200):
        counted = {(who, thing): (back + 1, 1) for who in ("Lina", "Noor") for thing in ("", "ads")}
        store.activity.add(counted, (), NOW - timedelta(hours=back))
    for since in (NOW - timedelta(hours=back) for back in (0, 1, 30, 300)):
        theirs = [each for each in store.activity.hours(since) if each.person == "Lina"]
        assert store.activity.hours(since, "Lina") == theirs
    assert store.activity.hours(NOW + timedelta(hours=2), "Lina") == []
    store.close()


def test_of_what_kind_can_be_forgotten(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    counted = {(who, thing): (2, 1) for who in ("Lina", "Noor") for thing in ("", "ads")}
    store.activity.add(counted, (), NOW)
    store.activity.forget_kinds("Lina")
    left = {(each.person, each.thing) for each in store.activity.hours(NOW - timedelta(hours=1))}
    assert left == {("Lina", ""), ("Noor", ""), ("Noor", "ads")}
    store.close()


def test_what_is_old_is_forgotten(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    for days in (1, 100, 500):
        at = NOW - timedelta(days=days)
        store.accounts.note("Mara", f"{days}", "", at)
        store.requests.ask("Lina", Kind.TIME, "", 30, at)
        store.counts.add(at.date(), [("Lina", days, 0)])
        store.activity.add({("Lina", ""): (days, 0)}, [("Lina", f"n{days}.test", "")], at)
    store.expire(NOW)
    assert [each.deed for each in store.accounts.journal(9)] == ["100", "1"]
    assert len(store.requests.since(NOW - timedelta(days=900))) == 2
    assert store.counts.on((NOW - timedelta(days=500)).date()) == {}
    assert store.counts.on((NOW - timedelta(days=100)).date()) == {"Lina": (100, 0)}
    long_ago = NOW - timedelta(days=900)
    assert [each.seen for each in store.activity.hours(long_ago)] == [1]
    assert [each.qname for each in store.activity.stopped("Lina", long_ago)] == ["n1.test"]
    store.close()


def test_what_is_written_together_is_kept_together(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")

    def half() -> None:
        with store.writing():
            store.accounts.note("Mara", "one", "", NOW)
            with store.writing():
                store.counts.add(NOW.date(), [("Lina", 1, 0)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert store.accounts.journal(9) == []
    assert store.counts.on(NOW.date()) == {}
    store.close()

"""What is kept survives, and a damaged file is replaced by its backup."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from guardian.policy.timeline import Pause
from guardian.store.household import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def a_pause(minutes: int) -> Pause:
    return Pause("Lina", None, NOW, NOW + timedelta(minutes=minutes))


def test_counts_add_up_over_restarts(tmp_path: Path) -> None:
    for _ in range(2):
        store, _ = Store.open(tmp_path / "guardian.db")
        store.count(TODAY, [("Lina", 3, 1), ("", 2, 0)])
        store.close()
    store, said = Store.open(tmp_path / "guardian.db")
    assert said == ""
    assert store.counts(TODAY) == {"Lina": (6, 2), "": (4, 0)}
    store.close()


def test_a_pause_takes_the_place_of_the_one_before_and_ends(tmp_path: Path) -> None:
    store, _ = Store.open(tmp_path / "guardian.db")
    store.add_pause(a_pause(10))
    store.add_pause(a_pause(30))
    assert store.pauses(NOW) == [a_pause(30)]
    assert store.pauses(NOW + timedelta(minutes=30)) == []
    store.end_pauses("Lina", None)
    assert store.pauses(NOW) == []
    store.close()


def test_another_process_is_noticed(tmp_path: Path) -> None:
    ours, _ = Store.open(tmp_path / "guardian.db")
    before = ours.version()
    other, _ = Store.open(tmp_path / "guardian.db")
    other.add_pause(a_pause(5))
    other.close()
    assert ours.version() != before
    ours.close()


def test_a_damaged_file_is_restored_from_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "guardian.db"
    store, _ = Store.open(path)
    store.count(TODAY, [("Lina", 3, 1)])
    store.back_up()
    store.close()
    path.write_bytes(b"not a database" * 500)
    store, said = Store.open(path)
    assert "the last backup is in force" in said
    assert store.counts(TODAY) == {"Lina": (3, 1)}
    store.close()

"""Events are kept in order, once each, and not for ever; a reader goes on where it stopped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from guardian.policy.events import Event, EventKind, Occasion
from guardian.store import events
from guardian.store.household import Store

NOW = datetime(2026, 11, 26, 19, 45, tzinfo=UTC)


def occasion(name: str, *, days: int = 1, told: bool = True) -> Occasion:
    event = Event(NOW, EventKind.WINDOW, "Lina", f"{name} for Lina in 15 min", 15)
    return Occasion(("window", name), NOW + timedelta(days=days), event if told else None)


def sentences(store: Store, after: int = 0) -> list[str]:
    return [each.sentence.split()[0] for each in store.events.after(after)]


def test_a_reader_goes_on_where_it_stopped(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    store.events.keep([occasion("one"), occasion("two")], NOW)
    first, second = store.events.after()
    assert first == Event(NOW, EventKind.WINDOW, "Lina", "one for Lina in 15 min", 15, first.id)
    assert [each.id for each in store.events.after(most=1)] == [first.id]
    store.events.keep([occasion("three")], NOW)
    assert sentences(store, after=second.id) == ["three"]
    store.close()


def test_an_occasion_is_told_once_over_restarts_until_its_time_is_over(tmp_path: Path) -> None:
    for _ in range(3):
        store = Store.open(tmp_path / "guardian.db")
        store.events.keep([occasion("one"), occasion("passed", told=False)], NOW)
        store.close()
    store = Store.open(tmp_path / "guardian.db")
    assert sentences(store) == ["one"]
    assert set(store.events.raised(NOW)) == {("window", "one"), ("window", "passed")}
    later = NOW + timedelta(days=1)
    assert store.events.raised(later) == {}
    store.events.keep([], later)
    store.events.keep([occasion("one", days=3)], later)
    assert sentences(store) == ["one", "one"]
    store.close()


def test_old_events_go_and_ids_are_never_used_again(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "guardian.db")
    many = [occasion(str(number)) for number in range(events.MOST + 10)]
    store.events.keep(many, NOW)
    found = store.events.after(most=events.MOST * 2)
    assert len(found) == events.MOST
    assert (found[0].id, found[-1].id) == (11, events.MOST + 10)
    assert [each.id for each in found] == sorted(each.id for each in found)
    store.close()

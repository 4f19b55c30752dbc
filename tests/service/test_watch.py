"""What is seen while a parent learns is kept in memory, of whom it was asked, and not for long."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from guardian.names import to_wire
from guardian.policy.timeline import Learning, Spell
from guardian.service.noted import MOST_NAMES, Noted
from guardian.service.watch import KEPT, LEFT, DeviceWatch, Watches

NOW = datetime(2026, 11, 26, 14, tzinfo=UTC)
END = NOW + timedelta(minutes=10)
LINA = Learning("Lina", "fun.example", NOW, END)


@dataclass(slots=True)
class House:
    """A store and a clock. names: what is known of a person."""

    spells: list[Spell] = field(default_factory=lambda: [LINA])
    now: datetime = NOW
    watches: Watches = field(init=False)

    def __post_init__(self) -> None:
        self.watches = Watches(lambda now: [e for e in self.spells if e.until > now], self.clock)
        self.watches.follow()

    def clock(self) -> datetime:
        return self.now

    def names(self, person: str = "Lina") -> dict[str, int] | None:
        told = self.watches.tell(person)
        return told["names"] if told else None


def test_counts_of_several_resolvers_add_up_and_others_names_are_dropped() -> None:
    house = House()
    house.watches.see({"Lina": {"a.example": 2}, "Ben": {"b.example": 1}})
    house.watches.see({"Lina": {"a.example": 1, "c.example": 1, "not a name": 1, "x\\001.test": 1}})
    assert house.names() == {"a.example": 3, "c.example": 1}
    assert house.names("Ben") is None


def test_it_is_forgotten_an_hour_after_its_end() -> None:
    house = House()
    house.watches.see({"Lina": {"a.example": 1}})
    house.now = END + KEPT - timedelta(seconds=1)
    assert house.names() == {"a.example": 1}
    house.now = END + KEPT
    house.watches.forget_old()
    assert house.names() is None


def test_ended_before_its_time_it_is_kept_no_longer_than_an_hour_either() -> None:
    house = House()
    house.spells.clear()
    house.now += timedelta(minutes=1)
    assert house.names() == {}
    house.now += KEPT
    assert house.names() is None


def test_another_site_begins_anew_and_a_choice_ends_it() -> None:
    house = House()
    house.watches.see({"Lina": {"a.example": 1}})
    assert house.names() == {"a.example": 1}
    house.spells[:] = [Learning("Lina", "other.example", NOW, END)]
    assert house.names() == {}
    house.spells.clear()
    assert house.watches.forget("Lina")
    assert house.names() is None
    house.watches.see({"Lina": {"late.example": 1}})  # a resolver's last word
    assert house.names() is None


def test_a_resolver_notes_no_more_than_it_can_keep() -> None:
    noted = Noted()
    for number in range(MOST_NAMES + 5):
        noted.note("Lina", to_wire(f"n{number}.example"))
    noted.note("Lina", to_wire("n0.example"))
    taken = noted.take()["Lina"]
    assert len(taken) == MOST_NAMES
    assert taken["n0.example"] == 2
    assert noted.take() == {}


def a_device(site: str = "") -> DeviceWatch:
    mac = "a4:83:e7:00:00:01"
    return DeviceWatch(site, NOW, END, mac, (mac,), "phone", "Lina", False, NOW)


def test_a_device_is_heard_while_it_is_watched_and_forgotten_when_nobody_looks() -> None:
    house, sign = House(), "a4:83:e7:00:00:01"
    assert not house.watches.hear({sign: {"early.example": 1}})
    house.watches.watch(a_device())
    assert set(house.watches.running()) == {sign}
    assert house.watches.hear({sign: {"a.example": 2}, "127.0.0.9": {"b.example": 1}})
    assert not house.watches.hear({sign: {"a.example": 1, "not a name": 1}})  # nothing new to see
    house.now = END  # its time is over
    assert not house.watches.running()
    assert not house.watches.hear({sign: {"late.example": 1}})
    seen = house.watches.look(sign)
    assert seen is not None
    assert seen.names == {"a.example": 3}
    house.now = END + LEFT - timedelta(seconds=1)
    assert house.watches.look(sign)  # somebody looks, so it stays
    house.now += LEFT
    assert house.watches.look(sign) is None
    assert not house.watches.devices


def test_a_watch_of_a_device_is_stopped_begun_anew_and_dropped() -> None:
    house, sign = House(), "a4:83:e7:00:00:01"
    house.watches.watch(a_device())
    house.watches.hear({sign: {"a.example": 1}})
    house.now += timedelta(minutes=1)
    house.watches.stop(sign)
    assert not house.watches.running()
    assert house.watches.devices[0].names
    house.watches.watch(a_device("fun.example"))
    assert not house.watches.devices[0].names
    house.watches.drop(sign)
    assert not house.watches.devices

"""Who is the same under another name, and who is somebody else."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.devices import HostName, Mac
from guardian.policy.people import AgeBand, Household, Person
from guardian.policy.renames import renamed

PHONE, TABLET = Mac("a4:83:e7:00:00:01"), HostName("tablet")
LENA = Person("Lena", AgeBand.FROM_6, devices=(PHONE, TABLET))
LINA = Person("Lina", AgeBand.FROM_6, devices=(TABLET, PHONE))
NOOR = Person("Noor", AgeBand.FROM_13)
NURA = Person("Nura", AgeBand.FROM_13)
OMA = Person("Oma", AgeBand.ADULT)


def named(name: str, *devices: Mac | HostName, born: date | None = None) -> Person:
    return Person(name, AgeBand.FROM_6, devices=devices, born=born)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ([LENA, NOOR], [LINA, NOOR], ("Lena", "Lina")),
        ([LENA, NOOR], [NOOR, LINA], ("Lena", "Lina")),  # moved in the list, with all devices
        ([LENA, NOOR], [LENA, NURA], ("Noor", "Nura")),  # no devices, the same place
        ([LENA], [named("Lina", PHONE)], ("Lena", "Lina")),  # one device less on the way
        ([LENA], [named("Lina")], ("Lena", "Lina")),
        ([LENA, NOOR], [LENA, NOOR], None),
        ([LENA, NOOR], [NOOR, LENA], None),
        ([LENA, NOOR], [LINA, NURA], None),  # two at once: nobody is guessed
        ([LENA], [LENA, NOOR], None),
        ([LENA, NOOR], [LENA], None),
        ([LENA, NOOR], [LENA, OMA], None),  # the same place, another age
        ([LENA], [named("Mia", Mac("a4:83:e7:00:00:99"))], None),  # the same place, other devices
        ([LENA, NOOR], [NOOR, named("Lina", PHONE)], None),
        ([named("Lena", born=date(2018, 5, 1))], [named("Mia", born=date(2019, 5, 1))], None),
        ([], [LINA], None),
    ],
)
def test_a_new_name(old: list[Person], new: list[Person], names: tuple[str, str] | None) -> None:
    before, after = (Household(ZoneInfo("UTC"), tuple(each)) for each in (old, new))
    assert renamed(before, after) == names
    assert renamed(after, before) == (names and names[::-1])

"""Whether a person is the same under another name: what is kept hangs on names and moves with them.

A wrong guess would give one child another's history, so only one change is taken for a new name:
one person gone, one come, and everything else about them speaks for the same person.
"""

from guardian.policy.people import Household, Person


def renamed(old: Household, new: Household) -> tuple[str, str] | None:
    """The old and the new name of somebody who is called otherwise now; None where nobody is.

    They have the very devices of the other; or the same place in the list, the same age, and no
    devices that are all different.
    """
    gone = [person for person in old.people if person.name not in _names(new)]
    come = [person for person in new.people if person.name not in _names(old)]
    if len(gone) != 1 or len(come) != 1:
        return None
    before, after = gone[0], come[0]
    same_place = old.people.index(before) == new.people.index(after)
    if _same_devices(before, after) or (same_place and _may_be_one(before, after)):
        return before.name, after.name
    return None


def _names(household: Household) -> frozenset[str]:
    return frozenset(person.name for person in household.people)


def _same_devices(one: Person, other: Person) -> bool:
    return bool(one.devices) and set(one.devices) == set(other.devices)


def _may_be_one(one: Person, other: Person) -> bool:
    same_age = (one.age_band, one.born) == (other.age_band, other.born)
    both_have_some = bool(one.devices) and bool(other.devices)
    return same_age and not (both_have_some and set(one.devices).isdisjoint(other.devices))

"""Whoever is old enough is told that somebody looked at what they did: in the journal, which is
theirs to read on their own page."""

from datetime import timedelta
from typing import Final

from guardian.policy.people import Person
from guardian.policy.privacy import TOLD_FROM
from guardian.web.house import House

LOOKED: Final = "looked at the activity"
_SAME_LOOK: Final = timedelta(hours=1)


def leave_a_trace(house: House, who: str, person: Person) -> None:
    """Note a look, once an hour and account. who: an account, or a program's key."""
    if person.age_band not in TOLD_FROM or person.name == who:
        return
    accounts, now = house.store.accounts, house.now()
    recent = accounts.since(now - _SAME_LOOK, about=person.name)
    if not any(each.who == who and each.deed == LOOKED for each in recent):
        accounts.note(who, LOOKED, person.name, now)

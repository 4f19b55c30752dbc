"""Links that do one thing: what pages, the API and messages have in common of them."""

from typing import Final

from guardian.policy.requests import Answer, Request
from guardian.store.links import Link, LinkDeed
from guardian.web.house import House
from guardian.web.rights import Right, may

MOST: Final = 50
"""Links that a household may have, those that answer requests not counted."""


def make(house: House, link: Link, who: str) -> tuple[int, str]:
    """Keep a new link, its key left out; gives its number and its token, shown only now."""
    with house.store.writing():
        made = house.store.links.issue(link)
        house.store.accounts.note(who, "made a link", link.person, link.made)
    return made


def numbered(house: House, number: int) -> Link | None:
    """A link that somebody made by hand."""
    return next((each for each in house.store.links.all() if each.number == number), None)


def revoke(house: House, link: Link, who: str) -> None:
    """Let a link do nothing from now on."""
    with house.store.writing():
        house.store.links.revoke(link.number)
        house.store.accounts.note(who, "revoked a link", link.person, house.now())


def restore(house: House, link: Link, who: str) -> None:
    """Let a link that was revoked do again what it did."""
    with house.store.writing():
        house.store.links.restore(link)
        house.store.accounts.note(who, "gave a link back", link.person, house.now())


def request_of(house: House, link: Link) -> Request | None:
    """The open request that a link answers; None where it was answered."""
    known = house.store.requests.since(house.now())
    waiting = (each for each in known if each.answer is Answer.OPEN)
    return next((each for each in waiting if each.number == link.request), None)


def works(house: House, link: Link) -> bool:
    """Whether a link's time is not over, its maker may still do what it does, and for whom."""
    if link.until is not None and link.until <= house.now():
        return False
    if link.deed is LinkDeed.ANSWER and request_of(house, link) is None:
        return False
    maker = house.store.accounts.called(link.maker)
    right = Right.ANSWER if link.deed is LinkDeed.ANSWER else Right.STEER
    people = {each.name for each in house.settings.household.people}
    return maker is not None and may(maker.role, right) and link.person in people

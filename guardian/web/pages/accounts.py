"""Who may log in, and what programs may do: for the owner."""

import asyncio
from typing import Final

from aiohttp import web

from guardian.policy.people import AgeBand
from guardian.store.accounts import Account, Role
from guardian.web import access, passwords
from guardian.web.access import SCOPES
from guardian.web.forms import is_title, one_of
from guardian.web.pages.setup import check_password
from guardian.web.rights import Right
from guardian.web.visit import Visit

_HERE: Final = "/settings/accounts"


async def show(visit: Visit) -> web.StreamResponse:
    """The accounts."""
    return visit.page(
        "settings/accounts.html", accounts=visit.house.store.accounts.all(), roles=tuple(Role),
        least=passwords.LEAST, people=[(each, each) for each in _people(visit)],
    )  # fmt: skip


def _people(visit: Visit) -> list[str]:
    """Who can have a child's account."""
    people = visit.house.settings.household.people
    return [each.name for each in people if each.age_band is not AgeBand.ADULT]


def _name(visit: Visit) -> str:
    name = visit.form.get("name")
    if not is_title(name):
        visit.form.wrong("name", "Write a name of at most 40 characters.")
    return name


async def add(visit: Visit) -> web.StreamResponse:
    """A second parent, a grandparent, somebody who only looks."""
    accounts, form = visit.house.store.accounts, visit.form
    name = _name(visit)
    role = form.read("role", one_of([str(each) for each in Role]))
    if accounts.called(name) is not None:
        form.wrong("name", "There is an account of that name already.")
    person = form.read("person", one_of(_people(visit))) if role == Role.CHILD else ""
    check_password(visit, form.get("password"))
    if not form.is_good or role is None or person is None:
        return await show(visit)
    kept = await asyncio.to_thread(passwords.hashed, form.get("password"))
    access.add_account(visit.house, Account(name, Role(role), kept, person=person), visit.who)
    return visit.go(_HERE, visit.say("%(person)s can log in now.", person=name))


async def remove(visit: Visit) -> web.StreamResponse:
    """Take an account away; the last owner stays."""
    account = visit.house.store.accounts.called(visit.part("name"))
    if account is None:
        raise web.HTTPNotFound
    try:
        access.remove_account(visit.house, account, visit.who)
    except access.LastOwner:
        visit.form.wrong("accounts", "Somebody has to be the owner. Make another one first.")
        return await show(visit)
    return visit.go(_HERE, visit.say("%(person)s can no longer log in.", person=account.name))


async def tokens(visit: Visit) -> web.StreamResponse:
    """Keys for programs."""
    return _tokens(visit)


def _tokens(visit: Visit, fresh: str = "") -> web.Response:
    return visit.page(
        "settings/tokens.html", tokens=visit.house.store.tokens.all(), scopes=SCOPES, fresh=fresh
    )


async def add_token(visit: Visit) -> web.StreamResponse:
    """Make a key; it is shown this once."""
    name = _name(visit)
    scope = visit.form.read("scope", one_of([str(each) for each in SCOPES]))
    if not visit.form.is_good or scope is None:
        return _tokens(visit)
    return _tokens(visit, access.add_key(visit.house, name, Right(scope), visit.who))


async def remove_token(visit: Visit) -> web.StreamResponse:
    """Take a key away."""
    access.remove_key(visit.house, visit.form.get("key"), visit.who)
    return visit.go("/settings/tokens", visit.say("The key opens nothing any more."))

"""Who may do what, by the API: accounts, keys for programs, one's own account and its sessions."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from aiohttp import web

from guardian.policy.people import AgeBand
from guardian.store.accounts import Account, Role, key_of
from guardian.web import access, passwords
from guardian.web.access import SCOPES
from guardian.web.api.call import Call
from guardian.web.api.callers import NotAllowed
from guardian.web.api.schema import BadBody
from guardian.web.configuration import Conflict
from guardian.web.forms import is_title
from guardian.web.languages import NAMES
from guardian.web.pages.login import totp_fits
from guardian.web.rights import Right

_FLAWS: Final = {
    passwords.Flaw.LENGTH: f"write {passwords.LEAST} to {passwords.MOST} characters",
    passwords.Flaw.GUESSED: "this would be guessed quickly; three or four words are good",
}


@dataclass(frozen=True, slots=True)
class AccountView:
    """Somebody who can log in. codes: whether with one-time codes too. language: "" for usual."""

    name: str
    role: Role
    codes: bool
    language: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """The oldest first."""

    accounts: tuple[AccountView, ...]


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Somebody who is to log in. password: at least 10 characters. person: whom a child is."""

    name: str
    role: Role
    password: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class KeyView:
    """A program's key; id is not the key itself. right: how far it reaches. used: when last."""

    id: str
    name: str
    right: Right
    account: str
    since: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Keys:
    """The newest first."""

    keys: tuple[KeyView, ...]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key for a program. right: see, answer, steer, change or own."""

    name: str
    right: Right


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A key that was just made: it is shown only now."""

    id: str
    key: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A browser that one is logged in with. agent: what it calls itself. current: this one."""

    id: str
    since: datetime
    seen: datetime
    agent: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """The one seen last first."""

    sessions: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True)
class LanguageWish:
    """In which language pages speak to one; "" for the household's."""

    language: str


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """present: the password of today."""

    present: str
    password: str


@dataclass(frozen=True, slots=True)
class Proof:
    """present: the password of today."""

    present: str


@dataclass(frozen=True, slots=True)
class CodeSecret:
    """A secret for one-time codes (RFC 6238), as letters and as an address for a QR code."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class CodeProof:
    """code: the one that the secret gives just now."""

    secret: str
    code: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Each stands in for a one-time code once; they are shown only now."""

    codes: tuple[str, ...]


async def accounts(call: Call) -> Accounts:
    """Who may log in."""
    return Accounts(tuple(map(_view, call.house.store.accounts.all())))


def _view(account: Account) -> AccountView:
    return AccountView(account.name, account.role, bool(account.totp), account.language)


async def add_account(call: Call) -> AccountView:
    """An account for a second parent, a grandparent, somebody who only looks."""
    wish, kept = await call.body(NewAccount), call.house.store.accounts
    errors = [*_wrong_name(wish.name), *_wrong_password(wish.password), *_wrong_child(call, wish)]
    if kept.called(wish.name) is not None:
        errors.append(("name", "there is an account of that name already"))
    if errors:
        raise BadBody(errors)
    password = await asyncio.to_thread(passwords.hashed, wish.password)
    if kept.called(wish.name) is not None:  # meanwhile
        raise BadBody([("name", "there is an account of that name already")])
    made = Account(wish.name, wish.role, password, person=wish.person)
    access.add_account(call.house, made, call.who)
    return _view(made)


def _wrong_name(name: str) -> list[tuple[str, str]]:
    fits = is_title(name) and name == name.strip()
    return [] if fits else [("name", "write a name of at most 40 characters")]


def _wrong_child(call: Call, wish: NewAccount) -> list[tuple[str, str]]:
    people = call.house.settings.household.people
    children = [each.name for each in people if each.age_band is not AgeBand.ADULT]
    fits = wish.person in children if wish.role is Role.CHILD else not wish.person
    return [] if fits else [("person", "give the child that an account of role child is for")]


def _wrong_password(password: str) -> list[tuple[str, str]]:
    found = passwords.flaw(password)
    return [("password", _FLAWS[found])] if found else []


async def remove_account(call: Call) -> None:
    """Take an account away; the last owner stays."""
    account = call.house.store.accounts.called(call.request.match_info["name"])
    if account is None:
        raise web.HTTPNotFound
    try:
        access.remove_account(call.house, account, call.who)
    except access.LastOwner as problem:
        raise Conflict(str(problem)) from None


async def keys(call: Call) -> Keys:
    """The keys of programs."""
    return Keys(
        tuple(
            KeyView(each.key, each.name, Right(each.right), each.account, each.since, each.used)
            for each in call.house.store.tokens.all()
        )
    )


async def add_key(call: Call) -> FreshKey:
    """A key for a program."""
    wish = await call.body(NewKey)
    errors = _wrong_name(wish.name)
    if wish.right not in SCOPES:
        errors.append(("right", f"write one of {', '.join(SCOPES)}"))
    if errors:
        raise BadBody(errors)
    key = access.add_key(call.house, wish.name, wish.right, call.who)
    return FreshKey(key_of(key), key)


async def remove_key(call: Call) -> None:
    """Take a key away: it opens nothing from now on."""
    wanted = call.request.match_info["id"]
    if call.house.store.tokens.of(wanted) is None:
        raise web.HTTPNotFound
    access.remove_key(call.house, wanted, call.who)


def _mine(call: Call) -> Account:
    """Whoever is logged in. Raises NotAllowed for programs, which have no account."""
    if call.caller.account is None:
        raise NotAllowed(403, "this is for whoever is logged in; a key has no account")
    return call.caller.account


async def account(call: Call) -> AccountView:
    """One's own account."""
    return _view(_mine(call))


async def set_language(call: Call) -> AccountView:
    """Read pages in another language than the household's."""
    mine, wish = _mine(call), await call.body(LanguageWish)
    if wish.language and wish.language not in NAMES:
        raise BadBody([("language", f"write one of {', '.join(NAMES)}")])
    changed = replace(mine, language=wish.language)
    call.house.store.accounts.put(changed)
    return _view(changed)


async def set_password(call: Call) -> None:
    """Change one's password; everybody who was logged in with the old one is logged out."""
    mine, wish = _mine(call), await call.body(PasswordChange)
    await _prove(call, mine, wish.present)
    if wrong := _wrong_password(wish.password):
        raise BadBody(wrong)
    await access.change_password(call.house, mine, wish.password, _session(call))


def _session(call: Call) -> str:
    return call.caller.session.key if call.caller.session else ""


async def _prove(call: Call, mine: Account, present: str) -> None:
    """See that it is the present password. Raises BadBody, NotAllowed."""
    proof = await access.prove(call.request.app["brake"], mine, present)
    if proof is access.Proof.LATER:
        raise NotAllowed(403, "too many tries; wait a little, then try again")
    if proof is access.Proof.WRONG:
        raise BadBody([("present", "this is not your password")])


async def sessions(call: Call) -> Sessions:
    """Where one is logged in."""
    mine, current = _mine(call), _session(call)
    return Sessions(
        tuple(
            SessionView(
                each.key, each.since, each.seen, each.agent, each.address, each.key == current
            )
            for each in call.house.store.accounts.sessions(mine.name)
        )
    )


async def end_session(call: Call) -> None:
    """Log out somewhere; "others" is everywhere but here."""
    wanted = call.request.match_info["id"]
    if not access.end_session(call.house, _mine(call), wanted, _session(call)):
        raise web.HTTPNotFound


async def offer_codes(call: Call) -> CodeSecret:
    """A secret for one-time codes; they are in use once a code of it is sent."""
    import pyotp  # only where somebody uses codes

    secret = pyotp.random_base32()
    return CodeSecret(secret, access.code_address(_mine(call), secret))


async def use_codes(call: Call) -> RecoveryCodes:
    """Use one-time codes from now on."""
    mine, wish = _mine(call), await call.body(CodeProof)
    if not access.SECRET.fullmatch(wish.secret):
        raise BadBody([("secret", "send the secret that was offered")])
    if not totp_fits(wish.secret, wish.code, call.house.now()):
        raise BadBody([("code", "this code is not right, or no longer")])
    return RecoveryCodes(access.use_codes(call.house, mine, wish.secret))


async def end_codes(call: Call) -> None:
    """Log in without one-time codes again."""
    mine, wish = _mine(call), await call.body(Proof)
    await _prove(call, mine, wish.present)
    access.end_codes(call.house, mine)

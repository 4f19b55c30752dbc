"""One's own account: password, one-time codes, language, and where one is logged in."""

from dataclasses import replace
from typing import Final

from aiohttp import web

from guardian.store.accounts import Account
from guardian.web import access, passwords
from guardian.web.access import Proof
from guardian.web.languages import NAMES
from guardian.web.pages.login import totp_fits
from guardian.web.pages.setup import check_password
from guardian.web.visit import Visit

_HERE: Final = "/settings/account"


def _mine(visit: Visit) -> Account:
    """Whoever is logged in; the gate lets nobody else come here."""
    assert visit.account is not None  # noqa: S101
    return visit.account


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    account = _mine(visit)
    return visit.page(
        "settings/account.html",
        account=account,
        sessions=visit.house.store.accounts.sessions(account.name),
        current=_session(visit),
        least=passwords.LEAST,
    )


async def set_password(visit: Visit) -> web.StreamResponse:
    """Change the password; everybody who was logged in with the old one is logged out."""
    account = _mine(visit)
    if not await _proven(visit, account):
        return await show(visit)
    check_password(visit, visit.form.get("password"))
    if not visit.form.is_good:
        return await show(visit)
    password = visit.form.get("password")
    await access.change_password(visit.house, account, password, _session(visit))
    return visit.go(
        _HERE, visit.say("Your password is changed. Other devices have to log in again.")
    )


def _session(visit: Visit) -> str:
    return visit.session.key if visit.session else ""


async def _proven(visit: Visit, account: Account) -> bool:
    """Whether the form has the present password; guessing it gets slower and slower."""
    proof = await access.prove(visit.request.app["brake"], account, visit.form.get("present"))
    if proof is Proof.LATER:
        visit.form.wrong("present", "Too many tries. Wait a little, then try again.")
    elif proof is Proof.WRONG:
        visit.form.wrong("present", "This is not your password.")
    return proof is Proof.RIGHT


async def set_language(visit: Visit) -> web.StreamResponse:
    """Read pages in another language than the household's."""
    chosen = visit.form.get("language")
    changed = replace(_mine(visit), language=chosen if chosen in NAMES else "")
    visit.house.store.accounts.put(changed)
    visit.account = changed
    return visit.go(_HERE, visit.say("Pages speak this language to you now."))


async def new_codes(visit: Visit) -> web.StreamResponse:
    """Offer a secret for one-time codes, as a picture for the phone's camera and as letters."""
    import pyotp

    return _codes(visit, pyotp.random_base32())


def _codes(visit: Visit, secret: str) -> web.Response:
    import segno

    address = access.code_address(_mine(visit), secret)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff")
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return visit.page("settings/codes.html", secret=secret, groups=groups, picture=picture)


async def use_codes(visit: Visit) -> web.StreamResponse:
    """Use one-time codes once the first one is right; the recovery codes are shown this once."""
    secret = visit.form.get("secret")
    if not access.SECRET.fullmatch(secret):  # not from our page
        raise web.HTTPBadRequest
    if not totp_fits(secret, visit.form.get("code"), visit.house.now()):
        visit.form.wrong("code", "This code is not right, or no longer.")
        return _codes(visit, secret)
    codes = access.use_codes(visit.house, _mine(visit), secret)
    return visit.page("settings/recovery.html", codes=codes)


async def end_codes(visit: Visit) -> web.StreamResponse:
    """Log in without one-time codes again."""
    account = _mine(visit)
    if not await _proven(visit, account):
        return await show(visit)
    access.end_codes(visit.house, account)
    return visit.go(_HERE, visit.say("You log in with your password alone now."))


async def end_session(visit: Visit) -> web.StreamResponse:
    """End one of one's sessions, or all but this one."""
    access.end_session(visit.house, _mine(visit), visit.form.get("session"), _session(visit))
    return visit.go(_HERE, visit.say("Logged out there."))

"""One's own account: password, one-time codes, language, and where one is logged in."""

import asyncio
import re
from dataclasses import replace
from typing import Final

from aiohttp import web

from guardian.store.accounts import Account
from guardian.web import passwords
from guardian.web.languages import NAMES
from guardian.web.pages.login import totp_fits
from guardian.web.pages.setup import check_password
from guardian.web.visit import Visit

_HERE: Final = "/settings/account"
_ISSUER: Final = "guardian"
_SECRET: Final = re.compile(r"[A-Z2-7]{32}")


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
        current=visit.session.key if visit.session else "",
        least=passwords.LEAST,
    )


async def set_password(visit: Visit) -> web.StreamResponse:
    """Change the password; everybody who was logged in with the old one is logged out."""
    account, accounts = _mine(visit), visit.house.store.accounts
    if not await _proven(visit, account):
        return await show(visit)
    check_password(visit, visit.form.get("password"))
    if not visit.form.is_good:
        return await show(visit)
    kept = await asyncio.to_thread(passwords.hashed, visit.form.get("password"))
    with visit.house.store.writing():
        accounts.put(replace(account, password=kept))
        accounts.end_others(account.name, visit.session.key if visit.session else "")
        accounts.note(account.name, "changed their password", "", visit.house.now())
    return visit.go(
        _HERE, visit.say("Your password is changed. Other devices have to log in again.")
    )


async def _proven(visit: Visit, account: Account) -> bool:
    """Whether the form has the present password; guessing it gets slower and slower."""
    brake = visit.request.app["brake"]
    key = f"account {account.name.casefold()}"
    if brake.wait(key) > 0:
        visit.form.wrong("present", "Too many tries. Wait a little, then try again.")
        return False
    if await asyncio.to_thread(passwords.fits, visit.form.get("present"), account.password):
        brake.passed(key)
        return True
    brake.failed(key)
    visit.form.wrong("present", "This is not your password.")
    return False


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
    import pyotp
    import segno

    address = pyotp.TOTP(secret).provisioning_uri(name=_mine(visit).name, issuer_name=_ISSUER)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff")
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return visit.page("settings/codes.html", secret=secret, groups=groups, picture=picture)


async def use_codes(visit: Visit) -> web.StreamResponse:
    """Use one-time codes once the first one is right; the recovery codes are shown this once."""
    secret = visit.form.get("secret")
    if not _SECRET.fullmatch(secret):  # not from our page
        raise web.HTTPBadRequest
    if not totp_fits(secret, visit.form.get("code"), visit.house.now()):
        visit.form.wrong("code", "This code is not right, or no longer.")
        return _codes(visit, secret)
    recovery = passwords.recovery_codes()
    account, accounts = _mine(visit), visit.house.store.accounts
    hashes = tuple(map(passwords.code_hash, recovery))
    with visit.house.store.writing():
        accounts.put(replace(account, totp=secret, recovery=hashes))
        accounts.note(account.name, "uses one-time codes now", "", visit.house.now())
    return visit.page("settings/recovery.html", codes=recovery)


async def end_codes(visit: Visit) -> web.StreamResponse:
    """Log in without one-time codes again."""
    account, accounts = _mine(visit), visit.house.store.accounts
    if not await _proven(visit, account):
        return await show(visit)
    with visit.house.store.writing():
        accounts.put(replace(account, totp="", recovery=()))
        accounts.note(account.name, "no longer uses one-time codes", "", visit.house.now())
    return visit.go(_HERE, visit.say("You log in with your password alone now."))


async def end_session(visit: Visit) -> web.StreamResponse:
    """End one of one's sessions, or all but this one."""
    accounts, account = visit.house.store.accounts, _mine(visit)
    wanted = visit.form.get("session")
    if wanted == "others":
        accounts.end_others(account.name, visit.session.key if visit.session else "")
    elif any(each.key == wanted for each in accounts.sessions(account.name)):
        accounts.end_session(wanted)
    return visit.go(_HERE, visit.say("Logged out there."))

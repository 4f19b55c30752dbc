"""Logging in and out."""

import asyncio
import hmac
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from aiohttp import web

from guardian.store.accounts import Account
from guardian.web import passwords, sessions
from guardian.web.addresses import own
from guardian.web.visit import Visit

# What a wrong name costs the same as a wrong password, so that names cannot be told by the clock.
_NOBODY = passwords.hashed("nobody has this password")


async def show(visit: Visit) -> web.StreamResponse:
    """The form; whoever is logged in already goes on."""
    if visit.account is not None:
        return visit.go(_next(visit))
    return visit.page("login.html", next=_next(visit), code_wanted=False)


async def enter(visit: Visit) -> web.StreamResponse:
    """Open a session for the right name, password and, where it is used, one-time code."""
    form, accounts = visit.form, visit.house.store.accounts
    brake: sessions.Brake = visit.request.app["brake"]
    name, password = form.get("name"), form.get("password")
    keys = (f"from {visit.request.remote}", f"account {name.casefold()}")
    if (wait := brake.wait(*keys)) > 0:
        form.wrong("password", "Too many tries. Wait a little, then try again.")
        response = visit.page("login.html", 429, next=_next(visit), code_wanted=False)
        response.headers["Retry-After"] = str(int(wait) + 1)
        return response
    account = accounts.called(name)
    kept = account.password if account else _NOBODY
    if not await asyncio.to_thread(passwords.fits, password, kept) or account is None:
        brake.failed(*keys)
        form.wrong("password", "The name or the password is not right.")
        return visit.page("login.html", next=_next(visit), code_wanted=False)
    if account.totp and not _code_fits(visit, account, form.get("code")):
        if form.get("code"):
            brake.failed(*keys)
            form.wrong("code", "This code is not right, or no longer.")
        return visit.page("login.html", next=_next(visit), code_wanted=True)
    brake.passed(*keys)
    if passwords.is_dated(account.password):
        fresh = await asyncio.to_thread(passwords.hashed, password)
        accounts.put(replace(account, password=fresh))
    accounts.note(account.name, "logged in", "", visit.house.now())
    return enter_as(visit, account, _next(visit))


def enter_as(visit: Visit, account: Account, path: str) -> web.Response:
    """Log somebody in and send them on."""
    accounts = visit.house.store.accounts
    accounts.end_unused(visit.house.now() - sessions.LIFETIME)
    token, visit.session = sessions.open_session(
        accounts, account, visit.request, visit.house.now()
    )
    response = visit.go(path)
    sessions.give(response, token, secure=visit.request.secure)
    return response


async def leave(visit: Visit) -> web.StreamResponse:
    """End the session: its cookie opens nothing any more."""
    if visit.session is not None:
        visit.house.store.accounts.end_session(visit.session.key)
    response = visit.go("/login")
    response.del_cookie("guardian")
    return response


def _code_fits(visit: Visit, account: Account, code: str) -> bool:
    """Whether a code is the one of this half minute, or a recovery code, which is then spent."""
    step = totp_step(account.totp, code, visit.house.now())
    if step is not None:
        spent_codes: sessions.SpentCodes = visit.request.app["spent codes"]
        return spent_codes.spend(account.name, step)
    given = passwords.code_hash(code)
    spent = next((each for each in account.recovery if hmac.compare_digest(each, given)), None)
    if not code or spent is None:
        return False
    left = tuple(each for each in account.recovery if each != spent)
    visit.house.store.accounts.put(replace(account, recovery=left))
    return True


def totp_fits(secret: str, code: str, now: datetime) -> bool:
    """Whether a one-time code belongs to a secret now, half a minute early or late (RFC 6238)."""
    return totp_step(secret, code, now) is not None


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute a one-time code belongs to, of this one and its neighbours; None: none."""
    import pyotp  # only where somebody uses codes

    codes = pyotp.TOTP(secret)
    digits = "".join(each for each in code if each.isascii() and each.isdigit())
    present = codes.timecode(now)
    steps = (present - 1, present, present + 1)
    return next(
        (each for each in steps if hmac.compare_digest(codes.generate_otp(each), digits)), None
    )


def _next(visit: Visit) -> str:
    """The page that was wanted; only ever one of ours."""
    return own(unquote(visit.form.get("next") or visit.request.query.get("next", "/")))

"""Who may log in, and what programs may do: the deeds that pages and the API have in common.

Each is one transaction with its line in the journal. What was typed is for the callers to judge;
they word it for who reads it.
"""

import asyncio
import re
import secrets
from dataclasses import replace
from enum import Enum, auto
from typing import ClassVar, Final

from guardian.errors import GuardianError
from guardian.store.accounts import Account, Role, key_of
from guardian.store.tokens import Token
from guardian.web import passwords
from guardian.web.house import House
from guardian.web.rights import Right
from guardian.web.sessions import Brake

SCOPES: Final = (Right.SEE, Right.ANSWER, Right.STEER, Right.CHANGE, Right.OWN)
"""How far a program's key may reach."""
ISSUER: Final = "guardian"
SECRET: Final = re.compile(r"[A-Z2-7]{32}")
"""A secret for one-time codes, as `pyotp.random_base32` makes them."""


class LastOwner(GuardianError):
    """The account of the only owner, without whom nobody could steer the household."""

    exit_code: ClassVar[int] = 2


class Proof(Enum):
    """What came of a password that was to prove who somebody is. LATER: it was not looked at."""

    RIGHT = auto()
    WRONG = auto()
    LATER = auto()


def add_account(house: House, account: Account, who: str) -> None:
    """Let somebody log in; their name is nobody's yet."""
    with house.store.writing():
        house.store.accounts.put(account)
        said = f"made an account for {account.name} ({account.role})"
        house.store.accounts.note(who, said, account.person, house.now())


def remove_account(house: House, account: Account, who: str) -> None:
    """Let somebody log in no longer, nor hear news. Raises LastOwner."""
    accounts = house.store.accounts
    if [each for each in accounts.all() if each.role is Role.OWNER] == [account]:
        raise LastOwner("somebody has to be the owner; make another one first")
    with house.store.writing():
        accounts.remove(account.name)
        accounts.note(who, f"removed the account of {account.name}", "", house.now())
    house.channels.remove(lambda each: each.account == account.name)


def add_key(house: House, name: str, right: Right, who: str) -> str:
    """Make a program's key, and give it: it is kept as its hash alone."""
    key, now = f"guardian-{secrets.token_urlsafe(32)}", house.now()
    with house.store.writing():
        house.store.tokens.put(Token(key_of(key), name, right, who, now))
        house.store.accounts.note(who, f"made a key for {name} ({right})", "", now)
    return key


def remove_key(house: House, key_id: str, who: str) -> None:
    """Let a program's key open nothing any more. key_id: its hash."""
    with house.store.writing():
        house.store.tokens.remove(key_id)
        house.store.accounts.note(who, "removed a key", "", house.now())


async def prove(brake: Brake, account: Account, password: str) -> Proof:
    """See whether it is the present password of who is logged in; guessing gets slower."""
    key = f"account {account.name.casefold()}"
    if brake.wait(key) > 0:
        return Proof.LATER
    if not await asyncio.to_thread(passwords.fits, password, account.password):
        brake.failed(key)
        return Proof.WRONG
    brake.passed(key)
    return Proof.RIGHT


async def change_password(house: House, account: Account, password: str, session: str) -> None:
    """Another password; whoever was logged in with the old one is logged out.

    session: the key of the one that stays.
    """
    kept, accounts = await asyncio.to_thread(passwords.hashed, password), house.store.accounts
    with house.store.writing():
        accounts.put(replace(account, password=kept))
        accounts.end_others(account.name, session)
        accounts.note(account.name, "changed their password", "", house.now())


def end_session(house: House, account: Account, wanted: str, session: str) -> bool:
    """End one of somebody's sessions, or with "others" all but `session`; whether it was theirs."""
    accounts = house.store.accounts
    if wanted == "others":
        accounts.end_others(account.name, session)
        return True
    if not any(each.key == wanted for each in accounts.sessions(account.name)):
        return False
    accounts.end_session(wanted)
    return True


def code_address(account: Account, secret: str) -> str:
    """A secret for one-time codes as an address for a QR code (RFC 6238)."""
    import pyotp  # only where somebody uses codes

    return pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=ISSUER)


def use_codes(house: House, account: Account, secret: str) -> tuple[str, ...]:
    """Ask for one-time codes at the log-in too; gives the recovery codes, kept as hashes alone."""
    codes, accounts = passwords.recovery_codes(), house.store.accounts
    hashes = tuple(map(passwords.code_hash, codes))
    with house.store.writing():
        accounts.put(replace(account, totp=secret, recovery=hashes))
        accounts.note(account.name, "uses one-time codes now", "", house.now())
    return tuple(codes)


def end_codes(house: House, account: Account) -> None:
    """Ask for no one-time codes any more."""
    accounts = house.store.accounts
    with house.store.writing():
        accounts.put(replace(account, totp="", recovery=()))
        accounts.note(account.name, "no longer uses one-time codes", "", house.now())

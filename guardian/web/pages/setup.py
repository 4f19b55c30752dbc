"""The first run: from nothing to a filtered house, in a few short steps.

The code that guardian printed where it was started keeps others on the network out until there is
an account. From then on each step is an ordinary page of the owner's, and can be skipped.
"""

import asyncio
import hmac
from typing import Any

from aiohttp import web

from guardian.policy.people import AgeBand
from guardian.settings import ConfigError
from guardian.settings.edit import listed
from guardian.store.accounts import Account, Role
from guardian.web import passwords, sessions
from guardian.web.countries import countries
from guardian.web.forms import is_title
from guardian.web.languages import NAMES
from guardian.web.marked import sentence
from guardian.web.pages import devices, login, upstreams
from guardian.web.visit import LANGUAGE_COOKIE, Visit


async def welcome(visit: Visit) -> web.StreamResponse:
    """Language, place and the code."""
    if visit.house.store.accounts.all():
        return visit.go("/")
    return _welcome(visit)


def _welcome(visit: Visit) -> web.Response:
    household = visit.house.settings.household
    return visit.page(
        "setup/welcome.html",
        countries=countries(visit.language),
        country=visit.form.get("country") or household.country,
        zone=visit.form.get("zone") or household.zone.key,
        step=1,
    )


async def begin(visit: Visit) -> web.StreamResponse:
    """On to the password, in the language that was chosen."""
    if visit.house.store.accounts.all():
        return visit.go("/login")
    chosen = visit.form.get("language")
    if visit.form.has("speak") and chosen in NAMES:  # only the language: show the page again in it
        response = visit.go("/setup")
        response.set_cookie(LANGUAGE_COOKIE, chosen, samesite="Lax", path="/", max_age=31_536_000)
        return response
    if not _code_fits(visit):
        return _welcome(visit)
    return _password(visit)


def _code_fits(visit: Visit) -> bool:
    """Whether the form has the code that guardian printed; guessing it gets slower and slower."""
    brake: sessions.Brake = visit.request.app["brake"]
    key = f"from {visit.request.remote}"
    if brake.wait(key) > 0:
        visit.form.wrong("code", "Too many tries. Wait a little, then try again.")
        return False
    given = "".join(each for each in visit.form.get("code") if each.isalnum()).lower()
    if hmac.compare_digest(given.encode(), visit.house.code.replace("-", "").encode()):
        brake.passed(key)
        return True
    brake.failed(key)
    visit.form.wrong("code", "This is not the code. It stands where guardian was started.")
    return False


def _password(visit: Visit) -> web.Response:
    return visit.page("setup/password.html", least=passwords.LEAST, step=2)


async def set_password(visit: Visit) -> web.StreamResponse:
    """Make the owner's account, log in, and keep what the first step said."""
    form, house = visit.form, visit.house
    if house.store.accounts.all():
        return visit.go("/login")
    if not _code_fits(visit):
        return _welcome(visit)
    name, password = form.get("name"), form.get("password")
    if not is_title(name):
        form.wrong("name", "Write a name of at most 40 characters.")
    check_password(visit, password)
    if not form.is_good:
        return _password(visit)
    kept = await asyncio.to_thread(passwords.hashed, password)
    language = form.get("language")
    owner = Account(name, Role.OWNER, kept, language=language if language in NAMES else "")
    try:
        house.configuration.edit(lambda data: _set_place(visit, data), "first run", name, "")
    except ConfigError:
        form.wrong("zone", "This is no country or time zone that guardian knows.")
        return _welcome(visit)
    with house.store.writing():
        house.store.accounts.put(owner)
        house.store.accounts.note(name, "made the first account", "", house.now())
    return login.enter_as(visit, owner, "/setup/internet")


def check_password(visit: Visit, password: str) -> None:
    """Note at the field `password` what is wrong with a new one."""
    flaw = passwords.flaw(password)
    if flaw is passwords.Flaw.LENGTH:
        visit.form.wrong("password", "Choose a password of at least 10 characters.")
    elif flaw is passwords.Flaw.GUESSED:
        visit.form.wrong("password", "This would be guessed quickly. Three or four words are good.")
    elif visit.form.has("again") and visit.form.get("again") != password:
        visit.form.wrong("again", "The two are not the same.")


def _set_place(visit: Visit, data: Any) -> None:
    household = data.setdefault("household", {})
    for key, field in (("language", "language"), ("country", "country"), ("time_zone", "zone")):
        if value := visit.form.get(field):
            household[key] = value


async def internet(visit: Visit) -> web.StreamResponse:
    """Whom to ask for everything that stays open."""
    return _internet(visit)


def _internet(visit: Visit) -> web.Response:
    return visit.page("setup/internet.html", step=3, **upstreams.shown(visit, encrypted=True))


async def choose_internet(visit: Visit) -> web.StreamResponse:
    """Try the choice, then keep it; one that does not answer is kept only if it is meant so."""
    kept = await upstreams.keep(visit, sentence("chose who answers for the internet"))
    if kept is None:
        return _internet(visit)
    return visit.go("/setup/people", kept[1])


async def people(visit: Visit) -> web.StreamResponse:
    """Who lives here."""
    return _people(visit)


def _people(visit: Visit) -> web.Response:
    known = visit.house.settings.household.people
    return visit.page("setup/people.html", people=known, bands=tuple(AgeBand), step=4)


async def add_person(visit: Visit) -> web.StreamResponse:
    """Add a person with the rules that suit their age."""
    name, band = visit.form.get("name"), visit.form.get("age_band")
    if not name:
        visit.form.wrong("name", "Write the name that you call them.")
        return _people(visit)

    def change(data: Any) -> None:
        data["people"] = [*listed(data.get("people")), {"name": name, "age_band": band}]

    try:
        visit.house.configuration.edit(change, f"added {name}", visit.who, "")
    except ConfigError as problem:
        visit.form.wrong("name", problem.problems[0].problem)
        return _people(visit)
    return visit.go("/setup/people", visit.say("%(person)s is here now.", person=name))


async def show_devices(visit: Visit) -> web.StreamResponse:
    """Which device is whose."""
    seen = [each for each in await devices.everything(visit) if each.last is not None]
    people = visit.house.settings.household.people
    return visit.page("setup/devices.html", seen=seen, people=people, step=5)


async def assign_devices(visit: Visit) -> web.StreamResponse:
    """Give seen devices to people."""
    devices.assign(visit)
    if not visit.form.is_good:
        return await show_devices(visit)
    return visit.go("/setup/network")


async def network(visit: Visit) -> web.StreamResponse:
    """How devices come to ask guardian; turns green with the first one."""
    status = visit.house.status(visit.language, ())
    return visit.page("setup/network.html", status=status, step=6)

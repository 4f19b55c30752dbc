"""The first run: from nothing to a filtered house, in a few short steps.

The code that guardian printed where it was started keeps others on the network out until there is
an account. From then on each step is an ordinary page of the owner's, and can be skipped.
"""

import asyncio
import hmac
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from guardian.policy.people import AgeBand
from guardian.settings import ConfigError
from guardian.settings.edit import listed
from guardian.settings.fields import Wrong
from guardian.settings.sections.upstreams import is_for_some, servers_at
from guardian.store.accounts import Account, Role
from guardian.web import passwords, sessions
from guardian.web.countries import countries
from guardian.web.forms import is_title
from guardian.web.languages import NAMES, sentence
from guardian.web.pages import devices, login
from guardian.web.visit import LANGUAGE_COOKIE, Visit

_NO_ADDRESS: Final = sentence(
    "Write an IP address, such as 192.168.1.1, or tls://9.9.9.9#dns.quad9.net to ask encrypted."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who answers for the names of the internet. about: a sentence for parents.

    name: that their certificate is for, where they are asked encrypted.
    """

    id: str
    title: str
    addresses: tuple[str, ...]
    name: str
    about: str

    def written(self, *, encrypted: bool) -> tuple[str, ...]:
        """Their addresses as the configuration has them."""
        if not encrypted:
            return self.addresses
        return tuple(f"tls://{each}#{self.name}" for each in self.addresses)


UPSTREAMS: Final = (
    Choice(
        "quad9",
        "Quad9",
        ("9.9.9.9", "149.112.112.112"),
        "dns.quad9.net",
        sentence("A foundation in Switzerland. Leaves out known malware, keeps no addresses."),
    ),
    Choice(
        "cloudflare",
        "Cloudflare",
        ("1.1.1.1", "1.0.0.1"),
        "cloudflare-dns.com",
        sentence("A company in the United States. Fast nearly everywhere, leaves nothing out."),
    ),
    Choice(
        "google",
        "Google Public DNS",
        ("8.8.8.8", "8.8.4.4"),
        "dns.google",
        sentence("A company in the United States. Keeps addresses for a day or two."),
    ),
    Choice(
        "cloudflare-family",
        "Cloudflare for Families",
        ("1.1.1.3", "1.0.0.3"),
        "family.cloudflare-dns.com",
        sentence("The same company. Leaves out malware and adult sites by itself, for everybody."),
    ),
)


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
    present = [str(each) for each in visit.house.settings.upstreams]
    first = next(iter(visit.house.settings.upstreams), None)
    address = str(first.endpoint.address) if first else ""
    known = next((each.id for each in UPSTREAMS if address == each.addresses[0]), "own")
    encrypted = known != "own" or (first is not None and first.transport.is_encrypted)
    form = visit.form
    return visit.page(
        "setup/internet.html",
        choices=UPSTREAMS,
        chosen=form.get("upstream") or known,
        own=form.get("own") or ", ".join(present),
        encrypted=form.has("encrypted") if form.has("upstream") else encrypted,
        step=3,
    )


async def choose_internet(visit: Visit) -> web.StreamResponse:
    """Try the choice, then keep it; one that does not answer is kept only if it is meant so."""
    form = visit.form
    choice = next((each for each in UPSTREAMS if each.id == form.get("upstream")), None)
    own = tuple(each.strip() for each in form.get("own").split(",") if each.strip())
    written = choice.written(encrypted=form.has("encrypted")) if choice else own
    try:
        servers = [each for one in written for each in servers_at(one)]
    except Wrong:
        servers = []
    if not servers:
        form.wrong("own", _NO_ADDRESS)
        return _internet(visit)
    took = await visit.house.try_upstream(servers[0])
    if took is None and not form.has("anyway"):
        form.wrong("upstream", "It does not answer from here. Choose another one, or go on anyway.")
        return _internet(visit)

    def change(data: Any) -> None:
        kept = [each for each in listed(data.get("upstreams")) if is_for_some(each)]
        data["upstreams"] = [*({"address": each} for each in written), *kept]

    try:
        visit.house.configuration.edit(change, "chose who answers for the internet", visit.who, "")
    except ConfigError:
        form.wrong("own", _NO_ADDRESS)
        return _internet(visit)
    if took is None:
        return visit.go("/setup/people", visit.say("Kept, though it did not answer just now."))
    said = visit.say("It answers in %(count)s milliseconds.", count=visit.language.number(took))
    return visit.go("/setup/people", said)


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

"""One visit to a page: who comes, in which language, and what they are shown."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web
from multidict import MultiDictProxy

from guardian.policy import sentences
from guardian.policy.people import Holder, Person
from guardian.store.accounts import Account, Role, Session
from guardian.web.forms import Form
from guardian.web.house import House
from guardian.web.languages import NAMES, Language, language, preferred
from guardian.web.rights import OF_ALL, Right, may
from guardian.web.seals import Seals, is_masked, masked
from guardian.web.slow import in_time

COOKIE: Final = "guardian"
LANGUAGE_COOKIE: Final = "language"
_MOST_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Notice:
    """What a page says once, at its top, after a deed. undo: where a form takes it back."""

    sentence: str
    undo: str = ""


class Notices:
    """Notices on their way from a deed to the page after it, by session."""

    def __init__(self) -> None:
        self._waiting: dict[str, Notice] = {}

    def leave(self, key: str, notice: Notice) -> None:
        if len(self._waiting) > 1000:
            self._waiting.clear()
        self._waiting[key] = notice

    def take(self, key: str) -> Notice | None:
        return self._waiting.pop(key, None)


@dataclass(slots=True)
class Visit:
    """account, session: of who is logged in, if somebody is. seals: for forms of who is not.

    files: what was uploaded, by field.
    """

    request: web.Request
    house: House
    notices: Notices
    seals: Seals
    account: Account | None = None
    session: Session | None = None
    form: Form = field(default_factory=Form)
    files: dict[str, bytes] = field(default_factory=dict)
    _began: datetime | None = None
    _version: str = ""

    @property
    def language(self) -> Language:
        """The account's, else the one chosen or preferred by the browser, else the household's."""
        household = self.house.settings.household
        wanted = self.account.language if self.account else ""
        wanted = wanted or self.request.cookies.get(LANGUAGE_COOKIE, "")
        if wanted not in NAMES and self.account is None:
            wanted = preferred(self.request.headers.get("Accept-Language", ""))
        return language(wanted if wanted in NAMES else household.language, household.country)

    @property
    def who(self) -> str:
        """The name for the journal."""
        return self.account.name if self.account else ""

    @property
    def now(self) -> datetime:
        """The instant of this visit, on the household's wall clock."""
        if self._began is None:
            self._began = self.local(self.house.now())
        return self._began

    def local(self, instant: datetime) -> datetime:
        """An instant on the household's wall clock."""
        return instant.astimezone(self.house.settings.household.zone)

    @property
    def version(self) -> str:
        """The configuration that this visit's page is made from; its forms take it along."""
        if not self._version:
            self._version = self.house.configuration.version()
        return self._version

    def until(self, end: datetime) -> str:
        """An instant that is still to come, as people say it: "20:00", "Friday 20:00"."""
        zone = self.house.settings.household.zone
        return sentences.clock(end, self.house.now(), zone, self.language.say)

    def may(self, right: Right) -> bool:
        """Whether whoever is here has a right."""
        return right in OF_ALL or (self.account is not None and may(self.account.role, right))

    def say(self, sentence: str, **values: object) -> str:
        """An English sentence in the visitor's language; values fill its named placeholders."""
        return self.language.say(sentence) % values if values else self.language.say(sentence)

    @property
    def address(self) -> str:
        """Of the device, as the socket says."""
        return self.request.remote or ""

    @property
    def holder(self) -> Holder | None:
        """Whose device this is, or which shared one; None where nobody has named it.

        A child who is logged in is who they are on every device.
        """
        if self.is_child:
            people = self.house.settings.household.people
            return next((each for each in people if each.name == self.account_person), None)
        return self.house.holder_at(self.address)

    @property
    def is_child(self) -> bool:
        """Whether a child is logged in."""
        return self.account is not None and self.account.role is Role.CHILD

    @property
    def account_person(self) -> str:
        """Who in the household is logged in; "" where that is nobody."""
        return self.account.person if self.account else ""

    @property
    def person(self) -> Person | None:
        """Whose device this is; None where it is nobody's alone."""
        holder = self.holder
        return holder if isinstance(holder, Person) else None

    @property
    def _notice_key(self) -> str:
        return self.session.key if self.session else f"at {self.address}"

    def part(self, name: str) -> str:
        """A part of the path, such as a person's name."""
        return self.request.match_info[name]

    def number(self, name: str) -> int:
        """A number of the path. Raises HTTPNotFound."""
        text = self.part(name)
        if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
            raise web.HTTPNotFound
        return int(text)

    async def read_form(self) -> Form:
        """The form that was sent; `form` from now on. Raises HTTPBadRequest where it is none."""
        try:
            data: MultiDictProxy[Any] = await in_time(self.request.post())
        except (ValueError, LookupError, AssertionError):  # as its parsers say of odd bytes
            raise web.HTTPBadRequest from None
        values: dict[str, list[str]] = {}
        for name, value in data.items():
            if isinstance(value, str):
                values.setdefault(name, []).append(value)
            elif isinstance(value, web.FileField):
                self.files[name] = value.file.read()
        self.form = Form(values, say=self.language.say)
        return self.form

    def is_own_form(self) -> bool:
        """Whether the form that was sent is one that we gave this session (CSRF)."""
        return self.session is not None and is_masked(self.form.get("csrf"), self.session.csrf)

    def is_sealed_form(self) -> bool:
        """Whether it is one that we gave this device lately."""
        return self.seals.fits(self.form.get("seal"), self.address)

    def page(self, template: str, code: int = 200, **shown: object) -> web.Response:
        """A page; a form with something wrong in it makes it a 422."""
        if self.form.errors and code == 200:
            code = 422
        return aiohttp_jinja2.render_template(
            template, self.request, {**self._shown(), **shown}, status=code
        )

    def _shown(self) -> dict[str, object]:
        speaks = self.language
        # A page that renews itself in the background leaves what is to be said to the next visit.
        is_read = "X-Renew" not in self.request.headers
        return {
            "visit": self,
            "language": speaks,
            "form": self.form,
            "csrf": masked(self.session.csrf) if self.session else "",
            "seal": self.seals.seal(self.address),
            "notice": self.notices.take(self._notice_key) if is_read else None,
            "path": self.request.path,
        }

    def go(self, path: str, said: str = "", undo: str = "") -> web.Response:
        """On to another page, which says what was done."""
        if said:
            self.notices.leave(self._notice_key, Notice(said, undo))
        return web.Response(status=303, headers={"Location": path})

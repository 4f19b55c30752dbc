"""Bad input to every form: a sentence where it belongs, what was typed kept, nothing half done.

The forms are those of the pages themselves, gathered by looking at all of them as their owner; what
only script sends is in a table. Each is sent empty, overlong, of the wrong kind, doubled, and in
bytes that are no UTF-8: the answer is 3xx or 4xx, and after a 4xx nothing is different.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest

from guardian.web.routes import ROUTES
from tests.end_to_end.conftest import Running, eventually
from tests.web.conftest import household
from tests.web.visitor import Page, Visitor

FORM = "application/x-www-form-urlencoded"
PARTS = {
    "{person}": "Lina", "{number}": "0", "{name}": "x.test", "{token}": "none", "{known}": "none",
    "{service}": "none",
    "{kind}": "ntfy",
}  # fmt: skip
OPENED = (  # pages with forms that show only when something is looked for
    "/people/Lina/filters?group=video",
    "/people/Lina/week?view=grid",
    "/people/Lina/week?view=list",
    "/settings/lists?name=x.test",
)
UNSEEN = {  # what script sends, and buttons that show only at times
    "/people/Lina/week/move": ("number", "begins", "start", "end", "day", "version"),
    "/people/Lina/week/remove": ("number", "begins", "version"),
    "/people/Lina/week/copy": ("source", "targets", "version"),
    "/people/Lina/week/budget/0": ("for", "per", "minutes", "version"),
    "/people/Lina/week/budget/0/remove": ("version",),
    "/people/Lina/resume": ("from",),
    "/people/Lina/bedtime": ("from",),
    "/setup/devices": ("owner-127.0.0.9",),
    "/settings/account/session": ("session",),
    "/settings/lists/waiting": ("list", "content", "take"),
    "/settings/lists/try": ("list", "content", "device"),
    "/settings/lists/back": ("list", "number", "version"),
    "/settings/accounts/x.test/remove": (),
    "/login": ("name", "password", "code", "next"),
    "/people/Lina/open": ("name",),
    "/people/Lina/open/x.test/end": (),
    "/history/0/undo": ("back", "whole"),
    "/settings/lists/remove": ("list", "version"),
    "/settings/tokens/remove": ("key",),
    "/settings/holidays/remove": ("dates", "version"),
    "/settings/account/codes": ("secret", "code"),
    "/settings/account/codes/end": ("present",),
    "/setup": ("language", "code", "country", "zone"),
    "/setup/password": ("code", "name", "password", "again"),
    "/requests/0": ("answer", "because", "from"),
    "/requests/0/undo": ("from",),
    "/links/0/restore": (),
    "/settings/lists/hold": ("list", "hold", "version"),
    "/settings/services/none/name": ("name", "title", "version"),
    "/settings/services/none/remove": ("version",),
    "/settings/backup/copies/x.test/restore": (),
    "/settings/certificate/renew": (),
    "/settings/certificate/upload": ("certificate", "key"),
    "/settings/notifications/new/ntfy": ("title", "pages", "most", "quiet_from", "quiet_to"),
    "/settings/notifications/0": ("title", "pages", "most", "quiet_from", "quiet_to"),
    "/settings/notifications/0/test": (),
    "/settings/notifications/0/remove": (),
    "/watch/127.0.0.9/stop": (),
    "/watch/127.0.0.9/forget": (),
    "/watch/127.0.0.9/keep": ("title", "names", "service", "version"),
    "/links/0/revoke": (),
    "/do/none": (),
    "/me/time": ("minutes", "thing"),
    "/me/news": ("key",),
    "/me/site": ("site", "anyway"),
    "/me/wrong": ("site", "reason"),
    "/me/survey": ("fair", "helped", "heard", "change"),
    "/me/forget": ("sure",),
    "/appeals/0": ("verdict", "because", "back"),
    "/appeals/0/undo": ("back",),
}
OF_DEVICE = {
    "begin": ("length", "at", "deed"), "end": (), "ignore": ("ignored",), "same": ("known",),
    "different": ("known",), "alike/none": (), "address": (), "address/revoke": (),
    "address/profile": ("secret",),
}  # fmt: skip
DEVICE = re.compile(r'href="/devices/([^"/]+)"')
LAST = ("remove", "session", "login", "logout", "password")  # after which somebody may be out
LONG = "x" * 5000
ODD = ("☃", "-1", "1e9", "99999999999999999999", "٣", "<b>&\"'", "../..", "null", "a\0b", "\ud800")


@dataclass(slots=True)
class Form:
    """A form of a page. texts: fields in which one types."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    is_multipart: bool = False


class Forms(HTMLParser):
    """All forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and said.get("method") == "post":
            self._open = Form(said.get("action", ""))
            self._open.is_multipart = "multipart" in said.get("enctype", "")
            self.found.append(self._open)
        elif self._open is not None and (name := said.get("name", "")):
            self._open.fields.setdefault(name, said.get("value", ""))
            if tag == "textarea" or (tag == "input" and said.get("type", "text") in _TYPED):
                self._open.texts.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


_TYPED = ("text", "url", "search", "tel", "email", "")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from household(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def owner(house: Running) -> Visitor:
    visitor = Visitor(house)
    visitor.first_run()
    eventually(lambda: house.ask("x.test", client="127.0.0.9"))
    eventually(lambda: 'action="/devices"' in visitor.get("/devices").body)  # it has been seen
    found = DEVICE.search(visitor.get("/devices").body)
    assert found is not None
    PARTS["{device}"] = found[1]
    return visitor


def filled(path: str) -> str:
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return path


def gathered(owner: Visitor) -> list[Form]:
    """Every form, once for each address it goes to and fields it has."""
    device = filled("/devices/{device}")
    unseen = UNSEEN | {f"{device}/{deed}": fields for deed, fields in OF_DEVICE.items()}
    pages = [filled(each.path) for each in ROUTES if each.method == "GET"]
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for path in [*pages, *OPENED]:
        if path.endswith("/changes") or path.endswith("/file"):
            continue
        parser = Forms()
        parser.feed(owner.get(path).body)
        for form in parser.found:
            form.action = form.action or path
            # One of many people's, or of many lines, stands for all.
            found.setdefault((_route(form.action), tuple(form.fields)), form)
    known = {form.action for form in found.values()}
    for action, fields in unseen.items():
        if action not in known:
            found[action, fields] = Form(action, dict.fromkeys(fields, ""))
    for name in ("csrf", "seal"):
        for form in found.values():
            form.fields.pop(name, None)
    return sorted(found.values(), key=lambda each: any(word in each.action for word in LAST))


def _route(action: str) -> str:
    action = action.partition("?")[0]
    theirs = (each.path for each in ROUTES if each.method == "POST")
    return next((path for path in theirs if _is_at(action, path)), action)


def bodies(form: Form, owner: Visitor) -> Iterator[tuple[str, str, bytes]]:
    """Bad forms: what is bad, the content type, and the body. Hidden versions are good ones."""
    proof = {"csrf": owner.csrf, "seal": owner.seal}
    version = {name: value for name, value in form.fields.items() if name == "version"}
    names = [each for each in form.fields if each != "version"]

    def packed(values: dict[str, str | list[str]]) -> bytes:
        text = urlencode({**proof, **version, **values}, doseq=True, errors="surrogatepass")
        return text.encode()

    yield "empty", FORM, packed({})
    yield "blank", FORM, packed(dict.fromkeys(names, " "))
    yield "overlong", FORM, packed(dict.fromkeys(names, LONG))
    for odd in ODD:
        yield f"odd {odd!r}", FORM, packed(dict.fromkeys(names, odd))
    yield "doubled", FORM, packed({name: ["one", "two"] for name in names})
    broken = "".join(f"&{quote(name)}=%FF%FE" for name in names)
    yield "no UTF-8", FORM, packed({}) + broken.encode()
    raw = b"".join(b"&" + quote(name).encode() + b"=\xff\xfe" for name in names)
    yield "raw bytes", FORM, packed({}) + raw
    yield "a strange charset", f"{FORM}; charset=klingon", packed(dict.fromkeys(names, "x"))
    parts = [*proof.items(), *version.items()]
    lines = [_part(name, value.encode()) for name, value in parts]
    lines += [_part(name, b"\xff\xfe") for name in names]
    yield "multipart", "multipart/form-data; boundary=b", b"".join(lines) + b"--b--\r\n"
    files = [_part(name, b"\xff\0", "; filename=x") for name in names]
    whole = b"".join([*lines[: len(parts)], *files]) + b"--b--\r\n"
    yield "files for words", "multipart/form-data; boundary=b", whole
    yield "a cut multipart", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: fo"
    yield "no form at all", "application/json", b"{}"


def _part(name: str, value: bytes, more: str = "") -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def kept(house: Running) -> tuple[bytes, object]:
    """All that a form could have changed."""
    with closing(sqlite3.connect(house.state / "guardian.db")) as store:
        tables = {
            table: store.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("accounts", "tokens", "links", "spells", "requests", "changes")
        }
    return house.config.read_bytes(), tables


def test_every_address_that_takes_a_form_is_tried(owner: Visitor) -> None:
    tried = {each.action.partition("?")[0] for each in gathered(owner)}
    lacking = [
        each.path
        for each in ROUTES
        if each.method == "POST" and not any(_is_at(action, each.path) for action in tried)
    ]
    assert lacking == [], lacking


def _is_at(action: str, path: str) -> bool:
    ours, theirs = action.split("/"), path.split("/")
    return len(ours) == len(theirs) and all(
        one == other or other.startswith("{") for one, other in zip(ours, theirs, strict=True)
    )


@pytest.mark.timeout(600)  # a thousand forms
def test_bad_input_is_told_and_changes_nothing(house: Running, owner: Visitor) -> None:
    wrong = []
    for form in gathered(owner):
        for what, kind, body in bodies(form, owner):
            before = kept(house)
            done = owner.ask("POST", form.action, body, Content_Type=kind)
            if not 300 <= done.status < 500 and not (done.status == 200 and is_shown(form)):
                wrong.append(f"{form.action}, {what}: {done.status}")
            if done.status >= 400 and kept(house) != before:
                wrong.append(f"{form.action}, {what}: {done.status}, and yet something was changed")
            if done.status == 422:
                wrong += [f"{form.action}, {what}: {said}" for said in told(form, what, done)]
            if any(word in form.action for word in LAST) and not is_in(owner):
                owner.log_in()
    assert wrong == [], "\n".join(wrong)


def is_shown(form: Form) -> bool:
    """Whether the answer to a form is a page, and no deed."""
    return form.action.endswith(("/try", "/codes/new", "/setup"))


def is_in(owner: Visitor) -> bool:
    return owner.get("/settings").status == 200


def told(form: Form, what: str, page: Page) -> Iterator[str]:
    """What a page lacks that was shown again: a sentence at the field, and what was typed."""
    if form.texts and 'aria-invalid="true"' not in page.body and 'class="error"' not in page.body:
        yield "no field says what is wrong"
    if 'role="alert"' not in page.body:
        yield "nothing at the top says what is wrong"
    if what == "odd '<b>&\"\\''":
        typed = escape("<b>&\"'")
        alike = page.body.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
        for name in form.texts - {"password", "again", "present", "code", "username"}:
            if typed not in alike:
                yield f"what was typed into {name} is gone"


def test_a_path_of_odd_names_is_no_page(owner: Visitor) -> None:
    for route in ROUTES:
        for odd in ("%FF", "%00", "x" * 3000, "..%2f..", "-1", "9" * 30, "٣"):
            path = route.path
            for part in PARTS:
                path = path.replace(part, quote(odd, safe="%"))
            if path == route.path or path.endswith("changes"):
                continue
            done = owner.post(path) if route.method == "POST" else owner.get(path)
            assert done.status < 500, (route.method, path, done.status)

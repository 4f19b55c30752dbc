"""Somebody who visits the pages by plain HTTP: cookies kept, forms filled, no script."""

import re
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlencode

from tests.end_to_end.conftest import Running

OWNER: Final = ("Mara", "horse battery staple")


@dataclass(frozen=True, slots=True)
class Page:
    """What came back. text: its words, spaces folded."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def text(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.body)).split())

    @property
    def csrf(self) -> str:
        return self._hidden("csrf")

    @property
    def seal(self) -> str:
        return self._hidden("seal")

    def _hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]+)"', self.body)
        return found[1] if found else ""

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass(slots=True)
class Visitor:
    """source: the address of their device. seal: of the last form without a session."""

    house: Running
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    source: str = "127.0.0.1"
    seal: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.house.web}"

    def ask(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Page:
        """One request, as it is."""
        connection = HTTPConnection(
            "127.0.0.1", self.house.web, timeout=10, source_address=(self.source, 0)
        )
        sent = {each.replace("_", "-"): value for each, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body or None, sent)
        response = connection.getresponse()
        text = response.read().decode(errors="surrogateescape")
        for each in response.headers.get_all("Set-Cookie") or ():
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        page = Page(
            response.status, {key.lower(): value for key, value in response.headers.items()}, text
        )
        self.csrf = page.csrf or self.csrf
        self.seal = page.seal or self.seal
        return page

    def get(self, path: str, **headers: str) -> Page:
        return self.ask("GET", path, **headers)

    def post(self, path: str, **values: str | list[str]) -> Page:
        """Send a form, as one of our own pages does."""
        sent = {"csrf": self.csrf, "seal": self.seal, **values}
        return self.ask(
            "POST", path, urlencode(sent, doseq=True),
            Content_Type="application/x-www-form-urlencoded",
        )  # fmt: skip

    def first_run(self) -> None:
        """Make the owner's account, and be logged in as them."""
        name, password = OWNER
        done = self.post(
            "/setup/password", code=self.house.code(), name=name, password=password,
            again=password, language="en", country="DE", zone="Europe/Berlin",
        )  # fmt: skip
        assert done.status == 303, done.text
        self.get("/")

    def log_in(self, name: str = OWNER[0], password: str = OWNER[1], **more: str) -> Page:
        done = self.post("/login", name=name, password=password, next="/", **more)
        if done.status == 303:
            self.get("/")
        return done

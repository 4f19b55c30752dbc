"""What somebody with bad intentions tries, on real sockets."""

import re
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import quote, urlencode

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.web.routes import ROUTES, Route
from guardian.web.sessions import Brake, SpentCodes
from guardian.web.slow import BODY_SECONDS, HEAD_SECONDS, Idle
from tests.end_to_end.conftest import Running
from tests.web.visitor import Visitor

NAMES = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:8053",
         "[::1].evil.example", "evil.lan.example", "")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/", "/login", "/me", "/api/v1/setup", "/metrics", "/healthz"])
def test_a_name_that_somebody_else_owns_gets_no_page(parent: Visitor, name: str, path: str) -> None:
    page = parent.get(path, Host=name)
    assert page.status == 421
    assert "Lina" not in page.body


def test_a_stolen_cookie_is_of_no_use_after_the_log_out(parent: Visitor) -> None:
    visitor = Visitor(parent.house)
    visitor.log_in()
    stolen = replace(visitor, cookies=dict(visitor.cookies))
    assert stolen.get("/").status == 200
    visitor.post("/logout")
    assert stolen.get("/").location == "/login"
    assert stolen.get("/api/v1/people").status == 401


def test_a_one_time_code_opens_once(own: Running) -> None:
    owner = Visitor(own)
    owner.first_run()
    owner.get("/settings/account")
    page = owner.post("/settings/account/codes/new")
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', page.body)
    assert secret is not None
    codes = pyotp.TOTP(secret[1])
    assert "recovery" in owner.post(
        "/settings/account/codes", secret=secret[1], code=codes.now()
    ).text.lower()  # fmt: skip
    now = datetime.now(UTC)
    code = codes.at(now)
    assert Visitor(own).log_in(code=code).status == 303
    assert Visitor(own).log_in(code=code).status == 422
    earlier = codes.at(now - timedelta(seconds=30))
    assert Visitor(own).log_in(code=earlier).status == 422


def test_codes_are_spent_by_account_and_never_backwards() -> None:
    spent = SpentCodes()
    assert spent.spend("Mara", 10)
    assert not spent.spend("Mara", 10)
    assert not spent.spend("Mara", 9)
    assert spent.spend("Mara", 11)
    assert spent.spend("Tom", 9)


def test_waits_grow_for_each_address_and_each_account() -> None:
    now = 0.0
    brake = Brake(lambda: now)
    waits = []
    for _ in range(8):
        now += brake.wait("from 192.0.2.1", "account mara")
        brake.failed("from 192.0.2.1", "account mara")
        waits.append(brake.wait("from 192.0.2.1"))
    assert waits[:2] == [0.0, 0.0]
    assert waits[2:] == sorted(waits[2:])
    assert waits[-1] >= 32
    assert brake.wait("account mara") == waits[-1]  # from wherever the next guess comes
    assert brake.wait("from 192.0.2.2") == 0.0
    assert brake.wait("account tom") == 0.0


def test_another_address_does_not_help_to_guess(own: Running) -> None:
    Visitor(own).first_run()
    for number in range(4):
        Visitor(own, source=f"127.0.0.{10 + number}").log_in(password="not the password")
    refused = Visitor(own, source="127.0.0.99").log_in()
    assert refused.status == 429
    other = Visitor(own, source="127.0.0.10")
    assert other.log_in(name="somebody").status == 422  # one wrong guess costs nobody else


def test_x_forwarded_for_is_believed_of_nobody_unless_named(own: Running) -> None:
    Visitor(own).first_run()
    for number in range(4):
        visitor = Visitor(own)
        visitor.ask(
            "POST", "/login", urlencode({"name": f"n{number}", "password": "wrong"}),
            Content_Type="application/x-www-form-urlencoded", X_Forwarded_For=f"192.0.2.{number}",
            X_Forwarded_Proto="https",
        )  # fmt: skip
    assert Visitor(own).log_in().status == 429


def raw(house: Running, sent: bytes, seconds: float = 10) -> bytes:
    """What comes back for these bytes, until the other side closes."""
    with socket.create_connection(("127.0.0.1", house.web), timeout=seconds) as sock:
        sock.sendall(sent)
        found = b""
        while b"\r\n\r\n" not in found and (more := sock.recv(65536)):
            found += more
        return found


HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 9000 + b"\r\n\r\n", b"400"),
        (b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999\r\n"
         b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + b"a" * 300_000, b"413"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: \x00\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01", b""),
        (b"GET / HTTP/1.1\r\n\r\n", b"421"),
    ],
)  # fmt: skip
def test_limits_of_a_request(parent: Visitor, sent: bytes, status: bytes) -> None:
    got = b""
    try:
        got = raw(parent.house, sent)
    except ConnectionError:  # closed while the rest was on its way
        assert status == b"413"
    assert not got or status in got.partition(b"\r\n")[0] or got.startswith(b"HTTP/1.0 400")
    assert parent.get("/").status == 200


def test_who_says_nothing_is_cut_off_and_others_go_on(parent: Visitor) -> None:
    began = monotonic()
    with (
        socket.create_connection(("127.0.0.1", parent.house.web), timeout=90) as silent,
        socket.create_connection(("127.0.0.1", parent.house.web), timeout=90) as slow,
        socket.create_connection(("127.0.0.1", parent.house.web), timeout=90) as stuck,
    ):
        slow.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        stuck.sendall(
            b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
        )
        assert parent.get("/").status == 200
        assert silent.recv(1) == b""
        assert slow.recv(100) in (b"",)
        assert b"408" in stuck.recv(100).partition(b"\r\n")[0]
    assert monotonic() - began >= HEAD_SECONDS - 1


def test_who_is_answered_is_not_cut_off() -> None:
    now = 0.0
    idle = Idle(lambda: now)
    assert idle.over(["a", "b"]) == []
    idle.begin("a")
    now = HEAD_SECONDS + 1
    assert idle.over(["a", "b"]) == ["b"]
    idle.end("a")
    now += HEAD_SECONDS
    assert idle.over(["a"]) == []
    now += 1
    assert idle.over(["a"]) == ["a"]
    assert BODY_SECONDS > HEAD_SECONDS


# Forms with odd values, at every address that takes one, as the owner.

PATHS = tuple(
    route for route in ROUTES
    if route.method == "POST" and route.path not in ("/logout", "/settings/backup")
)  # fmt: skip
FIELDS = (
    "name", "password", "present", "again", "minutes", "set", "from", "to", "kind", "days", "does",
    "things", "more", "when", "first", "last", "season", "for", "per", "carry", "week", "weekdays",
    "weekend", "holidays", "day-0", "number", "begins", "day", "start", "end", "source", "targets",
    "language", "country", "zone", "version", "whole", "back", "list", "title", "url", "category",
    "scope", "key", "role", "session", "secret", "code", "deed", "person", "per_day", "answer",
    "because", "thing", "born", "age_band", "profile", "privacy", "at", "own", "view", "pattern",
)  # fmt: skip
KNOWN = (
    "", "all", "Lina", "block:games", "safe:youtube:strict", "others:block", "usual", "allow",
    "remove:deny:x", "only:on", "bedtime", "homework", "20:00", "24:00", "2026-12-24", "day",
    "9999-12-31", "week", "games", "once", "always", "owner", "see", "own", "0", "-1",
    "999999999999999", "٣", "²", "1e9", "\0", "\ud7ff", "😀" * 40, "a" * 5000, "{{7*7}}", "%s%n",
    "../../etc/passwd", "'; DROP TABLE accounts; --", "<script>", "[]", "{}", "null", "\r\nX: y",
    "\u202e", "127.0.0.1",
)  # fmt: skip
VALUES = st.one_of(st.sampled_from(KNOWN), st.text(max_size=30))


@pytest.mark.timeout(400)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    route=st.sampled_from(PATHS),
    form=st.dictionaries(st.sampled_from(FIELDS), st.lists(VALUES, min_size=1, max_size=3),
                         max_size=8),
    part=st.one_of(st.sampled_from(("Lina", "Noor", "0", "1")), st.text(min_size=1, max_size=8)),
)  # fmt: skip
def test_no_form_breaks_a_page(
    parent: Visitor, route: Route, form: dict[str, list[str]], part: str
) -> None:
    path = re.sub(r"\{\w+\}", quote(part, safe="") or "x", route.path)
    if route.path.endswith("/remove") and part == "Lina":
        return
    sent = {"csrf": [parent.csrf], "seal": [parent.seal], **form}
    body = urlencode(sent, doseq=True, errors="replace")
    page = parent.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")
    assert page.status < 500, (path, form)
    if page.location == "/login":  # a password was changed, or a session ended
        parent.log_in()

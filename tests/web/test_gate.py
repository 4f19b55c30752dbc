"""Who gets in, and what the pages say to browsers, strangers and other sites."""

import re
from dataclasses import replace

import pytest

from tests.end_to_end.conftest import Running
from tests.web.visitor import OWNER, Visitor


def stranger(visitor: Visitor) -> Visitor:
    """Somebody else in front of the same house."""
    return Visitor(visitor.house)


def test_without_an_account_there_is_only_the_first_run(own: Running) -> None:
    visitor = Visitor(own)
    assert visitor.get("/").location == "/setup"
    assert visitor.get("/login").location == "/setup"
    assert "Welcome to guardian" in visitor.get("/setup").text
    assert visitor.get("/api/v1/status").status == 401
    wrong = visitor.post("/setup", code="aaaa-aaaa", language="en")
    assert wrong.status == 422
    assert "This is not the code." in wrong.text
    weak = visitor.post("/setup/password", code=own.code(), name="Mara", password="aaaaaaaaaaaa")
    assert weak.status == 422
    assert "guessed quickly" in weak.text
    assert visitor.get("/").location == "/setup"
    visitor.first_run()
    assert visitor.get("/").status == 200
    assert stranger(visitor).get("/setup").location == "/"
    again = stranger(visitor).post(
        "/setup/password", code=own.code(), name="Eve", password="x" * 12
    )
    assert again.location == "/login"


def test_guessing_the_code_gets_slower(own: Running) -> None:
    visitor = Visitor(own)
    for _ in range(4):
        assert visitor.post("/setup", code="aaaa-aaaa").status == 422
    assert "Too many tries" in visitor.post("/setup", code=own.code()).text


def test_nobody_sees_anything_without_logging_in(parent: Visitor) -> None:
    visitor = stranger(parent)
    assert visitor.get("/").location == "/login"
    assert visitor.get("/people/Lina").location == "/login?next=/people/Lina"
    assert visitor.get("/api/v1/status").status == 401
    assert visitor.post("/people/Lina/pause", minutes="30").location == "/login"
    assert "Lina" not in visitor.get("/login").text


def test_logging_in_and_out(parent: Visitor) -> None:
    visitor = stranger(parent)
    wrong = visitor.log_in(password="horse battery stapler")
    assert wrong.status == 422
    assert "The name or the password is not right." in wrong.text
    assert "stapler" not in wrong.body
    assert visitor.log_in(name="nobody").text == wrong.text.replace("Mara", "nobody")
    assert visitor.log_in(name=" mara ").location == "/"
    assert visitor.get("/").status == 200
    stolen = replace(visitor, cookies=dict(visitor.cookies))
    assert visitor.post("/logout").location == "/login"
    assert visitor.get("/").location == "/login"
    assert stolen.get("/").location == "/login"


def test_guessing_a_password_gets_slower(own: Running) -> None:
    Visitor(own).first_run()
    visitor = Visitor(own)
    for _ in range(3):
        assert visitor.log_in(password="not the password").status == 422
    refused = visitor.log_in()
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/people/Lina", "/people/Lina"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
    ],
)
def test_after_the_log_in_one_stays_here(parent: Visitor, wanted: str, given: str) -> None:
    visitor = stranger(parent)
    name, password = OWNER
    assert visitor.post("/login", name=name, password=password, next=wanted).location == given


def test_a_form_of_another_site_does_nothing(parent: Visitor) -> None:
    body = "minutes=30"
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    path = "/people/Lina/pause"
    assert parent.ask("POST", path, body, **form).status == 403
    body += f"&csrf={parent.csrf}"
    assert parent.ask("POST", path, body, Origin="http://evil.example", **form).status == 403
    assert parent.ask("POST", path, body, Sec_Fetch_Site="cross-site", **form).status == 403
    assert parent.ask("POST", path, body, Origin="null", **form).status == 403
    assert "Internet paused" not in parent.get("/people/Lina").text


@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/status", "/healthz", "/nothing"])
def test_browsers_are_told_what_they_may_do(parent: Visitor, path: str) -> None:
    page = parent.get(path)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in page.headers


def test_the_cookie_is_for_the_browser_alone(parent: Visitor) -> None:
    visitor = stranger(parent)
    cookie = visitor.log_in().headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_nothing_is_fetched_from_elsewhere(parent: Visitor) -> None:
    page = parent.get("/").body
    found = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page)
    assert found
    for address in found:
        assert address.startswith("/static/")
        file = parent.get(address)
        assert file.status == 200
        assert "immutable" in file.headers["cache-control"]
    assert " style=" not in page
    assert "<style" not in page


@pytest.mark.parametrize("path", ["/", "/api/v1/status", "/healthz", "/login"])
def test_another_name_learns_nothing(parent: Visitor, path: str) -> None:
    page = parent.get(path, Host="evil.example:8053")
    assert page.status == 421
    assert "Lina" not in page.body
    if path == "/":
        assert "Please use guardian’s own address" in page.text
        assert f'href="{parent.address}/"' in page.body


@pytest.mark.parametrize("path", ["/nothing", "/people/Nobody", "/static/", "/static/x/../x"])
def test_a_page_that_is_not_there(parent: Visitor, path: str) -> None:
    page = parent.get(path)
    assert page.status == 404
    assert "There is no page here" in page.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_change_nothing(parent: Visitor, method: str) -> None:
    page = parent.ask(method, "/")
    assert page.status == 405
    assert page.headers["allow"] == "GET,HEAD"


def test_markup_in_names_is_text(parent: Visitor) -> None:
    page = parent.get("/").body
    assert "<b>Bo</b>" not in page
    assert "&lt;b&gt;Bo&lt;/b&gt;" in page


def test_a_form_that_is_too_large_is_refused(parent: Visitor) -> None:
    page = parent.post("/people/Lina/pause", minutes="1" * 300_000)
    assert page.status == 413
    assert "too much at once" in page.text

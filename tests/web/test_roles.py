"""Every route for every role: nobody gets further than the table of rights says."""

import re

import pytest

from guardian.store.accounts import Role
from guardian.web.rights import RIGHTS, Right, may
from guardian.web.routes import ROUTES, Route
from tests.end_to_end.conftest import Running
from tests.web.visitor import Visitor

PASSWORD = "correct horse battery"
PARTS = {
    "{person}": "Noor", "{name}": "site.example", "{number}": "999999", "{kind}": "mail",
    "{token}": "none", "{device}": "127.0.0.2", "{known}": "127.0.0.3", "{service}": "own",
}  # fmt: skip
WAITS = ("/changes", "/me/changes")  # streams: they stay open


@pytest.fixture(scope="module")
def visitors(shared: Running, parent: Visitor) -> dict[Role | None, Visitor]:
    """Somebody of each role, logged in, and somebody without an account."""
    found: dict[Role | None, Visitor] = {Role.OWNER: parent, None: Visitor(shared)}
    for role in Role:
        if role is not Role.OWNER:
            parent.get("/settings/accounts")
            more = {"person": "Noor"} if role is Role.CHILD else {}
            done = parent.post(
                "/settings/accounts", name=str(role), role=role, password=PASSWORD, **more
            )
            assert done.status == 303, done.text
            found[role] = Visitor(shared)
            assert found[role].log_in(role, PASSWORD).status == 303
    return found


def path_of(route: Route) -> str:
    path = route.path
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return path


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_role_gets_as_far_as_its_rights(
    visitors: dict[Role | None, Visitor], route: Route, role: Role | None
) -> None:
    if route.path in WAITS or (route.method == "POST" and _may(role, route.right)):
        return  # what is done by those who may is for the tests of each page
    visitor = visitors[role]
    page = visitor.ask(route.method, path_of(route))
    if _may(role, route.right):
        assert page.status != 403
        assert page.location != "/login"
    elif role is Role.CHILD and route.path == "/":
        assert page.location == "/me"
    elif role is None:
        assert page.location.startswith("/login")
    else:
        assert page.status == 403


def _may(role: Role | None, right: Right) -> bool:
    return right in RIGHTS[Role.CHILD] if role is None else may(role, right)


def test_a_child_sees_their_own_page_from_every_device(
    shared: Running, visitors: dict[Role | None, Visitor]
) -> None:
    child = visitors[Role.CHILD]
    for source in ("127.0.0.1", "127.0.0.2", "127.0.0.77"):  # the second is Lina's
        child.source = source
        assert child.get("/").location == "/me"
        page = child.get("/me")
        assert "Hello, Noor" in page.text
        assert "Lina" not in page.text
        assert 'href="/activity"' not in page.body
        assert child.get("/api/v1/people").status == 403
    child.source = "127.0.0.77"
    child.get("/me")
    assert child.post("/me/site", site="shut.test", anyway="yes").status == 303
    assert "Noor asks for shut.test" in shared.run("requests")
    assert child.get("/settings/account").status == 403
    assert child.post("/logout").status == 303
    assert child.get("/me").text.count("Noor") == 0


def test_a_childs_account_needs_a_child(parent: Visitor) -> None:
    parent.get("/settings/accounts")
    page = parent.post(
        "/settings/accounts", name="Kim", role="child", password=PASSWORD, person="Mara"
    )
    assert page.status == 422
    assert "Choose one of these." in page.text


def test_a_helper_answers_and_no_more(
    shared: Running, visitors: dict[Role | None, Visitor]
) -> None:
    shared.run("requests", "ask", "Lina", "--more", "30m")
    for role, status in ((Role.VIEWER, 403), (Role.HELPER, 303)):
        visitor = visitors[role]
        home = visitor.get("/")
        assert ("Allow once" in home.text) is (role is Role.HELPER)
        assert "+30 min" not in home.text
        number = re.findall(r"(\d+) .*Lina asks", shared.run("requests"))[-1]
        assert visitor.post(f"/requests/{number}", answer="no").status == status

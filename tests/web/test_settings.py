"""Accounts, roles, sessions, one-time codes, keys for programs, and the backup."""

import re
from email.message import Message

import pyotp
import pytest

from tests.end_to_end.conftest import Running
from tests.web.visitor import OWNER, Page, Visitor

PASSWORD = OWNER[1]
NEW = "kettle umbrella violin"


def owner(house: Running) -> Visitor:
    visitor = Visitor(house)
    visitor.first_run()
    return visitor


def logged_in(house: Running, name: str, password: str = PASSWORD, **more: str) -> Visitor:
    visitor = Visitor(house)
    assert visitor.log_in(name, password, **more).status == 303
    return visitor


def upload(visitor: Visitor, path: str, content: str) -> Page:
    boundary = "a-boundary"
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'
        for name, more, value in (
            ("csrf", "", visitor.csrf),
            ("file", '; filename="x.yaml"', content),
        )
    )
    kind = Message()
    kind.add_header("Content-Type", "multipart/form-data", boundary=boundary)
    return visitor.ask(
        "POST", path, f"{parts}--{boundary}--\r\n".encode(), Content_Type=kind["Content-Type"]
    )


def test_a_new_password_logs_everybody_else_out(own: Running) -> None:
    here = owner(own)
    elsewhere = logged_in(own, "Mara")
    path = "/settings/account/password"
    wrong = here.post(path, present="not it", password=NEW, again=NEW)
    assert wrong.status == 422
    assert "This is not your password." in wrong.text
    other = here.post(path, present=PASSWORD, password=NEW, again=NEW + "s")
    assert "The two are not the same." in other.text
    assert here.post(path, present=PASSWORD, password=NEW, again=NEW).status == 303
    assert here.get("/").status == 200
    assert elsewhere.get("/").location == "/login"
    assert Visitor(own).log_in().status == 422
    logged_in(own, "Mara", NEW)


def test_one_time_codes_and_what_helps_without_the_phone(own: Running) -> None:
    visitor = owner(own)
    offered = visitor.post("/settings/account/codes/new")
    assert "<svg" in offered.body
    found = re.search(r'name="secret" value="([A-Z2-7]+)"', offered.body)
    assert found is not None
    totp = pyotp.TOTP(found[1])
    wrong = visitor.post("/settings/account/codes", secret=found[1], code="000000")
    assert "This code is not right" in wrong.text
    assert visitor.post("/settings/account/codes", secret="not base 32!", code="1").status < 500
    shown = visitor.post("/settings/account/codes", secret=found[1], code=totp.now())
    recovery = re.findall(r"<code[^>]*>([a-z0-9]{4}-[a-z0-9]{4})</code>", shown.body)
    assert len(recovery) == 8
    asked = Visitor(own).log_in()
    assert asked.status == 200
    assert "One-time code" in asked.text
    assert Visitor(own).log_in(code="123456").status == 422
    logged_in(own, "Mara", code=totp.now())
    logged_in(own, "Mara", code=recovery[0].upper())
    assert Visitor(own).log_in(code=recovery[0]).status == 422
    assert visitor.post("/settings/account/codes/end", present=PASSWORD).status == 303
    logged_in(own, "Mara")


@pytest.mark.parametrize(
    ("role", "see", "steer", "change", "own_"),
    [
        ("owner", 200, 303, 200, 200),
        ("parent", 200, 303, 200, 403),
        ("helper", 200, 403, 403, 403),
        ("viewer", 200, 403, 403, 403),
    ],
)
def test_each_role_may_what_it_says(
    shared: Running, parent: Visitor, role: str, see: int, steer: int, change: int, own_: int
) -> None:
    made = parent.post("/settings/accounts", name=f"A {role}", role=role, password=NEW)
    assert made.status == 303
    visitor = logged_in(shared, f"A {role}", NEW)
    assert visitor.get("/people/Lina").status == see
    assert visitor.post("/people/Lina/resume").status == steer
    assert visitor.get("/settings/house").status == change
    assert visitor.get("/settings/accounts").status == own_
    assert visitor.post("/settings/accounts", name="x", role="owner", password=NEW).status in (
        (303,) if role == "owner" else (403,)
    )
    parent.get("/settings/accounts")
    assert parent.post(f"/settings/accounts/A%20{role}/remove").status == 303
    assert visitor.get("/").location == "/login"
    parent.post("/settings/accounts/x/remove")


def test_the_last_owner_stays(parent: Visitor) -> None:
    page = parent.post("/settings/accounts/Mara/remove")
    assert "Somebody has to be the owner." in page.text
    assert parent.get("/").status == 200


@pytest.mark.parametrize(
    ("name", "role", "password", "said"),
    [
        ("", "parent", NEW, "Write a name"),
        ("Mara", "parent", NEW, "of that name already"),
        ("Jonas", "king", NEW, "Choose one of these."),
        ("Jonas", "parent", "short", "at least 10 characters"),
    ],
)
def test_bad_accounts_get_a_sentence(
    parent: Visitor, name: str, role: str, password: str, said: str
) -> None:
    page = parent.post("/settings/accounts", name=name, role=role, password=password)
    assert page.status == 422
    assert said in page.text
    assert password not in page.body


def test_a_session_can_be_ended_from_another(shared: Running, parent: Visitor) -> None:
    lost = logged_in(shared, "Mara")
    page = parent.get("/settings/account")
    keys = re.findall(r'name="session" value="([0-9a-f]{64})"', page.body)
    assert keys
    for key in keys:
        parent.post("/settings/account/session", session=key)
    assert lost.get("/").location == "/login"
    assert parent.get("/").status == 200


def test_a_key_opens_the_api_until_it_is_taken_away(shared: Running, parent: Visitor) -> None:
    parent.get("/settings/tokens")
    made = parent.post("/settings/tokens", name="Home automation", scope="see")
    found = re.search(r"guardian-[\w-]{20,}", made.body)
    assert found is not None
    assert found[0] not in parent.get("/settings/tokens").body
    program = Visitor(shared)
    asked = {"Authorization": f"Bearer {found[0]}"}
    assert program.ask("GET", "/api/v1/status", **asked).status == 200
    assert program.ask("GET", "/", **asked).location == "/login"
    key = re.search(r'name="key" value="([0-9a-f]{64})"', parent.get("/settings/tokens").body)
    assert key is not None
    parent.post("/settings/tokens/remove", key=key[1])
    assert program.ask("GET", "/api/v1/status", **asked).status == 401


def test_the_household_as_a_file_and_back(own: Running) -> None:
    visitor = owner(own)
    kept = visitor.get("/settings/backup/file")
    assert "attachment" in kept.headers["content-disposition"]
    assert "Lina" in kept.body
    visitor.get("/settings/backup")
    refused = upload(visitor, "/settings/backup", "household: {time_zone: Mars/Olympus}")
    assert refused.status == 422
    assert "Nothing was changed." in refused.text
    assert "Lina" in visitor.get("/").text
    done = upload(visitor, "/settings/backup", kept.body.replace("Lina", "Ada"))
    assert done.status == 303
    assert "Ada" in visitor.get("/").text


def test_country_clock_and_language_of_the_house(own: Running) -> None:
    visitor = owner(own)
    page = visitor.get("/settings/house")
    version = re.search(r'name="version" value="(\w+)"', page.body)
    assert version is not None
    place = {"language": "en", "country": "FR"}
    wrong = visitor.post("/settings/house", zone="Paris", version=version[1], **place)
    assert wrong.status == 422
    good = visitor.post("/settings/house", zone="Europe/Paris", version=version[1], **place)
    assert good.status == 303
    assert "country: FR" in own.config.read_text()
    late = visitor.post("/settings/house", zone="Europe/Rome", version=version[1], **place)
    assert late.status == 409
    assert "Europe/Paris" in own.config.read_text()


def test_statistics_and_notice_of_the_house(own: Running) -> None:
    visitor = owner(own)
    page = visitor.get("/settings/house")
    assert 'value="24h" selected' in page.body
    place = {"language": "en", "country": "DE", "zone": "Europe/Berlin"}
    wrong = visitor.post("/settings/house", notice="1s", **place)
    assert wrong.status == 422
    assert visitor.post("/settings/house", notice="72h", statistics="on", **place).status == 303
    assert "notice: 72h" in own.config.read_text()
    assert "statistics: true" in own.config.read_text()
    child = Visitor(own, source="127.0.0.2")
    assert "This household takes part in statistics" in child.get("/me").text
    assert visitor.post("/settings/house", notice="72h", **place).status == 303
    assert "statistics" not in own.config.read_text()

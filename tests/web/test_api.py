"""The API as a program uses it: with a key, over a real socket."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guardian.web.api import openapi
from guardian.web.api.operations import OPERATIONS
from guardian.web.rights import Right
from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.visitor import Page, Visitor

LINA = "127.0.0.2"


@dataclass(slots=True)
class Program:
    visitor: Visitor
    key: str

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> tuple[int, Any]:
        page = self.raw(method, path, json.dumps(data) if data is not None else "", **headers)
        return page.status, json.loads(page.body) if page.body else None

    def raw(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Page:
        auth = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return self.visitor.ask(method, f"/api/v1{path}", body, **auth, **headers)


def program(parent: Visitor, scope: str) -> Program:
    parent.get("/settings/tokens")
    made = parent.post("/settings/tokens", name=f"Test of {scope}", scope=scope)
    found = re.search(r"guardian-[\w-]{20,}", made.body)
    assert found is not None
    return Program(Visitor(parent.house), found[0])


@pytest.fixture(scope="module")
def api(parent: Visitor) -> Program:
    return program(parent, "own")


def is_paused(house: Running) -> bool:
    return ede(house.ask("www.example.com", client=LINA)) == 17


def test_people_and_how_things_stand(api: Program) -> None:
    status, said = api.call("GET", "/people")
    assert status == 200
    assert [each["name"] for each in said["people"]][:2] == ["Lina", "Noor"]
    status, lina = api.call("GET", "/people/Lina")
    assert (status, lina["age_band"], lina["devices"]) == (200, "6-8", [LINA])
    assert api.call("GET", "/status")[1]["people"][0]["name"] == "Lina"
    assert api.call("GET", "/people/Eve")[0] == 404


def test_pause_and_extra_time_reach_dns(shared: Running, api: Program) -> None:
    status, done = api.call("POST", "/people/Lina/pause", {"minutes": 5})
    assert (status, done["person"], done["thing"]) == (200, "Lina", None)
    eventually(lambda: is_paused(shared))
    assert api.call("DELETE", "/people/Lina/pause")[0] == 204
    assert api.call("POST", "/people/Lina/extra", {"minutes": 5})[0] == 200
    eventually(lambda: not is_paused(shared))
    assert api.call("DELETE", "/people/Lina/extra")[0] == 204
    assert api.call("POST", "/people/Lina/pause", {"minutes": 5, "thing": "games"})[0] == 200
    assert api.call("DELETE", "/people/Lina/pause?thing=games")[0] == 204


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "minutes"),
        ({"minutes": "5"}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 10**9}, "minutes"),
        ({"until": "tomorrow"}, "until"),
        ({"until": "2026-11-26T20:00:00"}, "until"),
        ({"until": "2001-01-01T00:00:00Z"}, "until"),
        ({"minutes": 5, "thing": "nothing"}, "thing"),
        ({"minutes": 5, "colour": "red"}, "colour"),
        ([], ""),
    ],
)
def test_bad_bodies_get_a_sentence_for_the_field(api: Program, data: Any, field: str) -> None:
    status, said = api.call("POST", "/people/Lina/pause", data)
    assert status == 400
    assert field in [each["field"] for each in said["errors"]]


def test_a_request_and_its_answer(api: Program) -> None:
    wish = {"person": "Noor", "kind": "name", "what": "museum.example"}
    status, made = api.call("POST", "/requests", wish)
    assert status == 200
    assert api.call("POST", "/requests", wish)[0] == 429
    answered = api.call("POST", f"/requests/{made['number']}/answer", {"answer": "once"})
    assert answered[0] == 204
    found = [each for each in api.call("GET", "/requests")[1]["requests"] if each["number"] == 1]
    assert found[0]["answer"] == "once"
    assert api.call("POST", f"/requests/{made['number']}/answer", {"answer": "once"})[0] == 409


def test_check_lists_devices_and_journal(api: Program) -> None:
    status, said = api.call("GET", "/check?name=www.pornhub.com&person=Lina&at=2026-11-26T12:00")
    assert (status, said["action"]) == (200, "block")
    assert api.call("GET", "/check?name=..")[0] == 400
    assert api.call("GET", "/check?name=a.example&at=noon")[0] == 400
    assert any(each["names"] for each in api.call("GET", "/lists")[1]["lists"])
    assert "devices" in api.call("GET", "/devices")[1]
    assert api.call("GET", "/journal")[1]["entries"][0]["deed"]
    assert api.call("GET", "/journal?before=x")[0] == 400


def test_two_programs_change_the_household_and_nothing_is_lost(api: Program) -> None:
    first = api.raw("GET", "/household")
    etag = first.headers["etag"]
    patch = {"household": {"country": "FR"}}
    assert api.call("PATCH", "/household", patch)[0] == 428
    status, said = api.call("PATCH", "/household", patch, If_Match=etag)
    assert (status, said["household"]["household"]["country"]) == (200, "FR")
    late = api.call("PATCH", "/household", {"household": {"country": "IT"}}, If_Match=etag)
    assert late[0] == 412
    status, said = api.call(
        "PATCH", "/household", {"household": {"time_zone": "Mars/Olympus"}}, If_Match="*"
    )
    assert status == 422
    assert said["errors"][0]["field"] == "household.time_zone"
    changes = api.call("GET", "/changes")[1]["changes"]
    assert any("country: - DE, + FR" in line for line in changes[0]["lines"])
    assert api.call("POST", f"/changes/{changes[0]['number']}/undo")[0] == 204
    assert api.call("GET", "/household")[1]["household"]["household"]["country"] == "DE"


def test_a_key_reaches_no_further_than_it_says(parent: Visitor) -> None:
    seeing = program(parent, "see")
    assert seeing.call("GET", "/people")[0] == 200
    assert seeing.call("POST", "/people/Lina/pause", {"minutes": 5})[0] == 403
    assert seeing.call("GET", "/household")[0] == 403
    nobody = Program(Visitor(parent.house), "guardian-wrong")
    for each in OPERATIONS:
        path = re.sub(r"{\w+}", "1", each.path)
        if each.right is not Right.ANYBODY:
            assert nobody.call(each.method, path)[0] == 401, path


def test_a_page_of_another_site_cannot_use_a_session(parent: Visitor) -> None:
    sent = {"Content_Type": "application/json"}
    path = "/api/v1/people/Lina/pause"
    assert parent.ask("POST", path, '{"minutes": 5}', **sent).status == 403
    own = parent.ask("POST", path, '{"minutes": 5}', X_CSRF=parent.csrf, **sent)
    assert own.status == 200
    assert parent.ask("DELETE", path, X_CSRF=parent.csrf).status == 204


def test_the_description_is_served_and_the_page_of_it_is_up_to_date(api: Program) -> None:
    assert api.call("GET", "/openapi.json")[1] == openapi.document()
    page = Path(__file__).parents[2] / "docs" / "api.md"
    assert page.read_text("utf-8") == openapi.page(), (
        "run: python -c 'from guardian.web.api import openapi; print(openapi.page(), end=\"\")'"
        " > docs/api.md"
    )


def test_a_device_is_named_given_ignored_and_blocked(api: Program) -> None:
    mara = "/devices/127.0.0.4"
    status, said = api.call("GET", mara)
    assert (status, said["owner"], said["people"]) == (200, "Mara", ["Mara"])
    assert api.call("POST", f"{mara}/name", {"name": "Reader"})[0] == 204
    assert api.call("POST", f"{mara}/people", {"people": ["Lina", "Noor"]})[0] == 204
    said = api.call("GET", mara)[1]
    assert (said["title"], said["owner"], said["people"]) == ("Reader", "Reader", ["Lina", "Noor"])
    assert api.call("POST", f"{mara}/people", {"people": []})[0] == 204
    assert api.call("POST", f"{mara}/ignore")[0] == 204
    said = api.call("GET", mara)[1]
    assert (said["owner"], said["ignored"]) == ("", True)
    assert api.call("POST", f"{mara}/block", {"minutes": 5})[0] == 204
    said = api.call("GET", mara)[1]
    assert (said["otherwise"], said["kind"], said["blocked"]) == ("block", "device", False)
    assert ede(api.visitor.house.ask("www.example.com", client="127.0.0.4")) == 17
    assert api.call("POST", f"{mara}/block", {})[0] == 204
    assert api.call("POST", f"{mara}/free", {"minutes": 5})[0] == 409
    assert api.call("DELETE", f"{mara}/block")[0] == 204
    assert api.call("DELETE", f"{mara}/ignore")[0] == 204
    said = api.call("GET", mara)[1]
    assert (said["otherwise"], said["blocked"], said["ignored"]) == (None, False, False)
    assert api.call("POST", f"{mara}/people", {"people": ["Mara"]})[0] == 204
    for path, wish, wanted in (
        ("name", {"name": " "}, 400), ("name", {"name": "x" * 41}, 422),
        ("people", {"people": ["Eve"]}, 400), ("people", {"people": "Mara"}, 400),
        ("block", {"minutes": 0}, 400), ("free", {}, 400),
        ("block", {"minutes": 1, "until": "2099-01-01T00:00Z"}, 400),
        ("same", {"device": "127.0.0.4"}, 400), ("same", {"device": "10.9.9.9"}, 404),
    ):  # fmt: skip
        assert api.call("POST", f"{mara}/{path}", wish)[0] == wanted, path


def test_a_block_without_an_end_needs_more_than_to_steer(parent: Visitor) -> None:
    steering = program(parent, "steer")
    assert steering.call("POST", "/devices/127.0.0.4/block", {})[0] == 403
    assert steering.call("POST", "/devices/127.0.0.4/block", {"minutes": 5})[0] == 204
    assert steering.call("DELETE", "/devices/127.0.0.4/block")[0] == 204
    assert steering.call("POST", "/devices/127.0.0.4/name", {"name": "Mine"})[0] == 403


# With a person who is there, and stays; what is deleted is somebody else.
KNOWN = """
[parameters]
"path.person" = "Noor"
"path.number" = 0

[[operations]]
include-name = "DELETE /api/v1/people/{person}"
parameters = { "path.person" = "Nobody" }

[[operations]]
include-name = "PATCH /api/v1/people/{person}"
parameters = { "path.person" = "Tom" }
"""


@pytest.mark.timeout(400)
def test_odd_values_never_break_it(api: Program, tmp_path: Path) -> None:
    """Schemathesis calls every operation with values that fit the description and that do not."""
    (tmp_path / "schemathesis.toml").write_text(KNOWN)
    address = f"{api.visitor.address}/api/v1/openapi.json"
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", address, "--checks",
            "not_a_server_error", "--max-examples", "12", "--phases", "fuzzing", "--seed", "1",
            "--exclude-path", "/api/v1/events",
            "-H", f"Authorization: Bearer {api.key}", "--generation-database", "none",
            "--suppress-health-check", "all",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=360, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]

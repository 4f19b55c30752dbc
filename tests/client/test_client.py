"""The client against a real guardian, by its address and by the socket in its state folder."""

import dataclasses
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guardian.client import Client, Place, Refused, Unreachable
from guardian.client import things as given
from guardian.client.errors import BadPlace, Mistaken
from guardian.web.api import openapi
from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.test_api import program
from tests.web.visitor import Visitor

LINA = "127.0.0.2"


@pytest.fixture(scope="module")
def key(parent: Visitor) -> str:
    return program(parent, "steer").key


@pytest.fixture(scope="module", params=["address", "socket"])
def client(request: pytest.FixtureRequest, shared: Running, key: str) -> Client:
    if request.param == "socket":
        return Client(Place(state=shared.state))
    return Client(Place(f"http://127.0.0.1:{shared.web}", key))


def test_it_tells_how_things_stand(client: Client, shared: Running) -> None:
    shared.ask("www.example.com", client=LINA)
    assert [each.name for each in client.status().people][:2] == ["Lina", "Noor"]
    assert client.people()[0].devices == (LINA,)
    assert client.person("Ömer Donaudampfschifffahrtsgesellschafts").age_band == "9-12"
    eventually(lambda: any(each.owner == "Lina" for each in client.devices()))
    assert {"games", "youtube"} <= set(client.things())


def test_a_pause_and_extra_time_are_in_force(client: Client, shared: Running) -> None:
    held = client.pause("Lina", 5)
    assert (held.person, held.thing) == ("Lina", None)
    assert timedelta(0) < held.until - datetime.now(UTC) <= timedelta(minutes=5)
    assert ede(shared.ask("www.example.com", client=LINA)) == 17
    client.end_pause("Lina")
    assert client.grant("Lina", clock="23:58", thing="games").until.minute == 58
    client.end_grant("Lina", "games")
    with pytest.raises(Mistaken, match="nobody is called"):
        client.pause("Eve", 5)
    with pytest.raises(Mistaken, match="thing: this is no category"):
        client.pause("Lina", 5, thing="nothing")
    with pytest.raises(Mistaken, match="one of them only"):
        client.pause("Lina", 5, clock="20:00")


def test_requests_are_asked_and_answered(client: Client) -> None:
    name = f"site{len(client.requests())}.example"
    number = client.ask("Tom", name)
    client.answer(number, "no", "not today")
    found = next(each for each in client.requests() if each.number == number)
    assert (found.person, found.what, found.answer, found.because) == (
        "Tom", name, "no", "not today"
    )  # fmt: skip


def test_minutes_are_earned(client: Client) -> None:
    def left() -> int:
        lina = next(each for each in client.status().people if each.name == "Lina")
        return next(each.left for each in lina.budgets if each.title == "Games")

    before = left()
    client.earn("Lina", 10, "games")
    assert left() == before + 10
    with pytest.raises(Mistaken, match="no budget"):
        client.earn("Noor", 10, "dating")


def test_the_socket_is_the_owners_alone(shared: Running) -> None:
    assert (shared.state / "run" / "api.sock").stat().st_mode & 0o077 == 0
    assert (shared.state / "run").stat().st_mode & 0o077 == 0


def test_what_does_not_work_is_said(shared: Running, key: str, tmp_path: Path) -> None:
    here = f"http://127.0.0.1:{shared.web}"
    with pytest.raises(Refused, match="send a key"):
        Client(Place(here, "guardian-wrong")).people()
    with pytest.raises(Refused, match="may not change"):
        Client(Place(here, key)).call("GET", "/household")
    with pytest.raises(Unreachable, match="no guardian answers"):
        Client(Place("http://127.0.0.1:1", key)).people()
    with pytest.raises(Unreachable, match="start it: guardian run"):
        Client(Place(state=tmp_path)).people()
    for url in ("", "ftp://127.0.0.1", "http://", "http://[", "https://127.0.0.1/page"):
        with pytest.raises(BadPlace):
            Client(Place(url, key)).people()
    with pytest.raises(BadPlace, match="anybody on the way"):
        Client(Place("http://198.51.100.1".replace("198.51.100", "8.8.8"), key)).people()
    with pytest.raises(BadPlace, match="64 hexadecimal"):
        Client(Place("https://127.0.0.1", key, "12:34")).people()
    with pytest.raises(BadPlace, match="no key"):
        Client(Place(here, "two\nlines")).people()


def test_a_type_asks_for_nothing_that_the_api_does_not_give() -> None:
    schemas = openapi.document()["components"]["schemas"]
    same = {
        given.Budget: "BudgetStatus", given.Standing: "PersonStatus", given.Status: "Status",
        given.Request: "RequestView", given.Person: "PersonView", given.Device: "DeviceView",
        given.Held: "Done",
    }  # fmt: skip
    for kind, name in same.items():
        fields = {each.name for each in dataclasses.fields(kind)}
        assert fields <= set(schemas[name]["properties"]), name


def test_a_newer_guardian_may_say_more() -> None:
    said = {"person": "Lina", "thing": None, "until": "2026-11-26T20:00:00+01:00", "new": 1}
    held = given.read(given.Held, said)
    assert given.as_data(held) == {key: value for key, value in said.items() if key != "new"}
    nonsense: object
    for nonsense in ([], {"person": "Lina"}, said | {"until": "tomorrow"}):
        with pytest.raises(ValueError, match=r"."):
            given.read(given.Held, nonsense)


def command(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "guardian.cli.main", *words]
    return subprocess.run(
        argv, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
    )


def test_commands_act_on_a_guardian_elsewhere(shared: Running, key: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(key + "\n")
    env = {
        "GUARDIAN_URL": f"http://127.0.0.1:{shared.web}", "GUARDIAN_TOKEN_FILE": str(file),
        "XDG_STATE_HOME": str(tmp_path / "none"),
    }  # fmt: skip
    paused = command("pause", "Lina", "10m", "--json", env=env)
    assert json.loads(paused.stdout)["person"] == "Lina", paused.stderr
    assert ede(shared.ask("www.example.com", client=LINA)) == 17
    assert "Internet paused" in command("people", env=env).stdout
    over = command("pause", "Lina", "--end", env=env)
    assert over.stdout == "The pause for Lina is over.\n"
    assert command("grant", "Lina", "20:30", "--for", "games", env=env).returncode == 0
    assert command("grant", "Lina", "--end", "--for", "games", env=env).returncode == 0
    assert command("grant", "Lina", "5m", "--earned", "--for", "video", env=env).returncode == 0
    asked = command("requests", "ask", "Lina", "--more", "20m", env=env).stdout
    number = asked.split()[1]
    assert f"{number} " in command("requests", env=env).stdout
    answered = command("requests", "answer", number, "no", env=env)
    assert answered.stdout == "Lina asks for 20 minutes more: no.\n"
    assert json.loads(command("status", "--json", env=env).stdout)["people"]
    wrong = command("pause", "Eve", env=env)
    assert (wrong.returncode, "nobody is called" in wrong.stderr) == (2, True)
    without = command("people", "--url", env["GUARDIAN_URL"])
    assert (without.returncode, "--token-file" in without.stderr) == (2, True)
    lost = command("people", "--url", env["GUARDIAN_URL"], "--token-file", str(tmp_path / "no"))
    assert (lost.returncode, "cannot be read" in lost.stderr) == (2, True)


def test_commands_ask_the_one_that_runs_here(shared: Running) -> None:
    assert "Lina" in shared.run("people")
    stands = command("status", "--config", str(shared.config), "--state", str(shared.state))
    assert "look-ups today" in stands.stdout  # nobody answers as its upstream: a problem, so 1
    assert json.loads(shared.run("devices", "--json").splitlines()[0])["address"]
    silent = command("status", "--state", "/nonexistent")
    assert (silent.returncode, "start it: guardian run" in silent.stderr) == (1, True)

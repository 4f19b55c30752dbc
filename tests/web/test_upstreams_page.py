"""The page of who looks up names: how they do, and others in their place, tried and undone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.encrypted import NAME
from tests.end_to_end.conftest import Running, eventually
from tests.end_to_end.test_upstreams import Server, asking, served
from tests.web.test_api import program
from tests.web.visitor import Page, Visitor

HERE = "/settings/upstreams"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("unbound")) as running:
        yield running


@contextmanager
def owned(
    folder: Path, monkeypatch: pytest.MonkeyPatch, server: Server, upstreams: str
) -> Iterator[tuple[Running, Visitor]]:
    """A guardian and its owner; the server's certificate is one that the system trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.files.certificate))
    with asking(folder, upstreams) as house:
        parent = Visitor(house)
        parent.first_run()
        yield house, parent


def choose(parent: Visitor, **values: str) -> Page:
    """Send the page's form as it stands, with some fields otherwise."""
    page = parent.get(HERE)
    version = re.search(r'name="version" value="(\w+)"', page.body)
    assert version is not None
    form = {"upstream": "own", "way": "tls", "strategy": "failover", "version": version[1]}
    return parent.post(HERE, **{**form, **values})


def test_who_answers_is_told_and_how_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    entries = (
        f"  - 127.0.0.1:{server.plain}\n"
        f"  - {{address: 'tcp://127.0.0.1:{server.plain}', for: [work.example]}}\n"
    )
    with owned(tmp_path, monkeypatch, server, entries) as (house, parent):
        page = parent.get(HERE)
        assert "It was not needed yet." in page.text
        assert "For names under work.example" in page.text
        house.ask("x.open.example")
        eventually(lambda: "It answers, lately in" in parent.get(HERE).text)
        tried = parent.post(f"{HERE}/try")
        assert tried.text.count("It answered just now, in") == 2
        known = program(parent, "own").call("GET", "/upstreams")[1]
        assert known["strategy"] == "failover"
        assert [(each["for_all"], each["names"]) for each in known["upstreams"]] == [
            (True, []), (False, ["work.example"]),
        ]  # fmt: skip
        assert known["upstreams"][0]["milliseconds"] >= 1
    assert server.process.poll() is None


def test_another_one_is_tried_then_kept_and_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    entries = "  - 127.0.0.1:1  # an old one\n  - {address: 10.0.0.1, for: work.example}\n"
    tls = f"tls://127.0.0.1:{server.tls}#{NAME}"
    with owned(tmp_path, monkeypatch, server, entries) as (house, parent):
        page = choose(parent, own=f"tls://127.0.0.1:{server.tls}#other.example")
        assert page.status == 422
        assert "It does not answer from here" in page.text
        assert "the name behind the # is that of the resolver" in page.text
        assert f"tls://127.0.0.1:{server.tls}#other.example" in page.body  # as it was typed
        page = choose(parent, own=f"{tls}, 127.0.0.1:1")
        assert "Some do not answer from here: 127.0.0.1:1." in page.text
        for wrong in ("gopher://127.0.0.1", "", "tls://9.9.9.9 8.8.8.8"):
            assert "Write an IP address" in choose(parent, own=wrong).text
        assert "Choose one of these." in choose(parent, own=tls, strategy="luck").text
        assert "127.0.0.1:1  # an old one" in house.config.read_text()

        assert choose(parent, own=tls, strategy="parallel").status == 303
        kept = house.config.read_text()
        assert tls in kept
        assert "work.example" in kept
        assert "strategy: parallel" in kept
        eventually(lambda: house.ask("x.open.example").rr)
        done = parent.get(HERE)
        assert "milliseconds" in done.text
        undo = re.search(r'action="(/history/\d+/undo[^"]*)"', done.body)
        assert undo is not None
        assert parent.post(undo[1]).status == 303
        assert "127.0.0.1:1" in house.config.read_text()

        assert choose(parent, own="127.0.0.1:1", anyway="1").status == 303
        assert "Kept, though it did not answer" in parent.get(HERE).text


def test_what_an_entry_has_besides_its_address_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    address = f"tls://{NAME}:{server.tls}"
    entry = (
        f"  - {{address: '{address}', bootstrap: [127.0.0.1], pins: ['{server.pin}'], "
        f"authorities: {server.files.certificate}}}\n"
    )
    with owned(tmp_path, monkeypatch, server, entry) as (house, parent):
        shown = f"tls://127.0.0.1:{server.tls}#{NAME}"
        assert shown in parent.get(HERE).body
        assert choose(parent, own=f"{shown}, 127.0.0.1:{server.plain}").status == 303
        written = house.config.read_text()
        assert server.pin in written
        assert "authorities" in written
        assert f"127.0.0.1:{server.plain}" in written


def test_a_server_by_its_name_is_found_by_those_who_are_asked_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """They know open.example alone, and where it leads nobody answers."""
    entry = f"  - 127.0.0.1:{server.plain}\n"
    with owned(tmp_path, monkeypatch, server, entry) as (house, parent):
        page = choose(parent, own="https://nowhere.test/dns-query")
        assert "Nobody could say where nowhere.test is." in page.text
        page = choose(parent, own="https://dns.open.example/dns-query", anyway="1")
        assert page.status == 303, page.text
        assert "bootstrap:" in house.config.read_text()
        assert "192.0.2.1" in house.config.read_text()


def test_two_parents_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    with owned(tmp_path, monkeypatch, server, "  - 127.0.0.1:1\n") as (house, parent):
        page = parent.get(HERE)
        version = re.search(r'name="version" value="(\w+)"', page.body)
        assert version is not None
        assert choose(parent, own=f"127.0.0.1:{server.plain}").status == 303
        late = choose(parent, own=f"tcp://127.0.0.1:{server.plain}", version=version[1])
        assert late.status == 409
        assert "Somebody else changed this just now" in late.text
        assert "tcp://" not in house.config.read_text()


def test_a_name_that_leads_into_the_house_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 1918 behind a public name: the API, and so the page, asks and says why nothing comes."""
    (tmp_path / "unbound").mkdir()
    with served(tmp_path / "unbound", address="192.168.1.9") as inward:
        entry = f"  - 127.0.0.1:{inward.plain}\n"
        more = "people: [{name: Lina, age_band: 13-15}]\n"
        with asking(tmp_path, entry, more) as house:
            parent = Visitor(house)
            parent.first_run()
            told = program(parent, "own").call("GET", "/check?name=x.open.example")[1]
            assert told["action"] == "block"
            assert "inside the house (192.168.1.9)" in told["reason"]
            parent.get("/people/Lina/try")
            page = parent.post("/people/Lina/try", name="x.open.example")
            assert "inside the house (192.168.1.9)" in page.text
            assert "Allow x.open.example" not in page.text  # it would not help
            assert not house.ask("x.open.example").rr

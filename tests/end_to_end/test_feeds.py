"""Lists keep coming: past a block of their own server, and from a file as soon as it changes."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import HOUSEHOLD, Running, eventually, free_port, lived_in
from tests.end_to_end.test_time import BLOCKED, LINA, addresses
from tests.end_to_end.test_upstreams import asking, encrypted, served
from tests.lists.conftest import ListServer, running
from tests.lists.feeds.certificates import Authority

HOST = "ns.ads.test"  # 127.0.0.1, says the upstream


@pytest.fixture
def lists(tmp_path: Path) -> Iterator[ListServer]:
    """The server of a list, whose authority only the household's settings name."""
    chain, key = Authority().issue(HOST, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    yield from running(context, tmp_path / "ca.pem")


@pytest.fixture
def house(tmp_path: Path, upstream: int, lists: ListServer) -> Iterator[Running]:
    """A household that blocks all below ads.test by a file, and has a list from there."""
    port, web, config = free_port(), free_port(), tmp_path / "home.yaml"
    (tmp_path / "house.txt").write_text("ads.test\n")
    lists.serve("/list", "first.example\n", etag='"1"')
    text = HOUSEHOLD.format(port=port, web=web, upstream=upstream, windows="")
    far = f"{{name: far, url: 'https://{HOST}:{lists.port}/list', category: house-ads}}"
    text = text.replace("bundled: all", "bundled: none\n  ca: ca.pem").replace("[adult, ", "[")
    config.write_text(text.replace("sources: [", f"sources: [{far}, "))
    with lived_in(config, tmp_path / "state", port, web) as found:
        yield found


def is_blocked(house: Running, qname: str) -> bool:
    """By a list; while guardian waits for one, all is."""
    waits = addresses(house.ask("x.open.test", client=LINA)) == BLOCKED
    return not waits and addresses(house.ask(qname, client=LINA)) == BLOCKED


def test_a_block_of_its_own_server_keeps_no_list_away(house: Running, lists: ListServer) -> None:
    eventually(lambda: is_blocked(house, HOST))
    eventually(lambda: is_blocked(house, "x.first.example"))
    lists.serve("/list", "first.example\nsecond.example\n", etag='"2"')
    assert is_blocked(house, HOST)
    assert "2 names" in house.run("lists", "update")
    eventually(lambda: is_blocked(house, "x.second.example"))
    assert lists.asked[-1][1]["Host"].startswith(HOST)


def test_its_server_is_found_by_an_encrypted_upstream_alone(tmp_path: Path) -> None:
    """The only one who knows where it is speaks TLS."""
    host, folder = "lists.open.example", tmp_path / "server"
    folder.mkdir()
    chain, key = Authority().issue(host, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    for lists in running(context, tmp_path / "ca.pem"):
        lists.serve("/list", "first.example\n", etag='"1"')
        with served(folder, address="127.0.0.1") as server:
            more = (
                f"lists: {{bundled: [], ca: ca.pem, sources: [{{name: far, category: house-ads, "
                f"url: 'https://{host}:{lists.port}/list'}}]}}\n"
            )
            with asking(tmp_path, encrypted(server, "tls"), more, lists="") as house:
                eventually(lambda: "1 name" in house.run("lists", "status"))
        assert lists.asked[-1][1]["Host"].startswith(host)


def test_a_file_and_a_folder_are_in_force_soon_after_they_change(house: Running) -> None:
    eventually(lambda: is_blocked(house, "x.ads.test"))
    own = house.config.parent / "house.txt"
    own.write_text("ads.test\nfile.example\n")
    eventually(lambda: is_blocked(house, "x.file.example"))
    folder = house.config.parent / "puzzles"
    folder.mkdir()
    (folder / "domains").write_text("folder.example\n")
    house.write("sources: [", "sources: [{name: puzzles, path: puzzles, category: house-ads}, ")
    eventually(lambda: is_blocked(house, "x.folder.example"))
    (folder / "domains").write_text("folder.example\ndeeper.example\n")
    eventually(lambda: is_blocked(house, "x.deeper.example"))
    own.unlink()
    eventually(lambda: "house.txt" in house.run("lists", "status"))
    assert is_blocked(house, "x.file.example")

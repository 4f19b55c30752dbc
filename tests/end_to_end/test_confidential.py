"""The names of a confidential list are nowhere: not on disk, not in memory, not on a page."""

import json
import re
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from guardian.lists.self_test import SELF_TEST
from tests.end_to_end.conftest import Running, ede, eventually, free_port, lived_in
from tests.end_to_end.test_doctor import doctor, of
from tests.end_to_end.test_family import addresses
from tests.lists.feeds.certificates import Authority
from tests.web.visitor import Visitor

HOME = """\
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
lists:
  bundled: none
  sources:
    - {{name: Police, {place}, kind: iwf}}
people:
  - {{name: Mara, age_band: adult, devices: [127.0.0.4]}}
unknown_devices: {{profile: none}}
"""
# A part of each listed name and page that no other text of this machine has.
NEEDLE = b"qzjxv"
MARK = NEEDLE.decode()
SITES = [f"{MARK}-{number:x}-{MARK}.example" for number in range(100, 400)]
PAGES = [f"https://big.example/at/{MARK}/{number:x}" for number in range(100)]
ASKED = "asked-for.example"  # listed too: what was asked for may be in memory, in packets
CONTENT = "\n".join([*(f"https://{name}/" for name in (*SITES, ASKED)), *PAGES, ""])


def readable_memory(pid: int) -> Iterator[bytes]:
    """All mappings of a process that can be read."""
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if found is None or "[v" in line:  # vvar, vdso, vsyscall
                continue
            start, end = int(found[1], 16), int(found[2], 16)
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue  # device memory, or gone by now


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """An HTTPS server that has the list: its port, and whom to trust."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT.encode())

        def log_message(self, *_: object) -> None:
            pass

    certificate, key = Authority().issue("127.0.0.1", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield listening.server_port, certificate
    listening.shutdown()
    listening.server_close()


@pytest.fixture(params=["local", "far"])
def house(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    upstream: int,
    server: tuple[int, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Running]:
    """A guardian with the list from a file, and one that fetches it."""
    far, certificate = server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "police.txt").write_text(CONTENT)
    place = f"url: 'https://127.0.0.1:{far}/list'"
    if request.param == "local":
        place = "path: elsewhere/police.txt"
    port, web = free_port(), free_port()
    config = tmp_path / "home.yaml"
    config.write_text(HOME.format(port=port, web=web, upstream=upstream, place=place))
    with lived_in(config, tmp_path / "state", port, web) as running:
        eventually(lambda: ede(running.ask(SELF_TEST)) == 16)
        yield running


def test_names_are_nowhere_but_in_the_list(house: Running) -> None:
    assert addresses(house.ask(f"www.{ASKED}")) == ["0.0.0.0"]
    pids = [house.process.pid, *house.resolver_pids()]
    assert len(pids) > 1
    for pid in pids:
        size = 0
        for piece in readable_memory(pid):
            size += len(piece)
            assert NEEDLE not in piece, pid
        assert size > 10_000_000, pid  # it was really looked at
    for path in (*house.state.rglob("*"), *house.state.parent.glob("std*")):
        if path.is_file():
            assert NEEDLE not in path.read_bytes(), path


def test_no_page_and_no_command_names_them(house: Running) -> None:
    visitor = Visitor(house)
    visitor.first_run()
    pages = ("/", "/settings/lists", "/api/v1/lists", "/api/v1/status")
    said = [visitor.get(path).body for path in pages]
    said += [house.run("lists", "status"), house.run("lists", "status", "--json")]
    said.append(house.run("lists", "lookup", SITES[1]))
    asked = visitor.get(f"/settings/lists?name={SITES[1]}")
    assert "This site cannot be opened for anybody here" in asked.text
    said.append(asked.body)
    known = visitor.get(f"/api/v1/lookup?name={ASKED}")
    assert json.loads(known.body)["is_illegal"]
    said.append(known.body)
    for text in said:
        assert MARK not in text


def test_the_doctor_sees_that_the_block_works(house: Running) -> None:
    (finding,) = of(doctor(house)[1], "illegal content")
    assert finding["level"] == "ok"
    assert SELF_TEST in finding["sentence"]
    status = json.loads(house.run("lists", "status", "--json"))
    assert [each["names"] for each in status] == [len(SITES) + 1]

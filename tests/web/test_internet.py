"""The step of the first run that chooses who looks up names: tried before it is kept."""

from pathlib import Path

import pytest

from tests.encrypted import NAME
from tests.end_to_end.conftest import eventually
from tests.end_to_end.test_upstreams import asking, served
from tests.web.visitor import Visitor


def test_who_is_asked_encrypted_is_tried_then_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with served(folder) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.files.certificate))  # as the system's
        with asking(
            tmp_path, "  - 127.0.0.1:1\n  - {address: 10.0.0.1, for: work.example}\n"
        ) as house:
            parent = Visitor(house)
            parent.get("/setup")
            parent.first_run()
            page = parent.get("/setup/internet")
            assert '<select id="way" name="way"' in page.body
            for wrong, said in [
                (f"tls://127.0.0.1:{server.tls}#other.example", "It does not answer"),
                ("https://dns.example/dns-query", "Nobody could say where dns.example is"),
                ("gopher://127.0.0.1", "Write an IP address"),
            ]:
                page = parent.post("/setup/internet", upstream="own", own=wrong)
                assert (page.status, said in page.text) == (422, True), page.text
            assert "127.0.0.1:1" in house.config.read_text()
            address = f"tls://127.0.0.1:{server.tls}#{NAME}"
            page = parent.post("/setup/internet", upstream="own", own=address)
            assert page.status == 303, page.text
            assert address in house.config.read_text()
            assert "work.example" in house.config.read_text()
            eventually(lambda: house.ask("x.open.example").rr)
            assert "127.0.0.1" in parent.get("/setup/internet").body

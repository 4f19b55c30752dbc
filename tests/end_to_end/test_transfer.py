"""A zone at a real primary changes, and the answer of DNS with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Running, eventually, free_port, lived_in
from tests.lists.transfer.conftest import SECRET, Knot, Nsd, start_knot, start_nsd, tsig

HOUSEHOLD = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
lists:
  bundled: none
  notify: 127.0.0.1:{notify}
  sources:
    - name: zone
      category: rpz
      zone: rpz.example
      primaries: ["127.0.0.1:{primary}"]
      tsig: {{name: guardian.school.example, secret_file: secret}}
profiles: {{child: {{block: [rpz]}}}}
unknown_devices: {{profile: child}}
"""


@pytest.fixture(params=["knot", "nsd"])
def primary(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Knot | Nsd, int]]:
    """A primary, and the port at which it says that its zone changed."""
    folder, notify = tmp_path / "primary", free_port()
    folder.mkdir()
    lines = ["bad.open.test CNAME ."]
    started: Knot | Nsd
    if request.param == "knot":
        started = start_knot(folder, lines, SECRET, notify)
    else:
        started = start_nsd(folder, lines, notify)
    yield started, notify
    started.process.terminate()
    started.process.wait(10)


@pytest.fixture
def home(tmp_path: Path, upstream: int, primary: tuple[Knot | Nsd, int]) -> Iterator[Running]:
    port, web = free_port(), free_port()
    tsig(tmp_path)
    config = tmp_path / "home.yaml"
    config.write_text(
        HOUSEHOLD.format(
            port=port, web=web, upstream=upstream, primary=primary[0].port, notify=primary[1]
        )
    )
    with lived_in(config, tmp_path / "state", port, web) as running:
        yield running


def test_what_a_primary_changes_is_in_force(home: Running, primary: tuple[Knot | Nsd, int]) -> None:
    eventually(lambda: not is_blocked(home, "new.open.test"))  # until then, all waits for the list
    assert is_blocked(home, "bad.open.test")
    assert "version 1" in home.run("lists", "status")
    if isinstance(primary[0], Knot):
        primary[0].change(["new.open.test CNAME ."], ["bad.open.test CNAME"])
    else:
        primary[0].write(2, "new.open.test CNAME .")
    eventually(lambda: is_blocked(home, "new.open.test"))
    assert not is_blocked(home, "bad.open.test")
    assert "version 2" in home.run("lists", "status")


def is_blocked(home: Running, qname: str) -> bool:
    return [str(each.rdata) for each in home.ask(qname).rr] == ["0.0.0.0"]

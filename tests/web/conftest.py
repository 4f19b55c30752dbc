"""A household's pages as they really run, a visitor to them, and a real browser to look."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.end_to_end.conftest import Running, free_port, lived_in
from tests.web.visitor import Visitor

LONG = "Donaudampfschifffahrtsgesellschafts"
FAMILY = """
household: {{time_zone: Europe/Berlin, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}", block: "127.0.0.1:{block}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
lists: {{bundled: all}}
people:
  - {{name: Lina, age_band: 6-8, devices: [127.0.0.2]}}
  - {{name: Noor, age_band: 13-15, devices: [127.0.0.3], rules: {{deny_names: [shut.test]}}}}
  - {{name: Ömer {long}, age_band: 9-12}}
  - {{name: "<b>Bo</b>", age_band: 0-5}}
  - {{name: Tom, age_band: 9-12, devices: [127.0.0.5]}}
  - {{name: Mara, age_band: adult, devices: [127.0.0.4]}}
unknown_devices: {{profile: 6-8}}
"""


def household(folder: Path) -> Iterator[Running]:
    """A guardian with a family, started for real; nobody answers as its upstream."""
    port, web, block = free_port(), free_port(), free_port()
    config, state = folder / "home.yaml", folder / "state"
    config.write_text(
        FAMILY.format(port=port, web=web, block=block, upstream=free_port(), long=LONG)
    )
    with lived_in(config, state, port, web, block) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A household for all tests of a file that leave it as it was."""
    yield from household(tmp_path_factory.mktemp("house"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Running]:
    """A household for one test alone, before its first run."""
    yield from household(tmp_path)


@pytest.fixture(scope="module")
def parent(shared: Running) -> Visitor:
    """The owner of the shared household, logged in."""
    visitor = Visitor(shared)
    visitor.first_run()
    return visitor


@pytest.fixture(scope="module")  # while it lives, its event loop is in the way of others
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--host-resolver-rules=MAP *.test 127.0.0.1",
            ],
        )  # fmt: skip
        yield browser
        browser.close()

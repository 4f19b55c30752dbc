"""A household's page on a real socket, and a real browser to look at it."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from guardian.safety.helplines import Helpline
from guardian.web.application import application
from guardian.web.languages import LANGUAGES, Language
from guardian.web.status import BudgetStatus, PersonStatus, Status

CHILD_FILTERED = (
    "Adult content",
    "Gambling",
    "Drugs",
    "Violence",
    "Dating",
    "Social media",
    "Ads and trackers",
    "Ways around the filter",
)


def a_status() -> Status:
    """A family on a Thursday evening."""
    return Status(
        time=datetime(2026, 11, 26, 19, 42, tzinfo=UTC),
        people=(
            PersonStatus(
                "Lina", "6-8 years · 3 devices", "free", "Free time", "until 20:00, then bedtime",
                CHILD_FILTERED, 1204, 37,
                (BudgetStatus("Games", 25, 60), BudgetStatus("", 540, 900, week=True)),
            ),
            PersonStatus(
                "Noor", "13-15 years · 4 devices", "homework", "Homework",
                "until 20:15: no video, games or social media", CHILD_FILTERED[:4], 3310, 112,
            ),
            PersonStatus(
                "Ömer", "9-12 years · 1 device", "bedtime", "Bedtime", "until 07:00",
                CHILD_FILTERED[:1], 1, 1,
            ),
            PersonStatus(
                "Mara", "adult · 2 devices", "free", "Free time", "at all hours", (), 0, 0
            ),
        ),
        notices=("Bedtime for Lina in 12 min",),
        strangers=PersonStatus(
            "", "", "pause", "Internet paused", "until 20:10, then free time", CHILD_FILTERED, 12, 2
        ),
        dns=("192.168.1.2:53", "[fd00::2]:53"),
        queries_today=4527,
        blocked_today=152,
        lists=16,
        names=5204,
        helpline=Helpline(
            "DE", "Nummer gegen Kummer", "116 111", "https://www.nummergegenkummer.de/",
            "https://directory.example/germany", date(2026, 9, 29),
        ),
    )  # fmt: skip


@pytest.fixture
def family() -> Status:
    return a_status()


class _Sentences(NullTranslations):
    """A catalogue from a JSON file; English where it has no sentence."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._sentences: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))

    def gettext(self, message: str) -> str:
        return self._sentences.get(message, message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


@pytest.fixture
def arabic() -> Language:
    """A page from right to left."""
    return Language("ar", _Sentences(Path(__file__).with_name("arabic.json")), "rtl")


Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a status, or what a function says, on 127.0.0.1; gives the page's address."""
    stops: list[Callable[[], None]] = []

    def start(
        status: Status | Callable[[], Status],
        languages: Mapping[str, Language] = LANGUAGES,
        names: tuple[str, ...] = (),
    ) -> str:
        says = status if callable(status) else lambda: status
        address, stop = _served(application(says, names, languages))
        stops.append(stop)
        return address

    yield start
    for stop in stops:
        stop()


def _served(app: web.Application) -> tuple[str, Callable[[], None]]:
    loop = asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    runner = web.AppRunner(app, access_log=None)
    ready = threading.Event()

    async def open_page() -> None:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        ready.set()

    def work() -> None:
        loop.run_until_complete(open_page())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)

    def stop() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)

    return f"http://127.0.0.1:{listener.getsockname()[1]}", stop


@dataclass
class Browser:
    """A real Chromium, steered over WebDriver (www.w3.org/TR/webdriver2) by plain HTTP."""

    session: str

    def call(self, path: str, **values: Any) -> Any:
        return _post(f"{self.session}/{path}", values)

    def open(self, address: str) -> None:
        self.call("url", url=address)

    def run(self, script: str) -> Any:
        return self.call("execute/sync", script=script, args=[])

    def show(self, width: int, height: int, **features: str) -> None:
        """Makes the page this wide in CSS pixels; features: of media, such as colour scheme."""
        self._devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        named = [{"name": name.replace("_", "-"), "value": is_} for name, is_ in features.items()]
        self._devtools("Emulation.setEmulatedMedia", features=named)

    def without_script(self) -> None:
        self._devtools("Emulation.setScriptExecutionDisabled", value=True)

    def _devtools(self, command: str, **params: Any) -> None:
        self.call("goog/cdp/execute", cmd=command, params=params)


@pytest.fixture(scope="session")
def chromedriver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("chromedriver")
    if program is None or shutil.which("chromium") is None:
        pytest.skip("needs the packages chromium and chromium-driver")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with _running([program, f"--port={port}"], tmp_path_factory.mktemp("driver")):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    with (folder / "output").open("wb") as output:
        environment = {**os.environ, "HOME": str(folder)}
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def browser(chromedriver: str, tmp_path: Path) -> Iterator[Browser]:
    arguments = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", f"--user-data-dir={tmp_path / 'profile'}",
    ]  # fmt: skip
    wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments}}
    _wait_for(f"{chromedriver}/status")
    made = _post(f"{chromedriver}/session", {"capabilities": {"alwaysMatch": wanted}})
    session = f"{chromedriver}/session/{made['sessionId']}"
    yield Browser(session)
    _send(urllib.request.Request(session, method="DELETE"))


def _post(address: str, values: Mapping[str, Any]) -> Any:
    return _send(urllib.request.Request(address, json.dumps(values).encode()))


def _send(request: urllib.request.Request) -> Any:
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["value"]


def _wait_for(address: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            assert time.monotonic() < until, f"nobody answers at {address}"
            time.sleep(0.05)
        else:
            return

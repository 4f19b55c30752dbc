"""Takes the pictures of the documentation, and one of every page to look at (`make screenshots`).

A made-up family is started for real, in a zone in which it is late afternoon, so that there is
something to see; its children ask for this and that. The documentation's pictures go to
docs/images, all others to the folder that is given.
"""

import os
import re
import signal
import sys
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.end_to_end.conftest import Running, eventually, free_port, start, up
from tests.web.test_pages import PAGES
from tests.web.visitor import Visitor

_IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
_HOUR: Final = 16  # at which the family is looked at
_PHONE: Final = {"width": 375, "height": 812}
_DESKTOP: Final = {"width": 1100, "height": 800}
_SIZES: Final = (("phone", _PHONE), ("desktop", _DESKTOP))
_LINA: Final = "127.0.0.2"
_MORE: Final = ("/watch/127.0.0.2", "/settings/notifications/1", "/me/letter", "/login")
_FAMILY: Final = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
profiles:
  primary:
    base: 6-8
    windows:
      - {{kind: homework, days: mon-fri, from: "14:30", to: "16:00", block: [games, video]}}
      - {{kind: screen-free, days: [sat, sun], from: "12:00", to: "13:30"}}
people:
  - {{name: Lina, age_band: 6-8, profile: primary, devices: [{lina}]}}
  - {{name: Noor, age_band: 13-15, devices: [127.0.0.3]}}
  - {{name: Mara, age_band: adult, devices: [127.0.0.4]}}
shared_devices: [{{name: TV, devices: [127.0.0.6]}}]
unknown_devices: {{profile: 6-8}}
"""
# File → language, path, size, colours.
_OF_DOCS: Final = {
    "home": ("en", "/", _PHONE, "light"),
    "week": ("en", "/people/Lina/week?view=grid", _DESKTOP, "light"),
    "child": ("en", "/me", _PHONE, "light"),
    "arabic": ("ar", "/", _PHONE, "dark"),
}


def _zone() -> str:
    """A zone in which it is afternoon now. POSIX signs: Etc/GMT-2 is two hours ahead."""
    ahead = (_HOUR - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _asked(house: Running) -> None:
    """What the children's devices looked up."""
    for name in ("tiktok.com", "www.instagram.com", "www.roblox.com", "www.pornhub.com"):
        house.ask(name, client=_LINA)
        house.ask(name, client="127.0.0.3")


def _watched(house: Running, parent: Visitor) -> None:
    """A watch of Lina's device that has seen something, a way for news, a device nobody named."""
    parent.get("/watch")
    assert parent.post("/watch", device=_LINA, what="app", minutes="10").status == 303
    for name in ("api.playground.example", "cdn.playground.example", "ads.tracker.example"):
        house.ask(name, client=_LINA)
    parent.get("/settings/notifications/new/ntfy")
    done = parent.post(
        "/settings/notifications/new/ntfy", title="Mara’s phone", topic=["family-7", "requests"],
        most="10",
    )  # fmt: skip
    assert done.status == 303, done.text
    house.ask("printer.example", client="127.0.0.9")


def _eyes(browser: Browser, parent: Visitor, look: tuple[str, dict[str, int], str]) -> Page:
    """A browser's page that is logged in. look: language, size and colours."""
    language, size, scheme = look
    parent.get("/settings/account")
    parent.post("/settings/account/language", language=language)
    parent.get("/")  # where that is told of
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    context.add_cookies(
        [
            {"name": name, "value": value, "url": parent.address}
            for name, value in {**parent.cookies, "language": language}.items()
        ]
    )
    return context.new_page()


def main(folder: Path) -> None:
    """Take all pictures."""
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        config, state = Path(scratch) / "home.yaml", Path(scratch) / "state"
        port, web = free_port(), free_port()
        text = _FAMILY.format(port=port, web=web, upstream=free_port(), lina=_LINA)
        # The child's own page is looked at from this machine.
        config.write_text(text.replace(f"[{_LINA}]", f"[{_LINA}, 127.0.0.1]"))
        house = Running(start(config, state), port, web, config, state)
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            eventually(lambda: up(port))
            parent = Visitor(house)
            parent.first_run()
            place = {"language": "en", "country": "DE", "zone": _zone(), "version": ""}
            assert parent.post("/settings/house", **place).status == 303
            _asked(house)
            house.run("requests", "ask", "Noor", "--more", "30m", "--for", "video")
            eventually(lambda: "Noor asks" in parent.get("/").text)
            for name, look in _OF_DOCS.items():
                language, path, size, scheme = look
                page = _eyes(browser, parent, (language, size, scheme))
                page.goto(parent.address + path)
                page.screenshot(path=_IMAGES / f"{name}.png")
                page.context.close()
            _watched(house, parent)
            for (box, size), code, scheme in product(_SIZES, ("en", "ar"), ("light", "dark")):
                page = _eyes(browser, parent, (code, size, scheme))
                for path in (*PAGES, *_MORE):
                    if path == "/login":
                        page.context.clear_cookies(name="guardian")
                    page.goto(parent.address + path)
                    name = re.sub(r"[/?&=.]+", "-", path).strip("-") or "home"
                    page.screenshot(
                        path=folder / f"{name}-{code}-{box}-{scheme}.png", full_page=True
                    )
                page.context.close()
        finally:
            browser.close()
            house.process.kill()
            house.process.wait(5)
            for pid in house.resolver_pids():
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)

"""`python -m benchmarks.browser`: what a phone feels of the pages, as Lighthouse would say it.

Chromium at 375 pixels, four times slower than this machine, behind a slow mobile network (150 ms,
1.6 Mbit/s down, 0.75 up), opens pages of the large household: a first time, and again with what it
keeps. The figures are of this machine and are printed, never asserted.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks import household
from benchmarks.pages import Server
from benchmarks.report import aligned
from guardian.web.visit import COOKIE

PHONE: Final[ViewportSize] = {"width": 375, "height": 812}
SLOWER: Final = 4
NETWORK: Final = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1_600_000 / 8,  # bytes a second
    "uploadThroughput": 750_000 / 8,
}
_CHILD: Final = household.person(1).replace(" ", "%20")
PAGES: Final = (
    "/login",
    "/",
    f"/people/{_CHILD}",
    f"/people/{_CHILD}/filters",
    f"/people/{_CHILD}/week?view=grid",
    f"/activity?person={_CHILD}&days=week",
    "/requests",
    "/settings",
    "/me",
)
_OBSERVE: Final = """() => {
  window.felt = { lcp: 0, cls: 0, tasks: 0, blocked: 0 };
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.felt.lcp = each.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.felt.cls += each.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) {
      window.felt.tasks += 1;
      window.felt.blocked += Math.max(0, each.duration - 50);
    }
  }).observe({ type: "longtask", buffered: true });
}"""
_FIRST_PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


@dataclass(frozen=True, slots=True)
class Felt:
    """One visit. Times in ms; bytes and requests as they went over the wire."""

    first_paint: float
    largest_paint: float
    shift: float
    bytes: int
    requests: int
    long_tasks: int
    blocked: float

    def row(self) -> tuple[str, ...]:
        return (
            f"{self.first_paint:.0f}", f"{self.largest_paint:.0f}", f"{self.shift:.3f}",
            f"{self.bytes / 1e3:.1f}", str(self.requests), str(self.long_tasks),
            f"{self.blocked:.0f}",
        )  # fmt: skip


def visited(page: Page, address: str) -> Felt:
    """Open an address and say how that was."""
    counted = {"bytes": 0, "requests": 0}
    link = page.context.new_cdp_session(page)
    link.send("Network.enable")
    link.send("Network.emulateNetworkConditions", NETWORK)
    link.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def finished(event: Any) -> None:
        counted["bytes"] += int(event["encodedDataLength"])
        counted["requests"] += event["encodedDataLength"] > 0

    link.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(1500)  # a late paint or shift would come by then
    felt = page.evaluate("window.felt")
    first = float(page.evaluate(_FIRST_PAINT))
    link.detach()
    return Felt(
        first, felt["lcp"], felt["cls"], counted["bytes"], counted["requests"], felt["tasks"],
        felt["blocked"],
    )  # fmt: skip


def measured(browser: Browser, server: Server) -> list[tuple[str, ...]]:
    """Two rows a page: in a browser that knows nothing, and in one that was there before."""
    rows = []
    for path in PAGES:
        context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
        address = f"http://127.0.0.1:{server.web}"
        if path != "/login":
            context.add_cookies([{"name": COOKIE, "value": server.token, "url": address}])
        context.add_init_script(f"({_OBSERVE})()")
        page = context.new_page()
        rows.append((path, "first", *visited(page, address + path).row()))
        page.goto("about:blank")
        rows.append(("", "later", *visited(page, address + path).row()))
        context.close()
    return rows


def main() -> int:
    """0 measured; 1 there is no Chromium."""
    argparse.ArgumentParser(prog="python -m benchmarks.browser", description=__doc__).parse_args()
    program = shutil.which("chromium")
    if program is None:
        print("Missing: chromium. Install with: apt-get install chromium")
        return 1
    head = ("page", "visit", "first paint ms", "largest ms", "shift", "kB", "requests",
            "long tasks", "blocked ms")  # fmt: skip
    with (
        tempfile.TemporaryDirectory(prefix="guardian-bench-") as scratch,
        sync_playwright() as play,
    ):
        server = Server(Path(scratch), 0)
        server.fill()
        with server.start():
            browser = play.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--disable-gpu"]
            )
            rows = measured(browser, server)
            browser.close()
    print("\n".join(aligned([head, *rows])))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What a start waits for before DNS is answered."""

import subprocess
import sys


def test_pages_come_after_dns() -> None:
    script = "import guardian.service.control, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = {each.partition(".")[0] for each in done.stdout.split()}
    assert not loaded & {"aiohttp", "babel", "jinja2"}

"""What a resolver imports of the lists costs it no memory."""

import subprocess
import sys

HEAVY = {"aiohttp", "asyncio", "yaml", "publicsuffixlist", "idna", "gzip", "csv", "ssl"}


def test_index_and_match_load_nothing_heavy() -> None:
    script = "import guardian.lists.index, guardian.lists.match, sys; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert not loaded & HEAVY
    ours = {each for each in loaded if each.startswith("guardian.lists.")}
    assert ours == {
        f"guardian.lists.{name}"
        for name in ("entry", "expressions", "hashing", "index", "keyed", "match", "networks")
    }

"""The house stands: imports point down, and a resolver loads nothing heavy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1] / "guardian"
BELOW = {
    "names": set(),
    "errors": set(),
    "home_socket": set(),
    "patterns": set(),
    "qtypes": set(),
    "dns": {"names"},
    "lists": {"names", "errors"},
    "policy": {"names", "errors", "patterns"},
    "safety": {"names", "errors"},
    "settings": {"names", "errors", "patterns", "qtypes", "policy", "lists", "safety"},
    "takeover": {"names", "errors", "patterns", "policy", "lists", "safety", "settings"},
    "network": {"names", "errors", "policy"},
    "client": {"errors", "home_socket"},
    "store": {"names", "errors", "policy"},
    "stats": {"names", "errors", "policy"},
    "web": {"names", "errors", "policy", "store", "safety", "settings", "lists"},
    "service": {
        "names",
        "errors",
        "patterns",
        "qtypes",
        "dns",
        "lists",
        "policy",
        "safety",
        "settings",
    }
    | {"home_socket", "network", "store", "stats", "client", "web"},
}
BELOW["cli"] = {*BELOW["service"], "service", "takeover"}


def rooms_used(path: Path) -> set[str]:
    used = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
            if node.module == "guardian":
                modules = [f"guardian.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        used |= {each.split(".")[1] for each in modules if each.startswith("guardian.")}
    return used - {"__version__"}


@pytest.mark.parametrize("room", sorted(BELOW))
def test_imports_point_down(room: str) -> None:
    files = (
        [HOUSE / f"{room}.py"]
        if (HOUSE / f"{room}.py").exists()
        else [*(HOUSE / room).rglob("*.py")]
    )
    assert files
    for path in files:
        assert rooms_used(path) <= BELOW[room] | {room}, path


def test_a_resolver_loads_nothing_heavy() -> None:
    script = "import guardian.service.resolver, sys; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert not any(each.startswith("guardian.policy") for each in loaded)
    assert not loaded & {
        "aiohttp",
        "sqlite3",
        "scapy",
        "yaml",
        "dnslib",
        "jinja2",
        "publicsuffixlist",
    }

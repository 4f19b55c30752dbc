"""Where the configuration and the state are, unless the command says otherwise."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_SYSTEM_CONFIG: Final = Path("/etc/guardian/guardian.yaml")
_SYSTEM_STATE: Final = Path("/var/lib/guardian")
_EXAMPLES: Final = (
    _CHECKOUT / "config" / "home.yaml",
    Path(__file__).resolve().parents[1] / "config" / "home.yaml",
)


def default_config() -> Path:
    """The system's configuration, or the example that comes with guardian."""
    if _SYSTEM_CONFIG.parent.is_dir():  # whether this user may look into it or not
        return _SYSTEM_CONFIG
    return next((path for path in _EXAMPLES if path.exists()), _SYSTEM_CONFIG)


def default_state() -> Path:
    """systemd's state folder, also for commands; else one in the user's home (XDG directories)."""
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given)
    if _SYSTEM_STATE.is_dir():
        return _SYSTEM_STATE
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "guardian"


def add_place_arguments(parser: ArgumentParser) -> None:
    """--config and --state."""
    parser.add_argument("--config", type=Path, default=default_config(), metavar="FILE")
    parser.add_argument("--state", type=Path, default=default_state(), metavar="DIR")

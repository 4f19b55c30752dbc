"""A change of the lists in the household's configuration, by a command."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guardian.service import history
from guardian.settings.edit import edited
from guardian.store.household import Store


def change(args: Namespace, alter: Callable[[Any], None], deed: str) -> None:
    """Edit the configuration with its comments; `guardian config undo` takes it back.

    deed: what is done, for the history. Raises ConfigError, CannotEdit, OSError.
    """
    config: Path = args.config
    content = edited(config.read_bytes(), alter)
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        history.keep_unseen(store, config, args.state)
    finally:
        store.close()
    history.write(config, args.state, content, deed)

"""A change of the household's configuration, by a command."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guardian.service import history
from guardian.settings.edit import edited
from guardian.store.household import Store


def change(args: Namespace, alter: Callable[[Any], None], deed: str) -> None:
    """Edit the configuration with its comments, as `put` does. Raises CannotEdit besides."""
    put(args, edited(args.config.read_bytes(), alter), deed)


def put(args: Namespace, content: bytes, deed: str) -> None:
    """Put the configuration's new content in place; `guardian config undo` takes it back.

    What somebody wrote into the file before, unseen by guardian, is in the history then, too. deed:
    what is done, for the history. Raises ConfigError, OSError.
    """
    config: Path = args.config
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        history.keep_unseen(store, config, args.state)
    finally:
        store.close()
    history.write(config, args.state, content, deed)

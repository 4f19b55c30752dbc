"""Names that a person may have for good, put into the configuration on a parent's word."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

from guardian.errors import GuardianError
from guardian.service import history
from guardian.settings import Settings
from guardian.settings.edit import edited, listed
from guardian.settings.own_rules import set_name, table_of
from guardian.store.household import Store


class NobodyThere(GuardianError):
    """Somebody who is in the configuration no more."""

    exit_code: ClassVar[int] = 2


def allow(
    store: Store, settings: Settings, state: Path, person: str, names: Iterable[str], deed: str
) -> None:
    """Add names to what a person's own rules allow, and take them out of what these deny.

    deed: what is done, for the history. Raises NobodyThere, ConfigError, CannotEdit.
    """
    wanted = tuple(names)

    def change(data: Any) -> None:
        theirs = (each for each in listed(data.get("people")) if str(each["name"]) == person)
        entry = next(theirs, None)
        if entry is None:
            raise NobodyThere(f"nobody is called {person} any more")
        rules = entry.setdefault("rules", {})
        allowed = listed(rules.get("allow_names"))
        rules["allow_names"] = [*allowed, *(each for each in wanted if each not in allowed)]
        if "deny_names" in rules:
            denied = listed(rules["deny_names"])
            rules["deny_names"] = [each for each in denied if each not in wanted]

    _write(store, settings, state, change, deed)


def forget(
    store: Store, settings: Settings, state: Path, person: str, name: str, deed: str
) -> None:
    """Take a name out of what a person's own rules allow. Raises ConfigError, CannotEdit."""

    def change(data: Any) -> None:
        set_name(table_of(data, person), "allow_names", name, present=False)

    _write(store, settings, state, change, deed)


def _write(
    store: Store, settings: Settings, state: Path, change: Callable[[Any], None], deed: str
) -> None:
    history.keep_unseen(store, settings.path, state)
    content = edited(settings.path.read_bytes(), change)
    history.write(settings.path, state, content, deed)

"""Changes of the configuration: who made them, what they were, and how to take one back.

The file is the truth, whoever writes it. Control keeps what it was before and after each change
that it took over; a command says in a note beside it who is about to write.
"""

import getpass
import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import ClassVar, Final

from guardian.errors import GuardianError, Said
from guardian.lists.bundled import folder
from guardian.lists.replace import replace_file
from guardian.settings import ConfigError
from guardian.settings.canonical import differences
from guardian.settings.settings import parse
from guardian.store.changes import Change, Place
from guardian.store.household import Store

_NOTE: Final = "run/author"
BY_HAND: Final = "the file was edited"
NEVER_IN_FORCE: Final = "the file was edited, and never in force"


class NothingToUndo(GuardianError):
    """No such change, or none at all."""

    exit_code: ClassVar[int] = 2


def version(content: bytes) -> str:
    """What tells one configuration from another: short, and the same for the same bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


def since(store: Store, wanted: str) -> tuple[bytes | None, list[Change]]:
    """The configuration of a version, and the changes made of it since, the last first.

    None where it is not remembered.
    """
    later: list[Change] = []
    for each in store.changes.all():
        if version(each.after) == wanted:
            return each.after, later
        later.append(each)
        if version(each.before) == wanted:
            return each.before, later
    return None, []


def after(store: Store, number: int) -> list[Change]:
    """The changes after one, the last first."""
    return list(takewhile(lambda each: each.number > number, store.changes.all()))


def author(state: Path) -> str:
    """Who wrote the configuration; the note is used once."""
    note = state / _NOTE
    try:
        said = note.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return BY_HAND
    note.unlink(missing_ok=True)
    return said[:80] or BY_HAND


def write(config: Path, state: Path, content: bytes, deed: str) -> None:
    """Put another configuration in place; a running guardian follows.

    deed: what is done, such as "import". Raises ConfigError where it cannot be used, and OSError.
    """
    parse(content, config, folder())
    user = ""
    with suppress(OSError, KeyError):
        user = getpass.getuser()
    put(config, state, content, f"{deed} by {user or 'somebody'}")


def put(config: Path, state: Path, content: bytes, who: str) -> None:
    """Put a configuration in place that can be used. who: did it, and what. Raises OSError."""
    (state / "run").mkdir(parents=True, exist_ok=True)
    (state / _NOTE).write_text(who, encoding="utf-8")
    replace_file(config, [content])


def keep(store: Store, who: str, before: bytes, after: bytes, now: datetime) -> None:
    """Remember a change, and what it was: to compare whole files takes long."""
    store.changes.keep(who, before, after, now, places(before, after))


def places(before: bytes, after: bytes) -> list[Place]:
    """What differs; nothing where it cannot be told."""
    try:
        return [(each.path, each.gone, each.come) for each in differences(before, after)]
    except ConfigError:  # written by hand, and never in force
        return []


def keep_unseen(store: Store, config: Path, state: Path) -> bytes | None:
    """Remember an edit that no guardian has taken over; gives what was in force before it."""
    last_good = state / "config.last-good.yaml"
    if not last_good.exists() or not config.exists():
        return None
    before, present = last_good.read_bytes(), config.read_bytes()
    if before == present:
        return None
    keep(store, NEVER_IN_FORCE, before, present, datetime.now(UTC))
    return before


def change(store: Store, number: int | None) -> Change:
    """A change by its number, or the last one. Raises NothingToUndo."""
    last = store.changes.last()
    found = store.changes.numbered(last if number is None else number)
    if found is None:
        raise NothingToUndo(
            Said("there is no change %(number)s; see: guardian config history", number=number)
            if last
            else Said("nothing was changed yet; see: guardian config history")
        )
    return found

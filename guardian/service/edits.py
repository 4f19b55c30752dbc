"""Changes of a running household's configuration: merged with what others did, kept, in force."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardian.lists.bundled import folder
from guardian.service import history
from guardian.settings import ConfigError
from guardian.settings.edit import combined, edited
from guardian.settings.merge import Overlap
from guardian.settings.settings import parse
from guardian.store.changes import Change
from guardian.web.configuration import Conflict

if TYPE_CHECKING:
    from guardian.service.control import Control
    from guardian.service.house import RunningHouse


class Edits:
    """What `web.configuration.Configuration` promises, kept for `RunningHouse`."""

    def __init__(self, control: "Control", house: "RunningHouse", state: Path) -> None:
        self._control = control
        self._house = house
        self._state = state

    def version(self) -> str:
        return history.version(self._house.settings.path.read_bytes())

    def edit(
        self,
        change: Callable[[Any], None],
        deed: str,
        who: str,
        version: str,
        about: str = "",
    ) -> int:
        self._control.notice()  # an edit by hand is a change of its own
        path = self._house.settings.path
        present = path.read_bytes()
        if version and version != history.version(present):
            content = self._beside(change, version, present)
        else:
            content = edited(present, change)
        parse(content, path, folder())
        return self.write(content, f"{deed} by {who}", deed, who, about)

    def replace(self, content: bytes, who: str) -> None:
        self._control.notice()
        parse(content, self._house.settings.path, folder())
        self.write(content, f"import by {who}", "put a file in place", who, "")

    def undo(self, number: int, who: str, *, whole: bool = False) -> int:
        self._control.notice()
        path = self._house.settings.path
        store = self._house.store
        change, later = history.change(store, number), history.after(store, number)
        content = change.before
        if not whole:
            try:
                content = combined(change.after, change.before, path.read_bytes())
                parse(content, path, folder())
            except (Overlap, ConfigError):
                raise Conflict("later changes build on this one", later) from None
        author = f"undo of change {number} by {who}"
        return self.write(content, author, "took back a change", who, "")

    def write(self, content: bytes, author: str, deed: str, who: str, about: str) -> int:
        """Put a file in place that was parsed; gives the number of the change, 0 for none.

        author: for the history. deed, who, about: for the journal.
        """
        path, store = self._house.settings.path, self._house.store
        if content == path.read_bytes():
            return 0
        history.keep_unseen(store, path, self._state)
        history.put(path, self._state, content, author)
        self._control.reload()
        with self._control.troubles.surviving():  # in force: what is not noted is said apart
            self._house.note(who, deed, about)
        return self._house.store.changes.last()  # 0 where there was no room to remember any

    def _beside(self, change: Callable[[Any], None], version: str, present: bytes) -> bytes:
        """The configuration with a change that was meant for an earlier one. Raises Conflict."""
        base, since = history.since(self._house.store, version)
        wanted = None
        if base is not None:
            ours = edited(base, change)
            with contextlib.suppress(Overlap):
                return combined(base, ours, present)
            wanted = Change(0, self._house.now(), "", tuple(history.places(base, ours)), base, ours)
        said = "somebody changed this meanwhile; nothing of yours was kept"
        raise Conflict(said, since, wanted)

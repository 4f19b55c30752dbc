"""What pages ask of the configuration, and do to it, so that nobody's edit is lost."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from guardian.errors import GuardianError
from guardian.store.changes import Change


class Conflict(GuardianError):
    """Somebody changed the same thing since the page was opened; nothing was done.

    changes: all that was changed since, the last first; () where that is not known. wanted: what
    would have been changed, if that is known.
    """

    def __init__(
        self, message: str, changes: Sequence[Change] = (), wanted: Change | None = None
    ) -> None:
        super().__init__(message)
        self.changes = tuple(changes)
        self.wanted = wanted


class Configuration(Protocol):
    """The household's file, as people change it. A change is in force before it returns."""

    def version(self) -> str:
        """Of the configuration as it stands: what a form sends back, so that no edit is lost."""

    def edit(
        self,
        change: Callable[[Any], None],
        deed: str,
        who: str,
        version: str,
        about: str = "",
    ) -> int:
        """Change the configuration: `change` alters its tables and lists in place.

        version: of what the form was made from; "" where that does not matter. What others changed
        since is kept, where it is something else. deed: for the journal; about: a person, or "".
        Gives the number of the change, for `undo`; 0 where nothing is different.
        Raises Conflict, ConfigError, CannotEdit.
        """

    def replace(self, content: bytes, who: str) -> None:
        """Put another configuration in place. Raises ConfigError; then nothing is changed."""

    def undo(self, number: int, who: str, *, whole: bool = False) -> int:
        """Take a change back, and leave later ones as they are; gives the number of this change.

        whole: put all back as it was before the change, and later ones are lost with it. Raises
        Conflict where it cannot be done without that, with the later changes; and GuardianError.
        """

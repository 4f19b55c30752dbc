"""What a page shows of a device that a parent watches: by site, what is the app's own first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from guardian.web.marked import sentence

UNSEEN: Final = sentence("This device has not asked guardian for anything lately.")
GROWN_UP: Final = sentence(
    "A grown-up’s device can only be watched from itself. Open this page there."
)
MANY: Final = sentence("Too many devices are watched now. Stop one of them first.")


class Sort(StrEnum):
    """Whose a site is. OWN: nobody's else that we know of, so perhaps the app's.

    KNOWN: of a service or category that has a switch. SHARED: many apps and systems use it.
    """

    OWN = "own"
    KNOWN = "known"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class HeardSite:
    """A site, or a name of a shared one, that a device asked for.

    name: what would be listed, with all below it. names: those that were asked for. count: how
    often. belongs: to what, by title. reason: why it is blocked for the device's owner at all
    hours, "" where it is not. proposed: whether it is ticked at first.
    """

    name: str
    names: tuple[str, ...]
    count: int
    sort: Sort
    belongs: tuple[str, ...]
    reason: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A watch of one device.

    sign: what it is called by. owner: "" where nobody has named it. site: that a parent wants to
    work, "" where they watch an app. left_out: how many names are not shown to anybody.
    """

    sign: str
    title: str
    owner: str
    site: str
    since: datetime
    until: datetime
    is_running: bool
    sites: tuple[HeardSite, ...] = ()
    left_out: int = 0

    @property
    def names(self) -> int:
        """How many names are shown."""
        return sum(len(each.names) for each in self.sites)

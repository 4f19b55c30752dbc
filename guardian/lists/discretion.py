"""How often people are told, by hand, that a name is on a confidential list.

Whoever may try names as often as they like reads the list out. So commands, pages and the API tell
of MOST names in WITHIN, all together; then lists of illegal content are left out of every look-up
alike, so that a refusal tells nothing of the name that was asked for. DNS is no business of this:
it answers each name as it must.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from guardian.lists.match import Match
from guardian.lists.replace import replace_file
from guardian.lists.self_test import SELF_TEST
from guardian.lists.shelf import locked

MOST: Final = 20
WITHIN: Final = timedelta(hours=1)


class Discretion:
    """Counts what was told, and nothing of whom or of which name, in the folder of the lists."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """now: aware clock."""
        self._path = folder / "told.json"
        self._now = now

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is told for now, of any name."""
        return len(self._told()) >= MOST

    def heard(self, qname: str, found: Match) -> Match:
        """What lists say of a name, as far as that may be told."""
        if qname == SELF_TEST or not any(entry.list.confidential for entry in found.blocked):
            return found
        return found if self._spend() else without_secrets(found)

    def _spend(self) -> bool:
        """Whether one more may be told; it is counted. Where nothing can be counted, it may not."""
        try:
            with locked(self._path.parent, "told.lock"):
                told = self._told()
                if len(told) >= MOST:
                    return False
                times = [*told, self._now().timestamp()]
                replace_file(self._path, [json.dumps(times).encode()], 0o600)
        except OSError:
            return False
        return True

    def _told(self) -> list[float]:
        """The times in question, seconds since 1970."""
        try:
            times = [float(each) for each in json.loads(self._path.read_bytes())]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError):
            return [self._now().timestamp()] * MOST  # damaged: nothing is told
        now = self._now().timestamp()
        return [each for each in times if abs(now - each) < WITHIN.total_seconds()]


def without_secrets(found: Match) -> Match:
    """The same without what confidential lists say."""
    return Match(
        tuple(each for each in found.blocked if not each.list.confidential),
        tuple(each for each in found.allowed if not each.list.confidential),
    )

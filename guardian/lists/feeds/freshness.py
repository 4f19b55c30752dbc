"""Is a confidential list still fresh?

What it names must be live: a site that is somebody else's by now is blocked for nothing. So content
that nobody confirmed for long fails, in sight of everybody who can mend it. It stays in force.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from guardian.errors import Said
from guardian.lists.shelf import Shelf
from guardian.lists.source import Source

CONFIRMED: Final = "confirmed"  # the note of when a server last had it, new or unchanged
_HOUR: Final = 3600


def confirmed(source: Source, notes: Mapping[str, Any], shelf: Shelf) -> datetime | None:
    """When the content of a source was last known to be current, UTC; None where it never came."""
    if source.is_remote and CONFIRMED in notes:
        return datetime.fromisoformat(notes[CONFIRMED])
    places = [path for path, _ in shelf.tries(source)]
    for path in places:
        try:
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            continue
    return None


def expired(source: Source, notes: Mapping[str, Any], shelf: Shelf, now: datetime) -> str:
    """What is wrong with a list that has grown too old; "" where nothing is."""
    if source.expires is None:
        return ""
    since = confirmed(source, notes, shelf)
    if since is None or now - since <= source.expires:
        return ""
    return Said(
        "it expired: its content is %(hours)s h old, and may be %(most)s h at most; it stays in "
        "force until newer content comes",
        hours=int((now - since).total_seconds()) // _HOUR,
        most=int(source.expires.total_seconds()) // _HOUR,
    )

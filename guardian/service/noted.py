"""Names that a resolver notes for a parent who learns what a site needs, until control is told.

Only names of people who are watched come here (`dns.view.WatchedView`); `watch` has the rest.
"""

from typing import Final

from guardian.names import from_wire

MOST_NAMES: Final = 2000  # of one person: a site with more is none for `allow_only`

Names = dict[str, dict[str, int]]
"""Person → qname → how often it was asked for."""


class Noted:
    """Names since control was last told."""

    def __init__(self) -> None:
        self._names: dict[str, dict[bytes, int]] = {}

    def note(self, person: str, name: bytes) -> None:
        """Somebody's device was given a wire name."""
        names = self._names.setdefault(person, {})
        if name in names or len(names) < MOST_NAMES:
            names[name] = names.get(name, 0) + 1

    def take(self) -> Names:
        """What was noted, and forget it."""
        found, self._names = self._names, {}
        return {
            person: {from_wire(name): count for name, count in names.items()}
            for person, names in found.items()
        }

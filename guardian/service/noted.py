"""Names that a resolver notes for a parent who learns what a site or an app needs.

Only names of people and devices that are watched come here (`dns.view.WatchedView`, `HeardView`),
until control is told; `watch` has the rest.
"""

from typing import Final

from guardian.names import from_wire

MOST_NAMES: Final = 2000  # of one person or device: a site with more is none for `allow_only`

Names = dict[str, dict[str, int]]
"""Person or device → qname → how often it was asked for."""


class Noted:
    """Names since control was last told."""

    def __init__(self) -> None:
        self._names: dict[str, dict[bytes, int]] = {}

    def note(self, who: str, name: bytes) -> None:
        """A person's device, or one device, asked for a wire name."""
        names = self._names.setdefault(who, {})
        if name in names or len(names) < MOST_NAMES:
            names[name] = names.get(name, 0) + 1

    def take(self) -> Names:
        """What was noted, and forget it."""
        found, self._names = self._names, {}
        return {
            who: {from_wire(name): count for name, count in names.items()}
            for who, names in found.items()
        }

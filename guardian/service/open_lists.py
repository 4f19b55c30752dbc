"""The compiled lists in force, opened once for all who ask by hand."""

import contextlib
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from guardian.lists.index import BadIndex, Index
from guardian.lists.match import NOTHING, Match
from guardian.lists.sayings import Saying, sayings
from guardian.names import to_wire
from guardian.policy.rules import ILLEGAL_CATEGORY
from guardian.qtypes import QTYPES
from guardian.safety.services import Service
from guardian.web.house import Within


class OpenLists:
    """An index, and what it was asked of services: the pages ask that of all of them."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._index: Index | None = None
        self._within: dict[tuple[str, tuple[str, ...]], Mapping[str, Within]] = {}

    def use(self, path: Path | None, key: bytes) -> "OpenLists":
        """Ask the lists in a file from now on; one that is gone leaves the last in use."""
        if path is not None and path != self._path:
            with contextlib.suppress(OSError, BadIndex), path.open("rb") as file:
                # It was checked whole when it was put into force.
                self._index = Index.from_fd(file.fileno(), key, str(path), whole=True)
                self._path = path
                self._within.clear()
        return self

    def match(self, qname: str, tried: Collection[str] = ()) -> Match:
        """What the lists say of a name. tried: as in `Index.match`."""
        return self._index.match(to_wire(qname), QTYPES["A"], tried) if self._index else NOTHING

    def sayings(self, qname: str, match: Match) -> tuple[Saying, ...]:
        """What each list says of a name. match: as far as it may be told."""
        return sayings(self._index, qname, match) if self._index else ()

    def within(self, service: Service) -> Mapping[str, Within]:
        """The categories in which lists put a service's names."""
        key = (service.id, service.names)
        known = self._within.get(key)
        if known is None:
            counts = Counter[str]()
            for name in service.names:
                counts.update(self.match(name).blocked_categories - {ILLEGAL_CATEGORY})
            known = self._within[key] = {
                category: Within.MOSTLY if 2 * count >= len(service.names) else Within.PARTLY
                for category, count in counts.items()
            }
        return known

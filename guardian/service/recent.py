"""What was looked up here lately, as far as it is kept: whom a change of a list would touch.

Names that a household has looked up are kept as hashes only, of what is registered, and only where
somebody's rules need them (`known_names`). Names that somebody was stopped from are kept for a
week, where their privacy lets parents see them. Of nobody else is anything said.
"""

from datetime import datetime
from pathlib import Path

from guardian.lists.keyed import hash_of
from guardian.names import suffixes, to_wire
from guardian.policy.people import Household
from guardian.service import new_names
from guardian.store.activity import NAMES_KEPT
from guardian.store.household import Store

_HOUSE = ""
_MOST = 1000  # names that a person was stopped from


def recent(
    store: Store, household: Household, names: Path, key: bytes, now: datetime
) -> dict[str, list[list[int]]]:
    """Who ("" for the house) → the names, each as the hashes of entries that would mean it.

    names: the folder of what the house knows. key: of its hashes, and of the lists'.
    """
    found: dict[str, list[list[int]]] = {}
    known = new_names.opened(names, key)
    if known is not None:
        found[_HOUSE] = [[number] for number in known.hashes]
    for person in sorted(store.activity.named() & {each.name for each in household.people}):
        stopped = store.activity.stopped(person, now - NAMES_KEPT, _MOST)
        found[person] = [
            [hash_of(to_wire(each), key) for each in suffixes(row.qname)] for row in stopped
        ]
    return found

"""Names that no family filter blocks as a whole: a list that names one has most likely gone wrong.

The selection is ours, in data/canaries.txt. Names of help are canaries of every list.
"""

from collections.abc import Mapping
from functools import cache

from guardian.names import suffixes
from guardian.safety import helplines, plain


@cache
def canaries() -> Mapping[str, frozenset[str]]:
    """Name → the categories whose lists may name it: a list of social networks facebook.com."""
    said = {name: frozenset(may) for name, *may in map(str.split, plain.lines("canaries.txt"))}
    inherited = {
        name: frozenset[str]().union(*(said.get(each, ()) for each in suffixes(name)))
        for name in said
    }
    return inherited | dict.fromkeys(helplines.protected_names(), frozenset[str]())

"""How far an update is with a source."""

from enum import StrEnum


class Stage(StrEnum):
    """In the order in which they come."""

    RESTS = "rests"
    WAITS = "waits"
    FETCHING = "fetching"
    FETCHED = "fetched"
    COMPILING = "compiling"

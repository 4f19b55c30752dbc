"""What lists of illegal content need besides: part of `lists`.

They change twice a day, and what was listed three days ago may be somebody else's by now.
"""

from datetime import timedelta
from typing import Final

from guardian.errors import Said
from guardian.settings import kinds, times
from guardian.settings.fields import Field, Reading, Values, Wrong, maybe

LONGEST_UPDATE: Final = timedelta(hours=12)
USUAL_EXPIRY: Final = timedelta(hours=72)

EXPIRES: Final = Field(
    "expires",
    maybe(times.DURATION),
    "Of a list of kind `iwf`: how old its content may grow, since it was last confirmed by its "
    "server or its file was last written, before it counts as failing on the pages, in `guardian "
    "lists status` and for `guardian doctor`; `72h` where nothing is said. It is enforced all the "
    "same: who keeps a list from being fetched must not lift its block.",
    default="",
)
COUNT: Final = Field(
    "count_illegal",
    kinds.SWITCH,
    "Whether it is counted how often illegal content was blocked: a number by list and day, with "
    "no name, person, device or time. An owner sees the numbers of days that are over. Few people "
    "are known by few numbers: leave it off at home. Taken out again, all is forgotten.",
    default="false",
)


def confidential(
    values: Values, update: Field[timedelta], reading: Reading
) -> tuple[timedelta, timedelta]:
    """How often a list of kind `iwf` is read again, and when it expires."""
    often = LONGEST_UPDATE
    if update.name in values.table.entries:
        often = values[update]
    if often > LONGEST_UPDATE:
        wrong = Wrong(
            Said("a list of illegal content has to be read again twice a day"),
            Said("write 12h or less, or leave update out"),
        )
        reading.refuse(values.node(update), wrong)
    return often, values[EXPIRES] or USUAL_EXPIRY


def refuse_elsewhere(values: Values, reading: Reading) -> None:
    """See that no other list is said to expire."""
    if values[EXPIRES] is not None:
        wrong = Wrong(Said("only a list of kind iwf expires"), Said("take expires out"))
        reading.refuse(values.node(EXPIRES), wrong)

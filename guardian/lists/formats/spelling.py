"""A name in a line: the quick look at the usual spelling, the long look at all others."""

import re
from typing import Final

from guardian.lists.report import Reason
from guardian.lists.suffixes import is_top_level
from guardian.names import InvalidName, normalise

# Lower case, two labels or more, the last beginning with a letter (else it is an IP address), none
# an A-label. Possessive (`+` after a quantifier): a third faster, and never more than linear; not
# around groups, which Python 3.11.2 (Debian 12) leaves in the middle.
PLAIN: Final = re.compile(
    rb"(?:(?!xn--)[a-z0-9_]++(?:-++[a-z0-9_]++)*\.)+(?!xn--)[a-z][a-z0-9]*+(?:-++[a-z0-9]++)*"
)
PLAIN_MOST: Final = 63  # bytes up to which no label can be too long; a longer name gets a long look

_ADDRESS: Final = re.compile(
    rb"(?:\d{1,3}\.){3}\d{1,3}(?:/\d+)?|[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:/\d+)?"
)
_LONGEST: Final = 1024  # bytes of text that can still mean a name, U-labels included


def mend(text: bytes) -> bytes | Reason:
    """The name that a spelling means (upper case, final dot, U-labels), or why it means none."""
    if is_address(text):
        return Reason.ADDRESS
    if len(text) > _LONGEST:
        return Reason.NOT_A_NAME
    try:
        name = normalise(text.decode("utf-8", "replace"))
    except InvalidName:
        return Reason.NOT_A_NAME
    if "." not in name and not is_top_level(name):
        return Reason.SINGLE_LABEL
    if not name[name.rfind(".") + 1].isalpha():
        return Reason.NOT_A_NAME
    return name.encode("ascii")


def is_address(text: bytes) -> bool:
    """Whether a text is an IP address or a range of them."""
    return _ADDRESS.fullmatch(text) is not None

"""What is done with a text that does not look like a name at first sight."""

import re
from typing import Final

from guardian.lists.entry import PLAIN, Kind, Modifiers, Scope
from guardian.lists.report import Parsed, Reason
from guardian.names import InvalidName, normalise

ADDRESS: Final = re.compile(rb"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]*:[0-9a-f:.]+")


def refuse_or_mend(
    text: bytes,
    scope: Scope,
    line: bytes,
    number: int,
    parsed: Parsed,
    kind: Kind = Kind.BLOCK,
    modifiers: Modifiers = PLAIN,
) -> None:
    """Take the name that an unusual spelling means, or count the line by why it is none."""
    if ADDRESS.fullmatch(text):
        parsed.refuse(Reason.ADDRESS, line, number)
        return
    try:
        name = normalise(text.decode("utf-8", "replace"))
    except InvalidName:
        parsed.refuse(Reason.NOT_A_NAME, line, number)
        return
    if "." not in name:
        parsed.refuse(Reason.SINGLE_LABEL, line, number)
        return
    if name[name.rfind(".") + 1].isdigit():
        parsed.refuse(Reason.NOT_A_NAME, line, number)
        return
    parsed.take(name.encode("ascii"), kind, scope, modifiers)

"""Sites as parents give them: names, and addresses copied from a browser."""

import re
from typing import Final

from guardian.names import InvalidName, normalise
from guardian.web.forms import Bad

_HOST: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^@/?#]*@)?([^/?#:]*)", re.IGNORECASE)


def site(text: str) -> str:
    """The qname that a name or an address means. Raises Bad."""
    match = _HOST.match(text.strip())
    host = match[1] if match else ""
    try:
        qname = normalise(host.removeprefix("*."))
    except InvalidName:
        raise Bad("Write the name of a site, such as example.org.") from None
    if qname.replace(".", "").isdecimal():
        raise Bad("This is an address of numbers. Write the name of a site, such as example.org.")
    return qname


def is_address(text: str) -> bool:
    """Whether somebody gave more than a name, so that it is not sure which name they mean."""
    return "/" in text or text.lower().startswith("www.")

"""Which names the page answers to.

A hostile web site can let its own name resolve to the page's address, and then read the page from a
family's browser ("DNS rebinding"). So a request must come under an address, or under a name that
nobody outside the house can own.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final

# RFC 6762 (.local), RFC 8375 (home.arpa), ICANN's reservation of .internal, and OpenWrt's .lan,
# which is not delegated.
INSIDE: Final = (".local", ".home.arpa", ".internal", ".lan")

_HOST: Final = re.compile(r"(?:\[([^\[\]]+)\]|([^:\[\]@/?#]+))(?::[0-9]{1,5})?")


def is_ours(host: str, names: Collection[str] = ()) -> bool:
    """Whether a Host header means this page. names: further ones, lower case, without port."""
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    name = (match[1] or match[2]).lower()
    return is_address(name) or name == "localhost" or name.endswith(INSIDE) or name in names


def is_address(name: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

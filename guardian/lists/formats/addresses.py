"""IP addresses and ranges, one a line: what answers must not lead to, and firewalls may block.

A name among them is taken as in a list of domains: where many addresses stand at the beginning of a
long list, it is not to be lost for that.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network
from typing import Final

from guardian.lists.formats import domains
from guardian.lists.formats.spelling import is_address
from guardian.lists.report import Network, Parsed, Reason

_COMMENTS: Final = (b"#", b";", b"!", b"//")
_WIDEST: Final = {4: 8, 6: 16}  # IP version → bits that a range fixes at least
_AT_HOME: Final = tuple(  # answers may well lead there: routers, blocked names, the machine itself
    map(
        ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10",
        ),
    )
)  # fmt: skip


def looks_like(line: bytes) -> bool:
    """Whether a line is of this format."""
    first, *rest = line.replace(b";", b" #").split(None, 1)
    return is_address(first) and (not rest or rest[0].startswith(_COMMENTS))


def parse(lines: Iterable[bytes], parsed: Parsed) -> None:
    """Take the addresses; after one may come a comment."""
    for number, line in parsed.numbered(lines):
        text = line.strip()
        if text and not text.startswith(_COMMENTS):
            first = text.replace(b";", b" ").replace(b"#", b" ").split(None, 1)[0]
            if not is_address(first):
                domains.parse_line(text, line, number, parsed)
                continue
            found = network_of(first.decode("ascii"))
            if isinstance(found, Reason):
                parsed.refuse(found, line, number)
            else:
                parsed.networks.append(found)


def network_of(text: str) -> Network | Reason:
    """The range that a text means, or why it is not taken."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return Reason.NOT_AN_ADDRESS
    if network.prefixlen < _WIDEST[network.version]:
        return Reason.EVERYTHING
    if any(_overlap(network, each) for each in _AT_HOME):
        return Reason.AT_HOME
    return network


def _overlap(one: Network, other: Network) -> bool:
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.overlaps(other)
    return not isinstance(other, IPv4Network) and one.overlaps(other)


def written(network: Network) -> bytes:
    """The line that says a range."""
    whole = network.prefixlen == network.max_prefixlen
    return str(network.network_address if whole else network).encode()

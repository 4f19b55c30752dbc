"""Where well-known public resolvers are, for a firewall that refuses them."""

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from guardian.safety import plain


@cache
def networks() -> tuple[IPv4Network | IPv6Network, ...]:
    """Each address, or anycast network of one service alone."""
    return tuple(ip_network(line) for line in plain.lines("resolver_addresses.txt"))

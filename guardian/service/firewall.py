"""From the configuration to the rules of a router's firewall."""

from collections.abc import Iterator, Sequence
from itertools import chain

from guardian.network.firewall.rules import Port, Wish
from guardian.policy.devices import Network
from guardian.safety import resolver_addresses
from guardian.settings import Settings
from guardian.settings.endpoints import Endpoint


def wish_of(settings: Settings) -> Wish:
    """What the settings ask of the firewall."""
    firewall, dns = settings.firewall, settings.listen.dns
    return Wish(
        firewall.interfaces,
        _answers_at(dns, 4),
        _answers_at(dns, 6),
        firewall.exempt,
        firewall.encrypted,
        tuple(_refused(settings)),
    )


def doubts(settings: Settings, wish: Wish) -> Iterator[str]:
    """What somebody should know before they say yes, a sentence each."""
    for port, name, example in (
        (wish.ipv4, "IPv4", "192.168.1.1:53"),
        (wish.ipv6, "IPv6", "[::]:53"),
    ):
        if port is None:
            yield (
                f"guardian does not listen in {name}, so that plain DNS in {name} is refused "
                f'rather than answered; add an address such as "{example}" to listen.dns'
            )
    if settings.firewall.end_streams:
        yield "what is open at bedtime ends while guardian firewall keep runs"


def _answers_at(endpoints: Sequence[Endpoint], version: int) -> Port | None:
    """Where questions of an address family go: to every address of the router, or to one."""
    ours = [each for each in endpoints if each.address.version == version]
    for each in ours:
        if each.address.is_unspecified:
            return Port(None, each.port)
    for each in ours:
        if not each.address.is_loopback:
            return Port(each.address, each.port)
    return None


def _refused(settings: Settings) -> Iterator[Network]:
    """The resolvers that are refused, without what is spared."""
    firewall = settings.firewall
    known = resolver_addresses.networks() if firewall.known_resolvers else ()
    for network in (*known, *firewall.resolvers):
        left = [network]
        for spared in firewall.spare:
            left = list(chain.from_iterable(_without(each, spared) for each in left))
        yield from left


def _without(network: Network, spared: Network) -> Iterator[Network]:
    if network.version != spared.version or not network.overlaps(spared):
        yield network
    elif spared.prefixlen > network.prefixlen:
        yield from network.address_exclude(spared)  # type: ignore[arg-type]  # of one version

"""Who asks a resolver, and which schedule each of them follows.

Most are known by their address. Behind a forwarder (a router, another DNS server) each query tells
who asks (`dns.behind`).
"""

import socket
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import chain
from typing import Final

from guardian.dns import behind
from guardian.dns.proxied import FrontEnd, Header
from guardian.dns.replies import prohibited
from guardian.dns.sieve import Sieve
from guardian.dns.view import Asker, HeardSchedule, Schedule
from guardian.network import on_link
from guardian.service.admission import Admission
from guardian.service.in_force import InForce
from guardian.service.noted import Noted

_MOST_ASKERS: Final = 65_536
_MOST_CALLED: Final = 4096  # by forwarders, without those that are somebody's


class Askers:
    """Those who asked. known: by packed address, for the listeners; so are the front ends.
    outside: those whose address could be forged by anybody; they are not among the known ones, and
    what they ask by UDP goes through the sieve.

    overheard: names that devices asked for which a parent watches. tokens: of devices' own
    addresses → sign; whom one names is served wherever it is.
    """

    def __init__(self, in_force: InForce) -> None:
        """in_force: says who follows what; it changes with each snapshot."""
        self._in_force = in_force
        self.known: dict[bytes, Asker] = {}
        self._networks: list[tuple[IPv4Network | IPv6Network, int]] = []
        self._clients: dict[bytes, int] = {}
        self._signs: dict[str, int] = {}
        self._called: dict[str, Asker] = {}
        self._forwarders: dict[bytes, behind.Behind] = {}
        self.front_ends: dict[bytes, FrontEnd] = {}
        self.outside: dict[bytes, Asker] = {}
        self.sieve = Sieve()
        self.overheard = Noted()
        self.tokens: Mapping[str, str] = {}
        self._admission = Admission(on_link.networks, time.monotonic)

    def know(self, clients: Mapping[str, int]) -> None:
        """Use these addresses and their schedules in place of all others."""
        self._clients = {_packed(each): number for each, number in clients.items()}

    def move(self, clients: Mapping[str, int | None]) -> Collection[bytes]:
        """Use these beside the others, without those of None; gives their packed addresses."""
        moved = {_packed(client): number for client, number in clients.items()}
        for address, number in moved.items():
            if number is None:
                self._clients.pop(address, None)
            else:
                self._clients[address] = number
        self._forget_others(moved)
        return moved.keys()

    def is_forwarder_among(self, addresses: Collection[bytes]) -> bool:
        """Whether one of these is a forwarder's."""
        return not self._forwarders.keys().isdisjoint(addresses)

    def point_all(self) -> None:
        """Have everybody who asked follow their schedule."""
        networks = self._in_force.snapshot.networks
        self._networks = [(ip_network(each), number) for each, number in networks]
        snapshot = self._in_force.snapshot
        self.sieve.follow(bytes.fromhex(snapshot.key), snapshot.rate)
        if self._admission.take(snapshot):
            self._forget_others((*self.known, *self.outside))
        self._trust()
        self.point((*self.known, *self.outside))

    def point(self, addresses: Iterable[bytes]) -> None:
        """Have those who asked from these addresses follow their schedules."""
        for address in addresses:
            asker = self.known.get(address) or self.outside.get(address)
            if asker is not None:
                asker.schedule = self._schedule_of(address)

    def busy(self) -> Iterator[tuple[str, Asker]]:
        """Who asked something since it was told last: first those that forwarders call."""
        yield from ((sign, asker) for sign, asker in self._called.items() if asker.queries)
        for address, asker in chain(self.known.items(), self.outside.items()):
            if asker.queries:
                yield str(ip_address(address)), asker

    def asker(self, address: bytes) -> Asker:
        """The asker of a packed address, made at its first packet."""
        is_near = self._admission.is_of_the_house(address)
        found = self.known if is_near else self.outside
        asker = found.get(address)
        if asker is None:
            if len(found) >= _MOST_ASKERS:
                found.clear()
            asker = found[address] = Asker(self._schedule_of(address))
        return asker

    def who(self, address: bytes, wire: bytes) -> tuple[Asker | None, bytes]:
        """Who asks from an address that is not among the askers, and the query as it is meant.

        Nobody, and the reply, where the address gets no answers.
        """
        forwarder = self._forwarders.get(address)
        if forwarder is not None:
            return forwarder.who(wire)
        if address in self.front_ends:  # without a header, on a way that has none
            return None, b""
        if not self._serves(address):
            return None, b"" if self._admission.silent else prohibited(wire)
        return self.asker(address), wire

    def welcomes(self, address: bytes) -> bool:
        """Whether a connection from an address can bring an answer: its name or path may say whose.

        A handshake costs more than a thousand answers; who could only be refused gets none.
        """
        return bool(self.tokens) or address in self._forwarders or self._serves(address)

    def welcomes_plain(self, address: bytes) -> bool:
        """The same where nothing but the address tells, and a refusal costs nothing."""
        silent = self._admission.silent
        return not silent or address in self._forwarders or self._serves(address)

    def _who_through(
        self, front_end: bytes, subscriber: int, header: Header, wire: bytes
    ) -> tuple[Asker | None, bytes]:
        """Who asks through a front end, by the id that it tells, or by address."""
        told = header.values.get(subscriber)
        if told is not None:
            return self.asker_called(behind.id_sign(told)), wire
        if header.client is None or header.client == front_end:
            return self.asker_called(str(ip_address(front_end))), wire
        return self.who(header.client, wire)

    def _forget_others(self, addresses: Iterable[bytes]) -> None:
        """Those of these addresses that are not served are no askers any more."""
        for address in addresses:
            if not self._serves(address):
                self.known.pop(address, None)
                self.outside.pop(address, None)

    def _serves(self, address: bytes) -> bool:
        return address in self._clients or self._admission.serves(address)

    def asker_called(self, sign: str) -> Asker:
        """The asker of a client id ("id:lina-phone") or hardware address.

        Those that are nobody's are told too, so that somebody can say whose they are; but past a
        number they are one.
        """
        if sign not in self._signs and len(self._called) >= _MOST_CALLED:
            sign = behind.NOBODY
        asker = self._called.get(sign)
        if asker is None:
            asker = self._called[sign] = Asker(self._schedule_called(sign))
        return asker

    def named(self, token: str) -> Asker | None:
        """The asker whose address has this secret in it; None for nobody's."""
        if not self.tokens:
            return None
        sign = self.tokens.get(sha256(token.lower().encode()).hexdigest())
        return self.asker_called(sign) if sign is not None else None

    def named_by_server(self, name: str) -> Asker | None:
        """The asker whose own name of this server it is: SECRET.dns.family.example."""
        return self.named(name.partition(".")[0])

    def _trust(self) -> None:
        """Believe the snapshot's forwarders. Their addresses are no askers: each query tells.

        What one asks for itself counts for its address.
        """
        snapshot = self._in_force.snapshot
        self._signs, self._forwarders = dict(snapshot.signs), {}
        self.tokens = snapshot.tokens
        for each in snapshot.forwarders:
            address = _packed(each.address)
            self.known.pop(address, None)
            self._signs[each.address] = self._number_of(address)
            told = behind.Forwarder(each.option, behind.READERS[each.named_as])
            itself = self.asker_called(each.address)
            self._forwarders[address] = behind.Behind(told, itself, self.asker_called)
        self.front_ends.clear()
        for front in snapshot.front_ends:
            address = _packed(front.address)
            self.known.pop(address, None)
            who = partial(self._who_through, address, front.subscriber)
            self.front_ends[address] = FrontEnd(who)
        for sign, asker in self._called.items():
            asker.schedule = self._schedule_called(sign)

    def _schedule_called(self, sign: str) -> Schedule | HeardSchedule:
        number = self._signs.get(sign, self._in_force.snapshot.stranger)
        return self._heard(number, sign) if self._in_force.snapshot.heard else self._plain(number)

    def _schedule_of(self, address: bytes) -> Schedule | HeardSchedule:
        number = self._number_of(address)
        if self._in_force.snapshot.heard:
            return self._heard(number, str(ip_address(address)))
        return self._plain(number)

    def _plain(self, number: int) -> Schedule:
        return self._in_force.schedules[number]

    def _heard(self, number: int, client: str) -> Schedule | HeardSchedule:
        """A schedule as a client follows it while a parent watches some devices."""
        device = self._in_force.snapshot.heard.get(client)
        if device is None:
            return self._plain(number)
        return HeardSchedule(self._plain(number), partial(self.overheard.note, device))

    def _number_of(self, address: bytes) -> int:
        number = self._clients.get(address)
        if number is None:
            number = self._in_force.snapshot.stranger
            if self._networks:
                client = ip_address(address)
                number = next(
                    (number for network, number in self._networks if client in network), number
                )
        return number


def _packed(address: str) -> bytes:
    # ip_address takes ten times as long, and there may be 100,000.
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)

"""A resolver process: answers DNS under the last snapshot it was given.

It opens nothing by name: its sockets, the index and whatever control tells it come as descriptors,
so it can give up its rights before the first packet. When control is gone it goes on; the next
control connects to the same socket, is given the listening sockets, and takes over.
"""

import argparse
import asyncio
import ctypes
import gc
import os
import pwd
import random
import signal
import socket
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from ipaddress import ip_address, ip_network
from itertools import chain, islice
from typing import Any, Final

from guardian.dns import behind
from guardian.dns.batch import Batch
from guardian.dns.cache import wire_cache
from guardian.dns.forwarder import Forwarder
from guardian.dns.listeners.tcp import TcpListener
from guardian.dns.listeners.udp import UdpListener
from guardian.dns.local import LocalNames
from guardian.dns.resolver import Resolver
from guardian.dns.upstream import Address
from guardian.dns.view import Asker, HeardSchedule, Schedule
from guardian.lists.index import Index
from guardian.names import from_wire, to_wire
from guardian.safety import essentials, helplines
from guardian.service import messages
from guardian.service.classify import Special
from guardian.service.in_force import WHO, InForce
from guardian.service.known_names import BadKnownNames, KnownNames, Newcomers
from guardian.service.noted import Noted
from guardian.service.snapshot import Delta, Snapshot

_MOST_ASKERS: Final = 65_536
_MOST_CALLED: Final = 4096  # by forwarders, without those that are somebody's
_MOST_REPORTED: Final = 4096  # addresses a second; the others are told a second later
_FIGURES_SECONDS: Final = 5.0
_NO_NEW_PRIVILEGES: Final = 38  # prctl(2)
_SET_NAME: Final = 15


class ResolverProcess:
    """The listeners, the policy in force, and the link to control."""

    def __init__(self, control: socket.socket, listeners: list[socket.socket]) -> None:
        """control: a listening Unix socket. listeners: bound DNS sockets, UDP and TCP."""
        self._loop = asyncio.get_running_loop()
        self._control = control
        self._sockets = listeners
        self._link: socket.socket | None = None
        self._inbox = messages.Inbox()
        self._outbox = messages.Outbox()
        self._askers: dict[bytes, Asker] = {}
        self._networks: list[tuple[Any, int]] = []
        self._clients: dict[bytes, int] = {}
        self._signs: dict[str, int] = {}
        self._called: dict[str, Asker] = {}
        self._forwarders: dict[bytes, behind.Behind] = {}
        self._serial = 0  # of the snapshot that we have; 0: none
        self._index: Index | None = None
        self._local = LocalNames({}, frozenset())
        self._noted = Noted()
        self._overheard = Noted()  # of devices that a parent watches
        self._in_force = InForce(
            Special(helplines.protected_names(), essentials.names(), essentials.exact_names()),
            self._noted,
        )
        self._resolver: Resolver | None = None
        self._asked: object = None
        self._figures_due = 0.0
        self._streams: list[TcpListener] = []
        self.stopped = asyncio.Event()

    def start(self) -> None:
        """Wait for control; DNS begins with the first snapshot."""
        self._loop.add_reader(self._control, self._accept)
        self._loop.call_later(1.0, self._every_second)

    def _accept(self) -> None:
        try:
            link, _ = self._control.accept()
        except OSError:
            return
        self._unlink()
        link.settimeout(0)
        self._link, self._inbox, self._outbox = link, messages.Inbox(), messages.Outbox()
        fds = [self._control.fileno(), *(sock.fileno() for sock in self._sockets)]
        self._outbox.put({"hello": os.getpid(), "version": messages.VERSION}, fds)
        self._flush()
        if self._link is not None:
            self._loop.add_reader(link, self._read)

    def _unlink(self) -> None:
        if self._link is not None:
            self._loop.remove_reader(self._link)
            self._link.close()
            self._link = None
            self._outbox.close()
            messages.close_all(self._inbox.take_fds())

    def _read(self) -> None:
        if self._link is None:
            return
        try:
            for message in self._inbox.read(self._link):
                if "stop" in message:
                    self.stopped.set()
                elif "snapshot" in message:
                    self._swap(message, self._inbox.take_fds())
                elif "delta" in message:
                    self._change(message, self._inbox.take_fds())
        except messages.BrokenLink:
            self._unlink()

    def _swap(self, message: dict[str, Any], fds: list[int]) -> None:
        """Take a whole snapshot."""
        snapshot = Snapshot.from_data(message["snapshot"])
        self._clients = {_packed(each): number for each, number in snapshot.clients.items()}
        self._take(replace(snapshot, clients={}), self._opened(message["files"], fds, snapshot))
        self._point_all()
        self._follows(message["serial"])
        gc.freeze()  # 100,000 clients stay for long; looking through them holds up queries

    def _change(self, message: dict[str, Any], fds: list[int]) -> None:
        """Take what another snapshot has anew; where its like is not ours, ask for the whole."""
        if message["after"] != self._serial:
            messages.close_all(fds)
            self._outbox.put({"lost": message["after"]})
            self._flush()
            return
        delta = Delta.from_data(message["delta"])
        moved = {_packed(client): number for client, number in delta.clients.items()}
        for address, number in moved.items():
            if number is None:
                self._clients.pop(address, None)
            else:
                self._clients[address] = number
        delta = replace(delta, clients={})
        if fds or not WHO.issuperset(delta.fields):
            snapshot = self._in_force.snapshot.changed(delta)
            self._take(snapshot, self._opened(message["files"], fds, snapshot))
        elif self._in_force.change(delta, int(time.time())):
            self._look()
        if delta.fields or not moved.keys().isdisjoint(self._forwarders):
            self._point_all()
        else:
            self._point(moved)
        self._follows(message["serial"])

    def _opened(self, names: list[str], fds: list[int], snapshot: Snapshot) -> Index | None:
        """The index that came, or the one that is in use. names: of the files that came."""
        files = dict(zip(names, fds, strict=True))
        if "index" in files:  # control has looked at its checksum; DNS would have to wait for it
            self._index = Index.from_fd(files["index"], bytes.fromhex(snapshot.key), whole=True)
        self._know(snapshot, files.get("names"))
        messages.close_all(fds)
        return self._index

    def _take(self, snapshot: Snapshot, index: Index | None) -> None:
        """Make everything of a snapshot."""
        forwarded = frozenset(
            to_wire(suffix) for server in snapshot.servers for suffix in server.suffixes
        )
        self._local = LocalNames(snapshot.records, forwarded)
        self._in_force.take(snapshot, index, self._local.names, int(time.time()))
        if self._resolver is None:
            self._resolver = self._open(snapshot)
        self._forward(snapshot)
        self._look()
        told = self._resolver.told
        self._resolver.told = (told or {}) if snapshot.tells else None

    def _look(self) -> None:
        """Look at all names anew."""
        assert self._resolver is not None  # noqa: S101 (opened with the first snapshot)
        new = self._in_force
        self._resolver.swap(
            new.classify,
            self._local,
            new.schedules,
            new.classify_answer,
            new.classify_target,
        )

    def _point_all(self) -> None:
        """Have everybody who asked follow their schedule."""
        networks = self._in_force.snapshot.networks
        self._networks = [(ip_network(each), number) for each, number in networks]
        self._trust()
        self._point(self._askers)

    def _point(self, addresses: Iterable[bytes]) -> None:
        """Have those who asked from these addresses follow their schedules."""
        for address in addresses:
            asker = self._askers.get(address)
            if asker is not None:
                asker.schedule = self._schedule_of(address)

    def _follows(self, serial: int) -> None:
        self._serial = serial
        self._outbox.put({"ready": serial})
        self._flush()

    def _know(self, snapshot: Snapshot, known: int | None) -> None:
        """Use the file of known names that came, or none where no rule is about new ones."""
        before = self._in_force.newcomers
        if not snapshot.new_names:
            self._in_force.newcomers = None
        elif known is not None and (before is None or before.serial != snapshot.new_names):
            self._tell_newcomers()
            try:
                names = KnownNames.from_fd(known, bytes.fromhex(snapshot.key))
            except (OSError, BadKnownNames):  # control has read it before: DNS goes on without
                self._in_force.newcomers = None
            else:
                self._in_force.newcomers = Newcomers(names, snapshot.new_names)

    def _tell_newcomers(self) -> None:
        newcomers = self._in_force.newcomers
        if newcomers is not None and (hashes := newcomers.take()):
            self._outbox.put({"new": hashes})

    def _open(self, snapshot: Snapshot) -> Resolver:
        """Start to listen."""
        resolver = Resolver(snapshot.cache_bytes * 3 // 8, time.time)
        batch = Batch()
        datagrams = wire_cache(snapshot.cache_bytes // 2)
        streams = wire_cache(snapshot.cache_bytes // 8)
        for sock in self._sockets:
            if sock.type == socket.SOCK_DGRAM:
                udp = UdpListener(sock, resolver, datagrams, batch, self._askers, self.who)
                resolver.channels.append(udp)
                self._loop.add_reader(sock, udp.drain)
            else:
                tcp = TcpListener(sock, resolver, streams, self._askers, self.who)
                resolver.channels.append(tcp)
                self._streams.append(tcp)
                self._loop.add_reader(sock, tcp.accept)
        return resolver

    def _forward(self, snapshot: Snapshot) -> None:
        """Use the snapshot's upstreams; where they are the same, their health and sockets stay."""
        assert self._resolver is not None  # noqa: S101 (the caller opened it)
        asked = (snapshot.servers, snapshot.mixed_case)
        if self._asked == asked:
            return
        self._asked = asked
        default: list[Address] = []
        conditional: dict[bytes, list[Address]] = {}
        for server in snapshot.servers:
            address = (server.address, server.port)
            if not server.suffixes:
                default.append(address)
            for suffix in server.suffixes:
                conditional.setdefault(to_wire(suffix), []).append(address)
        old, resolver = self._resolver.forwarder, self._resolver
        resolver.forwarder = Forwarder(
            default,
            conditional,
            random.SystemRandom(),
            resolver.landed,
            resolver.flush,
            resolver.now,
            mixed_case=snapshot.mixed_case,
        )
        if old is not None:
            old.retire()

    def asker(self, address: bytes) -> Asker:
        """The asker of a packed address, made at its first packet."""
        asker = self._askers.get(address)
        if asker is None:
            if len(self._askers) >= _MOST_ASKERS:
                self._askers.clear()
            asker = self._askers[address] = Asker(self._schedule_of(address))
        return asker

    def who(self, address: bytes, wire: bytes) -> tuple[Asker, bytes]:
        """Who asks from an address that is not among the askers, and the query as it is meant."""
        forwarder = self._forwarders.get(address)
        if forwarder is not None:
            return forwarder.who(wire)
        return self.asker(address), wire

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

    def _trust(self) -> None:
        """Believe the snapshot's forwarders. Their addresses are no askers: each query tells.

        What one asks for itself counts for its address.
        """
        snapshot = self._in_force.snapshot
        self._signs, self._forwarders = dict(snapshot.signs), {}
        for each in snapshot.forwarders:
            address = _packed(each.address)
            self._askers.pop(address, None)
            self._signs[each.address] = self._number_of(address)
            told = behind.Forwarder(each.option, behind.READERS[each.named_as])
            itself = self.asker_called(each.address)
            self._forwarders[address] = behind.Behind(told, itself, self.asker_called)
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
        return HeardSchedule(self._plain(number), partial(self._overheard.note, device))

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

    def _every_second(self) -> None:
        self._loop.call_later(1.0, self._every_second)
        if self._resolver is not None and self._resolver.forwarder is not None:
            self._resolver.forwarder.renew_ports()
        for stream in self._streams:
            stream.close_idle()
        self._report()
        self._tell_figures()

    def _tell_figures(self) -> None:
        """Every few seconds: caches, and how upstreams do, by their place in the configuration."""
        resolver, now = self._resolver, self._loop.time()
        if self._link is None or resolver is None or now < self._figures_due:
            return
        if resolver.forwarder is None or self._outbox:
            return
        self._figures_due = now + _FIGURES_SECONDS
        servers = [
            (each.sent, each.lost, each.down_until <= now, [round(one, 4) for one in each.samples])
            for each in resolver.forwarder.servers
        ]
        for each in resolver.forwarder.servers:
            each.samples.clear()
        self._outbox.put(
            {"figures": {"pid": os.getpid(), "sizes": resolver.sizes(), "servers": servers}}
        )
        self._flush()

    def _report(self) -> None:
        """Tell control who asked how much; where it does not listen, more is told later."""
        if self._link is None or not self._flush():
            return
        if names := self._noted.take():
            self._outbox.put({"names": names})
        if heard := self._overheard.take():
            self._outbox.put({"heard": heard})
        self._tell_newcomers()
        by_address = (
            (str(ip_address(address)), asker)
            for address, asker in self._askers.items()
            if asker.queries
        )
        called = ((sign, asker) for sign, asker in self._called.items() if asker.queries)
        busy = dict(islice(chain(called, by_address), _MOST_REPORTED))
        if not busy:
            self._flush()
            return
        metered, things = self._in_force.metered, self._in_force.things
        counts = {
            who: [
                asker.queries,
                asker.blocked,
                _among(metered, asker.seen),
                _among(things, asker.seen),
                _among(things, asker.stopped),
            ]
            for who, asker in busy.items()
        }
        report = {"counts": counts, "stopped": self._stopped(busy, things)}
        self._outbox.put({"report": report})
        for asker in busy.values():
            asker.queries = asker.blocked = asker.seen = asker.stopped = 0
        self._flush()

    def _stopped(
        self, busy: dict[str, Asker], things: tuple[tuple[str, int], ...]
    ) -> list[tuple[str, str, list[str]]]:
        """Client, qname and things of what was blocked since the last time, where that is told."""
        resolver = self._resolver
        if resolver is None or not resolver.told:
            return []
        told, resolver.told = resolver.told, {}
        clients = {asker: client for client, asker in busy.items()}
        return [
            (clients[asker], from_wire(name), _among(things, mask))
            for (asker, name), mask in told.items()
            if asker in clients
        ]

    def _flush(self) -> bool:
        """Send what waits for control; whether that was all."""
        if self._link is None:
            return False
        try:
            return self._outbox.flush(self._link)
        except OSError:
            self._unlink()
            return False


def _among(things: Iterable[tuple[str, int]], mask: int) -> list[str]:
    return [thing for thing, bit in things if mask & bit]


def _packed(address: str) -> bytes:
    # ip_address takes ten times as long, and there may be 100,000.
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def drop_privileges(user: str | None) -> None:
    """Become an ordinary user, for good, where the process is root's. Raises KeyError, OSError."""
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_NAME, b"guardian-dns", 0, 0, 0)
    if os.getuid() == 0 and user is not None:
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


async def serve(control: socket.socket, listeners: list[socket.socket]) -> None:
    """Answer until told to stop."""
    process = ResolverProcess(control, listeners)
    process.start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, process.stopped.set)
    await process.stopped.wait()


def main() -> int:
    """Run as started by control (`supervise`)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--listen", type=int, nargs="*", default=[])
    parser.add_argument("--user")
    args = parser.parse_args()
    control = socket.socket(fileno=args.control)
    listeners = [socket.socket(fileno=fd) for fd in args.listen]
    drop_privileges(args.user)
    for sock in (control, *listeners):
        sock.settimeout(0)
    # Entries are many and never in a circle: looking for circles often costs and finds nothing.
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    asyncio.run(serve(control, listeners))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A resolver process: answers DNS under the last snapshot it was given.

It opens nothing by name: its sockets, the index and whatever control tells it come as descriptors,
so it can give up its rights before the first packet. When control is gone it goes on; the next
control connects to the same socket, is given the listening sockets, and takes over.
"""

import argparse
import asyncio
import gc
import os
import random
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from guardian.dns.dns64 import REVERSE
from guardian.dns.forwarder import Forwarder, Strategy
from guardian.dns.local import LocalNames
from guardian.dns.readers import Readers
from guardian.dns.resolver import Resolver
from guardian.dns.upstream import Target
from guardian.dns.view import Asker
from guardian.lists.index import Index
from guardian.names import from_wire, to_wire
from guardian.safety import essentials, helplines
from guardian.service import messages
from guardian.service.askers import Askers
from guardian.service.classify import Special
from guardian.service.illegal_hits import IllegalHits
from guardian.service.in_force import WHO, InForce
from guardian.service.known_names import BadKnownNames, KnownNames, Newcomers
from guardian.service.listeners import Listeners, load
from guardian.service.noted import Noted
from guardian.service.prefix import PrefixSearch
from guardian.service.privileges import call_process, drop_privileges
from guardian.service.snapshot import Delta, Snapshot
from guardian.service.targets import called, target_of

_MOST_REPORTED: Final = 4096  # addresses a second; the others are told a second later
_FIGURES_SECONDS: Final = 5.0


class ResolverProcess:
    """The listeners, the policy in force, and the link to control."""

    def __init__(
        self, control: socket.socket, sockets: Sequence[tuple[str, socket.socket]]
    ) -> None:
        """control: a listening Unix socket. sockets: bound ones, with what is spoken there."""
        self._loop = asyncio.get_running_loop()
        self._readers = Readers(self._loop)
        self._control = control
        self._link: socket.socket | None = None
        self._inbox = messages.Inbox()
        self._outbox = messages.Outbox()
        self._serial = 0  # of the snapshot that we have; 0: none
        self._index: Index | None = None
        self._local = LocalNames({}, frozenset())
        self._noted = Noted()
        self._illegal_hits = IllegalHits()
        self._in_force = InForce(
            Special(helplines.protected_names(), essentials.names(), essentials.exact_names()),
            self._noted,
        )
        self._askers = Askers(self._in_force)
        self._listeners = Listeners(sockets, self._readers, self._askers)
        self._resolver: Resolver | None = None
        self._asked: object = None
        self._tokens: Mapping[str, str] = {}
        self._figures_due = 0.0
        self._prefix = PrefixSearch()
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
        sockets = self._listeners.sockets
        fds = [self._control.fileno(), *(sock.fileno() for _, sock in sockets)]
        hello = {"hello": os.getpid(), "version": messages.VERSION}
        self._outbox.put({**hello, "roles": [role for role, _ in sockets]}, fds)
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
        self._askers.know(snapshot.clients)
        files = dict(zip(message["files"], fds, strict=True))
        self._certify(files)
        self._take(replace(snapshot, clients={}), self._opened(files, snapshot))
        self._askers.point_all()
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
        moved = self._askers.move(delta.clients)
        delta = replace(delta, clients={})
        files = dict(zip(message["files"], fds, strict=True))
        self._certify(files)
        if files or not WHO.issuperset(delta.fields):
            snapshot = self._in_force.snapshot.changed(delta)
            self._take(snapshot, self._opened(files, snapshot))
        elif self._in_force.change(delta, int(time.time())):
            self._look()
        if delta.fields or self._askers.is_forwarder_among(moved):
            self._askers.point_all()
        else:
            self._askers.point(moved)
        self._follows(message["serial"])

    def _certify(self, files: dict[str, int]) -> None:
        """Take the certificate from the files that came, if one did."""
        fd = files.pop("certificate", None)
        if fd is not None:
            try:
                self._listeners.use_certificate(fd)
            except (OSError, ValueError) as problem:  # control has tried it: that of before stays
                print(f"the certificate cannot be used: {problem}", file=sys.stderr)  # noqa: T201
            messages.close_all([fd])

    def _opened(self, files: dict[str, int], snapshot: Snapshot) -> Index | None:
        """The index that came, or the one that is in use. files: those that came, by name."""
        if "index" in files:  # control has looked at its checksum; DNS would have to wait for it
            self._index = Index.from_fd(files["index"], bytes.fromhex(snapshot.key), whole=True)
        self._know(snapshot, files.get("names"))
        messages.close_all([*files.values()])
        return self._index

    def _take(self, snapshot: Snapshot, index: Index | None) -> None:
        """Make everything of a snapshot."""
        forwarded = frozenset(
            to_wire(suffix) for server in snapshot.servers for suffix in server.suffixes
        )
        inward = frozenset(map(to_wire, snapshot.inward or ()))
        if snapshot.dns64:
            inward |= {REVERSE}  # to be looked at: the addresses that are made have names too
        more = ((name, qtype, bytes.fromhex(data)) for name, qtype, data in snapshot.designated)
        self._local = LocalNames(snapshot.records, forwarded, inward, more)
        self._in_force.take(snapshot, index, self._local.names, int(time.time()))
        self._listeners.serve_at(snapshot.dns_path, snapshot.proxies)
        if self._resolver is None:
            self._resolver = Resolver(snapshot.cache_bytes * 3 // 8, time.time)
            self._listeners.open(self._resolver, snapshot.cache_bytes, snapshot.connections)
        self._forward(snapshot)
        self._prefix.follow(self._resolver, snapshot.dns64)
        self._look()
        told = self._resolver.told
        self._resolver.told = (told or {}) if snapshot.tells else None
        self._resolver.met = None
        if snapshot.counts_illegal and self._index is not None:
            self._resolver.met = self._illegal_hits.counter(self._index)

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

    def _follows(self, serial: int) -> None:
        if self._tokens != self._askers.tokens:
            self._tokens = self._askers.tokens
            self._listeners.forget_named()
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

    def _forward(self, snapshot: Snapshot) -> None:
        """Use the snapshot's upstreams; where they are the same, their health and sockets stay."""
        assert self._resolver is not None  # noqa: S101 (the caller opened it)
        asked = (*(snapshot.servers, snapshot.mixed_case, snapshot.strategy, snapshot.authorities),)
        if self._asked == asked:
            return
        self._asked = asked
        default: list[Target] = []
        conditional: dict[bytes, list[Target]] = {}
        groups: dict[bytes, list[Target]] = {}
        for server in snapshot.servers:
            target = target_of(server, snapshot.authorities)
            if server.group:
                groups.setdefault(server.group.encode(), []).append(target)
            elif not server.suffixes:
                default.append(target)
            for suffix in server.suffixes:
                conditional.setdefault(to_wire(suffix), []).append(target)
        old, resolver = self._resolver.forwarder, self._resolver
        resolver.forwarder = Forwarder(
            default,
            conditional,
            self._readers,
            random.SystemRandom(),
            resolver.landed,
            resolver.flush,
            resolver.now,
            mixed_case=snapshot.mixed_case,
            strategy=Strategy(snapshot.strategy),
            groups=groups,
        )
        if old is not None:
            old.retire()

    def _every_second(self) -> None:
        self._loop.call_later(1.0, self._every_second)
        if self._resolver is not None and self._resolver.forwarder is not None:
            self._resolver.forwarder.tend()
            self._prefix.look(self._resolver, self._loop.time())
        self._listeners.close_idle()
        self._report()
        self._tell_figures()

    def _tell_figures(self) -> None:
        """Every few seconds: caches, and how each upstream does, in the configuration's order."""
        resolver, now = self._resolver, self._loop.time()
        if self._link is None or resolver is None or now < self._figures_due:
            return
        if resolver.forwarder is None or self._outbox:
            return
        self._figures_due = now + _FIGURES_SECONDS
        servers = [
            (
                *(each.sent, each.lost, each.is_well),
                *([round(one, 4) for one in each.samples], each.trouble),
                called(each.target),
            )
            for each in resolver.forwarder.servers
        ]
        for each in resolver.forwarder.servers:
            each.samples.clear()
        self._outbox.put(
            {"figures": {"pid": os.getpid(), "sizes": resolver.sizes(), "servers": servers}}
        )
        if hits := self._illegal_hits.take():
            self._outbox.put({"illegal": hits})
        self._flush()

    def _report(self) -> None:
        """Tell control who asked how much; where it does not listen, more is told later."""
        if self._link is None or not self._flush():
            return
        if names := self._noted.take():
            self._outbox.put({"names": names})
        if heard := self._askers.overheard.take():
            self._outbox.put({"heard": heard})
        self._tell_newcomers()
        busy = dict(islice(self._askers.busy(), _MOST_REPORTED))
        if not busy:
            self._flush()
            return
        self._tell_checks(busy)
        metered, things, tried = self._in_force.metered, self._in_force.things, self._in_force.tried
        counts = {
            who: [
                asker.queries,
                asker.blocked,
                _among(metered, asker.seen),
                _among(things, asker.seen),
                _stopping(things, tried, asker, asker.stopped),
            ]
            for who, asker in busy.items()
        }
        report = {"counts": counts, "stopped": self._stopped(busy, things, tried)}
        self._outbox.put({"report": report})
        for asker in busy.values():
            asker.queries = asker.blocked = asker.seen = asker.stopped = 0
        self._flush()

    def _tell_checks(self, busy: Mapping[str, Asker]) -> None:
        """Tell who asked for names that were made to see who does."""
        resolver = self._resolver
        if resolver is None or not resolver.checks:
            return
        checks, resolver.checks = resolver.checks, []
        clients = {asker: client for client, asker in busy.items()}
        told = {from_wire(name): clients[asker] for asker, name in checks if asker in clients}
        self._outbox.put({"checks": told})

    def _stopped(
        self,
        busy: dict[str, Asker],
        things: tuple[tuple[str, int], ...],
        tried: tuple[tuple[str, int], ...],
    ) -> list[tuple[str, str, list[str]]]:
        """Client, qname and things of what was blocked since the last time, where that is told."""
        resolver = self._resolver
        if resolver is None or not resolver.told:
            return []
        told, resolver.told = resolver.told, {}
        clients = {asker: client for client, asker in busy.items()}
        return [
            (clients[asker], from_wire(name), _stopping(things, tried, asker, mask))
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


def _stopping(
    things: Iterable[tuple[str, int]],
    tried: Iterable[tuple[str, int]],
    asker: Asker,
    mask: int,
) -> list[str]:
    """What that is which was stopped; by a list's new content only for who tries that."""
    theirs = _among(tried, mask & asker.schedule.view.mask)
    return list(dict.fromkeys([*_among(things, mask), *theirs]))


def allow_many_files() -> None:
    """Have as many files open as this process may at all: each connection is one."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def serve(control: socket.socket, sockets: Sequence[tuple[str, socket.socket]]) -> None:
    """Answer until told to stop."""
    process = ResolverProcess(control, sockets)
    process.start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, process.stopped.set)
    await process.stopped.wait()


def main() -> int:
    """Run as started by control (`supervise`)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--listen", nargs="*", default=[], help="what is spoken, and a descriptor")
    parser.add_argument("--user")
    args = parser.parse_args()
    control = socket.socket(fileno=args.control)
    told = [each.partition(":") for each in args.listen]
    sockets = [(role, socket.socket(fileno=int(fd))) for role, _, fd in told]
    load(role for role, _ in sockets)
    allow_many_files()
    call_process("guardian-dns")
    drop_privileges(args.user)
    for sock in (control, *(sock for _, sock in sockets)):
        sock.settimeout(0)
    # Entries are many and never in a circle: looking for circles often costs and finds nothing.
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    asyncio.run(serve(control, sockets))
    return 0


if __name__ == "__main__":
    sys.exit(main())

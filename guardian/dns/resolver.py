"""One query in, one reply out: what the packet loop does not settle by itself.

Policy is applied when answering, never only when caching: whatever an answer's age or origin, the
mask of its names meets the asker's view on the way out. The order here is: block by the name asked
for, the house's own names, the answer cache, an upstream; then block by the names that the answer
points to.
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv6Network
from typing import Final

from guardian.dns import replies
from guardian.dns.answers import MAX_STALE, STALE_TTL, Answer, Plain, from_plain, with_ttls
from guardian.dns.cache import ANSWER_BYTES, Entry, answer_cache
from guardian.dns.check import CHECK
from guardian.dns.dns64 import asking_for_ipv4, is_wanting, named, reverse_in, translated
from guardian.dns.forwarder import Forwarder
from guardian.dns.local import LocalNames
from guardian.dns.query import Query, parse_query, read_query
from guardian.dns.upstream import Flight
from guardian.dns.view import (
    HOUSE,
    ILLEGAL,
    INWARD,
    OF_SOME_KIND,
    Asker,
    Block,
    Rewrite,
    Schedule,
    View,
)
from guardian.dns.waiting import ITSELF, NOWHERE, Aside, Channel, Waiter, Waiting, limit_of
from guardian.dns.wire import (
    ANY,
    EDE_STALE,
    FORMERR,
    NOERROR,
    NOTIMP,
    NXDOMAIN,
    OPCODE,
    PTR,
    QR,
    REFUSED,
    SERVFAIL,
    Malformed,
)

Classify = Callable[[bytes, int], int]
"""Wire name and qtype → mask."""

_QR_OPCODE: Final = (QR | OPCODE) >> 8

_TRUE: Final = (NOERROR, NXDOMAIN)  # of a name, and of that there is none
_FAILURES: Final = (SERVFAIL, REFUSED)  # the upstream's own, which say nothing of the name
_FETCHED_EARLY: Final = 10  # in the last tenth of its time an answer is fetched anew
_STEP: Final = 64  # a TTL is counted down in steps of a 64th, and never told above the truth
_LONGEST_STEP: Final = 8  # seconds
_MOST_CHECKS: Final = 100  # until control is told of them

BRIEF_TTL: Final = 60  # seconds for which a device may remember a name whose use is measured
MOST_TOLD: Final = 1000  # names of what was blocked, until they are fetched


class Resolver:
    """Answers queries under a policy that can be swapped while they are in flight.

    stamp: seconds that have passed, and a leap for each new policy: finished replies know for how
    long they hold by it.
    told: names of what was blocked, by who asked, and what they are, for whoever fetches them; None
    where nobody does. Only names of some kind: not all that a night stops, and no illegal content.
    met: told of each block of illegal content, but not who met it: the name, the qtype, the names
    that the answer has; None where nobody counts.
    dns64: the prefix of addresses that are made for names without IPv6; None where none are.
    """

    def __init__(self, answer_bytes: int, clock: Callable[[], float]) -> None:
        """answer_bytes: the answer cache's limit. clock: wall clock, seconds."""
        self._answers = answer_cache(answer_bytes)
        self._clock = clock
        self._classify: Classify = lambda _name, _qtype: 0
        self._classify_target: Classify = self._classify
        self._classify_answer: Callable[[Answer], int] | None = None
        self._local = LocalNames({}, frozenset())
        self._schedules: list[Schedule] = []
        self.forwarder: Forwarder | None = None
        self.channels: list[Channel] = []
        self._waiting_channels: set[Channel] = set()
        self._generation = 0
        self.second = int(clock())
        self.stamp = 0
        self.told: dict[tuple[Asker, bytes], int] | None = None
        self.met: Callable[[bytes, int, Iterable[bytes]], None] | None = None
        self.dns64: IPv6Network | None = None
        self.checks: list[tuple[Asker, bytes]] = []  # who asked for names that were made to be

    def sizes(self) -> tuple[int, int]:
        """How many answers, and how many finished replies, are in the caches."""
        caches = {id(each.cache): each.cache for each in self.channels}
        return len(self._answers), sum(map(len, caches.values()))

    def swap(
        self,
        classify: Classify,
        local: LocalNames,
        schedules: list[Schedule],
        classify_answer: Callable[[Answer], int] | None = None,
        classify_target: Classify | None = None,
    ) -> None:
        """Put another policy in force. What is cached stays, its masks are renewed.

        classify_answer: the bits that an answer has besides those of its names.
        classify_target: for names that answers point to, where these differ from names asked for.
        """
        self._classify_target = classify_target or classify
        self._classify, self._local, self._schedules = classify, local, schedules
        self._classify_answer = classify_answer
        self._generation += 1
        self.stamp += _LONGEST_STEP
        self._tick(int(self._clock()))

    def now(self) -> int:
        """The second (wall clock), everything brought up to it. Ask once for each burst."""
        second = int(self._clock())
        if second != self.second:
            self._tick(second)
        return second

    def _tick(self, second: int) -> None:
        # TTLs age, schedules advance. A clock that went back voids the caches, and opens or shuts
        # again what it has yet to reach.
        back = second < self.second
        if back:
            self._answers.clear()
            for channel in self.channels:
                channel.cache.clear()
        self.stamp += max(1, second - self.second)
        self.second = second
        for schedule in self._schedules:
            if back or schedule.changes_at <= second:
                schedule.advance(second)

    def landed(self, flight: Flight, answer: Answer | Plain) -> None:
        """An upstream's answer, or that there is none, for all who wait."""
        waiters: list[Waiting] = flight.waiters
        if isinstance(answer, Answer):
            if self.dns64 is not None and is_wanting(flight.form, answer):
                self._translate(flight, answer, self.dns64)
            else:
                self._tell(waiters, self._keep(flight.key, answer))
            return
        # The end of most misses: a plain answer goes as it came to the only one who waits. Flat on
        # purpose; `_tell` would come to the same, and `make bench` has the price of each line.
        channel, to, ident, _, question, form, asker, mask, generation, rewrite = waiters[0]
        counted, body, ttl, expires, _, _ = answer
        view = asker.schedule.view
        if (
            mask & view.mask
            or expires > view.until
            or generation != self._generation
            or len(waiters) > 1
            or rewrite is not None
            or ttl == 0
            or self._classify_answer is not None
        ):
            self._tell(waiters, self._keep(flight.key, from_plain(answer)))
            return
        key = flight.key
        kept = (counted, body, ttl, expires, mask, generation)
        self._answers.put_sized(key, kept, ANSWER_BYTES + len(key) + len(body))
        asker.seen |= mask
        head, additional = form.reply_head, form.reply_additional  # as `from_answer`, in one step
        packet = (ident, head, counted, additional, question, body, form.reply_end)
        channel.later(to, b"".join(packet))
        self._waiting_channels.add(channel)

    def _tell(self, waiters: list[Waiting], answer: Answer) -> None:
        """Give everybody who waits the answer as they may have it."""
        for waiting in waiters:
            waiter = Waiter(*waiting)
            if isinstance(waiter.rewrite, Aside):
                waiter.rewrite.then(answer)
                continue
            waiter.channel.later(waiter.to, waiter.ident + self._finish(waiter, answer))
            self._waiting_channels.add(waiter.channel)

    def aside(self, query: Query, then: Callable[[Answer], None], group: bytes = b"") -> bool:
        """Have a question of guardian's own answered; False where too many are on their way."""
        assert self.forwarder is not None  # noqa: S101 (set before any listener opens)
        waiting = (
            *(NOWHERE, None, b"", b"", query.question, query.form, ITSELF, 0, self._generation),
            Aside(then),
        )
        key, name = query.key + group, query.name
        return self.forwarder.ask(key, query.question, query.form, waiting, name, group)

    def _translate(self, flight: Flight, wanting: Answer, prefix: IPv6Network) -> None:
        """Answer for IPv6 from what there is for IPv4 (RFC 6147, section 5.1)."""
        form, key = asking_for_ipv4(flight.form), flight.key
        query = Query(flight.question[:-4] + form.key[:4], form)
        group = key[len(query.key) :]

        def land(found: Answer) -> None:
            made = translated(prefix, query.question, found, wanting, self.second)
            self._tell(flight.waiters, self._keep(key, made or wanting))

        known = self._kept(query.key + group)
        if known is not None and known.expires > self.second:
            land(known)
        elif not self.aside(query, land, group):
            self._tell(flight.waiters, wanting)

    def _named(self, waiter: Waiter, target: bytes) -> bytes | None:
        """Answer for the name of an address that was made here (RFC 6147, section 5.3.1)."""
        query, view = waiter.query, waiter.asker.schedule.view
        key = query.key + view.servers
        kept = self._kept(key)
        if kept is not None and kept.expires > self.second:
            return self._finish(waiter, kept)
        reverse = Query(target + query.question[-4:], query.form.alone())

        def land(found: Answer) -> None:
            made = named(query.name, target, query.question[-2:], found, self.second)
            self._tell([waiter.waiting()], self._keep(key, made))

        local = self._local.answer(reverse, self.second)
        known = local or self._kept(reverse.key + view.servers)
        if known is not None and known.expires > self.second:
            land(known)
        elif not self.aside(reverse, land, view.servers):
            return replies.reply(query, SERVFAIL, limit=query.form.size)
        return None

    def flush(self) -> None:
        """End a burst: send the questions it raised and the replies that became ready."""
        if self.forwarder is not None:
            self.forwarder.flush()
        if self._waiting_channels:
            for channel in self._waiting_channels:
                channel.flush()
            self._waiting_channels.clear()

    def _keep(self, key: bytes, answer: Answer) -> Answer:
        if answer.rcode in _FAILURES:
            stale = self._kept(key)
            if stale is not None and self._still_good(stale):
                return stale
        if answer.expires > self.second:
            self._answers.put(key, answer)
        return answer

    def _kept(self, key: bytes) -> Answer | None:
        """The answer in the cache: one that is asked for again is worth its object."""
        answer = self._answers.get(key)
        if isinstance(answer, tuple):
            answer = self._answers.young[key] = from_plain(answer)
        return answer

    def _lasting(self, ttl: int, view: View) -> int:
        """A TTL that does not outlive the view."""
        left = view.until - self.second
        return ttl if ttl <= left else max(0, left)

    def _still_good(self, answer: Answer) -> bool:
        """Whether it may be given past its time; a failure is not."""
        return answer.rcode in _TRUE and answer.expires + MAX_STALE > self.second

    def settle(
        self, wire: bytes, asker: Asker, channel: Channel, to: object, ident: bytes
    ) -> bytes | None:
        """The reply to a query (bytes after the ID) if there is one now; else by the channel.

        to: what `channel.later` needs. None also for what deserves no reply.
        """
        cache = channel.cache
        if wire in cache.young or wire in cache.old:
            reply = self.known(wire, asker, channel)
            if reply is not None:
                return reply
        return self.find(wire, asker, channel, to, ident)

    def find(
        self, wire: bytes, asker: Asker, channel: Channel, to: object, ident: bytes
    ) -> bytes | None:
        """As `settle`, for what the wire cache does not have."""
        if len(wire) < 10 or wire[0] & _QR_OPCODE:
            return self._refuse(wire)
        try:
            question, form = read_query(wire)
        except Malformed:
            return replies.refused_header(wire, FORMERR)
        if form.refused is not None:
            return replies.unanswerable(Query(question, form), form.refused)
        name = question[:-4].lower()
        mask = self._classify(name, form.qtype)
        if mask:
            asker.queries += 1  # a helpline has no bit, and is not even counted
        key = name + form.key
        answers = self._answers
        if (
            mask & (asker.schedule.view.mask | HOUSE)
            or key in answers.young
            or key in answers.old
            or form.qtype == ANY
        ):
            return self._answer(
                Waiter(channel, to, ident, wire, question, form, asker, mask, self._generation)
            )
        # Nothing is known of it: what most misses are. `_answer` would come to the same.
        generation = self._generation
        waiting = (channel, to, ident, wire, question, form, asker, mask, generation, None)
        assert self.forwarder is not None  # noqa: S101 (set before any listener opens)
        if self.forwarder.ask(key, question, form, waiting):
            return None
        return replies.reply(Query(question, form), SERVFAIL, limit=form.size)

    def known(self, wire: bytes, asker: Asker, channel: Channel) -> bytes | None:
        """The reply that the wire cache has for a query, if it still holds."""
        entry = channel.cache.get(wire)
        if entry is None:
            return None
        if entry.stamp >= self.stamp and entry.view is asker.schedule.view:  # as the packet loop
            asker.queries += 1
            if entry.stops:
                asker.blocked += 1
            else:
                asker.seen |= entry.mask
            return entry.verdict
        if entry.stamp < self.stamp and not self._refresh(entry, wire):
            return None
        reply = self._from_entry(entry, wire, asker)
        if reply is not None and entry.mask:
            asker.queries += 1
        return reply

    def _refresh(self, entry: Entry, wire: bytes) -> bool:
        """Bring an entry up to this second and policy; False where nothing of it holds."""
        answer = entry.answer
        if entry.generation != self._generation:
            entry.mask, entry.generation = self._mask_of(answer, wire), self._generation
            entry.block = None
        entry.stamp = self.stamp
        if entry.wire is None or answer is None:
            return True
        left = answer.expires - self.second
        if left <= 0:
            return False
        ahead = min(left // _STEP, _LONGEST_STEP - 1)
        entry.wire = _with_ttl(entry, left - ahead)
        entry.stamp += ahead
        return True

    def _mask_of(self, answer: Answer | None, wire: bytes) -> int:
        if answer is None:
            query = parse_query(wire)
            return self._classify(query.name, query.form.qtype)
        # Other spellings of the question share the answer: one of them may have been here.
        if answer.generation != self._generation:
            self._mask(answer, parse_query(wire))
        return answer.mask

    def _from_entry(self, entry: Entry, wire: bytes, asker: Asker) -> bytes | None:
        view, mask = asker.schedule.view, entry.mask
        entry.view = None
        if mask & view.mask:
            block = entry.block
            if (
                block is None
                or block is not view.decisions.get(mask)
                or self.second + block.ttl > view.until
            ):
                query = parse_query(wire)
                targets = entry.answer.targets if entry.answer else ()
                decision = view.decide(mask, query.name, targets)
                if isinstance(decision, Rewrite):
                    return None
                block = decision
            if block is not None:
                self._stop(asker, wire, mask, entry.answer)
                return self._blocked(entry, wire, block, view)
            if view.servers:
                return None  # somebody else was asked for this
        reply = entry.wire
        if reply is None or self._has_newer(entry, wire):
            return None
        asker.seen |= mask
        if entry.until > view.until or mask & view.brief:
            entry.stamp = self.stamp
            ttl = self._lasting(entry.until - self.second, view)
            reply = _with_ttl(entry, min(ttl, BRIEF_TTL) if mask & view.brief else ttl)
        if mask and not view.listens:  # a helpline has no bit, and is not even counted
            entry.settle(view, reply, stops=False)
        return reply

    def _has_newer(self, entry: Entry, wire: bytes) -> bool:
        """Whether a newer answer has come; it is fetched before one that is in use has run down."""
        answer = entry.answer
        if answer is None or (answer.expires - self.second) * _FETCHED_EARLY > answer.ttl:
            return False
        query = parse_query(wire)
        newer = self._kept(query.key)
        if newer is not None and newer.expires > answer.expires:
            return True
        self.aside(query, _already_kept)
        return False

    def _blocked(self, entry: Entry, wire: bytes, block: Block, view: View) -> bytes:
        ttl = self._lasting(block.ttl, view)
        if block is entry.block and ttl == block.ttl:
            reply = entry.block_wire
        else:
            query = parse_query(wire)
            reply = replies.blocked(query, block, ttl, limit=query.form.size)  # for all channels
            if ttl == block.ttl:
                entry.block, entry.block_wire = block, reply
        entry.stamp = self.stamp  # the first of each second is told
        if not view.listens and not entry.mask & ILLEGAL:  # the packet loop would count it
            entry.settle(view, reply, stops=True)
        return reply

    @staticmethod
    def _refuse(wire: bytes) -> bytes | None:
        """What earns a message that is cut short, no query, or one of another opcode."""
        if len(wire) < 10 or wire[0] & (QR >> 8):
            return None
        return replies.refused_header(wire, NOTIMP)

    def _answer(self, waiter: Waiter) -> bytes | None:
        query, view = waiter.query, waiter.asker.schedule.view
        mask = waiter.mask
        if mask & view.mask:
            decision = view.decide(mask, query.name)
            if isinstance(decision, Block):
                return self._block_unasked(waiter, mask, decision, view)
            if isinstance(decision, Rewrite):
                return self._rewrite(waiter, decision)
        if mask & HOUSE or query.form.qtype == ANY:
            if query.form.qtype == PTR and self.dns64 is not None:
                target = reverse_in(self.dns64, query.name)
                if target is not None:
                    return self._named(waiter, target)
            local = self._local.answer(query, self.second)
            if local is not None:
                if query.name.endswith(CHECK) and len(self.checks) < _MOST_CHECKS:
                    self.checks.append((waiter.asker, query.name))
                return replies.from_answer(query, local, local.ttl, limit_of(waiter.channel, query))
        return self._forward(query, waiter)

    def _stop(self, asker: Asker, wire: bytes, mask: int, answer: Answer | None = None) -> None:
        """Count a block: the first of a second; the packet loop counts those that follow it.

        Of illegal content nothing is counted for whoever met it: no case is made of that. The
        packet loop never answers for it, so that `met` is told of each.
        """
        if mask & ILLEGAL:
            if self.met is not None:
                query = parse_query(wire)
                self.met(query.name, query.form.qtype, answer.targets if answer else ())
            return
        asker.blocked += 1
        asker.stopped |= mask
        told = self.told
        if told is not None and mask & OF_SOME_KIND and len(told) < MOST_TOLD:
            told[asker, parse_query(wire).name] = mask

    def _block_unasked(self, waiter: Waiter, mask: int, block: Block, view: View) -> bytes:
        """Block by the name alone: no upstream hears of it."""
        entry = Entry(mask, self._generation, self.stamp)
        channel, wire = waiter.channel, waiter.wire
        self._stop(waiter.asker, wire, mask)
        if not mask & ILLEGAL:
            channel.cache.put(wire, entry)
        return self._blocked(entry, wire, block, view)

    def _rewrite(self, waiter: Waiter, rewrite: Rewrite) -> bytes | None:
        query = waiter.query
        aside = Query(rewrite.target + query.question[-4:], query.form.alone())
        waiter.rewrite = rewrite
        return self._forward(aside, waiter)

    def _forward(self, query: Query, waiter: Waiter) -> bytes | None:
        """Answer from the cache, or have an upstream asked."""
        group = waiter.asker.schedule.view.servers if waiter.mask else b""
        key = query.key + group
        answer = self._kept(key)
        assert self.forwarder is not None  # noqa: S101 (set before any listener opens)
        if answer is not None:
            if answer.expires > self.second:
                return self._finish(waiter, answer, remember=not group)
            if self._still_good(answer) and self.forwarder.all_down(query.name, group):
                return self._finish(waiter, answer)
        own_server = waiter.mask & HOUSE or waiter.rewrite is not None or group
        name = query.name if own_server else None
        waiting = waiter.waiting()
        if self.forwarder.ask(key, query.question, query.form, waiting, name, group):
            return None
        return replies.reply(waiter.query, SERVFAIL, limit=waiter.query.form.size)

    def _finish(self, waiter: Waiter, answer: Answer, *, remember: bool = False) -> bytes:
        """An answer as this asker may have it now."""
        query, view = waiter.query, waiter.asker.schedule.view
        limit = limit_of(waiter.channel, query)
        left = answer.expires - self.second
        ttl = left if left >= 0 else STALE_TTL
        if self.second + ttl > view.until:
            ttl = self._lasting(ttl, view)
        if waiter.mask & view.brief and ttl > BRIEF_TTL:
            ttl = BRIEF_TTL
        if isinstance(waiter.rewrite, Rewrite):
            waiter.asker.seen |= waiter.mask
            return replies.alias(query, waiter.rewrite.target, answer, ttl, limit=limit)
        if answer.generation != self._generation:
            if (
                waiter.generation == self._generation
                and not (answer.targets or answer.inward)
                and self._classify_answer is None
            ):
                answer.mask, answer.generation = waiter.mask, waiter.generation
            else:
                self._mask(answer, query)
        if answer.mask & view.mask:
            decision = view.decide(answer.mask, query.name, answer.targets)
            if isinstance(decision, Block):
                self._stop(waiter.asker, waiter.wire, answer.mask, answer)
                least = self._lasting(decision.ttl, view)
                return replies.blocked(query, decision, least, limit=limit)
        waiter.asker.seen |= answer.mask
        ede = (EDE_STALE, b"") if left < 0 and answer.ede is None else answer.ede
        wire = replies.from_answer(query, answer, ttl, limit, ede)
        if remember:
            self._remember(waiter, answer, wire)
        return wire

    def _remember(self, waiter: Waiter, answer: Answer, wire: bytes) -> None:
        """A question seen for the second time is worth a finished reply."""
        entry = Entry(answer.mask, self._generation, self.stamp)
        entry.answer = answer
        entry.wire = wire
        entry.until = answer.expires
        entry.body_at = 10 + len(waiter.query.question)
        if wire[0] & 2 or len(wire) + 2 > waiter.query.form.size:
            return  # all channels share the cache: what is in it fits a packet, and is whole
        entry.wire = _with_ttl(entry, answer.expires - self.second)
        waiter.channel.cache.put(waiter.wire, entry)

    def _mask(self, answer: Answer, query: Query) -> None:
        """What the names are: the one asked for, and those that the answer points to."""
        mask = self._classify(query.name, query.form.qtype)
        if mask:
            for target in answer.targets:
                mask |= self._classify_target(target, query.form.qtype)
            if self._classify_answer is not None:
                mask |= self._classify_answer(answer)
            if answer.inward and not mask & HOUSE:
                mask |= INWARD
        answer.mask, answer.generation = mask, self._generation


def _already_kept(_answer: Answer) -> None:
    """Nothing more is to be done with it: it is in the cache."""


def _with_ttl(entry: Entry, seconds: int) -> bytes:
    assert entry.wire is not None  # noqa: S101 (callers looked)
    assert entry.answer is not None  # noqa: S101
    return with_ttls(entry.wire, entry.body_at, entry.answer.ttls_at, seconds)

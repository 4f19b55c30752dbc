"""What is in force for somebody, as the resolver sees it: bits, and what to do where they meet.

A name has a *mask*: a bit for everything that it is. A *view* has a mask of all that it acts on,
and steps in the order of judgement. Where the two masks do not meet, the answer goes out as it is.
Nothing here knows a person or a list.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import Final

from guardian.dns.structured import Structured
from guardian.names import wire_suffixes

ANYTHING: Final = 1 << 0  # on every name but helplines
OWN: Final = 1 << 1  # named in somebody's own list: look there
ILLEGAL: Final = 1 << 2
ESSENTIAL: Final = 1 << 3
HOUSE: Final = 1 << 4  # the house's own or never to leave it: no step, but a place to look
ORDINARY: Final = 1 << 5  # what somebody uses: no essential; no step, but time is told from it
INWARD: Final = 1 << 6  # a name of the internet that leads into the house: rebinding
FIRST_FREE_BIT: Final = 7
OF_SOME_KIND: Final = OWN | -1 << FIRST_FREE_BIT  # what is more than any name is

NEVER: Final = 1 << 62  # a second that does not come
_MOST_OWN_VERDICTS: Final = 4096


class BlockAnswer(Enum):
    """What a blocked name gets."""

    ZERO = "zero"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    REFUSED = "refused"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A name that is not to be had: how that is said. Compared by identity: the hot path hashes it.

    ttl: seconds. ede: code and text (RFC 8914). ipv4, ipv6: packed, for `BlockAnswer.ADDRESS`.
    structured: the same for programs that ask for it.
    """

    answer: BlockAnswer
    ttl: int
    ede: tuple[int, bytes]
    ipv4: bytes = bytes(4)
    ipv6: bytes = bytes(16)
    structured: Structured | None = None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A name that is answered as an alias of another (SafeSearch). target: wire name.

    strictness: of several rewrites of one name the highest holds.
    """

    target: bytes
    strictness: int = 0


Decision = Block | Rewrite | None
"""None lets the name through."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order of judgement: names with any of these bits get this decision.

    spares: unless they have any of those.
    """

    bits: int
    decision: Decision
    spares: int = 0


@dataclass(frozen=True, slots=True)
class OwnStep:
    """The step of somebody's own names: wire name → decision; the most specific name wins.

    A name that is let through here is open to all later steps but rewriting: an allowed search
    engine keeps its safe mode.
    """

    names: Mapping[bytes, Decision]

    def verdict(self, name: bytes, targets: Iterable[bytes]) -> tuple[bool, Decision]:
        """Whether a name, or one that it points to, is named here, and what then."""
        for suffix in wire_suffixes(name):
            if suffix in self.names:
                return True, self.names[suffix]
        for target in targets:
            for suffix in wire_suffixes(target):
                decision = self.names.get(suffix)
                if decision is not None:
                    return True, decision
        return False, None


class View:
    """The steps in force until a second (wall clock), shared by all for whom they are the same.

    rows: of steps. One as a rule; several for what several people share: each row is asked, and the
    strictest decision holds, a block before a rewrite.
    brief: bits of names that devices may not remember for long, so that use of them is seen.
    decisions: what was decided so far, by mask, for names that nobody's own list touches.
    listens: whether each asking of a name must come by `decide`, because somebody takes note of it.
    servers: the group of upstreams that is asked, b"" for everybody's; all names but helplines are
    sent the long way then, because what others were told is no answer here.
    """

    __slots__ = ("_rows", "brief", "decisions", "mask", "servers", "until")

    listens = False

    def __init__(
        self,
        *rows: Iterable[Step | OwnStep],
        until: int = NEVER,
        brief: int = 0,
        servers: bytes = b"",
    ) -> None:
        self._rows = tuple(map(tuple, rows))
        self.until = until
        self.brief = brief
        self.servers = servers
        self.mask = brief | ANYTHING if servers else brief
        for step in chain.from_iterable(self._rows):
            if isinstance(step, OwnStep):
                self.mask |= OWN
            elif step.decision is not None:
                self.mask |= step.bits
        self.decisions: dict[int, Decision] = {}

    def lasting(self, until: int) -> "View":
        """The same until another second; what was decided for one is decided for both."""
        other = View.__new__(View)
        other._rows, other.mask, other.brief = self._rows, self.mask, self.brief
        other.decisions, other.servers = self.decisions, self.servers
        other.until = until
        return other

    def decide(self, mask: int, name: bytes, targets: Iterable[bytes] | None = None) -> Decision:
        """What becomes of a name with this mask. targets: None where there is no answer yet."""
        if mask & OWN:
            return self._walk(mask, name, targets or ())
        if mask not in self.decisions:
            if len(self.decisions) >= _MOST_OWN_VERDICTS:
                self.decisions.clear()
            self.decisions[mask] = self._walk(mask, name, targets or ())
        return self.decisions[mask]

    def _walk(self, mask: int, name: bytes, targets: Iterable[bytes]) -> Decision:
        strictest: Rewrite | None = None
        for row in self._rows:
            decision = _first(row, mask, name, targets)
            if isinstance(decision, Block):
                return decision
            if decision and (strictest is None or decision.strictness > strictest.strictness):
                strictest = decision
        return strictest


def _first(
    row: Iterable[Step | OwnStep], mask: int, name: bytes, targets: Iterable[bytes]
) -> Decision:
    """What the first step of a row says that has an opinion."""
    opened = False
    for step in row:
        if isinstance(step, OwnStep):
            named, decision = step.verdict(name, targets) if mask & OWN else (False, None)
            if decision is not None:
                return decision
            opened |= named
        elif mask & step.spares:
            continue
        elif mask & step.bits and (not opened or isinstance(step.decision, Rewrite)):
            return step.decision
    return None


class WatchedView(View):
    """A view that tells which names go through it that would not go through another.

    For as long as somebody wants to learn what a site or an app needs. Nothing else pays for it:
    only names of this view are sent the long way, by its mask.
    """

    __slots__ = ("_note", "_otherwise")

    listens = True

    def __init__(
        self,
        steps: Iterable[Step | OwnStep],
        otherwise: View,
        note: Callable[[bytes], None],
        until: int = NEVER,
        brief: int = 0,
        servers: bytes = b"",
    ) -> None:
        """otherwise: the view that would stop more. note: told each such name when it is got."""
        super().__init__(steps, until=until, brief=brief, servers=servers)
        self.mask |= ANYTHING
        self._otherwise = otherwise
        self._note = note

    def lasting(self, until: int) -> View:
        """The same until another second."""
        return WatchedView(
            self._rows[0], self._otherwise, self._note, until, self.brief, self.servers
        )

    def decide(self, mask: int, name: bytes, targets: Iterable[bytes] | None = None) -> Decision:
        """What becomes of a name, and a note of it: with its answer, or its rewriting."""
        decision = super().decide(mask, name, targets)
        if isinstance(decision, Block) or (targets is None and decision is None):
            return decision
        if isinstance(self._otherwise.decide(mask, name, targets), Block):
            self._note(name)
        return decision


class HeardView(View):
    """A view as one client has it whose names are told to a parent, those that are blocked too.

    Nobody else pays for it. What the house answers by itself is not told (it is decided without an
    answer), nor is illegal content, nor help, which has no bit.
    """

    __slots__ = ("_note", "_view")

    listens = True

    def __init__(self, view: View, note: Callable[[bytes], None]) -> None:
        self._view, self._note = view, note
        self.until, self.brief, self.servers = view.until, view.brief, view.servers
        self.mask = view.mask | ANYTHING
        self.decisions = {}  # nothing is answered from it: each name comes by `decide`

    def decide(self, mask: int, name: bytes, targets: Iterable[bytes] | None = None) -> Decision:
        """What becomes of a name, and a note of it: when it is blocked, or with its answer."""
        decision = self._view.decide(mask, name, targets)
        if not mask & ILLEGAL and not (decision is None and targets is None):
            self._note(name)
        return decision


class Schedule:
    """Who shares the same rules shares a schedule; its view changes at set seconds (wall clock)."""

    __slots__ = ("_at", "_timeline", "changes_at", "view")

    def __init__(self, timeline: Iterable[tuple[int, View]]) -> None:
        """timeline: (second from which on, view), in order, the first one in force now."""
        self.renew(timeline)

    def renew(self, timeline: Iterable[tuple[int, View]]) -> None:
        """Follow another timeline; so does everybody who follows this schedule."""
        self._timeline = tuple(timeline)
        self._take(0)

    def advance(self, now: int) -> None:
        """Bring the view up to a second; to an earlier one, too, where a clock was set back."""
        at, timeline = self._at, self._timeline
        while at + 1 < len(timeline) and timeline[at + 1][0] <= now:
            at += 1
        while at and timeline[at][0] > now:
            at -= 1
        if at != self._at:
            self._take(at)

    def _take(self, at: int) -> None:
        following = self._timeline[at + 1 : at + 2]
        self._at = at
        self.changes_at = following[0][0] if following else NEVER
        view = self._timeline[at][1]
        self.view = view.lasting(self.changes_at) if self.changes_at < view.until else view


class HeardSchedule:
    """A schedule as one client follows it whose names are told."""

    __slots__ = ("_heard", "_note", "_of", "_schedule")

    def __init__(self, schedule: Schedule, note: Callable[[bytes], None]) -> None:
        """note: told each name."""
        self._schedule, self._note = schedule, note
        self._of = schedule.view
        self._heard = HeardView(self._of, note)

    @property
    def view(self) -> View:
        """What is in force."""
        if self._schedule.view is not self._of:
            self._of = self._schedule.view
            self._heard = HeardView(self._of, self._note)
        return self._heard


class Asker:
    """A client address: whose schedule it follows, what it asked since it was last counted.

    seen, stopped: the bits of all names that it got, and of those that were blocked.
    """

    __slots__ = ("blocked", "queries", "schedule", "seen", "stopped")

    def __init__(self, schedule: Schedule | HeardSchedule) -> None:
        self.schedule = schedule
        self.queries = 0
        self.blocked = 0
        self.seen = 0
        self.stopped = 0

"""Regular expressions on names, in a time that does not hang on how they are written.

Python's own can take a lifetime for a short expression on a short name. Here all expressions are
one automaton of positions (Glushkov's construction), made deterministic only where names lead, as
RE2 does: a name costs one look into a dictionary for each of its characters, however many
expressions there are. A name is searched through, upper case is lower case, and what no automaton
can do (looking around, going back to a group) is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Final

MOST_CHARACTERS: Final = 300  # of an expression
MOST_EDGES: Final = 2000  # of one in the automaton; it bounds what the first look at a name costs
_MOST_DEPTH: Final = 10
_MOST_TIMES: Final = 64
_MOST_STATES: Final = 4096

_DIGITS: Final = frozenset("0123456789")
_WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyz_") | _DIGITS
_START, _END, _OTHER = "\2", "\3", "\0"  # around a name, and for what no host has in its name
_ANY: Final = _WORD | frozenset("-.") | {_OTHER}
_ESCAPES: Final = {"d": _DIGITS, "D": _ANY - _DIGITS, "w": _WORD, "W": _ANY - _WORD,
                   "s": frozenset[str](), "S": _ANY}  # fmt: skip
_NO_MEMBER: Final = frozenset({_START, _END})
_PROBES: Final = ("a.test", "q7-x.example", "0.zz.invalid")  # unlike in all that names can be

Chars = frozenset[str]


class BadExpression(ValueError):
    """An expression that is not taken; the message says why."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of an expression: its positions that can be the first and the last ones."""

    is_nullable: bool
    first: frozenset[int]
    last: frozenset[int]


_EMPTY: Final = _Piece(is_nullable=True, first=frozenset(), last=frozenset())
Build = Callable[["_Positions"], _Piece]


@dataclass(slots=True)
class _Positions:
    """The characters at each position of an automaton, and the positions that may follow it."""

    chars: list[Chars] = field(default_factory=list)
    follow: list[set[int]] = field(default_factory=list)
    most_edges: int = MOST_EDGES
    edges: int = 0

    def one(self, chars: Chars) -> _Piece:
        self.chars.append(chars)
        self.follow.append(set())
        here = frozenset({len(self.chars) - 1})
        return _Piece(is_nullable=False, first=here, last=here)

    def join(self, before: _Piece, after: _Piece) -> _Piece:
        self.lead(before.last, after.first)
        return _Piece(
            before.is_nullable and after.is_nullable,
            before.first | after.first if before.is_nullable else before.first,
            before.last | after.last if after.is_nullable else after.last,
        )

    def lead(self, last: Iterable[int], first: frozenset[int]) -> None:
        for each in last:
            self.edges += len(first - self.follow[each])
            self.follow[each] |= first
        if self.edges + len(self.chars) > self.most_edges:
            raise BadExpression("the expression leaves too much open, or is too long")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read. text: as it was written, without slashes. cost: of the room in
    an automaton.
    """

    text: str
    cost: int
    build: Build = field(repr=False, compare=False)


def read(text: str) -> Expression:
    """The expression that a text means. Raises BadExpression."""
    if len(text) > MOST_CHARACTERS:
        raise BadExpression(f"the expression is longer than {MOST_CHARACTERS} characters")
    build = _Reader(text).read()
    positions = _Positions()
    if build(positions).is_nullable:
        raise BadExpression("the expression means every name")
    expression = Expression(text, positions.edges + len(positions.chars), build)
    matches = Automaton([expression]).matches
    if all(map(matches, _PROBES)):
        raise BadExpression("the expression means every name")
    return expression


class _Reader:
    """Reads one expression, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def read(self) -> Build:
        build = self._choice()
        if self._at < len(self._text):
            raise BadExpression("the expression closes a group that it did not open")
        return build

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def _choice(self) -> Build:
        choices = [self._sequence()]
        while self._next() == "|":
            self._take()
            choices.append(self._sequence())
        return choices[0] if len(choices) == 1 else lambda into: _either(choices, into)

    def _sequence(self) -> Build:
        parts: list[Build] = []
        while (char := self._next()) and char not in "|)":
            atom = self._atom()
            parts.append(self._repeated(atom, can_repeat=char not in "^$"))
        return lambda into: _in_turn(parts, into)

    def _atom(self) -> Build:
        char = self._take()
        if char == "(":
            return self._group()
        if char in "*+?{":
            raise BadExpression(f'the expression has a "{char}" with nothing before it')
        if char == "[":
            chars = self._set()
        elif char == "\\":
            chars = self._escaped()
        else:
            anchors = {"^": _START, "$": _END}
            chars = _ANY if char == "." else frozenset({anchors.get(char) or _folded(char)})
        return lambda into: into.one(chars)

    def _group(self) -> Build:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise BadExpression("the expression has too many groups in each other")
        if self._next() == "?":
            self._take()
            if self._take() != ":":
                raise BadExpression("the expression looks around, which cannot be done here")
        build = self._choice()
        if self._take() != ")":
            raise BadExpression("the expression opens a group that it does not close")
        self._depth -= 1
        return build

    def _escaped(self) -> Chars:
        char = self._take()
        if char in _ESCAPES:
            return _ESCAPES[char]
        if not char or char.isalnum():
            raise BadExpression(f'the expression has a "\\{char}", which cannot be done here')
        return frozenset({_folded(char)})

    def _set(self) -> Chars:
        is_negated = self._next() == "^"
        if is_negated:
            self._take()
        chars: set[str] = set()
        is_first = True
        while is_first or self._next() != "]":
            is_first = False
            char = self._take()
            if not char or (char == "[" and self._next() == ":"):
                raise BadExpression("the expression has a set of characters that cannot be read")
            low = self._escaped() if char == "\\" else frozenset({_folded(char)})
            if self._next() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._take()
                chars |= _range(char, self._take())
            else:
                chars |= low
        self._take()
        return _ANY - chars if is_negated else frozenset(chars)

    def _repeated(self, atom: Build, *, can_repeat: bool) -> Build:
        while (char := self._next()) and char in "*+?{":
            if not can_repeat:
                raise BadExpression("the expression repeats the beginning or end of a name")
            least, most = self._times()
            if self._next() == "?":  # as few as can be: it does not matter whether there is a match
                self._take()
            atom = _times_of(atom, least, most)
        return atom

    def _times(self) -> tuple[int, int | None]:
        char = self._take()
        if char != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        least, comma, most = self._text[self._at :].partition("}")[0].partition(",")
        self._at += len(least) + len(comma) + len(most) + 1
        if not (least.isdecimal() and (most.isdecimal() or not most)):
            raise BadExpression("the expression has a { that does not count")
        few = int(least)
        many = int(most) if most else None if comma else few
        if max(few, many or 0) > _MOST_TIMES or (many is not None and many < few):
            raise BadExpression(f"the expression counts beyond {_MOST_TIMES}, or backwards")
        return few, many


def _folded(char: str) -> str:
    lower = char.lower()
    return lower if lower in _ANY else _OTHER


def _range(low: str, high: str) -> Chars:
    if high == "\\" or low == "\\" or not low <= high:
        raise BadExpression("the expression has a range of characters that cannot be read")
    return frozenset(map(_folded, map(chr, range(ord(low), min(ord(high), 0x7F) + 1))))


def _either(choices: Sequence[Build], into: _Positions) -> _Piece:
    pieces = [each(into) for each in choices]
    return _Piece(
        any(each.is_nullable for each in pieces),
        frozenset().union(*(each.first for each in pieces)),
        frozenset().union(*(each.last for each in pieces)),
    )


def _in_turn(parts: Iterable[Build], into: _Positions) -> _Piece:
    whole = _EMPTY
    for each in parts:
        whole = into.join(whole, each(into))
    return whole


def _times_of(atom: Build, least: int, most: int | None) -> Build:
    def build(into: _Positions) -> _Piece:
        whole = _in_turn(repeat(atom, least), into)
        if most is None:
            more = atom(into)
            into.lead(more.last, more.first)
            return into.join(whole, _Piece(is_nullable=True, first=more.first, last=more.last))
        for _ in range(most - least):
            more = atom(into)
            whole = into.join(whole, _Piece(is_nullable=True, first=more.first, last=more.last))
        return whole

    return build


class _State:
    """What of all expressions may go on here. done: the numbers of those that were found."""

    __slots__ = ("done", "following", "positions")

    def __init__(self, positions: frozenset[int], done: frozenset[int]) -> None:
        self.positions = positions
        self.done = done
        self.following: dict[str, _State] = {}


class Automaton:
    """Some expressions, to be found in names all at once."""

    def __init__(self, expressions: Iterable[Expression]) -> None:
        into = _Positions()
        into.most_edges = 1 << 60  # each was held to its share when it was read
        self._ends: dict[int, int] = {}  # the last positions of expressions → their numbers
        first: set[int] = set()
        for number, each in enumerate(expressions):
            piece = each.build(into)
            first |= piece.first
            self._ends |= dict.fromkeys(piece.last, number)
        self._chars, self._follow = into.chars, into.follow
        self._first = {
            char: frozenset(each for each in first if char in into.chars[each])
            for char in _ANY | _NO_MEMBER
        }
        self._states: dict[tuple[frozenset[int], frozenset[int]], _State] = {}

    def __bool__(self) -> bool:
        return bool(self._chars)

    def found(self, qname: str) -> frozenset[int]:
        """The numbers of the expressions that a name has in it."""
        state = self._state(frozenset(), frozenset())
        for char in (_START, *qname, _END):
            state = state.following.get(char) or self._step(state, char)
        return state.done

    def matches(self, qname: str) -> bool:
        """Whether a name has some of them in it."""
        return bool(self.found(qname))

    def _step(self, state: _State, char: str) -> _State:
        known = char if char in self._first else _OTHER
        chars, follow, ends = self._chars, self._follow, self._ends
        reached = set(self._first[known])
        for each in state.positions:
            reached.update(after for after in follow[each] if known in chars[after])
        done = state.done.union(ends[each] for each in reached if each in ends)
        following = self._state(frozenset(each for each in reached if follow[each]), done)
        state.following[char] = following
        return following

    def _state(self, positions: frozenset[int], done: frozenset[int]) -> _State:
        state = self._states.get((positions, done))
        if state is None:
            if len(self._states) >= _MOST_STATES:
                for each in self._states.values():  # those in use would lead to all others still
                    each.following.clear()
                self._states.clear()
            state = self._states[positions, done] = _State(positions, done)
        return state

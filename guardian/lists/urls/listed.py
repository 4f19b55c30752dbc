"""Is this URL listed?"""

from bisect import bisect_left
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

from guardian.lists.hashing import Hashing, stands_for
from guardian.lists.keyed import keyed
from guardian.lists.urls.file import HOST, PAGED, SITE, BadUrls, Runs, from_bytes
from guardian.lists.urls.keys import Address, address_of, folder_key, page_key, spellings
from guardian.lists.urls.spelling import PLAIN
from guardian.names import to_wire

_WWW: Final = b"\x03www"
_LENGTH: Final = tuple(bytes((n,)) for n in range(64))


class Listed(StrEnum):
    """By what a URL is listed; NOWHERE is false."""

    NOWHERE = ""
    PAGE = "page"
    SITE = "site"


class UrlList:
    """The pages and sites of some lists, as hashes. pages: how many pages and folders; digests, of
    which nobody knows what they are, are not among them.
    """

    def __init__(self, content: bytes, key: bytes, where: str = "the list") -> None:
        """content: what `compile_urls` gave. key: its secret, 32 bytes.

        Raises BadUrls for a damaged one, and where the key is another.
        """
        self._runs = runs = from_bytes(content, key, where)
        self.pages = len(runs.pages) + len(runs.folders)
        self._hashed = hashed = _hashed_with(key)
        self._marks_of = _marks_of(runs, hashed)
        self._digests = [Hashing.read(each).digests() for each in runs.hashings]

    @classmethod
    def open(cls, path: Path, key: bytes) -> "UrlList":
        """The list in a file. Raises BadUrls where it is missing or damaged."""
        try:
            return cls(path.read_bytes(), key, str(path))
        except OSError as problem:
            said = problem.strerror or problem
            raise BadUrls(
                f"{path}: it cannot be read ({said}); run guardian lists update"
            ) from None

    def match(self, url: str) -> Listed:
        """By what a URL is listed, whatever its spelling. Raises nothing: no URL is NOWHERE."""
        # Flat on purpose. Nearly always the first look is the last one; docs/benchmarks.md has the
        # price of both.
        found = PLAIN.fullmatch(url)
        if found is None:
            www, host, port, path, query = address_of(url)
        else:
            with_www, host, path, query = found.groups()
            www, port, path = with_www is not None, "", path.removesuffix("/")
        before, _, last = host.encode("ascii").rpartition(b".")
        top = _LENGTH[len(last)] + last + b"\0"
        if before:
            second = before[before.rfind(b".") + 1 :]
            top = _LENGTH[len(second)] + second + top
        marks = self._marks_of(top)
        if not marks and not self._digests:
            return Listed.NOWHERE
        address = Address(www, host, port, path, query or "")
        listed = self._look(address, top, marks) if marks else Listed.NOWHERE
        return listed or self._by_digest(address)

    def _look(self, address: Address, top: bytes, marks: int) -> Listed:
        """The same, for one whose last two labels, `top`, are those of something that is listed."""
        wire, marks_of = to_wire(address.host), self._marks_of
        own = marks if wire == top else marks_of(wire)
        if (marks | own) & SITE or (own & HOST and not address.www):
            return Listed.SITE
        if own & PAGED and self._is_page(address):
            return Listed.PAGE
        above = wire[wire[0] + 1 :]
        while len(above) > len(top):
            if marks_of(above) & SITE:
                return Listed.SITE
            above = above[above[0] + 1 :]
        if address.www and marks_of(_WWW + wire) & (SITE | HOST):
            return Listed.SITE
        return Listed.NOWHERE

    def _by_digest(self, address: Address) -> Listed:
        """By what one is listed of which a list tells a digest and no more."""
        labels = f"www.{address.host}" if address.www else address.host
        names = [labels.encode("ascii")]
        while b"." in names[-1]:
            names.append(names[-1].partition(b".")[2])
        for digest in self._digests:
            if any(self._has_digest(digest(each)) for each in names):
                return Listed.SITE
            if any(self._has_digest(digest(each)) for each in spellings(address)):
                return Listed.PAGE
        return Listed.NOWHERE

    def _has_digest(self, digest: bytes) -> bool:
        return _has(self._runs.digests, self._hashed(stands_for(digest)))

    def _is_page(self, address: Address) -> bool:
        runs, hashed = self._runs, self._hashed
        if _has(runs.pages, hashed(page_key(address))):
            return True
        if not runs.depths:
            return False
        parts = address.path.split("/")
        return any(
            _has(runs.folders, hashed(folder_key(address, parts[:depth])))
            for depth in runs.depths
            if depth <= len(parts)
        )


def _hashed_with(key: bytes) -> Callable[[bytes], int]:
    """`hash_of` with one key, at two thirds of its price."""
    fresh, number_of = keyed(key), int.from_bytes

    def hashed(text: bytes) -> int:
        state = fresh()
        state.update(text)
        return number_of(state.digest(), "little")

    return hashed


def _marks_of(runs: Runs, hashed: Callable[[bytes], int]) -> Callable[[bytes], int]:
    """The marks of a wire name."""
    names, marks = runs.names, runs.marks
    bits = max(6, (8 * len(names)).bit_length())
    shift = 64 - bits
    # Before the search, a look at what names beginning alike have: for most that is nothing.
    sieve = bytearray(1 << bits)
    for name, mark in zip(names, marks, strict=True):
        sieve[name >> shift] |= mark

    def marks_of(wire: bytes) -> int:
        number = hashed(wire)
        if not sieve[number >> shift]:
            return 0
        at = bisect_left(names, number)
        return marks[at] if at < len(names) and names[at] == number else 0

    return marks_of


def _has(run: memoryview, number: int) -> bool:
    at = bisect_left(run, number)
    return at < len(run) and run[at] == number

"""A run: all that one source said when it was read, in a file, so that it is not read again.

The hashes of each thing it says of names, sorted; then a JSON object; then the tail: "GDR1", the
object's length, a checksum (BLAKE2b, 16 bytes) of all before it. All little-endian. The object:
{"made_of": what the run follows from, "key_check", "id", "report", "version", "nearest",
"networks", "patterns": [[row of the variety, expression]], "urls": as `Pages.as_data`, "more": what
its maker wants to know again, "varieties": [[row of the variety, how many, where its parts begin or
null where these are few]]}.
A run that is damaged, or was made of something else, is not there: it is made again.
"""

import json
import mmap
import os
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from typing import Any, Final

from guardian.lists import index
from guardian.lists.entry import Variety
from guardian.lists.gather import Gathered, report_of
from guardian.lists.hashes import HASH_BYTES, PARTS, Hashes, Held, Spill, Stored, read
from guardian.lists.keyed import key_check
from guardian.lists.networks import Ranges, ranges_of
from guardian.lists.urls.keys import Pages

_MAGIC: Final = b"GDR1"
_TAIL: Final = Struct("<4sI16s")
_FEW: Final = 4096  # hashes that are read at once


@dataclass(frozen=True, slots=True)
class Run:
    """What one source says.

    id: of what it says of names: runs that say the same have the same. report: as JSON can hold it.
    version: as the content gives it. nearest: as in `ListInfo`. hashes: of the names, by what is
    said of them. pages: what it says of URLs. patterns: expressions, with what is said of the names
    in which they are found. more: as it was given.
    """

    id: str
    report: dict[str, Any]
    version: str
    nearest: bool
    networks: dict[str, Ranges] | None
    hashes: Mapping[Variety, Hashes]
    pages: Pages
    patterns: tuple[tuple[Variety, str], ...] = ()
    made_of: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def format(self) -> str:
        """Of the content, with the reason."""
        return str(self.report["format"])

    @property
    def self_test(self) -> int:
        """How many entries are ours."""
        return int(self.report["self_test"])

    @property
    def hashing(self) -> str:
        """How the source hashed names before we did; "" where it gave names."""
        return str(self.report["hashing"])

    @property
    def taken(self) -> int:
        """How many different entries there are."""
        return int(self.report["taken"])

    @property
    def exceptions(self) -> int:
        """How many of them allow."""
        return int(self.report["exceptions"])


def save(path: Path, gathered: Gathered, key: bytes, made_of: str) -> None:
    """Write a run whole or not at all; not flushed: a power cut costs one that is made again.

    Raises OSError.
    """
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(content(gathered, key, made_of))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def unsaved(spill: Spill, gathered: Gathered, key: bytes) -> Run:
    """The run in a file without a name."""
    run = _read(spill.mapped(content(gathered, key, "")), key, "")
    assert run is not None  # noqa: S101 (it was just written)
    return run


def load(path: Path, key: bytes, made_of: str | None) -> Run | None:
    """The run in a file; None where there is none, it is damaged, or made of something else.

    made_of: None takes any.
    """
    try:
        with path.open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _read(memory, key, made_of)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def content(
    gathered: Gathered, key: bytes, made_of: str, more: Mapping[str, Any] | None = None
) -> Iterator[bytes]:
    """The file's bytes. more: what is to be known again, as JSON can hold it."""
    total = blake2b(digest_size=16)
    varieties = []
    for variety, hashes in gathered.hashes.items():
        begins = [0]
        for number in range(PARTS):
            part = hashes.part(number)
            begins.append(begins[-1] + len(part))
            if part:
                raw = part.tobytes()
                total.update(raw)
                yield raw
        many = begins[-1]
        varieties.append([index.entry_row(0, *variety), many, begins if many > _FEW else None])
    networks, nearest = gathered.parsed.networks, gathered.nearest
    said = total.copy()
    said.update(json.dumps([varieties, nearest]).encode())
    about = {
        "made_of": made_of,
        "key_check": key_check(key),
        "id": said.hexdigest(),
        "report": report_of(gathered),
        "version": gathered.version,
        "nearest": nearest,
        "networks": ranges_of(networks) if networks else None,
        "patterns": [
            [index.entry_row(0, *each.variety), each.expression.text]
            for each in gathered.parsed.patterns
        ],
        "urls": gathered.pages.as_data(),
        "more": more or {},
        "varieties": varieties,
    }
    text = json.dumps(about, separators=(",", ":")).encode()
    total.update(text)
    yield text
    yield _tail(total, len(text))


def _tail(total: blake2b, length: int) -> bytes:
    total.update(_TAIL.pack(_MAGIC, length, bytes(16)))
    return _TAIL.pack(_MAGIC, length, total.digest())


def _read(memory: mmap.mmap, key: bytes, made_of: str | None) -> Run | None:
    end = len(memory) - _TAIL.size
    if end < 0:
        return None
    magic, length, _ = _TAIL.unpack_from(memory, end)
    if magic != _MAGIC or length > end or memory[end:] != _tail(index.summed(memory, end), length):
        return None
    about = json.loads(memory[end - length : end])
    if about["key_check"] != key_check(key) or made_of not in (None, about["made_of"]):
        return None
    hashes, at = {}, 0
    for row, many, begins in about["varieties"]:
        hashes[index.variety_of(row)] = _stored(memory, at, many, begins)
        at += many * HASH_BYTES
    names = ("id", "report", "version", "nearest", "networks", "made_of", "more")
    return Run(
        **{name: about[name] for name in names},
        hashes=hashes,
        pages=Pages.of_data(about["urls"]),
        patterns=tuple((index.variety_of(row), text) for row, text in about.get("patterns", ())),
    )


def _stored(memory: mmap.mmap, at: int, many: int, begins: list[int] | None) -> Hashes:
    if begins is None:
        return Held(read(memory, at, many))
    return Stored(memory, at, array("I", begins))

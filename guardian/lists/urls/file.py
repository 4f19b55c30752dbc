"""The file of hashes that URLs are matched against: nothing in it can be read back.

"GDU1", a checksum (BLAKE2b, 16 bytes, of all that follows), the length of a JSON object, the
object with blanks up to a multiple of eight, then runs of 64-bit hashes, each in order: of names,
pages, folders and digests; then a byte for each name, its marks. All little-endian. The object:
{"key_check", "runs": [how many names, pages, folders, digests], "depths": [parts of the folders'
paths], "hashings": [how lists made their digests]}. Hashes are those of `keyed`: of names, as an
index has them, of the keys of `keys`, and of what stands for digests.
"""

import json
from array import array
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct
from typing import Final

from guardian.errors import GuardianError
from guardian.lists.keyed import HASH_BYTES, key_check
from guardian.lists.urls.keys import Pages

SITE: Final = 1  # marks of a name: it is listed with all below it
HOST: Final = 2  # it is listed whole, by itself
PAGED: Final = 4  # some of its pages are listed
TOP: Final = 8  # it, or something below it, is listed in some way

_HEAD: Final = Struct("<4s16sI")
_MAGIC: Final = b"GDU1"


class BadUrls(GuardianError):
    """A file of URL hashes that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Runs:
    """What a file holds. marks: of the names, in their order."""

    names: memoryview
    pages: memoryview
    folders: memoryview
    digests: memoryview
    marks: memoryview
    depths: tuple[int, ...]
    hashings: tuple[str, ...]


def to_bytes(pages: Pages, key: bytes) -> bytes:
    """The file's content."""
    marks: dict[int, int] = {}
    marked = ((SITE, pages.sites), (HOST, pages.names), (PAGED, pages.hosts), (TOP, pages.tops))
    for mark, listed in marked:
        for each in listed:
            marks[each] = marks.get(each, 0) | mark
    names = sorted(marks)
    runs = [names, *(sorted(set(run)) for run in (pages.pages, pages.folders, pages.digests))]
    about = {
        "key_check": key_check(key),
        "runs": list(map(len, runs)),
        "depths": sorted(pages.depths),
        "hashings": sorted(pages.hashings),
    }
    text = json.dumps(about).encode()
    text += b" " * (-len(text) % HASH_BYTES)
    hashes = b"".join(array("Q", run).tobytes() for run in runs)
    body = text + hashes + bytes(map(marks.__getitem__, names))
    return _HEAD.pack(_MAGIC, _checksum(body), len(text)) + body


def from_bytes(content: bytes, key: bytes, where: str) -> Runs:
    """What such a file holds. Raises BadUrls for a damaged one, or one of another key."""
    head, body = content[: _HEAD.size], memoryview(content)[_HEAD.size :]
    magic, checksum, length = _HEAD.unpack(head.ljust(_HEAD.size, b"\0"))
    if magic != _MAGIC or checksum != _checksum(body):
        raise BadUrls(f"{where}: it is damaged; guardian lists update makes it anew")
    about = json.loads(bytes(body[:length]))
    if about["key_check"] != key_check(key):
        raise BadUrls(f"{where}: it was made with another key; guardian lists update makes it anew")
    runs, at = [], length
    for many in (*about["runs"], 0)[:4]:  # one of before knows no digests
        runs.append(body[at : at + many * HASH_BYTES].cast("Q"))
        at += many * HASH_BYTES
    names, pages, folders, digests = runs
    depths, hashings = tuple(about["depths"]), tuple(about.get("hashings", ()))
    return Runs(names, pages, folders, digests, body[at:], depths, hashings)


def _checksum(body: bytes | memoryview) -> bytes:
    return blake2b(body, digest_size=16).digest()

"""How a confidential source is kept on disk: its hashes, and nothing that could be read back.

"GDH2", the check of the key, the length of a JSON object, the object, then the hashes; all
little-endian. The object: {"runs": [[scope, how many], …] in the order of the hashes, "nearest": as
in `ListInfo`, "urls": as `Pages.as_data`, "self_test": how many entries are ours,
"hashing": as in `Gathered`}. Files of version 1 (of two runs, exact and subdomains) are still read.
"""

import json
from struct import Struct
from typing import Any, Final

from guardian.errors import Said
from guardian.lists.entry import Kind, Scope, Variety
from guardian.lists.gather import Gathered
from guardian.lists.hashes import PARTS, Hashes, Held, from_digests, in_order
from guardian.lists.keyed import key_check
from guardian.lists.reading import BadSource
from guardian.lists.report import Parsed
from guardian.lists.runs import Run
from guardian.lists.source import HASHES
from guardian.lists.urls.keys import Pages

_HEAD: Final = Struct("<4s16sI")
_MAGIC: Final = b"GDH2"
_FIRST: Final = b"GDH1"


def to_bytes(said: Gathered | Run, key: bytes) -> bytes:
    """The file's content."""
    runs = {scope: said.hashes.get(Variety(Kind.BLOCK, scope)) for scope in Scope}
    about = {
        "runs": [[scope.value, len(hashes or ())] for scope, hashes in runs.items()],
        "nearest": said.nearest,
        "urls": said.pages.as_data(),
        "self_test": said.self_test,
        "hashing": said.hashing,
    }
    text = json.dumps(about).encode()
    head = _HEAD.pack(_MAGIC, key_check(key).encode("ascii"), len(text))
    parts = (each.part(number) for each in runs.values() if each for number in range(PARTS))
    return head + text + b"".join(part.tobytes() for part in parts)


def from_bytes(content: bytes, key: bytes, where: str) -> Gathered:
    """What such a file holds. Raises BadSource for a damaged one, or one of another key."""
    if len(content) < _HEAD.size:
        raise BadSource(Said("%(file)s: it is damaged; it will be fetched again", file=where))
    magic, check, number = _HEAD.unpack_from(content)
    if magic not in (_MAGIC, _FIRST) or check != key_check(key).encode("ascii"):
        raise BadSource(
            Said("%(file)s: it was made with another key; it will be fetched again", file=where)
        )
    body = content[_HEAD.size :]
    try:
        if magic == _FIRST:
            hashes = from_digests([body])
            runs = [["exact", number], ["subdomains", max(0, len(hashes) - number)]]
            about: dict[str, Any] = {"nearest": False}
        else:
            hashes = from_digests([body[number:]])
            about = json.loads(body[:number])
            runs = about["runs"]
        said: dict[Variety, Hashes] = {}
        at = 0
        for scope, many in runs:
            held = Held(in_order(hashes[at : at + many]))
            said[Variety(Kind.BLOCK, Scope(scope))] = held
            at += many
        hashing = str(about.get("hashing", ""))
        nearest, self_test = bool(about["nearest"]), int(about.get("self_test", 0))
        pages = Pages.of_data(about["urls"]) if "urls" in about else Pages()
    except (ValueError, KeyError, TypeError):
        raise BadSource(
            Said("%(file)s: it is damaged; it will be fetched again", file=where)
        ) from None
    if at != len(hashes):
        raise BadSource(Said("%(file)s: it is damaged; it will be fetched again", file=where))
    parsed = Parsed(confidential=True, nearest=nearest)
    return Gathered(parsed, HASHES, "", said, pages=pages, self_test=self_test, hashing=hashing)

"""What came of a transfer that broke off, kept to be gone on with.

<ID>.begun       the bytes
<ID>.begun.json  their location, ETag and number; written once the bytes are safely on disk, and
                 gone while a transfer goes on: a kill leaves no start that anybody trusts
"""

import json
import os
from pathlib import Path
from typing import Any, BinaryIO

from guardian.lists.replace import replace_file


class Begun:
    """The start of a list's content, if there is any."""

    def __init__(self, path: Path, location: str) -> None:
        """path: of the bytes. location: what is fetched; a start of another is no use."""
        self.path = path
        self._note = path.with_name(f"{path.name}.json")
        self._location = location

    def open(self) -> tuple[BinaryIO, str]:
        """The file to write on, at its end, and the ETag of what is in it; "" for an empty one."""
        bytes_, etag = self._read()
        self._note.unlink(missing_ok=True)
        if not etag:
            return self.path.open("w+b"), ""
        file = self.path.open("r+b")
        file.truncate(bytes_)
        file.seek(bytes_)
        return file, etag

    def keep(self, file: BinaryIO, etag: str) -> None:
        """Go on with it next time. Raises OSError."""
        file.flush()
        os.fsync(file.fileno())
        note = {"location": self._location, "etag": etag, "bytes": file.tell()}
        replace_file(self._note, [json.dumps(note).encode()], 0o600)

    def drop(self) -> None:
        """Begin from the beginning next time."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> tuple[int, str]:
        try:
            note: Any = json.loads(self._note.read_bytes())
            bytes_, etag = int(note["bytes"]), str(note["etag"])
            fits = note["location"] == self._location and self.path.stat().st_size >= bytes_ > 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0, ""
        return (bytes_, etag) if fits else (0, "")

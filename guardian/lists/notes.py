"""What is remembered of each source between runs: one small JSON file a source."""

import json
from pathlib import Path
from typing import Any

from guardian.lists.replace import replace_file

_State = tuple[int, int, int]
"""Tells a file from another in its place: a new one is put there for each change."""


class Notes:
    """Notes by source id.

    Where the disk takes none (full, read-only) they live on in memory: what is wrong with a list
    must be told then, too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unwritten: dict[str, dict[str, Any]] = {}
        self._read: dict[str, tuple[_State, dict[str, Any]]] = {}

    def read(self, source: str) -> dict[str, Any]:
        """All notes on a source; {} where there are none that can be read."""
        return {**self._kept(source), **self._unwritten.get(source, {})}

    def _kept(self, source: str) -> dict[str, Any]:
        """What the file says; every page asks, so it is parsed when it is another one only."""
        path = self._path(source)
        try:
            is_now = path.stat()
            state = (is_now.st_ino, is_now.st_mtime_ns, is_now.st_size)
            known = self._read.get(source)
            if known is None or known[0] != state:
                notes = json.loads(path.read_text(encoding="utf-8"))
                known = self._read[source] = state, notes if isinstance(notes, dict) else {}
        except (OSError, ValueError):
            return {}
        return known[1]

    def add(self, source: str, **changes: object) -> None:
        """Put new notes in place of those of the same name."""
        notes = {**self.read(source), **changes}
        try:
            text = json.dumps(notes, indent=1, ensure_ascii=False)
            replace_file(self._path(source), [text.encode()])
            self._unwritten.pop(source, None)
        except OSError:
            self._unwritten[source] = notes

    def _path(self, source: str) -> Path:
        return self._folder / f"{source}.json"

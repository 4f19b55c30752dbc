"""What is remembered of each source between runs: one small JSON file a source."""

import json
from pathlib import Path
from typing import Any

from guardian.lists.replace import replace_file


class Notes:
    """Notes by source id.

    Where the disk takes none (full, read-only) they live on in memory: what is wrong with a list
    must be told then, too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unwritten: dict[str, dict[str, Any]] = {}

    def read(self, source: str) -> dict[str, Any]:
        """All notes on a source; {} where there are none that can be read."""
        try:
            notes = json.loads(self._path(source).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            notes = {}
        kept = notes if isinstance(notes, dict) else {}
        return {**kept, **self._unwritten.get(source, {})}

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

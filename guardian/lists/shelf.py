"""Where a household keeps the content of its lists: which file of the folder is what.

<folder>/key                the secret of the hashes, readable by its owner only
<folder>/sources/ID.txt     the last good content of a list
<folder>/sources/ID.new     fetched content that no compilation has tried yet, or that waits
<folder>/sources/ID.hashes  the last good content of a confidential list: hashes only
<folder>/sources/ID.zone    the last good content of a transferred zone
<folder>/sources/ID.json    when it was asked for, its report and problems
<folder>/sources/ID.…       what else is kept of a list: see `contents`
<folder>/runs/ID.….run      what a list said when it was read: see `runs`
<folder>/urls.gdu           the hashes of listed pages and sites, for who sees URLs
<folder>/index-SERIAL.gdx   the index; the last two are kept
"""

import contextlib
import fcntl
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from guardian.errors import GuardianError, Said
from guardian.lists.keyed import KEY_BYTES
from guardian.lists.replace import make_file, replace_file
from guardian.lists.source import HASHES, ZONE, Source, SourceKind
from guardian.lists.trust.contents import Contents

URLS: Final = "urls.gdu"


class CannotKeep(GuardianError):
    """The folder of the lists cannot be used."""


class Shelf:
    """The folder of a household's lists."""

    def __init__(self, folder: Path) -> None:
        """Raises CannotKeep."""
        self.folder = folder
        self.sources = folder / "sources"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.sources.mkdir(exist_ok=True, mode=0o700)
        except OSError as problem:
            raise _cannot_keep(folder, problem) from None

    def key(self) -> bytes:
        """The secret of this installation's hashes; made on first use. Raises CannotKeep."""
        path = self.folder / "key"
        try:
            if not path.exists():
                make_file(path, secrets.token_bytes(KEY_BYTES), 0o600)
            key = path.read_bytes()
            if len(key) != KEY_BYTES:  # damaged: what was hashed with it is made again
                replace_file(path, [secrets.token_bytes(KEY_BYTES)], 0o600)
                key = path.read_bytes()
        except OSError as problem:
            raise _cannot_keep(path, problem) from None
        return key

    def tries(self, source: Source) -> list[tuple[Path, str]]:
        """Where a source's content may be, the newest first, and the format there."""
        kept = self.kept(source)
        if source.bundled:
            return [(source.path, source.format)]
        format_ = self.format_kept(source)
        if source.hold and kept.exists():
            return [(kept, format_)]
        if not source.is_remote:
            return [(source.path, source.format), (kept, format_)]
        return [(kept.with_suffix(".new"), format_), (kept, format_)]

    def kept(self, source: Source) -> Path:
        """Where the last good content of a source is, or will be."""
        ending = "hashes" if source.kind is SourceKind.IWF else "txt"
        if source.zone is not None:
            ending = "zone"
        return self.sources / f"{source.id}.{ending}"

    def format_kept(self, source: Source) -> str:
        """The format of the last good content."""
        if source.zone is not None:
            return ZONE
        return HASHES if source.kind is SourceKind.IWF else source.format

    def contents(self, source: Source) -> Contents:
        """What is kept of a source that did not come with guardian."""
        return Contents(self.kept(source))

    def has(self, source: Source) -> bool:
        """Whether any content of a source is here."""
        return any(path.exists() for path, _ in self.tries(source))

    def is_held(self, source: Source) -> bool:
        """Whether it stays as it is; what never came is fetched all the same."""
        return source.hold and self.kept(source).exists()


@contextlib.contextmanager
def locked(folder: Path, name: str = "lock") -> Iterator[None]:
    """Have the contents of all lists alone: whoever else wants to change them waits.

    name: of another lock in the folder, for what else is there. Raises OSError.
    """
    with (folder / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cannot_keep(path: Path, problem: OSError) -> CannotKeep:
    said = problem.strerror or str(problem)
    return CannotKeep(
        Said(
            "%(file)s: it cannot be used (%(problem)s); give a folder of your own with --state",
            file=path,
            problem=said,
        )
    )

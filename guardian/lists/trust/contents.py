"""What is kept of one list: the content in force, the new one that waits, and earlier ones.

ID.txt, ID.new, ID.hashes   see `shelf`
ID.about.json               what is known of the content in force
ID.waits.json               why the newest content waits for a person, and what was said to it
ID.versions/NUMBER.gz       an earlier content, packed; NUMBER.as-is where it was packed already
ID.versions/NUMBER.json     what is known of it; without this file it does not count

Every file is written aside and renamed, and says of which content it speaks: a kill between two
steps leaves what the next look finds out to be old.
"""

import errno
import gzip
import hashlib
import io
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Final, cast

from guardian.errors import GuardianError
from guardian.lists.replace import replace_file
from guardian.lists.trust.difference import Difference
from guardian.lists.trust.doubts import Before, Doubt

_PACKED: Final = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"GDH",
)  # gzip, zstd, zip, hashes
_STEP: Final = 1 << 20
_GZIP: Final = 31  # zlib's word for gzip's head and the largest window
TRIED: Final = " tried"  # ends the stamp of a list of which an index has new content on trial


class NoSuchVersion(GuardianError):
    """A version that is not kept."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Version:
    """One content of a list. number: counts the list's contents, from 1. came: UTC, when it was
    first taken. names: in it. version: what its maker calls it. location: whence. sha256: of the
    file. origin: of the file that it was taken from (`stamp_of`); file: of where it is in force.
    canaries: hashes of those that it names.
    """

    number: int
    came: datetime
    names: int
    sha256: str
    format: str = ""
    version: str = ""
    etag: str = ""
    location: str = ""
    origin: str = ""
    file: str = ""
    canaries: tuple[int, ...] = ()

    def before(self) -> Before:
        """As what new content is held against."""
        return Before(self.names, self.format, frozenset(self.canaries))


class Decision(StrEnum):
    """What a person said to content that waits."""

    OPEN = "open"
    RELEASED = "released"
    REJECTED = "rejected"
    TRIED = "tried"  # it counts for some devices, for a while


@dataclass(frozen=True, slots=True)
class Waiting:
    """New content that does not count yet. content: what is known of it. since: UTC.

    devices: signs of those for which it counts, while it is tried.
    """

    content: Version
    since: datetime
    doubts: tuple[Doubt, ...]
    difference: Difference = field(default_factory=Difference)
    decision: Decision = Decision.OPEN
    devices: tuple[str, ...] = ()


class Contents:
    """One list's contents in a folder. kept: the file in force."""

    def __init__(self, kept: Path) -> None:
        self.kept = kept
        self._about = kept.with_suffix(".about.json")
        self._waits = kept.with_suffix(".waits.json")
        self._folder = kept.with_suffix(".versions")

    def in_force(self) -> Version | None:
        """What is known of the content in force; None for nothing, or where it is of another."""
        found = _version(_read(self._about))
        if found is None or not self.kept.exists() or found.file != stamp_of(self.kept):
            return None
        return found

    def waiting(self) -> Waiting | None:
        """What waits, or was rejected last; None for nothing."""
        data = _read(self._waits)
        content = _version(data.get("content", {}))
        if content is None:
            return None
        try:
            return Waiting(
                content,
                datetime.fromisoformat(data["since"]),
                tuple(Doubt.of(each) for each in data["doubts"]),
                Difference.of(data["difference"]),
                Decision(data["decision"]),
                tuple(map(str, data.get("devices", ()))),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def waits_at(self, path: Path) -> bool:
        """Whether what is at a path does not count, or not yet."""
        waiting = self.waiting()
        return (
            waiting is not None
            and waiting.decision is not Decision.RELEASED
            and path.exists()
            and waiting.content.origin == stamp_of(path)
        )

    def on_trial(self, places: Iterable[Path]) -> Path | None:
        """At which of some places the content is that some devices try; None for none."""
        waiting = self.waiting()
        if waiting is None or waiting.decision is not Decision.TRIED:
            return None
        return next(filter(self.waits_at, places), None)

    def earlier(self) -> list[Version]:
        """The contents before the one in force that are kept, the newest first."""
        now = self.in_force()
        found = (
            version
            for path in self._folder.glob("*.json")
            if (version := _version(_read(path))) is not None and self._packed(version) is not None
        )
        earlier = (each for each in found if now is None or each.sha256 != now.sha256)
        return sorted(earlier, key=lambda each: -each.number)

    def numbered(self, number: int) -> Version:
        """A version by its number. Raises NoSuchVersion."""
        now = self.in_force()
        known = [*([now] if now else []), *self.earlier()]
        for each in known:
            if each.number == number:
                return each
        have = ", ".join(str(each.number) for each in known) or "none"
        raise NoSuchVersion(f"there is no version {number} of this list; kept are: {have}")

    def next_number(self) -> int:
        """The number of the next content."""
        now = _version(_read(self._about))
        numbers = [each.number for each in self.earlier()]
        return max([now.number if now else 0, *numbers]) + 1

    @contextmanager
    def readable(self, version: Version) -> Iterator[Path]:
        """A file with a version's content. Raises OSError."""
        now = self.in_force()
        if now is not None and now.sha256 == version.sha256:
            yield self.kept
            return
        aside = self.kept.with_suffix(f".{version.number}.part")
        try:
            replace_file(aside, self._unpacked(version), 0o600)
            yield aside
        finally:
            aside.unlink(missing_ok=True)

    def wait(self, waiting: Waiting) -> None:
        """Let content wait. Raises OSError."""
        _write(self._waits, asdict(waiting))

    def decide(self, decision: Decision, devices: Sequence[str] = ()) -> None:
        """Say a person's word to what waits. devices: that try it. Raises OSError."""
        waiting = self.waiting()
        if waiting is not None:
            self.wait(replace(waiting, decision=decision, devices=tuple(devices)))

    def wait_no_more(self) -> None:
        """Forget what waited."""
        self._waits.unlink(missing_ok=True)

    def take(self, path: Path, content: Version, keep: int, *, move: bool) -> Version:
        """Put the content of a file or folder in force, and keep `keep` earlier ones.

        move: the file goes away; else it stays as it is. Gives what is known of it now. Raises
        OSError; then the content in force is the old or the new one, whole.
        """
        if keep:
            with suppress(OSError):  # rather the new content without the old one than neither
                self._put_away()
        if move:
            path.replace(self.kept)
        else:
            replace_file(self.kept, _as_one(path), 0o600)
        now = self.note(content)
        self.wait_no_more()
        self._remove_old(keep)
        return now

    def note(self, content: Version) -> Version:
        """Write down what the content in force is. Raises OSError."""
        content = replace(content, file=stamp_of(self.kept))
        _write(self._about, asdict(content))
        return content

    def put_back(self, version: Version, keep: int) -> Version:
        """Put an earlier content in force again. Raises OSError."""
        self._put_away()
        replace_file(self.kept, self._unpacked(version), 0o600)
        now = self.note(replace(version, origin=""))
        self.wait_no_more()
        self.kept.with_suffix(".new").unlink(missing_ok=True)
        self._remove_old(keep)
        return now

    def _put_away(self) -> None:
        """Keep the content in force as an earlier one, before another takes its place."""
        now = self.in_force()
        if now is None:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._packed(now) is None:
            with self.kept.open("rb") as file:
                is_packed = self.kept.suffix == ".zone" or file.peek(4).startswith(_PACKED)
                parts, ending = (_pieces(file), "as-is") if is_packed else (_packed(file), "gz")
                replace_file(self._folder / f"{now.number}.{ending}", parts, 0o600)
        _write(self._folder / f"{now.number}.json", asdict(now))

    def _remove_old(self, keep: int) -> None:
        wanted = {str(each.number) for each in self.earlier()[:keep]}
        for path in self._folder.glob("*"):
            if path.stem not in wanted:
                path.unlink(missing_ok=True)

    def _packed(self, version: Version) -> Path | None:
        """Where an earlier content is."""
        places = (self._folder / f"{version.number}.{ending}" for ending in ("gz", "as-is"))
        return next((place for place in places if place.exists()), None)

    def _unpacked(self, version: Version) -> Iterator[bytes]:
        place = self._packed(version)
        if place is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        with place.open("rb") as file:
            is_ours = place.suffix == ".gz"
            yield from _pieces(cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_ours else file)


def stamp_of(path: Path) -> str:
    """What tells a file, or a folder's files, from what was there before: sizes and times."""
    files = [each for each in path.iterdir() if each.is_file()] if path.is_dir() else [path]
    stats = [each.stat() for each in files]
    newest = max((stat.st_mtime_ns for stat in stats), default=0)
    return f"{sum(stat.st_size for stat in stats)} {newest}"


def content_stamp(places: Iterable[Path], seen: Mapping[Path, str]) -> str:
    """The stamp of the content that counts: of the first of its places where there is any.

    seen: stamps that they had before they were read; what changed meanwhile is to be read again.
    """
    for place in places:
        if place.exists():
            return seen.get(place) or stamp_of(place)
    return "nothing"


def sha256_of(path: Path) -> str:
    """Of a file's content, or of a folder's files with their names."""
    digest = hashlib.sha256()
    for part in _contents_of(path):
        digest.update(part)
    return digest.hexdigest()


def _contents_of(path: Path) -> Iterator[bytes]:
    if not path.is_dir():
        with path.open("rb") as file:
            yield from _pieces(file)
        return
    for name, each in _files(path):
        yield name.encode()
        yield from _pieces(each)


def _as_one(path: Path) -> Iterator[bytes]:
    """A file's content, or a tar of a folder's own files."""
    if not path.is_dir():
        yield from _contents_of(path)
        return
    import tarfile

    out = io.BytesIO()
    with gzip.open(out, "wb") as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        for name, file in _files(path):
            about = tarfile.TarInfo(name)
            about.size = file.seek(0, io.SEEK_END)
            file.seek(0)
            tar.addfile(about, file)
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _files(folder: Path) -> Iterator[tuple[str, BinaryIO]]:
    from guardian.lists.archives import archive_of

    archive = archive_of(folder, str(folder))
    assert archive is not None  # noqa: S101  # of a folder there is one
    yield from archive.files(archive.names())


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_STEP):
        yield piece


def _packed(file: BinaryIO) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=_GZIP)
    for piece in _pieces(file):
        yield packer.compress(piece)
    yield packer.flush()


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(path: Path, data: dict[str, Any]) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=False, default=_plain)
    replace_file(path, [text.encode()], 0o600)


def _plain(value: object) -> str:
    """A time as JSON can hold it."""
    assert isinstance(value, datetime)  # noqa: S101
    return value.isoformat(timespec="seconds")


def _version(data: object) -> Version | None:
    """What was written of a version; None for what cannot be read, or is not there."""
    if not isinstance(data, dict):
        return None
    known = {each.name for each in fields(Version)}
    said = {name: value for name, value in data.items() if name in known}
    try:
        came = datetime.fromisoformat(said["came"])
        canaries = tuple(map(int, said.get("canaries", ())))
        return Version(**{**said, "came": came, "canaries": canaries})
    except (KeyError, TypeError, ValueError):
        return None

"""A source of several files: a folder, a tar or a zip archive.

Nothing is ever written to disk, links are never followed, and what is read is bounded: a name with
"..", a device or a link to somewhere else is as if it were not there.
"""

import io
import tarfile
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Protocol

from guardian.errors import Said
from guardian.lists import reading
from guardian.lists.reading import UNREADABLE, BadSource, buffered, unpacked

MOST_FILES: Final = 20_000
_ZIP: Final = b"PK\x03\x04"
_TAR_AT: Final = 257  # where a tar's header has its magic (POSIX ustar)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOST_DIRECTORY: Final = 4 << 20  # bytes of a zip's directory
_ZIP_END: Final = b"PK\x05\x06"
_ZIP64: Final = b"PK\x06\x07"


class Archive(Protocol):
    """Files by name."""

    def names(self) -> list[str]:
        """Of all regular files, as `folder/file`."""
        ...

    def files(self, wanted: Collection[str]) -> Iterator[tuple[str, BinaryIO]]:
        """Those files in the archive's order; each is to be read before the next."""
        ...


def archive_of(content: BinaryIO | Path, where: str) -> Archive | None:
    """The archive that this is; None for a plain file. Raises BadSource."""
    if isinstance(content, Path):
        return _Folder(content)
    file = buffered(content)
    if file.peek(4)[:4] == _ZIP:
        return _Zip(file, where)
    try:
        head = unpacked(file, where).peek(512)
    except UNREADABLE:
        head = b""  # whoever reads it will say what is wrong
    finally:
        file.seek(0)
    return _Tar(file, where) if head[_TAR_AT : _TAR_AT + 5] == b"ustar" else None


def _is_sound(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.name) and not path.is_absolute() and ".." not in path.parts


class _Folder:
    """One folder's own files."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def names(self) -> list[str]:
        inside = (each for each in self._path.iterdir() if each.is_file() and self._is_inside(each))
        return sorted(f"{self._path.name}/{each.name}" for each in inside)

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().parent == self._path

    def files(self, wanted: Collection[str]) -> Iterator[tuple[str, BinaryIO]]:
        for name in sorted(wanted):
            with (self._path / PurePosixPath(name).name).open("rb") as file:
                yield name, file


class _Tar:
    """A tar, packed or not; it is gone through from its beginning each time."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._file = file
        self._where = where

    def names(self) -> list[str]:
        return [name for name, _ in self._members(None)]

    def files(self, wanted: Collection[str]) -> Iterator[tuple[str, BinaryIO]]:
        yield from self._members(wanted)

    def _members(self, wanted: Collection[str] | None) -> Iterator[tuple[str, BinaryIO]]:
        self._file.seek(0)
        try:
            bounded = _Bounded(unpacked(self._file, self._where), self._where)
            with tarfile.open(fileobj=bounded, mode="r|") as tar:  # type: ignore[call-overload]
                for number, member in enumerate(tar):
                    if number >= MOST_FILES:
                        raise BadSource(
                            Said(
                                "%(file)s: it holds more than %(most)s files",
                                file=self._where,
                                most=MOST_FILES,
                            )
                        )
                    tar.members.clear()  # it would keep them all
                    name = member.name.removeprefix("./")
                    if not (member.isreg() and _is_sound(name)):
                        continue
                    if wanted is None:
                        yield name, io.BytesIO()
                    elif name in wanted and (file := tar.extractfile(member)) is not None:
                        yield name, io.BufferedReader(file)
        except UNREADABLE as problem:
            raise BadSource(
                Said("%(file)s: it cannot be read (%(problem)s)", file=self._where, problem=problem)
            ) from None


class _Bounded:
    """A file of which no more can be read than a source may have."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._file = file
        self._where = where
        self._left = reading.MOST_BYTES

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise BadSource(
                Said(
                    "%(file)s: it is larger than %(most)s MiB",
                    file=self._where,
                    most=reading.MOST_BYTES >> 20,
                )
            )
        return data


class _Zip:
    def __init__(self, file: BinaryIO, where: str) -> None:
        self._where = where
        self._check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except UNREADABLE as problem:
            raise BadSource(
                Said("%(file)s: it cannot be read (%(problem)s)", file=where, problem=problem)
            ) from None

    def _check_directory(self, file: BinaryIO) -> None:
        """Before zipfile takes a directory of any size into memory."""
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - (1 << 16) - 64))
        tail = file.read()
        at = tail.rfind(_ZIP_END)
        directory = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
        if directory > _MOST_DIRECTORY or _ZIP64 in tail[max(0, at - 20) : max(0, at)]:
            raise BadSource(Said("%(file)s: it holds too many files", file=self._where))
        file.seek(0)

    def names(self) -> list[str]:
        return [
            each.filename
            for each in self._zip.infolist()
            if not each.is_dir() and _is_sound(each.filename) and each.compress_type in _METHODS
        ]

    def files(self, wanted: Collection[str]) -> Iterator[tuple[str, BinaryIO]]:
        try:
            for name in self.names():
                if name in wanted:
                    with self._zip.open(name) as file:
                        yield name, io.BufferedReader(file)  # type: ignore[type-var]
        except UNREADABLE as problem:
            raise BadSource(
                Said("%(file)s: it cannot be read (%(problem)s)", file=self._where, problem=problem)
            ) from None

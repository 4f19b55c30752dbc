"""From a file's bytes to lines: unpacked, bounded, whatever the file holds."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, cast

from guardian.errors import GuardianError, Said

MOST_BYTES: Final = 512 << 20  # of one source, unpacked
LONGEST_LINE: Final = 4096
_BLOCK: Final = 1 << 18
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_MOST_LAYERS: Final = 3
_MOST_WINDOW: Final = 1 << 25  # bytes of memory that a zstd frame may ask for
_ZSTD_STEP: Final = 512  # packed bytes at a time: even these may become 16 MiB
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


UNREADABLE: Final = (  # what reading damaged content can raise, in an archive or out of one
    OSError, EOFError, ValueError, RuntimeError, zlib.error, struct.error, tarfile.TarError,
    zipfile.BadZipFile,
)  # fmt: skip


class BadSource(GuardianError):
    """A source whose content cannot be used."""


def blocks(file: BinaryIO, where: str, too_long: Callable[[int], None]) -> Iterator[list[bytes]]:
    """The lines of a file without their ends, some thousands at a time.

    A line of more than LONGEST_LINE bytes is told to `too_long` by its number and comes as an empty
    one. Otherwise as `texts`.
    """
    number = 0
    for text in texts(file, where):
        lines = [
            short(line, number + at, too_long)
            for at, line in enumerate(text.split(b"\n")[:-1], start=1)
        ]
        number += len(lines)
        yield lines


def texts(file: BinaryIO, where: str) -> Iterator[bytes]:
    """The content of a file, some thousands of whole lines at a time, the last one with its end.

    Gzip and zstd, also one in the other, are unpacked. Of a line that does not fit here nothing is
    kept but that it is longer than LONGEST_LINE. Raises BadSource for what cannot be read.
    """
    try:
        yield from _texts(unpacked(file, where), where)
    except UNREADABLE as problem:
        raise BadSource(
            Said("%(file)s: it cannot be read (%(problem)s)", file=where, problem=problem)
        ) from None


def unpacked(file: BinaryIO, where: str) -> io.BufferedReader:
    """The same content without gzip and zstd. Raises BadSource where nothing here reads zstd."""
    content = buffered(file)
    for _ in range(_MOST_LAYERS):
        start = content.peek(4)[:4]
        if start.startswith(_GZIP):
            content = io.BufferedReader(gzip.GzipFile(fileobj=content, mode="rb"))
        elif start == _ZSTD:
            content = io.BufferedReader(_Zstd(content, where))
        else:
            return content
    raise BadSource(
        Said(
            "%(file)s: it is packed more than %(most)s times over",
            file=where,
            most=_MOST_LAYERS - 1,
        )
    )


def buffered(file: BinaryIO) -> io.BufferedReader:
    """The same file, with a look ahead."""
    if isinstance(file, io.BufferedReader):
        return file
    return io.BufferedReader(cast("io.RawIOBase", file))


class _Zstd(io.RawIOBase):
    """Zstandard (RFC 8878), frame by frame. A frame that is cut short ends with EOFError."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        try:
            import zstandard
        except ImportError:
            raise BadSource(
                Said(
                    "%(file)s: it is packed with zstd; install python3-zstandard (pip: "
                    "guardian[zstd]), or take it packed with gzip",
                    file=where,
                )
            ) from None
        self._broken = zstandard.ZstdError
        self._fresh = zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW).decompressobj
        self._frame = self._fresh()
        self._file = file
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._ready and (data := self._file.read(_ZSTD_STEP)):
            self._ready = self._unpack(data)
        if not self._ready and not self._frame.eof:
            raise EOFError("it ends in the middle")
        many = min(len(into), len(self._ready))
        into[:many], self._ready = self._ready[:many], self._ready[many:]
        return many

    def _unpack(self, data: bytes) -> bytes:
        out = []
        try:
            while data:
                if self._frame.eof:
                    self._frame = self._fresh()
                out.append(self._frame.decompress(data))
                data = self._frame.unused_data if self._frame.eof else b""
        except self._broken as problem:
            raise EOFError(str(problem)) from None
        return b"".join(out)


def _texts(file: io.BufferedReader, where: str) -> Iterator[bytes]:
    left = MOST_BYTES
    rest, data = b"", file.read(_BLOCK).removeprefix(_BYTE_ORDER_MARK)
    while data:
        left -= len(data)
        if left < 0:
            raise BadSource(
                Said("%(file)s: it is larger than %(most)s MiB", file=where, most=MOST_BYTES >> 20)
            )
        text = rest + data
        end = text.rfind(b"\n") + 1
        rest = text[end : end + LONGEST_LINE + 1]  # the end of an endless line is not kept
        if end:
            yield text[:end]
        data = file.read(_BLOCK)
    if rest:
        yield rest + b"\n"


def short(line: bytes, number: int, too_long: Callable[[int], None]) -> bytes:
    """The line; an empty one in place of one that is too long, whose number is told."""
    if len(line) <= LONGEST_LINE:
        return line
    too_long(number)
    return b""

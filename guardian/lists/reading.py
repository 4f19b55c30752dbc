"""From a file's bytes to lines: unpacked, bounded, whatever the file holds."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from guardian.errors import GuardianError

MOST_BYTES: Final = 512 << 20  # of one source, unpacked
LONGEST_LINE: Final = 4096
_BLOCK: Final = 1 << 18
_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class BadSource(GuardianError):
    """A source whose content cannot be used."""


def blocks(file: BinaryIO, where: str, too_long: Callable[[int], None]) -> Iterator[list[bytes]]:
    """The lines of a seekable file without their ends, some thousands at a time.

    Gzip, and gzip in gzip, is unpacked. A line of more than LONGEST_LINE bytes is told to
    `too_long` by its number and comes as an empty one. Raises BadSource for what cannot be read.
    """
    try:
        yield from _blocks(_unpacked(file), where, too_long)
    except (OSError, EOFError, zlib.error) as problem:
        raise BadSource(f"{where}: it cannot be read ({problem})") from None


def _unpacked(file: BinaryIO) -> BinaryIO:
    is_packed = file.read(2) == _GZIP
    file.seek(0)
    if not is_packed:
        return file
    inner = gzip.GzipFile(fileobj=file, mode="rb")
    return gzip.GzipFile(fileobj=inner, mode="rb") if inner.peek(2)[:2] == _GZIP else inner  # type: ignore[return-value]


def _blocks(file: BinaryIO, where: str, too_long: Callable[[int], None]) -> Iterator[list[bytes]]:
    left, number = MOST_BYTES, 0
    rest, data = b"", file.read(_BLOCK).removeprefix(_BYTE_ORDER_MARK)
    while data:
        left -= len(data)
        if left < 0:
            raise BadSource(f"{where}: it is larger than {MOST_BYTES >> 20} MiB")
        lines = (rest + data).split(b"\n")
        rest = lines.pop()[: LONGEST_LINE + 1]  # the end of an endless line is not kept
        if max(map(len, lines), default=0) > LONGEST_LINE:
            lines = [_short(line, number + at, too_long) for at, line in enumerate(lines, start=1)]
        number += len(lines)
        yield lines
        data = file.read(_BLOCK)
    if rest:
        yield [_short(rest, number + 1, too_long)]


def _short(line: bytes, number: int, too_long: Callable[[int], None]) -> bytes:
    if len(line) <= LONGEST_LINE:
        return line
    too_long(number)
    return b""

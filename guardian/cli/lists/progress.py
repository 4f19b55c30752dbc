"""How far long work is: a bar where standard error is a terminal, nothing elsewhere.

The bar is tqdm's, which a small installation may lack: then there is none.
"""

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

Watch = Callable[[BinaryIO], BinaryIO]
"""A file → the same one, whose reading moves a bar."""


@contextmanager
def reading(paths: Iterable[Path], what: str) -> Iterator[Watch]:
    """A bar over the bytes of files. what: is done with them."""
    total = sum(path.stat().st_size for path in paths if path.is_file())
    bar = _bar(total=total, unit="B", unit_scale=True, unit_divisor=1024, desc=what)
    if bar is None:
        yield lambda file: file
        return
    with bar:
        yield lambda file: cast("BinaryIO", _Watched(file, bar))


@contextmanager
def steps() -> Iterator[Callable[[int, int, str], None]]:
    """A bar over steps; tell it how many are done, of how many, and what is done now."""
    bar = _bar(total=1, bar_format="{desc} {bar} {n_fmt}/{total_fmt} {elapsed}")
    if bar is None:
        yield lambda done, total, what: None
        return

    def tell(done: int, total: int, what: str) -> None:
        bar.n, bar.total = done, total
        bar.set_description_str(what)

    with bar:
        yield tell


def _bar(**how: Any) -> Any:
    if not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(file=sys.stderr, leave=False, dynamic_ncols=True, **how)


class _Watched(io.RawIOBase):
    """A file that tells a bar how far it was read; what is read again is not counted again."""

    def __init__(self, file: BinaryIO, bar: Any) -> None:
        self._file = file
        self._bar = bar
        self._furthest = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, into: Any) -> int:
        many: int = cast("io.BufferedReader", self._file).readinto(into)
        here = self._file.tell()
        if here > self._furthest:
            self._bar.update(here - self._furthest)
            self._furthest = here
        return many

"""Files that are there whole or not at all."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, parts: Iterable[bytes | memoryview], mode: int = 0o644) -> None:
    """Write a file aside, flush it to disk and rename it; a kill at any moment leaves the old one.

    Raises OSError; then nothing is left beside the old file.
    """
    aside = part_of(path)
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    _flush_folder(path.parent)


def make_file(path: Path, content: bytes, mode: int) -> None:
    """A new file, there whole or not at all; where another process was faster, its one stays."""
    aside = part_of(path)
    replace_file(aside, [content], mode)
    with suppress(FileExistsError):
        path.hardlink_to(aside)
    aside.unlink()


def part_of(path: Path) -> Path:
    """Where this process writes what is to be at a path; `sweep` finds it."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def sweep(folder: Path) -> None:
    """Remove what processes left half written in a folder when they were killed."""
    for path in folder.glob("*.part"):
        pid = path.suffixes[-2][1:] if len(path.suffixes) > 1 else ""
        if not pid.isdigit() or not Path("/proc", pid).exists():
            path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

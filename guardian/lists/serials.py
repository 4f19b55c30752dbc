"""The compiled indexes of a folder, by serial number: index-00000007.gdx."""

from pathlib import Path
from typing import Final

_START: Final = "index-"


def indexes(folder: Path) -> list[Path]:
    """The compiled indexes, the newest first."""
    found = [path for path in folder.glob(f"{_START}*.gdx") if _digits(path).isdecimal()]
    return sorted(found, key=_serial, reverse=True)


def next_index(folder: Path) -> Path:
    """Where the next one goes."""
    last = max(map(_serial, indexes(folder)), default=0)
    return folder / f"{_START}{last + 1:08}.gdx"


def _digits(path: Path) -> str:
    return path.stem.removeprefix(_START)


def _serial(path: Path) -> int:
    return int(_digits(path))

"""Read our data files: one entry a line, `#` and what follows it is a comment."""

from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).with_name("data")


def lines(name: str) -> Iterator[str]:
    """The entries of a data file, in its order. name: of the file, without its folder."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if entry := line.partition("#")[0].strip():
            yield entry

"""All that a run follows from, in a line: another line means that the source is read again."""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

from guardian import __version__
from guardian.lists.source import Source, SourceKind
from guardian.lists.suffixes import table_id


def made_of(source: Source, path: Path, protected: Iterable[str] = ()) -> str:
    """The line for a source whose content is at a path. Raises OSError."""
    said = [
        f"guardian {__version__}",
        program_id(),
        source.kind.value,
        source.format,
        source.category,
    ]
    said += [source.hashing] if source.hashing else []
    said += [source.part, "remote" if source.is_remote else "local", *sorted(source.suffixes)]
    said.append(table_id())
    if source.kind is SourceKind.IWF:
        said.append(blake2b(" ".join(sorted(protected)).encode(), digest_size=8).hexdigest())
    return " ".join((*said, *_files(path)))


def name_of(said: str) -> str:
    """The line as a short word, for the name of a file."""
    return blake2b(said.encode(), digest_size=6).hexdigest()


@cache
def program_id() -> str:
    """What tells the program that reads lists from one that may read them otherwise."""
    here = Path(__file__).parent
    files = sorted((*here.glob("*.py"), *here.glob("formats/*.py"), *here.glob("urls/*.py")))
    stamps = [f"{each.name}:{(stat := each.stat()).st_size}:{stat.st_mtime_ns}" for each in files]
    return blake2b(" ".join(stamps).encode(), digest_size=8).hexdigest()


def _files(path: Path) -> Iterator[str]:
    """What tells content from other content: of a folder, of all its files."""
    for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
        stat = each.stat()
        name = each.relative_to(path) if each != path else ""
        yield f"{name}:{stat.st_size}:{stat.st_mtime_ns}"

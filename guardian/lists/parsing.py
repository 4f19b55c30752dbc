"""One source's content through the parser that fits it, whatever holds it: a file or an archive."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from guardian.errors import Said
from guardian.lists.archives import Archive, archive_of
from guardian.lists.formats import FORMATS, detect, is_web_page, licence_of, squidguard, version_of
from guardian.lists.formats.plain import PLAIN, Plain
from guardian.lists.reading import BadSource, blocks, buffered, short, texts
from guardian.lists.report import Parsed, Reason
from guardian.lists.source import Source


class Seen(NamedTuple):
    """What content is. format: with the reason for it. version, licence: "" where it says none."""

    format: str
    version: str
    licence: str = ""


def parse_source(
    source: Source,
    content: BinaryIO | Path,
    where: str,
    parsed: Parsed,
    drain: Callable[[], None],
) -> Seen:
    """Parse all of it. content: a file, seekable, or a folder. drain: called now and then, to empty
    what `parsed` has taken. where: the file, for messages.

    Raises BadSource where it cannot be read, or is a web page.
    """
    if not isinstance(content, Path):
        content = buffered(content)
    archive = archive_of(content, where)
    if archive is None and not isinstance(content, Path):
        return _parse_file(source, content, where, parsed, drain)
    assert archive is not None  # noqa: S101  # of a folder there is one
    names = archive.names()
    chosen = next((name for name in names if source.part and name == source.part), "")
    if not chosen and squidguard.is_category(names):
        return _parse_category(source, archive, where, parsed, drain)
    if not chosen and len(names) != 1:
        raise BadSource(
            Said(
                "%(file)s: it holds %(number)s files; name one at the end of its place, after a #",
                file=where,
                number=len(names),
            )
        )
    for _, file in archive.files([chosen or names[0]]):
        return _parse_file(source, file, where, parsed, drain)
    raise BadSource(Said("%(file)s: it cannot be read", file=where))


def _parse_file(
    source: Source, file: BinaryIO, where: str, parsed: Parsed, drain: Callable[[], None]
) -> Seen:
    pieces = texts(file, where)
    first = next(pieces, b"")
    sample = first.split(b"\n")
    if is_web_page(sample):
        raise BadSource(Said("%(file)s: it is a web page, not a list", file=where))
    name, why = source.format, source.format
    if name == "auto":
        name, why = ("urls", "urls") if parsed.confidential else detect(sample)
    pieces = chain([first], pieces)
    FORMATS[name](_lines(pieces, parsed, drain, PLAIN.get(name)), parsed)
    drain()
    if parsed.confidential:
        return Seen(why, "", licence_of(sample))
    return Seen(why, version_of(sample), licence_of(sample))


def _parse_category(
    source: Source, archive: Archive, where: str, parsed: Parsed, drain: Callable[[], None]
) -> Seen:
    try:
        names = squidguard.files_of(archive.names(), source.part)
    except squidguard.Unclear as problem:
        raise BadSource(
            Said("%(file)s: %(problem)s", file=where, problem=problem.args[0])
        ) from None
    usage = [name for name in names if name.endswith("usage")]
    white = any(squidguard.is_white(_head(file, where)) for _, file in archive.files(usage))
    lines = 0
    for name, file in archive.files([name for name in names if name not in usage]):
        parse = squidguard.parser_of(name, white=white)
        plain = PLAIN["domains"] if parse is FORMATS["domains"] else None
        parsed.lines = 0
        parse(_lines(texts(file, where), parsed, drain, plain), parsed)
        drain()
        lines += parsed.lines
    parsed.lines = lines
    return Seen("squidguard: its files are called so", "")


def _head(file: BinaryIO, where: str) -> list[bytes]:
    return next(blocks(file, where, lambda _: None), [])


def _lines(
    pieces: Iterable[bytes], parsed: Parsed, drain: Callable[[], None], plain: Plain | None
) -> Iterator[bytes]:
    """All lines but those that are plain, which are taken here."""

    def too_long(number: int) -> None:
        parsed.refuse(Reason.TOO_LONG, b"", number)

    for piece in pieces:
        for line in plain.others(piece, parsed) if plain else piece.split(b"\n")[:-1]:
            yield short(line, parsed.lines + 1, too_long)
        drain()

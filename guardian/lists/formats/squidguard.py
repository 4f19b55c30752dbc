"""A category of squidGuard or UT1: a folder with `domains`, `urls`, `expressions` and `usage`.

`domains` are names with all below them. An entry of `urls` is never widened to its host: only one
for a whole site counts. `expressions` are about pages, and counted. A folder whose `usage` says
`white` and not `black` blocks nothing: its names are exceptions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from guardian.errors import Said
from guardian.lists.entry import Kind, Scope, Variety
from guardian.lists.formats import domains, urls
from guardian.lists.report import Parsed, Reason, Rule

FILES: Final = ("usage", "domains", "urls", "expressions")
_LISTS: Final = ("domains", "urls")
_NAMED: Final = 8  # of the categories of an archive, in a message

Parser = Callable[[Iterable[bytes], Parsed], None]


class Unclear(ValueError):
    """An archive of which it is not clear what is meant; the message says how to mend it."""


def is_category(names: Iterable[str]) -> bool:
    """Whether files are those of one or more categories."""
    return any(PurePosixPath(name).name in _LISTS for name in names)


def files_of(names: Sequence[str], category: str) -> list[str]:
    """The files of one category; "" means the only one there is. Raises Unclear."""
    folders = sorted({str(PurePosixPath(name).parent) for name in names if is_category([name])})
    if category:
        folders = [each for each in folders if PurePosixPath(each).name == category]
    if len(folders) != 1:
        known = ", ".join(PurePosixPath(each).name for each in folders[:_NAMED])
        said = Said("it has no such one")
        if known:
            many = len(folders)
            said = Said("it holds %(number)s categories (%(some)s, …)", number=many, some=known)
        mend = Said("name one at the end of its place, as in blacklists.tar.gz#adult")
        raise Unclear(Said("%(problem)s; %(mend)s", problem=said, mend=mend))
    return [
        name
        for name in names
        if str(PurePosixPath(name).parent) == folders[0] and PurePosixPath(name).name in FILES
    ]


def is_white(usage: Iterable[bytes]) -> bool:
    """Whether a `usage` file says that the names are for allowing alone."""
    said = {line.strip().lower() for line in usage}
    return b"white" in said and b"black" not in said


def parser_of(name: str, *, white: bool) -> Parser:
    """What reads a file of a category."""
    parse = {"domains": domains.parse, "urls": urls.parse}.get(PurePosixPath(name).name, _count)
    return _allowing(parse) if white and parse is not _count else parse


def _count(lines: Iterable[bytes], parsed: Parsed) -> None:
    for number, line in parsed.numbered(lines):
        if line.strip() and not line.lstrip().startswith(b"#"):
            parsed.refuse(Reason.PATTERN, line, number)


def _allowing(parse: Parser) -> Parser:
    allows = Variety(Kind.ALLOW, Scope.SUBDOMAINS)

    def each_allows(lines: Iterable[bytes], parsed: Parsed) -> None:
        def turned() -> Iterator[bytes]:
            for line in lines:
                yield line
                turn()

        def turn() -> None:
            parsed.special.extend(Rule(name, allows) for name in parsed.names)
            parsed.names.clear()

        parse(turned(), parsed)
        turn()

    return each_allows

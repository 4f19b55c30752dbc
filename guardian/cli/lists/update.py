"""guardian lists update: fetch and compile now."""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final, TextIO

from guardian.cli.lists import status
from guardian.cli.lists.places import complain, library_of
from guardian.cli.places import add_place_arguments
from guardian.lists.index import Index

HELP: Final = "fetch all lists and compile them now"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Fetch and compile, and say how the lists stand then; 1 where one has a problem."""
    library = library_of(args)

    async def work() -> tuple[Path, Index]:
        await library.fetch_due(everything=True)
        opened = library.open_index(complain)
        if opened is not None and library.is_current(opened[1]):
            return opened  # a running guardian may hold it: no new one without need
        path = await library.compile()
        return path, Index.open(path, library.key())

    path, index = asyncio.run(work())
    rows = library.status()
    status.tell(rows, out, as_json=False)
    print(f"{index.names} names are in {path}", file=out)
    return 1 if any(each.problem for each in rows) else 0

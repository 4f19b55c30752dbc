"""guardian lists update: fetch and compile now."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final, TextIO

from guardian.cli.lists import progress, status
from guardian.cli.lists.places import complain, library_of
from guardian.cli.places import add_place_arguments
from guardian.lists.index import Index
from guardian.lists.library import Library
from guardian.lists.stage import Stage

HELP: Final = "fetch all lists and compile them now"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """Fetch and compile, and say how the lists stand then; 1 where one has a problem."""
    with progress.steps() as tell:
        library = library_of(args, lambda: tell(*_how_far(library)))
        path, index = asyncio.run(_work(library))
    rows = library.status()
    if args.json:
        said = {"lists": list(map(status.as_data, rows)), "names": index.names, "index": str(path)}
        print(json.dumps(said, ensure_ascii=False), file=out)
    else:
        status.tell(rows, out, as_json=False)
        print(f"{index.names} names are in {path}", file=out)
    return 1 if any(each.problem for each in rows) else 0


async def _work(library: Library) -> tuple[Path, Index]:
    await asyncio.gather(library.fetch_due(everything=True), library.transferring.transfer_all())
    opened = library.open_index(complain)
    if opened is not None and library.is_current(opened[1]):
        return opened  # a running guardian may hold it: no new one without need
    path = await library.compile()
    return path, Index.open(path, library.key())


def _how_far(library: Library) -> tuple[int, int, str]:
    """How many steps are done, of how many, and what is done now."""
    rows = library.status()
    to_fetch = sum(each.source.is_remote for each in rows)
    if any(each.stage is Stage.COMPILING for each in rows):
        return to_fetch, to_fetch + 1, "compiling"
    now = next((each.source.id for each in rows if each.stage is Stage.FETCHING), "fetching")
    return sum(each.stage is Stage.FETCHED for each in rows), to_fetch + 1, now

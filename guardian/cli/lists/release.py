"""guardian lists release: what waits counts, or a list on hold is kept up to date again."""

from argparse import Namespace
from typing import Final, TextIO

from guardian.cli.lists import deeds
from guardian.cli.lists.places import library_of
from guardian.lists.trust.contents import Decision

HELP: Final = "let new content that waits count, or take a list off hold"

add_arguments = deeds.add_arguments


def run(args: Namespace, out: TextIO) -> int:
    """Release what waits; where the list is on hold, let it be updated again."""
    library = library_of(args)
    library.standing(args.source)
    if deeds.is_held(args):
        deeds.set_hold(args, hold=False)
        deeds.tell(args, f"{args.source} is kept up to date again", out)
        return 0
    library.decide(args.source, Decision.RELEASED)
    deeds.compile_now(library)
    deeds.tell(args, f"the new content of {args.source} is in force", out)
    return 0

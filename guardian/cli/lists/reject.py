"""guardian lists reject: what waits does not count, now or when it comes again."""

from argparse import Namespace
from typing import Final, TextIO

from guardian.cli.lists import deeds
from guardian.cli.lists.places import library_of
from guardian.lists.trust.contents import Decision

HELP: Final = "keep the old content of a list, and ask no more about the one that waits"

add_arguments = deeds.add_arguments


def run(args: Namespace, out: TextIO) -> int:
    """Reject what waits; the next content that differs is looked at anew."""
    library = library_of(args)
    was_tried = args.source in library.trials()
    library.decide(args.source, Decision.REJECTED)
    if was_tried:
        deeds.compile_now(library)
    deeds.tell(args, f"the old content of {args.source} stays in force", out)
    return 0

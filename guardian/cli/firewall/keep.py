"""guardian firewall keep: bedtime ends what is open, for as long as this runs."""

import sys
from argparse import Namespace
from contextlib import suppress
from typing import Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.network.firewall.keep import keep

HELP: Final = "end what is open when somebody's internet goes off, until Ctrl-C"

add_arguments = add_place_arguments


def run(args: Namespace, out: TextIO) -> int:
    """Run beside guardian, with the right over the network that guardian itself has not."""

    def say(sentence: str) -> None:
        print(f"guardian: {sentence}", file=sys.stderr, flush=True)

    print(f"guardian keeps the firewall in step with {args.state}; Ctrl-C stops it.", file=out)
    out.flush()
    with suppress(KeyboardInterrupt):
        keep(args.state.resolve(), say)
    return 0

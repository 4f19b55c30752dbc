"""guardian pause: internet off for a person until a time, or on again."""

from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.cli import spells
from guardian.policy.timeline import Pause


def add_arguments(parser: ArgumentParser) -> None:
    spells.add_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Write the pause; a running guardian follows within a second."""
    settings, person, store = spells.prepared(args)
    try:
        what = args.thing or "Internet"
        if args.end:
            store.end(Pause, person, args.thing)
            print(f"The pause for {person} is over.", file=out)
        else:
            pause = spells.spell(Pause, args, settings, person)
            store.add(pause)
            local = pause.until.astimezone(settings.household.zone)
            print(f"{what} is paused for {person} until {local:%A %H:%M}.", file=out)
    finally:
        store.close()
    return 0

"""guardian pause: internet off for a person until a time, or on again."""

from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.cli import spells
from guardian.client.things import as_data
from guardian.policy.timeline import Pause


def add_arguments(parser: ArgumentParser) -> None:
    spells.add_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Begin or end a pause; a running guardian has it in force at once. Raises GuardianError."""
    if args.end:
        person = spells.ended(Pause, args)
        said = f"The pause for {person} is over."
        spells.tell(args, out, said, person=person, thing=args.thing, until=None)
    else:
        held = spells.begun(Pause, args)
        what = args.thing or "Internet"
        said = f"{what} is paused for {held.person} until {held.until:%A %H:%M}."
        spells.tell(args, out, said, **as_data(held))
    return 0

"""guardian lists try: new content of a list counts on some devices alone, until you decide."""

from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.lists import deeds
from guardian.cli.lists.places import BadWord, library_of
from guardian.lists.trust.contents import Decision
from guardian.policy.devices import read_client_id, read_sign, written

HELP: Final = "let new content that waits count on some devices alone, to try it"


def add_arguments(parser: ArgumentParser) -> None:
    deeds.add_arguments(parser)
    parser.add_argument(
        "devices",
        nargs="*",
        metavar="DEVICE",
        help="an address, hardware address, device name or client id (id:lina-phone)",
    )
    parser.add_argument("--stop", action="store_true", help="try it no more; it waits again")


def run(args: Namespace, out: TextIO) -> int:
    """Have these devices try what waits, in place of those that did before."""
    if args.stop == bool(args.devices):
        raise BadWord("name the devices that try it, or say --stop to end that")
    devices = tuple(dict.fromkeys(map(_sign, args.devices)))
    library = library_of(args)
    library.decide(args.source, Decision.TRIED if devices else Decision.OPEN, devices=devices)
    deeds.compile_now(library)
    said = f"the new content of {args.source} waits for you again, and counts nowhere"
    if devices:
        said = f"the new content of {args.source} counts on {', '.join(devices)} alone"
    deeds.tell(args, said, out)
    return 0


def _sign(text: str) -> str:
    """A device as it is known by. Raises BadWord."""
    if text.lower().startswith("id:") and read_client_id(text) is None:
        raise BadWord(f'"{text}" is no client id; write it as id:lina-phone')
    if not text or "/" in text or any(letter.isspace() for letter in text):
        raise BadWord(f'"{text}" is no device; give an address, a hardware address or its name')
    return written(read_sign(text))

"""guardian firewall exempt: a device that may use other DNS for a while."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from ipaddress import ip_address
from typing import Final, TextIO

from guardian.cli.arguments import whole
from guardian.cli.places import add_place_arguments
from guardian.network.firewall import nft
from guardian.network.firewall.rules import element, set_of
from guardian.policy.devices import Address, Mac, read_mac

HELP: Final = "let a device use other DNS for a while; bedtime holds all the same"
_MOST_MINUTES: Final = 24 * 60


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("target", metavar="DEVICE", type=_device, help="hardware or IP address")
    parser.add_argument(
        "--minutes",
        type=whole(1, _MOST_MINUTES, "minutes"),
        default=30,
        help="1 to 1440 (default: 30)",
    )
    parser.add_argument("--end", action="store_true", help="end it now")


def _device(text: str) -> Mac | Address:
    try:
        return read_mac(text) or ip_address(text)
    except ValueError:
        raise ArgumentTypeError(
            f'"{text}" is no device; write its hardware address, as "a4:83:e7:00:00:01", or its '
            "IP address"
        ) from None


def run(args: Namespace, out: TextIO) -> int:
    """Put the device into the set of those that are exempt, or take it out."""
    text = args.target.text if isinstance(args.target, Mac) else str(args.target)
    name = set_of("exempt", args.target)
    # Added first: what is not there cannot be taken out, and an element's time does not change.
    without = [element(name, [text]), element(name, [text], "delete")]
    if args.end:
        nft.run(without)
        print(f"{text} is not exempt any more.", file=out)
        return 0
    timed = {"elem": {"val": text, "timeout": args.minutes * 60}}
    nft.run([*without, element(name, [timed])])
    print(f"{text} is exempt for {args.minutes} minutes.", file=out)
    return 0

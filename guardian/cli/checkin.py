"""guardian checkin: who is at a shared device now, until a time, or nobody any more."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import ClassVar, TextIO

from guardian.cli import spells
from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.policy.devices import Follows, SharedDevice
from guardian.policy.timeline import CheckedIn
from guardian.policy.windows import midnight
from guardian.settings import Settings, load
from guardian.store.household import Store


class CannotCheckIn(GuardianError):
    """A device that follows no one who is checked in, or nobody to check in."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("device", help="the shared device, by its name")
    parser.add_argument("person", nargs="?", help="who is there")
    parser.add_argument(
        "how_long",
        nargs="?",
        help='such as "45m", or the time of day at which it ends, "20:30" (default: midnight)',
    )
    parser.add_argument("--out", action="store_true", help="nobody is there any more")


def run(args: Namespace, out: TextIO) -> int:
    """Write who is there; a running guardian follows within a second."""
    settings = load(args.config)
    device = _device(args.device, settings)
    if args.out != (args.person is None):
        raise CannotCheckIn(
            f"say who is at {device.name}, or --out for nobody: guardian checkin {device.name} NAME"
        )
    here = None if args.out else _check_in(args, device, settings)
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        if here is None:
            store.spells.check_out(device.name)
            print(f"Nobody is checked in at {device.name}.", file=out)
        else:
            store.spells.check_in(here)
            local = here.until.astimezone(settings.household.zone)
            print(f"{device.name} follows {here.person} until {local:%A %H:%M}.", file=out)
    finally:
        store.close()
    return 0


def _device(name: str, settings: Settings) -> SharedDevice:
    device = settings.household.shared_device(name)
    if device.follows is not Follows.CHECKED_IN:
        whom = device.person or "the strictest"
        raise CannotCheckIn(
            f"{device.name} follows {whom}; write follows: checked-in in the configuration"
        )
    return device


def _check_in(args: Namespace, device: SharedDevice, settings: Settings) -> CheckedIn:
    household, now = settings.household, datetime.now(UTC)
    if args.how_long is None:
        until = midnight(now, household.zone)
    else:
        until = spells.end_of(args.how_long, now, settings)
    return CheckedIn(household.called(args.person).name, device.name, now, until)

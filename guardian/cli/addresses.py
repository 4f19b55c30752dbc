"""guardian addresses: addresses of their own for devices, which are known by them everywhere."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.policy.devices import read_sign, written
from guardian.service import device_address
from guardian.settings import Settings, load
from guardian.store.household import Store


class CannotAddress(GuardianError):
    """A device that cannot have an address of its own."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "device",
        nargs="?",
        help="somebody's device as the configuration has it, such as id:lina-phone; without it, "
        "those that have an address are listed",
    )
    parser.add_argument(
        "--profile", type=Path, metavar="FILE", help="write a .mobileconfig for Apple's devices"
    )
    parser.add_argument("--revoke", action="store_true", help="the address leads nowhere any more")


def run(args: Namespace, out: TextIO) -> int:
    """List, make or revoke; a running guardian follows within a second. Raises GuardianError."""
    settings = load(args.config)
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        if args.device is None:
            _list(store, settings, out)
        elif args.revoke:
            _revoke(store, args.device, out)
        else:
            _make(store, settings, args, out)
    finally:
        store.close()
    return 0


def _list(store: Store, settings: Settings, out: TextIO) -> None:
    found = store.addresses.all()
    if not found:
        print("No device has an address of its own.", file=out)
    for each in found:
        whose = _whose(each.sign, settings)
        print(f"{each.sign:<24}  {whose:<20}  since {each.made:%Y-%m-%d}", file=out)


def _revoke(store: Store, device: str, out: TextIO) -> None:
    sign = written(read_sign(device))
    if not store.addresses.revoke(sign):
        raise CannotAddress(f"{device} has no address of its own; guardian addresses lists them")
    print(f"{sign} is no longer known by its address.", file=out)


def _make(store: Store, settings: Settings, args: Namespace, out: TextIO) -> None:
    household, wish = settings.household, settings.encrypted
    sign = device_address.sign_for([args.device], household)
    if sign is None:
        raise CannotAddress(
            f"{args.device} is nobody's device; write an id such as id:lina-phone into somebody's "
            "devices, and give that"
        )
    if not wish.knows_devices:
        raise CannotAddress(
            "there is no name, or no address, for encrypted DNS; write encrypted: with name and tls"
        )
    secret = store.addresses.make(sign, "command line", datetime.now(UTC))
    address = device_address.given(secret, wish, args.state)
    whose = _whose(sign, settings)
    print(f"{whose}'s {sign} is known everywhere by this address, shown only now:", file=out)
    if address.host:
        print(f"  Android, private DNS   {address.host}", file=out)
    if address.url:
        print(f"  DNS over HTTPS         {address.url}", file=out)
    if address.quic:
        print(f"  DNS over QUIC          {address.quic}", file=out)
    if (port := address.port) is not None:
        print(f"  Devices ask at port 853; here it is {port}, to which 853 must lead.", file=out)
    if address.wildcard:
        print(
            f"  The certificate is not for {address.wildcard}, and devices will refuse it.",
            file=out,
        )
    if args.profile is not None:
        content = device_address.profile(f"{whose}, {sign}", address, args.state)
        args.profile.touch(0o600)
        args.profile.write_bytes(content)
        print(f"  iPhone, iPad, Mac      {args.profile}", file=out)


def _whose(sign: str, settings: Settings) -> str:
    holder = device_address.holder_of(sign, settings.household)
    return holder.name if holder is not None else "nobody's"

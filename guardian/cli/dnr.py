"""guardian dnr: what a router's DHCP says, so that devices find encrypted DNS by themselves."""

import json
from argparse import ArgumentParser, Namespace
from typing import ClassVar, Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.service.designated import services
from guardian.settings import load

_DHCP4: Final = 162  # RFC 9463, section 5
_DHCP6: Final = 144  # RFC 9463, section 4


class NothingToTell(GuardianError):
    """There is no encrypted DNS under a name."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Lines for dnsmasq, OpenWrt and Kea. Raises NothingToTell."""
    found = services(load(args.config).encrypted)
    if not found:
        raise NothingToTell(
            "encrypted DNS has no name; write encrypted: with a name, and tls or https"
        )
    four = b"".join(each.v4_instance() for each in found)
    six = [each.v6_option() for each in found]
    print("# dnsmasq", file=out)
    print(f"dhcp-option={_DHCP4},{four.hex(':')}", file=out)
    for each in six:
        print(f"dhcp-option=option6:{_DHCP6},{each.hex(':')}", file=out)
    print("\n# OpenWrt, /etc/config/dhcp", file=out)
    print(f"list dhcp_option '{_DHCP4},{four.hex(':')}'", file=out)
    for each in six:
        print(f"list dhcp_option 'option6:{_DHCP6},{each.hex(':')}'", file=out)
    print("\n# Kea, option-data of Dhcp4, then of Dhcp6", file=out)
    print(json.dumps(_kea(_DHCP4, "dhcp4", four)), file=out)
    for each in six:
        print(json.dumps(_kea(_DHCP6, "dhcp6", each)), file=out)
    return 0


def _kea(code: int, space: str, data: bytes) -> dict[str, object]:
    return {
        "code": code,
        "space": space,
        "csv-format": False,
        "data": data.hex(),
        "always-send": True,
    }

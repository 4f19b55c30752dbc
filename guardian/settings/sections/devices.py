"""`devices`: what is known of a device beside whose it is."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from guardian.policy.devices import Device, KnownDevice
from guardian.settings import kinds
from guardian.settings.fields import Field, Reading, Section, Values, Wrong, list_of, record
from guardian.settings.nodes import Node
from guardian.settings.sections.people import device_node


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """A device. nodes: where it and each of its signs stand."""

    device: KnownDevice
    name_node: Node
    signs_node: Node


KNOWN_BY: Final = Field(
    "known_by",
    list_of(kinds.DEVICE, "a list of what it is known by"),
    "All that this one device is known by: hardware addresses, IP addresses, the name that it "
    "gives itself, client ids; no networks. A phone that makes up a new hardware address gets a "
    "second one here. Whoever has one of these under `devices` has all of them.",
)
NAME: Final = Field("name", kinds.TITLE, "What pages call it; no two devices alike.")
BLOCKED: Final = Field(
    "blocked",
    kinds.SWITCH,
    "Whether it has no internet at all but helplines, whoever has it. A block that ends by itself "
    "is made on its page.",
    default="false",
)
IGNORED: Final = Field(
    "ignored",
    kinds.SWITCH,
    "Whether the page does not show it as new any more. While it is nobody's, it keeps the rules "
    "of unknown devices.",
    default="false",
)


def _device(values: Values, reading: Reading) -> DeviceSettings:
    node, signs = values.node(KNOWN_BY), values[KNOWN_BY]
    for number, sign in enumerate(signs):
        if isinstance(sign, IPv4Network | IPv6Network):
            wrong = Wrong(f'"{sign}" is a network', "write the addresses of one device")
            reading.refuse(device_node(node, number), wrong)
    if not signs:
        reading.refuse(node, Wrong("it is known by nothing", 'write ["a4:83:e7:00:00:01"]'))
    signs = tuple(dict.fromkeys(signs))
    known = KnownDevice(signs, values[NAME], values[BLOCKED], values[IGNORED])
    return DeviceSettings(known, values.node(NAME), node)


def check(devices: tuple[DeviceSettings, ...], reading: Reading) -> None:
    """No two devices have one name, or are known by the same."""
    named: dict[str, int] = {}
    signs: dict[Device, int] = {}
    for place, each in enumerate(devices):
        name = each.device.name
        if named.setdefault(name.casefold(), place) != place:
            wrong = Wrong(f'another device is called "{name}"', "give each its own name")
            reading.note(each.name_node, wrong)
        for number, sign in enumerate(each.device.signs):
            if signs.setdefault(sign, place) != place:
                wrong = Wrong("another device is known by this", "keep it with one of the two")
                reading.note(device_node(each.signs_node, number), wrong)


SECTION: Final = Section(
    "devices[]",
    "What is known of a device beside whose it is. The page writes this; a device without "
    "a name of its own, known by one sign, needs no entry.",
    (NAME, KNOWN_BY, BLOCKED, IGNORED),
    "people:\n  - {name: Lina, age_band: 6-8, devices: lina-tablet}\n"
    'devices:\n  - name: Lina\'s tablet\n    known_by: [lina-tablet, "a4:83:e7:00:00:01"]\n'
    '  - {name: Printer, known_by: "a4:83:e7:00:00:05", ignored: true}\n',
)
DEVICES: Final = list_of(record(SECTION, _device, "a device with its name"), "a list of devices")

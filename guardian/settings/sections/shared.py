"""`shared_devices`: what several people use, and whom it follows."""

from dataclasses import dataclass
from typing import Final

from guardian.policy.devices import Device, Follows
from guardian.settings import kinds
from guardian.settings.fields import Field, Kind, Reading, Section, Values, Wrong, list_of, record
from guardian.settings.nodes import Node
from guardian.settings.sections.people import DEVICES as DEVICES_OF_ONE


@dataclass(frozen=True, slots=True)
class SharedSettings:
    """A shared device with the names of people as written. nodes: where each of them stands.

    person: whom alone it follows, if anybody. of: empty for all children.
    """

    name: str
    devices: tuple[Device, ...]
    follows: Follows
    person: str | None
    of: tuple[str, ...]
    name_node: Node
    devices_node: Node
    follows_node: Node
    of_node: Node


NAME: Final = Field("name", kinds.TITLE, "What pages and commands call it; nobody's name.")
DEVICES: Final = Field(
    "devices", DEVICES_OF_ONE.kind, "What it is known by, as for people.", default="[]"
)
FOLLOWS: Final = Field(
    "follows",
    Kind("`strictest`, `checked-in` or a person's name", "strictest", kinds.TITLE.read),
    "`strictest`: what is blocked for one of the people is blocked on it, at every time. The name "
    "of a person: that one's rules. `checked-in`: the rules of who is checked in with `guardian "
    "checkin`; while nobody is, the strictest.",
    default="strictest",
)
OF: Final = Field(
    "of",
    list_of(kinds.TITLE, "a list of people's names"),
    "Of whom the strictest is meant. Without it, of all children.",
    default="[]",
)


def _shared(values: Values, reading: Reading) -> SharedSettings:
    word = values[FOLLOWS]
    alone = word.lower() not in (Follows.STRICTEST, Follows.CHECKED_IN)
    if alone and values[OF]:
        wrong = Wrong(f"it follows {word} alone", "take of out, or write follows: strictest")
        reading.refuse(values.node(OF), wrong)
    return SharedSettings(
        values[NAME],
        values[DEVICES],
        Follows.PERSON if alone else Follows(word.lower()),
        word if alone else None,
        values[OF],
        values.node(NAME),
        values.node(DEVICES),
        values.node(FOLLOWS),
        values.node(OF),
    )


SECTION: Final = Section(
    "shared_devices[]",
    "Something that several people use: a TV, a console. What is used on it counts for the budgets "
    "of the person that it follows, and for nobody's while it follows the strictest.",
    (NAME, DEVICES, FOLLOWS, OF),
    "people:\n  - {name: Lina, age_band: 6-8}\n  - {name: Noor, age_band: 13-15}\n"
    "shared_devices:\n  - name: TV\n    devices: [living-room-tv]\n"
    '  - name: Console\n    devices: ["a4:83:e7:00:00:09"]\n    follows: checked-in\n'
    "    of: [Lina, Noor]\n",
)
SHARED: Final = list_of(
    record(SECTION, _shared, "a shared device with its name"), "a list of shared devices"
)

"""`people` and `unknown_devices`: who is who, and what holds for everybody else."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from guardian.policy.devices import Device
from guardian.policy.people import AgeBand, Privacy, Sex, age, band_of
from guardian.policy.privacy import USUAL
from guardian.settings import kinds, times
from guardian.settings.fields import (
    Field,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    nearest,
    record,
    scalar,
)
from guardian.settings.nodes import Node, Sequence
from guardian.settings.sections.profiles import NO_PROFILE, RULES_OF_ONE, ProfileSettings


@dataclass(frozen=True, slots=True)
class PersonSettings:
    """A person with the profile's name. nodes: where the name, profile and each device stand.

    rules: what is different for this person. sex: None where it is not said.
    own_choice: whether they keep them as an adult.
    """

    name: str
    age_band: AgeBand
    born: date | None
    profile: str | None
    rules: ProfileSettings | None
    devices: tuple[Device, ...]
    privacy: Privacy
    own_choice: bool
    sex: Sex | None
    name_node: Node
    profile_node: Node
    devices_node: Node


@dataclass(frozen=True, slots=True)
class UnknownDevices:
    profile: str
    profile_node: Node


NAME: Final = Field("name", kinds.TITLE, "What reasons and pages call them; no two alike.")


def _age_band(text: str) -> AgeBand:
    if text.isascii() and text.isdigit() and len(text) <= 3:
        mend = f'write the band, "{band_of(int(text))}"'
        raise Wrong(f'"{text}" is an age and not an age band', mend)
    try:
        return AgeBand(text.lower())
    except ValueError:
        raise Wrong(f'"{text}" is no age band', nearest(text, [*AgeBand])) from None


AGE_BAND: Final = Field(
    "age_band",
    maybe(scalar("one of " + ", ".join(f"`{band}`" for band in AgeBand), "6-8", _age_band)),
    "How old they are, in years.",
    default="",
)
BORN: Final = Field(
    "born",
    maybe(times.MONTH),
    "In place of the age band: the month of birth. The band then moves by itself, on the first of "
    "that month; `guardian config validate` and the page say so a month before. Who is of age (18, "
    "or what the law of the household's country says) is an adult.",
    default="",
)
PROFILE: Final = Field(
    "profile",
    maybe(kinds.PROFILE),
    "The name of their profile, yours or a ready-made one. A child without has the ready-made one "
    "of their age band; an adult without is not filtered, but for illegal content. For a child, "
    "write `none` to mean that.",
    default="",
)
RULES: Final = Field(
    "rules",
    maybe(RULES_OF_ONE),
    "What is different for this person alone: the keys of a profile, on top of theirs.",
    default="",
)
DEVICES: Final = Field(
    "devices",
    list_of(kinds.DEVICE, "a list of devices"),
    "What is theirs: hardware addresses (MAC), IP addresses, networks such as `192.168.1.0/28`, "
    "the names that devices give themselves, and client ids such as `id:lina-phone`, which a "
    "trusted forwarder tells. A client id is surer than an address of its own, that than a "
    "hardware address, that than a name, that than a network; of networks the narrowest counts.",
    default="[]",
)
PRIVACY: Final = Field(
    "privacy",
    maybe(kinds.choice("level of privacy", Privacy)),
    "What parents see of what this person does: `counts`, how much and when; `categories`, of "
    "which categories and services too; `blocked`, the names of what was blocked too, for a week. "
    "Usual are `blocked` under 13, `categories` under 18, `counts` for adults. The person's own "
    "page tells them which it is.",
    default="",
)
OWN_CHOICE: Final = Field(
    "own_choice",
    kinds.SWITCH,
    "Whether somebody who comes of age keeps their rules, because they asked for that. Otherwise "
    "the rules of a child of the family whose `born` is known end on that day.",
    default="false",
)
SEX: Final = Field(
    "sex",
    maybe(kinds.choice("sex", Sex)),
    "For statistics alone, where the household takes part in them; nothing else depends on it. "
    "Leave it out if you would rather not say, or for another one.",
    default="",
)
UNKNOWN_PROFILE: Final = Field(
    "profile",
    kinds.PROFILE,
    "The profile of devices that are nobody's yet; `none` blocks nothing but illegal content. "
    "A strict one is safer: otherwise a new phone is a way out.",
)


def _band(values: Values, reading: Reading) -> AgeBand:
    band, born = values[AGE_BAND], values[BORN]
    if band is not None and born is not None:
        reading.refuse(values.node(BORN), Wrong("there is an age_band already", "keep one of both"))
    if born is not None:
        return band_of(age(born, reading.today), reading.majority)
    if band is None:
        wrong = Wrong('"age_band" is missing', "add age_band: 6-8, or born: 2018-05")
        reading.refuse(values.table, wrong)
    return band


def _person(values: Values, reading: Reading) -> PersonSettings:
    profile, rules, band = values[PROFILE], values[RULES], _band(values, reading)
    if profile is None and band is not AgeBand.ADULT:
        profile = str(band)
    if profile is None and values[OWN_CHOICE] and values[BORN] is not None:
        profile = str(AgeBand.FROM_16)  # what they had until that day
    if rules is not None and rules.base is not None:
        wrong = Wrong("the base is this person's profile already", "take base out")
        reading.refuse(rules.base_node, wrong)
    return PersonSettings(
        values[NAME],
        band,
        values[BORN],
        None if profile == NO_PROFILE else profile,
        rules,
        values[DEVICES],
        values[PRIVACY] or USUAL[band],
        values[OWN_CHOICE],
        values[SEX],
        values.node(NAME),
        values.node(PROFILE),
        values.node(DEVICES),
    )


def _unknown(values: Values, _: Reading) -> UnknownDevices:
    return UnknownDevices(values[UNKNOWN_PROFILE], values.node(UNKNOWN_PROFILE))


def device_node(node: Node, number: int) -> Node:
    """Where the nth device stands."""
    if isinstance(node, Sequence) and number < len(node.items):
        return node.items[number]
    return node


SECTION: Final = Section(
    "people[]",
    "A person of the household; in a school, a person or a class.",
    (NAME, AGE_BAND, BORN, PROFILE, RULES, DEVICES, PRIVACY, OWN_CHOICE, SEX),
    "people:\n  - name: Lina\n    age_band: 6-8\n    profile: primary\n"
    "    rules: {unblock: [games]}\n"
    '    devices: ["a4:83:e7:00:00:01", lina-tablet]\n',
)
UNKNOWN_SECTION: Final = Section(
    "unknown_devices",
    "What holds for a device that is nobody's: a visitor's phone, a new tablet.",
    (UNKNOWN_PROFILE,),
    "unknown_devices:\n  profile: primary\n",
)
PEOPLE: Final = list_of(record(SECTION, _person, "a person with their name"), "a list of people")
UNKNOWN: Final = record(UNKNOWN_SECTION, _unknown, "the key profile")

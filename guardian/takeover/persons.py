"""Whose clients are whose: people of the household, where somebody says who they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from guardian.policy.people import AgeBand
from guardian.takeover.report import BadExport, Report, shown
from guardian.takeover.wishes import Client, Wishes

_CHOSEN: Final = re.compile(r"([^:=]+)(?::([^:=]+))?(?:=(.+))?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person as a command names them: "Lina:6-8=Tablet,a4:83:e7:00:00:01".

    clients: names or signs of clients in the file; () for the one that is called as the person.
    """

    name: str
    band: AgeBand
    clients: tuple[str, ...]


def chosen(text: str) -> Chosen:
    """Read one. Raises BadExport."""
    found = _CHOSEN.fullmatch(text.strip())
    bands = ", ".join(AgeBand)
    if found is None:
        raise BadExport(f'"{text}" names no person; write it as "Lina:6-8=Tablet,Phone"')
    try:
        band = AgeBand((found[2] or AgeBand.ADULT).strip().lower())
    except ValueError:
        raise BadExport(f'"{found[2]}" is no age band; write one of {bands}') from None
    clients = tuple(each.strip() for each in (found[3] or "").split(",") if each.strip())
    return Chosen(found[1].strip(), band, clients)


@dataclass(frozen=True, slots=True)
class Grown:
    """A client with an age."""

    client: Client
    band: AgeBand


def people(wishes: Wishes, wanted: Sequence[Chosen], report: Report) -> list[Grown]:
    """Everybody: those who are chosen, then every client that is nobody's. Raises BadExport."""
    left = {each.name.casefold(): each for each in wishes.clients}
    found = []
    for place, each in enumerate(wanted):
        if not each.clients and not any(client.devices for client in wishes.clients):
            client = _of_profile(wishes, place, each)  # NextDNS: a file for each, in that order
            left.pop(client.name.casefold(), None)
        else:
            client = _joined(wishes, each, left, report)
        found.append(Grown(replace(client, name=each.name), each.band))
    named = {each.client.name.casefold() for each in found}
    for name, client in left.items():
        if name in named:
            raise BadExport(f'"{client.name}" is a client too; choose another name for the person')
        if client.devices:
            found.append(Grown(client, AgeBand.ADULT))
            report.lose(
                f"age of {client.name}",
                f'nobody tells it; an adult with the same rules, or --person "{client.name}:9-12"',
            )
    return found


def _of_profile(wishes: Wishes, place: int, wanted: Chosen) -> Client:
    if place >= len(wishes.clients):
        raise BadExport(f"there is no file for {wanted.name}; name one for each person")
    return wishes.clients[place]


def _joined(wishes: Wishes, wanted: Chosen, left: dict[str, Client], report: Report) -> Client:
    """One client of all that are this person's."""
    mine: list[Client] = []
    for asked in wanted.clients or (wanted.name,):
        client = _found(asked, left)
        if client is not None:
            mine.append(left.pop(client.name.casefold()))
            continue
        word = asked.casefold()
        device = next(
            (each for each in wishes.devices if word in _words(each.name, each.known_by)), None
        )
        if device is None:
            there = [
                *(each.name for each in left.values()),
                *(each.name for each in wishes.devices),
            ]
            listed = ", ".join(map(shown, there[:20])) or "none"
            raise BadExport(f'the file has no client "{asked}" that is free; there are: {listed}')
        mine.append(Client(device.name, device.known_by[:1]))
    rules = [each for each in mine if each.rules is not None]
    for each in rules[1:]:
        if each.rules != rules[0].rules:
            report.lose(f"rules of {each.name}", f"{wanted.name} has those of {rules[0].name}")
    return Client(
        wanted.name,
        tuple(dict.fromkeys(sign for each in mine for sign in each.devices)),
        rules[0].rules if rules else None,
        next((each.upstreams for each in mine if each.upstreams), ()),
    )


def _found(word: str, left: dict[str, Client]) -> Client | None:
    return next(
        (each for each in left.values() if word.casefold() in _words(each.name, each.devices)), None
    )


def _words(name: str, signs: Sequence[str]) -> set[str]:
    return {name.casefold(), *signs, *(each.removeprefix("id:") for each in signs)}

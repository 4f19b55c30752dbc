"""Which clients are devices with something otherwise on them, and the timelines that these follow.

A key names such a timeline: what the device is known by, and whose it is at that client. It has a
line's end in it, which no person's name has.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from guardian.network.neighbours import Neighbours, owner_of
from guardian.policy.devices import ClientId, Device, DeviceTable, HostName, Mac, written
from guardian.policy.overrides import NO_TRIALS, Override, Trials, overridden, overrides
from guardian.policy.people import Household
from guardian.policy.timeline import OnDevice, Spell, Timeline

_SURENESS: Final[Mapping[type[Any], int]] = {HostName: 0, Mac: 1, ClientId: 3}
_OF_ADDRESS: Final = 2


class OnDevices:
    """by_key: the timelines. clients: address, or what a forwarder tells → key.

    has_any: whether something is otherwise on some device, seen now or not.
    """

    def __init__(self) -> None:
        self.by_key: dict[str | None, Timeline] = {}
        self.clients: dict[str, str] = {}
        self.has_any = False
        self._of: tuple[Household, list[OnDevice], Neighbours, Trials] | None = None
        self._found: dict[str, tuple[str | None, Override]] = {}  # key → owner, what is otherwise

    def renew(
        self,
        household: Household,
        timelines: Mapping[str | None, Timeline],
        spells: Iterable[Spell],
        neighbours: Neighbours,
        trials: Trials = NO_TRIALS,
    ) -> set[str | None]:
        """Bring all up to date; gives the keys whose timelines are others, or gone.

        timelines: of people and shared devices.
        """
        theirs = [each for each in spells if isinstance(each, OnDevice)]
        of = (household, theirs, neighbours, trials)
        if of != self._of:
            self._of = of
            self._find(overrides(household, theirs, trials), household, neighbours)
        before = self.by_key
        new: dict[str | None, Timeline] = {
            key: overridden(timelines[owner], override, household.kind)
            for key, (owner, override) in self._found.items()
        }
        kept = {key: each for key, each in before.items() if new.get(key) == each}
        self.by_key = new | kept  # the same object for what is the same
        return (before.keys() | new.keys()) - kept.keys()

    def _find(
        self, there: tuple[Override, ...], household: Household, neighbours: Neighbours
    ) -> None:
        self.clients, self._found = {}, {}
        self.has_any = bool(there)
        if not there:
            return
        table = DeviceTable(household.holders)
        for override, sign in _by_sign(there):
            for client in _clients(sign, neighbours):
                owner = owner_of(client, neighbours, table)
                name = owner.holder.name if owner else None
                key = f"{written(override.signs[0])}\n{name or ''}"
                self.clients[client] = key
                self._found[key] = (name, override)


def holder_of(key: str | None) -> str:
    """The name of the person or shared device whose timeline a key is for; "" for nobody."""
    return (key or "").rpartition("\n")[2]


def _by_sign(all_of_them: Iterable[Override]) -> list[tuple[Override, Device]]:
    """Each sign of each; the surer ones after the others, so that these have the last word."""
    signs = [(each, sign) for each in all_of_them for sign in each.signs]
    return sorted(signs, key=lambda row: _SURENESS.get(type(row[1]), _OF_ADDRESS))


def _clients(sign: Device, neighbours: Neighbours) -> Iterator[str]:
    """As what a device with this sign asks."""
    text = written(sign)
    addresses = neighbours.get(text, ()) if isinstance(sign, Mac | HostName) else (text,)
    yield from addresses
    if isinstance(sign, Mac):
        yield text
        return
    for mac, theirs in neighbours.items():  # a forwarder may tell it of who has this address
        if ":" in mac and not frozenset(theirs).isdisjoint(addresses):
            yield mac

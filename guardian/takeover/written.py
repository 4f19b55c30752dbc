"""Wishes as sections of guardian's configuration, and as a whole file with comments."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from guardian.policy.people import AgeBand
from guardian.settings.kinds import MAX_TITLE
from guardian.takeover.devices import unlike
from guardian.takeover.persons import Grown
from guardian.takeover.report import Report, shown
from guardian.takeover.upstreams import FALLBACK
from guardian.takeover.wishes import NamedDevice, Rules, Wishes

HOUSE: Final = "house"
_COMMENTS: Final = {
    "household": "Where the family lives: country and language are yours to add.",
    "listen": "For this machine alone, to try it. For the house: its address with port 53.",
    "upstreams": "Who is asked for everything that stays open.",
    "local": "Names inside the house.",
    "rebinding": "Names of the internet may lead into the house, as they did.",
    "lists": "The lists of before. guardian's own are there too; profiles say what is blocked.",
    "profiles": "What somebody may do, as it was; 'house' is for all without rules of their own.",
    "people": "Everybody with rules of their own. Ages choose helplines and what parents see.",
    "devices": "Devices that had a name.",
    "unknown_devices": "What holds for everybody else.",
    "resolver": "How upstreams are chosen.",
}


def sections(wishes: Wishes, people: Sequence[Grown], zone: str, report: Report) -> dict[str, Any]:
    """The sections of a configuration, each as YAML would hold it."""
    profiles = _Profiles(wishes.house)
    owned: set[str] = set()
    everybody = []
    upstreams = list(wishes.upstreams)
    for each in people:
        client = each.client
        devices = [sign for sign in client.devices if sign not in owned]
        for sign in set(client.devices) - set(devices):
            report.lose(f"{sign} of {client.name}", "it is somebody else's already")
        owned.update(devices)
        profile = profiles.named(client.rules, client.name)
        everybody.append(
            {
                "name": client.name,
                "age_band": str(each.band),
                **(
                    {"profile": profile}
                    if profile != "none" or each.band is not AgeBand.ADULT
                    else {}
                ),
                **({"devices": devices} if devices else {}),
            }
        )
        upstreams += [{**entry, "people": [client.name]} for entry in client.upstreams]
    if not any("for" not in each and "people" not in each for each in upstreams):
        upstreams += FALLBACK
        report.keep("upstreams 9.9.9.9 and 149.112.112.112, because none could be taken over")
    found: dict[str, Any] = {
        "household": {"time_zone": zone},
        "listen": {"dns": ["127.0.0.1:5353", "[::1]:5353"], "web": "127.0.0.1:8053"},
        "upstreams": upstreams,
        "local": {"suffixes": wishes.suffixes, "records": wishes.records},
        "rebinding": {} if wishes.rebinding else {"protect": False},
        "lists": {"bundled": "all", **({"sources": wishes.sources} if wishes.sources else {})},
        "profiles": profiles.found,
        "people": everybody,
        "devices": _named(wishes.devices, report),
        "unknown_devices": {"profile": profiles.named(wishes.house, HOUSE)},
        "resolver": {"strategy": wishes.strategy} if wishes.strategy else {},
    }
    found["local"] = {key: each for key, each in found["local"].items() if each}
    return {key: each for key, each in found.items() if each}


def text(found: dict[str, Any], wishes: Wishes, report: Report, today: date) -> str:
    """A whole file. today: for its first line."""
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    parts = ["\n".join(_head(wishes, report, today))]
    for key, section in found.items():
        said = yaml.dump(
            {key: section}, Dumper=Plain, sort_keys=False, allow_unicode=True, width=100
        )
        parts.append(f"# {_COMMENTS[key]}\n{said.rstrip()}")
    return "\n\n".join(parts) + "\n"


def _head(wishes: Wishes, report: Report, today: date) -> Iterator[str]:
    yield f"# Taken over from {wishes.product} on {today.isoformat()}."
    yield "# Every key is explained in docs/configuration.md."
    if report.lost:
        yield "#"
        yield "# What could not be taken over, and why:"
        yield from (f"# - {shown(line)}" for line in report.lost)


class _Profiles:
    """Profiles by name: who has the same rules shares one."""

    def __init__(self, house: Rules) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._taken = {"none", "all"}
        self._house = house

    def named(self, rules: Rules | None, whose: str) -> str:
        """The name of a profile with these rules; None: those of the house."""
        said = (self._house if rules is None else rules).as_data
        if not said:
            return "none"
        for name, other in self.found.items():
            if other == said:
                return name
        is_house = said == self._house.as_data
        wanted = HOUSE if is_house else whose.replace(".", " ")[:MAX_TITLE]
        name = unlike(wanted, self._taken)
        self.found[name] = said
        return name


def _named(devices: Sequence[NamedDevice], report: Report) -> list[dict[str, Any]]:
    """Devices, each sign with one of them alone."""
    found: list[dict[str, Any]] = []
    names: set[str] = set()
    owners: dict[str, int] = {}
    for each in devices:
        at = next((owners[sign] for sign in each.known_by if sign in owners), None)
        if at is not None:
            _add_signs(found[at], each, owners, at)
            continue
        entry: dict[str, Any] = {"name": unlike(each.name, names), "known_by": list(each.known_by)}
        if each.blocked:
            entry["blocked"] = True
        owners |= dict.fromkeys(each.known_by, len(found))
        found.append(entry)
    if found:
        report.keep(f"names of devices: {len(found)}")
    return found


def _add_signs(entry: dict[str, Any], device: NamedDevice, owners: dict[str, int], at: int) -> None:
    for sign in device.known_by:
        if owners.setdefault(sign, at) == at and sign not in entry["known_by"]:
            entry["known_by"].append(sign)
    if device.blocked:
        entry["blocked"] = True

"""Whether a name is new in the household, for whoever asks by hand and not by DNS."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from guardian.dns.local import LocalNames
from guardian.names import to_wire, wire_suffixes
from guardian.policy import sentences
from guardian.policy.judge import Facts
from guardian.policy.rules import State, Unfamiliar
from guardian.service import new_names
from guardian.service.known_names import LEARNING
from guardian.service.servers import servers_of
from guardian.settings import Settings


def with_familiarity(
    facts: Facts,
    state: State,
    settings: Settings,
    folder: Path,
    key: bytes,
    at: datetime,
    now: datetime,
) -> tuple[Facts, str]:
    """The facts, with whether the name is new here, if that can matter; what to say of it.

    folder: of what is known; key: of its hashes.
    """
    rules = (rule for part in state.each for rule in part.rules)
    if not any(isinstance(rule.what, Unfamiliar) for rule in rules):
        return facts, ""
    zone = settings.household.zone
    day = at.astimezone(zone).date()
    known = new_names.opened(folder, key)
    begun = known.begun if known is not None else now.astimezone(zone).date()
    if day < begun + LEARNING:
        return facts, sentences.none_is_new(begun + LEARNING, at, zone)
    name = to_wire(facts.qname)
    if known is None or facts.essential or facts.helpline or _is_local(name, settings):
        return facts, ""
    unfamiliar = new_names.is_unfamiliar(folder, known, name, day)
    return replace(facts, unfamiliar=unfamiliar), ""


def _is_local(name: bytes, settings: Settings) -> bool:
    """Whether the house itself, or a server of its own, answers for a wire name."""
    suffixes = [each for server in servers_of(settings) for each in server.suffixes]
    records = {qname: tuple(map(str, each)) for qname, each in settings.records.items()}
    local = LocalNames(records, frozenset(map(to_wire, suffixes))).names
    return any(suffix in local for suffix in wire_suffixes(name))

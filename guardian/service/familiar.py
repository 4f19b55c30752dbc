"""Whether a name is new in the household, for whoever asks by hand and not by DNS."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from guardian.names import to_wire
from guardian.policy import sentences
from guardian.policy.judge import Facts
from guardian.policy.rules import State, Unfamiliar
from guardian.service import new_names
from guardian.service.known_names import LEARNING
from guardian.service.local_names import is_local
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
    if known is None or facts.essential or facts.helpline or is_local(name, settings):
        return facts, ""
    unfamiliar = new_names.is_unfamiliar(folder, known, name, day)
    return replace(facts, unfamiliar=unfamiliar), ""

"""A person's own rules, edited as what is different from their profile and nothing more.

What is not different is not written down, so that whoever mends a profile, or grows into another
one, has it in force at once. Functions take the table of a person as `edit` reads it, and change it
in place.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from guardian.errors import GuardianError, Said
from guardian.policy.people import Profile
from guardian.policy.rules import Engine, Level
from guardian.safety.safe_search import WITHOUT_SAFE_MODE
from guardian.settings.edit import listed
from guardian.settings.sections.safe_search import OTHERS

KEYS: Final = ("block", "unblock", "allow", "safe_search")
"""Those that say what is filtered, as against names of one's own and times."""

NO_PROFILE: Final = Profile("none")
"""What somebody's rules stand on who has no profile."""


class NotThere(GuardianError):
    """A person who is not in the file any more."""


def table_of(data: Any, name: str) -> Any:
    """The table of a person in a configuration. Raises NotThere."""
    for each in listed(data.get("people")):
        if str(each.get("name")).strip() == name:
            return each
    raise NotThere(Said('nobody is called "%(name)s" any more; look at the first page', name=name))


def set_blocked(
    person: Any, base: Profile, thing: str, *, blocked: bool, within: bool = False
) -> None:
    """Block a category or service for somebody, or open it.

    within: whether a blocked category has its names: it is blocked by that, and has to be spared to
    be open.
    """
    rules = person.setdefault("rules", {})
    is_blocked = thing in base.blocked or (within and thing not in base.spares)
    _put(rules, "block", thing, present=blocked and not is_blocked)
    _put(rules, "unblock", thing, present=not blocked and thing in base.blocked)
    _put(rules, "allow", thing, present=not blocked and within and thing not in base.spares)
    _tidy(person)


def set_safe(person: Any, base: Profile, engine: Engine, level: Level | None) -> None:
    """Set one engine's safe mode for somebody."""
    of_base = {each.engine: each.level for each in base.safe_search}
    said = _safe_table(person)
    said.pop(str(engine), None)
    if of_base.get(engine) != level:
        said[str(engine)] = _written(engine, level)
    _keep_safe(person, said)


def set_others(person: Any, base: Profile, *, blocked: bool) -> None:
    """Block search engines without a safe mode for somebody, or open them."""
    said = _safe_table(person)
    said.pop(OTHERS, None)
    if blocked != base.blocked.issuperset(WITHOUT_SAFE_MODE):
        said[OTHERS] = "block" if blocked else "allow"
    _keep_safe(person, said)


def set_allow_only(person: Any, base: Profile, *, only: bool) -> None:
    """Leave nothing open for somebody but what is allowed by name, or more than that."""
    rules = person.setdefault("rules", {})
    rules.pop("allow_only", None)
    if only != base.allow_only:
        rules["allow_only"] = only
    _tidy(person)


def forget(person: Any, keys: Iterable[str] = KEYS) -> None:
    """Take out what is different about somebody, so that their profile holds."""
    rules = person.get("rules") or {}
    for key in keys:
        rules.pop(key, None)
    _tidy(person)


def set_name(person: Any, key: str, qname: str, *, present: bool) -> None:
    """Put a name or pattern into one of somebody's lists, such as "allow_names", or take it out."""
    rules = person.setdefault("rules", {})
    _put(rules, key, qname, present=present)
    _tidy(person)


def _put(rules: Any, key: str, word: str, *, present: bool) -> None:
    there = [each for each in listed(rules.get(key)) if str(each).strip().lower() != word]
    if present:
        rules[key] = [*there, word]
    elif there:
        if len(there) != len(listed(rules.get(key))):
            rules[key] = there
    else:
        rules.pop(key, None)


def _safe_table(person: Any) -> dict[str, Any]:
    """What somebody's rules say of safe search, by engine, whatever the way they say it."""
    said = (person.get("rules") or {}).get("safe_search")
    if isinstance(said, Mapping):
        return dict(said)
    if said is None or said == "":
        return {}
    on = str(said).lower() in ("true", "on", "yes")
    return {str(engine): _written(engine, _usual(engine) if on else None) for engine in Engine}


def _usual(engine: Engine) -> Level:
    return Level.MODERATE if engine is Engine.YOUTUBE else Level.STRICT


def _written(engine: Engine, level: Level | None) -> Any:
    if engine is Engine.YOUTUBE and level is not None:
        return str(level)
    return level is not None


def _keep_safe(person: Any, said: dict[str, Any]) -> None:
    rules = person.setdefault("rules", {})
    present = rules.get("safe_search")
    if not said:
        rules.pop("safe_search", None)
    elif isinstance(present, dict):  # in place: what was written beside it stays
        for key in [each for each in present if each not in said]:
            del present[key]
        present.update(said)
    else:
        rules["safe_search"] = said
    _tidy(person)


def _tidy(person: Any) -> None:
    """No table of rules where there are none."""
    if not person.get("rules"):
        person.pop("rules", None)

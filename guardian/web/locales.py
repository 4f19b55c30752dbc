"""How a language and a place write times, numbers and lists, and of that only what pages use.

Babel reads all that Unicode knows of a language and of the world: 7 MB, of which the pages use
30 kB.
"""

import pickle
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global

_USUAL_COUNTRY: Final = {"en": "GB", "zh": "CN"}  # whose habits hold where the household's do not
_USED: Final = frozenset(
    {
        "character_order", "date_formats", "datetime_formats", "datetime_skeletons", "day_periods",
        "days", "decimal_formats", "default_numbering_system", "eras", "interval_formats",
        "languages", "list_patterns", "minimum_grouping_digits", "months", "number_symbols",
        "numbering_systems", "plural_form", "territories", "text_direction", "time_formats",
        "week_data",
    }
)  # fmt: skip
_UNUSED: Final = (  # of what Babel knows of the world
    "all_currencies", "meta_zones", "territory_currencies", "territory_languages",
    "territory_zones", "windows_zone_mapping", "zone_territories",
)  # fmt: skip
_LENGTHS: Final = frozenset({"duration-hour", "duration-minute"})  # of all units
_light: Final[set[str]] = set()


@lru_cache
def locale(code: str, country: str) -> Locale:
    """A language with the habits of a country (ISO 3166-1), or of its usual one."""
    found = _locale(code, country)
    _lighten_world()
    if str(found) not in _light:
        _lighten(str(found))
        _light.add(str(found))
    return found


def _locale(code: str, country: str) -> Locale:
    for territory in (country, _USUAL_COUNTRY.get(code, "")):
        try:
            return Locale.parse(f"{code}_{territory}" if territory else code)
        except UnknownLocaleError:
            continue
    return Locale(code)


@lru_cache
def _lighten_world() -> None:
    """Let Babel forget where currencies and time zones are, and of rare languages their script."""
    world: Any = get_global
    for key in _UNUSED:
        world(key).clear()
    scripts = world("likely_subtags")
    kept = {key: value for key, value in scripts.items() if len(key.partition("_")[0]) <= 2}
    scripts.clear()
    scripts.update(kept)


def _lighten(name: str) -> None:
    """Let Babel keep what is used of a locale, and nothing of those that it is made from.

    What it gives is what it keeps (`localedata.load`); it reads again what it finds empty.
    """
    whole = localedata.load(name)
    units = {key: unit for key, unit in whole["unit_patterns"].items() if key in _LENGTHS}
    used = {key: value for key, value in whole.items() if key in _USED}
    # Through bytes: all of the old is given back before the new is made in its place.
    kept = pickle.dumps(used | {"unit_patterns": units, "date_fields": {}})
    del units, used
    for each in _lineage(name):
        if each not in _light:  # somebody reads that one
            localedata.load(each).clear()
    whole.update(pickle.loads(kept))  # noqa: S301 (our own bytes of this moment)


def _lineage(name: str) -> Iterator[str]:
    """The locales that one is made from, itself first, as Unicode's TR 35 has it."""
    exceptions: Any = get_global("parent_exceptions")
    while name != "root":
        yield name
        name = exceptions.get(name) or name.rpartition("_")[0] or "root"
    yield name

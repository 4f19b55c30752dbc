"""Time zones, from the newer of the system's data and the `tzdata` package's.

`zoneinfo` alone prefers the system's. A router or a stable distribution may be years behind, and a
child's bedtime would be an hour off wherever a government changed its mind meanwhile.
"""

import re
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from guardian.settings.fields import nearest

SYSTEM: Final = tuple(Path(folder) for folder in TZPATH)
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
_VERSION: Final = re.compile(r"(?:# version )?([0-9]{4}[a-z]+)")


@cache
def zone(name: str, system: tuple[Path, ...] = SYSTEM) -> ZoneInfo:
    """The zone of an IANA name such as "Europe/Berlin", spelt exactly so.

    Raises LookupError where neither source knows it.
    """
    if _KEY.fullmatch(name) is None:
        raise LookupError(name)
    installed, packaged = system_version(system), package_version()
    if packaged and packaged >= installed:
        try:
            return _packaged(name)
        except LookupError:
            pass
    for folder in system:
        try:
            with (folder / name).open("rb") as data:
                return ZoneInfo.from_file(data, key=name)
        except (OSError, ValueError):
            continue
    return _packaged(name)


def _packaged(name: str) -> ZoneInfo:
    try:
        data = files("tzdata").joinpath("zoneinfo", *name.split("/"))
        with data.open("rb") as opened:
            return ZoneInfo.from_file(opened, key=name)
    except (OSError, ValueError, ModuleNotFoundError):
        raise LookupError(name) from None


@cache
def system_version(system: tuple[Path, ...] = SYSTEM) -> str:
    """The version of the system's data, such as "2025b"; "" where it does not say."""
    for folder in system:
        for name in ("tzdata.zi", "+VERSION"):
            try:
                with (folder / name).open(encoding="ascii") as text:
                    match = _VERSION.match(text.readline(40))
            except (OSError, UnicodeDecodeError):
                continue
            if match is not None:
                return match[1]
    return ""


@cache
def package_version() -> str:
    """The version of the package's data; "" where it is not installed."""
    try:
        return str(import_module("tzdata").IANA_VERSION)
    except ModuleNotFoundError:
        return ""


def remedy(name: str) -> str:
    """What to write in place of a name that is no zone."""
    known = {each.lower(): each for each in _names()}
    by_city = {each.rpartition("/")[2]: each for each in known}
    city = name.lower().replace(" ", "_").rpartition("/")[2]
    guess = known.get(name.lower().replace(" ", "_")) or known.get(by_city.get(city, ""))
    if guess is not None:
        return f'write "{guess}"'
    close = nearest(name, list(known)) if known else ""
    if close.startswith('write "'):
        return f'write "{known[close[7:-1]]}"'
    return 'write it as "Europe/Berlin"; continent and city, in English'


def _names() -> list[str]:
    try:
        return files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    except (OSError, ModuleNotFoundError):
        return sorted(available_timezones())  # the system's, of which all files are looked at

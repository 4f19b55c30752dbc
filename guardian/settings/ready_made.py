"""The profiles that come with guardian, one for each age band below 18."""

from functools import cache
from pathlib import Path

from guardian.lists.bundled import folder
from guardian.policy.people import Profile
from guardian.settings import bundled, nodes
from guardian.settings.errors import ConfigError
from guardian.settings.fields import Reading
from guardian.settings.sections.profiles import PROFILES, complete

_FILE = Path(__file__).with_name("ready_made.yaml")


@cache
def profiles() -> dict[str, Profile]:
    """Name (that of the age band) → profile."""
    reading = Reading(str(_FILE), categories=frozenset(bundled.categories(folder()).values()))
    root = nodes.parse(_FILE.read_bytes(), reading.file, reading.problems)
    found = complete(dict(PROFILES.read(root, reading)), {}, reading)
    if reading.problems:
        raise ConfigError(reading.problems)
    return found

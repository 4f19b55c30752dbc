"""The household's configuration file: YAML in, frozen values or clear errors out."""

from guardian.settings.errors import ConfigError, Problem
from guardian.settings.settings import Settings, load

__all__ = ["ConfigError", "Problem", "Settings", "load"]

"""Words that are gone: what a rule with one of them means now.

A service that closes, or a category that is called otherwise from some version on, may stand in
configurations for years. Its rule must not open a door without a word: it goes on with its
successor or with its last names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from guardian.safety import plain


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A word that is gone, and since which version.

    replaced_by: a service, category or list of today; "" where nothing took its place. Then there
    are title, what people called it, and names, its last ones, each with all below it.
    """

    id: str
    since: str
    replaced_by: str = ""
    title: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tombstones:
    """All of them. words: of services and categories; lists: of folders of bundled lists."""

    words: Mapping[str, Tombstone] = field(default_factory=dict)
    lists: Mapping[str, Tombstone] = field(default_factory=dict)

    @property
    def renamed(self) -> dict[str, str]:
        """Word → the one of today, for all that have one."""
        return {each.id: each.replaced_by for each in self.words.values() if each.replaced_by}


@cache
def tombstones() -> Tombstones:
    """Those that come with guardian."""
    import yaml  # only commands and control read this

    said = yaml.safe_load((plain.DATA / "tombstones.yaml").read_text(encoding="utf-8"))
    return Tombstones(_read(said["words"]), _read(said["lists"]))


def _read(said: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Tombstone]:
    return MappingProxyType(
        {
            word: Tombstone(
                word,
                str(each["since"]),
                each.get("replaced_by", ""),
                each.get("title", ""),
                tuple(each.get("names", ())),
            )
            for word, each in said.items()
        }
    )

"""Services (apps, sites, shops) as data: one YAML file each, named by its id.

A service is a word like a category, for profiles, windows, pauses and budgets; its names come with
guardian and not from a list. Files are read when somebody asks for them: a household names few. A
household may have services of its own beside these (`Catalogue`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from guardian.names import suffixes
from guardian.safety.tombstones import tombstones

GROUPS: Final = (
    "video", "streaming", "music", "social", "messaging", "strangers", "dating", "games",
    "gambling", "ai", "shopping", "file-sharing", "search", "vpn",
)  # fmt: skip
OWN: Final = "own"  # the group of what a household made itself
_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Service:
    """One service. group: one of GROUPS, or OWN; "" for one that is gone.

    age: years; the youngest that its terms or child-protection guidance name. title: by language.
    names: qnames that are its own, each with all below it. keep: qnames below those that stay open.
    shared: qnames that it uses and others too; they are never blocked on its account.
    """

    id: str
    group: str
    age: int
    title: Mapping[str, str]
    names: tuple[str, ...]
    shared: tuple[str, ...]
    keep: tuple[str, ...]

    def covers(self, qname: str) -> bool:
        """Whether a name is the service's; the most specific of names and keep says so."""
        for suffix in suffixes(qname):
            if suffix in self.keep:
                return False
            if suffix in self.names:
                return True
        return False


@cache
def ids() -> frozenset[str]:
    """All services."""
    return frozenset(path.stem for path in _FOLDER.glob("*.yaml"))


@cache
def known() -> frozenset[str]:
    """All services, and the words of those that are gone and left only their names."""
    return ids().union(each.id for each in tombstones().words.values() if each.names)


@cache
def service(service_id: str) -> Service:
    """A service by its id, one of `known()`."""
    if service_id not in ids():
        gone = tombstones().words[service_id]
        return Service(gone.id, "", 0, MappingProxyType({"en": gone.title}), gone.names, (), ())
    import yaml  # only commands and control read these

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_FOLDER / f"{service_id}.yaml").read_text(encoding="utf-8")
    said = yaml.load(text, loader)  # noqa: S506 (both loaders are safe ones)
    return Service(
        service_id,
        said["group"],
        said["age"],
        MappingProxyType(said["title"]),
        tuple(said["names"]),
        tuple(said["shared"]),
        tuple(said["keep"]),
    )


def title(service_id: str, language: str) -> str:
    """What people call a service."""
    titles = service(service_id).title
    return titles.get(language) or titles["en"]


def covering(qname: str, among: Iterable[str]) -> frozenset[str]:
    """Those of some services whose name this is."""
    return frozenset(each for each in among if service(each).covers(qname))


@cache
def shared() -> frozenset[str]:
    """The names that services use and others too: of networks that carry many apps."""
    return frozenset(name for each in ids() for name in service(each).shared)


def own(service_id: str, called: str, names: Iterable[str], keep: Iterable[str] = ()) -> Service:
    """A service that a household made itself, called the same in every language."""
    said = MappingProxyType({"en": called})
    return Service(service_id, OWN, 0, said, tuple(names), (), tuple(keep))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The services of one household: those that come with guardian, and its own by id."""

    own: Mapping[str, Service] = field(default_factory=lambda: MappingProxyType({}))

    def ids(self) -> frozenset[str]:
        """All services."""
        return ids().union(self.own)

    def known(self) -> frozenset[str]:
        """All services, and the words of those that are gone and left only their names."""
        return known().union(self.own)

    def service(self, service_id: str) -> Service:
        """A service by its id, one of `known()`."""
        return self.own.get(service_id) or service(service_id)

    def title(self, service_id: str, language: str) -> str:
        """What people call a service."""
        titles = self.service(service_id).title
        return titles.get(language) or titles["en"]

    def covering(self, qname: str, among: Iterable[str]) -> frozenset[str]:
        """Those of some services whose name this is."""
        return frozenset(each for each in among if self.service(each).covers(qname))

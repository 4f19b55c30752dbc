"""Where a list comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from guardian.lists.feeds.credentials import NO_CREDENTIALS, Credentials
from guardian.lists.feeds.proof import NO_PROOF, Proof

DAILY: Final = timedelta(days=1)
_PART: Final = re.compile(r"\.(?:tar|tgz|zip|gz|zst)#([\w./-]+)\Z")
HASHES: Final = "hashes"  # the format in which a confidential source is kept: see `confidential`
ZONE: Final = "zone"  # the format in which a transferred zone is kept: see `transfer.zone`


class SourceKind(StrEnum):
    BLOCK = "block"
    ALLOW = "allow"  # lifts its category
    IWF = "iwf"  # confidential: names are hashed while they are read


@dataclass(frozen=True, slots=True)
class Tsig:
    """The key with which transfers are signed. name: a qname. secret_file: holds it in base64."""

    name: str
    algorithm: str
    secret_file: Path


@dataclass(frozen=True, slots=True)
class ZoneSource:
    """A zone that name servers hand on. primaries: address and port of each, the first first."""

    name: str
    primaries: tuple[tuple[str, int], ...]
    tsig: Tsig | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One list that a household uses.

    id: fit for a file name. location: a path, or an HTTPS address. format: a key of
    `formats.FORMATS`, or "auto". update: how old fetched content may grow. version: where the
    content does not say it; licence likewise. title: for people. bundled: it came with guardian and
    is read in place. hold: the last good content stays, and no newer one is read.
    suffixes: public suffixes, such as bet.br, that a person lets it block whole. proof: what new
    content has to show. credentials: who we are to its server. change: by which share of its names
    it may fall or grow before a person is asked; None for any.
    shadow: new content waits for a person in any case. quiet: nothing is said of who looked its
    names up. expires: how old content may grow before it is told as failing; None for any age.
    zone: where it is transferred from; its location is for people then (RFC 4501).
    """

    id: str
    category: str
    location: str
    kind: SourceKind = SourceKind.BLOCK
    format: str = "auto"
    update: timedelta = DAILY
    title: str = ""
    version: str = ""
    bundled: bool = False
    hold: bool = False
    licence: str = ""
    suffixes: frozenset[str] = frozenset()
    proof: Proof = NO_PROOF
    credentials: Credentials = NO_CREDENTIALS
    change: float | None = 0.5
    shadow: bool = False
    quiet: bool = False
    expires: timedelta | None = None
    zone: ZoneSource | None = None
    hashing: str = ""

    def as_data(self) -> dict[str, Any]:
        """What reading its content needs to know, for a child process, as JSON can hold it."""
        return {
            "id": self.id,
            "category": self.category,
            "location": self.location,
            "kind": self.kind.value,
            "format": self.format,
            "version": self.version,
            "suffixes": sorted(self.suffixes),
            "change": self.change,
            "shadow": self.shadow,
            "quiet": self.quiet,
            "hashing": self.hashing,
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Source":
        """From `as_data`, whatever else is there. Raises KeyError, ValueError."""
        return cls(
            data["id"],
            data["category"],
            data["location"],
            SourceKind(data["kind"]),
            data["format"],
            version=data["version"],
            suffixes=frozenset(data["suffixes"]),
            change=data["change"],
            shadow=data["shadow"],
            quiet=data["quiet"],
            hashing=data["hashing"],
        )

    @property
    def part(self) -> str:
        """What of an archive is meant: in "lists.tar.gz#adult" its folder or file "adult"."""
        found = _PART.search(self.location)
        return found[1] if found else ""

    @property
    def path(self) -> Path:
        """Where a local one is, without the part."""
        part = self.part
        return Path(self.location.removesuffix(f"#{part}") if part else self.location)

    @property
    def is_remote(self) -> bool:
        """Whether its content has to be fetched."""
        return "://" in self.location

"""What is hashed of a URL, on both sides: of a listed one, and of one that somebody goes to.

http and https lead to the same page, so do a host with and without `www.`, and a path with and
without a slash at its end: one entry means them all. All else that differs is another page.
"""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from guardian.lists.keyed import hash_of
from guardian.lists.urls.spelling import LONGEST, PLAIN, normalise
from guardian.names import to_wire

_PAGE: Final = b"\xfe"  # no wire name begins so: a label has 63 bytes at most
_FOLDER: Final = b"\xff"


class Address(NamedTuple):
    """A URL as it is compared.

    www: whether the host has that before what is here. port: "" or ":8080". path: without a slash
    at its end.
    """

    www: bool
    host: str
    port: str
    path: str
    query: str


NOWHERE: Final = Address(www=False, host="", port="", path="", query="")


def address_of(url: str) -> Address:
    """The parts of any URL; NOWHERE for one that leads to no page of the web."""
    found = PLAIN.fullmatch(url)
    if found is not None and len(url) <= LONGEST:
        www, host, path, query = found.groups("")
        return Address(bool(www), host, "", path.removesuffix("/"), query)
    url = normalise(url)
    netloc, _, rest = url.partition("://")[2].partition("/")
    if not netloc:
        return NOWHERE
    path, _, query = rest.partition("?")
    at = netloc.rfind(":")
    if at < 0 or netloc.endswith("]"):
        at = len(netloc)
    host = netloc[:at]
    is_www = host.startswith("www.") and "." in host[4:]
    path = f"/{path}".removesuffix("/")
    return Address(is_www, host[4:] if is_www else host, netloc[at:], path, query)


def page_key(address: Address) -> bytes:
    """What stands for one page."""
    _, host, port, path, query = address
    return _PAGE + f"{host}{port}{path}?{query}".encode("ascii")


def folder_key(address: Address, parts: list[str]) -> bytes:
    """What stands for all pages whose path begins with these parts."""
    return _FOLDER + f"{address.host}{address.port}{'/'.join(parts)}".encode("ascii")


def spellings(address: Address) -> Iterator[bytes]:
    """All that a list's maker may have hashed of one page: with and without the scheme, `www.`, and
    a slash at the end of the path.
    """
    _, host, port, path, query = address
    asked = f"?{query}" if query else ""
    for scheme in ("http://", "https://", ""):
        for www in ("", "www."):
            for slash in ("/", ""):
                yield f"{scheme}{www}{host}{port}{path}{slash}{asked}".encode("ascii")


def top_of(host: str) -> str:
    """The last two labels of a host, by which most are seen not to be listed."""
    return ".".join(host.rsplit(".", 2)[-2:])


@dataclass(slots=True)
class Pages:
    """What lists say of URLs, as hashes; with duplicates.

    sites: names that are listed with all below them; names: those that are listed alone. hosts:
    those that have pages here. pages: single ones. folders: those that mean all below them; depths:
    the numbers of their paths' parts. tops: `top_of` each of the names. digests: what stands for
    names and URLs of which a list tells no more; hashings: how such lists made theirs.
    """

    sites: "array[int]" = field(default_factory=lambda: array("Q"))
    names: "array[int]" = field(default_factory=lambda: array("Q"))
    hosts: "array[int]" = field(default_factory=lambda: array("Q"))
    pages: "array[int]" = field(default_factory=lambda: array("Q"))
    folders: "array[int]" = field(default_factory=lambda: array("Q"))
    tops: "array[int]" = field(default_factory=lambda: array("Q"))
    digests: "array[int]" = field(default_factory=lambda: array("Q"))
    depths: set[int] = field(default_factory=set)
    hashings: set[str] = field(default_factory=set)

    @property
    def runs(self) -> tuple["array[int]", ...]:
        """All hashes, in the order in which they are kept."""
        named = self.sites, self.names, self.hosts, self.pages, self.folders, self.tops
        return (*named, self.digests)

    def __len__(self) -> int:
        return len(self.pages) + len(self.folders)

    def take(self, address: Address, key: bytes, *, folder: bool) -> None:
        """Keep a page, or a folder with all below it."""
        self._take_name(address.host, self.hosts, key)
        if folder:
            parts = address.path.split("/")
            self.depths.add(len(parts))
            self.folders.append(hash_of(folder_key(address, parts), key))
        else:
            self.pages.append(hash_of(page_key(address), key))

    def take_site(self, host: str, key: bytes, *, alone: bool) -> None:
        """Keep a whole site, with all below it or alone."""
        self._take_name(host, self.names if alone else self.sites, key)

    def _take_name(self, host: str, into: "array[int]", key: bytes) -> None:
        into.append(hash_of(to_wire(host), key))
        self.tops.append(hash_of(to_wire(top_of(host)), key))

    def add(self, other: "Pages") -> None:
        """Keep what another one has, too."""
        for run, more in zip(self.runs, other.runs, strict=True):
            run.extend(more)
        self.depths |= other.depths
        self.hashings |= other.hashings

    def as_data(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        runs = [b64encode(run.tobytes()).decode("ascii") for run in self.runs]
        more = {"depths": sorted(self.depths), "hashings": sorted(self.hashings)}
        return {"runs": runs, **more}

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> "Pages":
        """From `as_data`. Raises ValueError, KeyError, TypeError."""
        found = cls(depths=set(map(int, data["depths"])))
        found.hashings = set(map(str, data.get("hashings", ())))
        for run, text in zip(found.runs, data["runs"], strict=False):  # older ones had no digests
            run.frombytes(b64decode(text))
        return found

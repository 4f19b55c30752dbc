"""The files that hold leases: where servers keep them, and what stands in them now."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from glob import glob
from itertools import chain
from pathlib import Path
from typing import Final

from guardian.network.leases import dnsmasq, isc, kea, odhcpd
from guardian.network.leases.lease import Lease

PLACES: Final = (
    "/var/lib/misc/dnsmasq.leases",  # Debian
    "/tmp/dhcp.leases",  # noqa: S108 (OpenWrt's dnsmasq)
    "/var/lib/dnsmasq/dnsmasq.leases",
    "/etc/pihole/dhcp.leases",
    "/var/lib/NetworkManager/dnsmasq-*.leases",  # a shared connection
    "/tmp/odhcpd.leases",  # noqa: S108
    "/tmp/hosts/odhcpd",  # noqa: S108 (OpenWrt)
    "/var/lib/kea/kea-leases4.csv",
    "/var/lib/kea/kea-leases6.csv",
    "/var/lib/dhcp/dhcpd.leases",  # ISC
    "/var/lib/dhcp/dhcpd6.leases",
)
"""Where servers keep their leases as a rule."""

AUTO: Final = "auto"
"""In place of a path: all of these."""

_MOST_BYTES: Final = 16 << 20  # of the end of a file, where the newest are

Mark = tuple[str, int, int, int]
"""A file as it was: path, inode, size, time of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a server writes. is_written_so: tells it by the text itself."""

    name: str
    is_written_so: Callable[[str], bool]
    parse: Callable[[str], Iterator[Lease]]


FORMATS: Final = (
    Format("Kea", kea.is_written_so, kea.parse),
    Format("ISC dhcpd", isc.is_written_so, isc.parse),
    Format("odhcpd", odhcpd.is_written_so, odhcpd.parse),
    Format("dnsmasq", dnsmasq.is_written_so, dnsmasq.parse),
)


def format_of(text: str) -> Format | None:
    """The format of a text; None for an empty one and for what is no such file."""
    return next((each for each in FORMATS if each.is_written_so(text)), None)


def leases_in(text: str) -> list[Lease]:
    """The leases of a text in any of the formats."""
    known = format_of(text)
    return list(known.parse(text)) if known is not None else []


class LeaseFiles:
    """Some files. unreadable: paths that are there and could not be read at the last look."""

    def __init__(self, places: Iterable[str] = (AUTO,)) -> None:
        """places: paths, with * in them for any text, and AUTO."""
        every = (PLACES if each == AUTO else (each,) for each in places)
        self._places = tuple(chain.from_iterable(every))
        self._marks: Sequence[Mark] | None = None
        self.unreadable: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        """Whether a file is another than at the last look, or looks were never made."""
        before, self._marks = self._marks, self._look()
        return before != self._marks

    def read(self) -> list[Lease]:
        """All leases that are written down, those that have ended too."""
        found: list[Lease] = []
        unreadable: list[str] = []
        for parts in self._files():
            try:
                found += leases_in("\n".join(map(_end_of, parts)))
            except FileNotFoundError:  # moved just now: that is a change, and so looked at again
                continue
            except OSError:
                unreadable.append(str(parts[-1]))
        self.unreadable = tuple(unreadable)
        return found

    def _files(self) -> Iterator[list[Path]]:
        """The files that are there, each with its parts, the older one first."""
        for place in self._places:
            for path in sorted(glob(place)):  # noqa: PTH207 (places are absolute)
                # Kea moves what it cleans up to files beside it, and begins a new one.
                done = Path(f"{path}.completed")
                old = [done] if done.exists() else [Path(f"{path}.2"), Path(f"{path}.1")]
                yield [*(each for each in old if each.exists()), Path(path)]

    def _look(self) -> list[Mark]:
        marks = []
        for path in (part for parts in self._files() for part in parts):
            with suppress(OSError):
                stat = path.stat()
                marks.append((str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns))
        return marks


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        head = b""
        if size > _MOST_BYTES:  # its first line says what the columns are
            file.seek(0)
            head = file.readline(4096)
        file.seek(max(size - _MOST_BYTES, 0))
        return (head + file.read(_MOST_BYTES)).decode(errors="replace")

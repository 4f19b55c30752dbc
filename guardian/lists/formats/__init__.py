"""List formats: one small parser each, and the table that names them all."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from guardian.lists.entry import Variety
from guardian.lists.formats import (
    adblock,
    addresses,
    dnsmasq,
    domains,
    hashed,
    hosts,
    rpz,
    unbound,
    urls,
    wildcards,
)
from guardian.lists.report import Parsed

Parser = Callable[[Iterable[bytes], Parsed], None]

FORMATS: Final[dict[str, Parser]] = {
    "hosts": hosts.parse,
    "domains": domains.parse,
    "wildcards": wildcards.parse,
    "adblock": adblock.parse,
    "dnsmasq": dnsmasq.parse,
    "unbound": unbound.parse,
    "rpz": rpz.parse,
    "urls": urls.parse,
    "addresses": addresses.parse,
    "hashed": hashed.parse,
}


@dataclass(frozen=True, slots=True)
class Writer:
    """How entries are said in a format. written: the lines of one; none where it cannot say it."""

    written: Callable[[bytes, Variety], Iterable[bytes]]
    header: tuple[bytes, ...] = ()


WRITERS: Final[dict[str, Writer]] = {
    "domains": Writer(domains.written),
    "hosts": Writer(hosts.written),
    "rpz": Writer(rpz.written, rpz.HEADER),
    "unbound": Writer(unbound.written, unbound.HEADER),
    "dnsmasq": Writer(dnsmasq.written),
    "adblock": Writer(adblock.written),
}

# The share of lines that must look like a format, in the order in which formats are tried.
_SIGNS: Final[dict[str, tuple[Callable[[bytes], bool], float]]] = {
    "hosts": (hosts.looks_like, 0.5),
    "hashed": (hashed.looks_like, 0.5),
    "addresses": (addresses.looks_like, 0.97),
    "adblock": (adblock.looks_like, 0.5),
    "dnsmasq": (dnsmasq.looks_like, 0.5),
    "unbound": (unbound.looks_like, 0.5),
    "rpz": (rpz.looks_like, 0.5),
    "urls": (urls.looks_like, 0.5),
    "wildcards": (wildcards.looks_like, 0.05),
}
_VERSION: Final = re.compile(
    rb"\s*[#!;]+\s*(?:version|last[ -]modified|last[ -]updated?|updated|date)\s*[:=]\s*(.{1,40})",
    re.IGNORECASE,
)
_LICENCE: Final = re.compile(
    rb"\s*[#!;]+\s*licen[cs]e(?:d under)?\s*[:=]?\s*(.{2,80})", re.IGNORECASE
)
_COMMENTS: Final = (b"#", b"!", b";")
_PAGE: Final = (b"<!doctype", b"<html", b"<head", b"<?xml")


def detect(sample: Sequence[bytes]) -> tuple[str, str]:
    """The format that the lines speak for, and the reason in words."""
    lines = [text for line in sample if (text := line.strip()) and text[:1] not in _COMMENTS]
    for name, (looks_like, least) in _SIGNS.items():
        share = sum(map(looks_like, lines)) / max(1, len(lines))
        if share > least:
            return name, f"{name}: {share:.0%} of lines"
    if any(line.strip().lower().startswith(b"[adblock") for line in sample[:5]):
        return "adblock", "adblock: its first lines say so"
    return "domains", "domains: nothing speaks for another format"


def version_of(sample: Sequence[bytes]) -> str:
    """The version or date that a comment at the top gives; "" where none does."""
    return _said(_VERSION, sample)


def licence_of(sample: Sequence[bytes]) -> str:
    """The licence that a comment at the top names; "" where none does."""
    return _said(_LICENCE, sample)


def _said(pattern: re.Pattern[bytes], sample: Sequence[bytes]) -> str:
    found = next(filter(None, map(pattern.match, sample[:50])), None)
    text = found[1].decode("utf-8", "replace").strip() if found else ""
    return text if text.isprintable() else ""


def is_web_page(sample: Sequence[bytes]) -> bool:
    """Whether this is a page for people, such as a hotel network's, and no list."""
    first = next((text for line in sample if (text := line.strip())), b"")
    return first.lower().startswith(_PAGE)

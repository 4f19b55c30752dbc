"""List formats: one small parser each, and the table that names them all."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from guardian.lists.formats import adblock, domains, hosts, urls, wildcards
from guardian.lists.report import Parsed

Parser = Callable[[Iterable[bytes], Parsed], None]

FORMATS: Final[dict[str, Parser]] = {
    "hosts": hosts.parse,
    "domains": domains.parse,
    "wildcards": wildcards.parse,
    "adblock": adblock.parse,
    "urls": urls.parse,
}

_CHECKS: Final[dict[str, Callable[[bytes], bool]]] = {
    "hosts": hosts.looks_like,
    "adblock": adblock.looks_like,
    "wildcards": wildcards.looks_like,
    "urls": urls.looks_like,
}


def detect(sample: Sequence[bytes]) -> tuple[str, str]:
    """The format that most lines speak for, and the reason in words."""
    lines = [line for line in sample if line.strip() and line.lstrip()[:1] not in (b"#", b"!")]
    for name, looks_like in _CHECKS.items():
        share = sum(map(looks_like, lines)) / max(1, len(lines))
        if share > 0.5 or (name == "wildcards" and share > 0.05):
            return name, f"{name}: {share:.0%} of lines"
    return "domains", "domains: nothing speaks for another format"

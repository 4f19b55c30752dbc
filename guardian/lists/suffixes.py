"""Suffixes under which the public registers names: an entry for one would block far too much.

Only the ICANN section of the Public Suffix List counts; a hosting company's suffix (its private
section) may well be listed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guardian.names import InvalidName, normalise

_END: Final = "===END ICANN DOMAINS==="


@dataclass(frozen=True, slots=True)
class PublicSuffixes:
    """rules, wildcards (the part behind the star) and exceptions, as ASCII bytes."""

    rules: frozenset[bytes]
    wildcards: frozenset[bytes]
    exceptions: frozenset[bytes]

    def __contains__(self, name: bytes) -> bool:
        if name in self.rules:
            return True
        return name.partition(b".")[2] in self.wildcards and name not in self.exceptions


def public_suffixes() -> PublicSuffixes:
    """The suffixes in the list that the publicsuffixlist package brings."""
    import publicsuffixlist

    found: dict[str, set[bytes]] = {"": set(), "*.": set(), "!": set()}
    text = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8")
    for line in text.partition(_END)[0].splitlines():
        rule = line.strip()
        if not rule or rule.startswith("//"):
            continue
        mark = next((mark for mark in ("*.", "!") if rule.startswith(mark)), "")
        try:
            found[mark].add(normalise(rule.removeprefix(mark)).encode("ascii"))
        except InvalidName:
            continue
    return PublicSuffixes(frozenset(found[""]), frozenset(found["*."]), frozenset(found["!"]))

"""Suffixes under which the public registers names: an entry for one would block far too much.

The ICANN section of the Public Suffix List holds for every list; a hosting company's suffix (its
private section) may well be listed, except where nothing could lift the block again.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from guardian.names import InvalidName, normalise, suffixes

_SYSTEM: Final = Path("/usr/share/publicsuffix/public_suffix_list.dat")  # Debian: publicsuffix
_END: Final = "===END ICANN DOMAINS==="


@dataclass(frozen=True, slots=True)
class PublicSuffixes:
    """wildcards: what stands behind the star of "*.kobe.jp"; rules: all others and wildcards, since
    an entry for kobe.jp would cover all of its suffixes. exceptions: registered all the same.
    """

    rules: frozenset[bytes]
    wildcards: frozenset[bytes]
    exceptions: frozenset[bytes]

    def __contains__(self, name: bytes) -> bool:
        if name in self.rules:
            return True
        return name[name.find(b".") + 1 :] in self.wildcards and name not in self.exceptions

    def registered(self, qname: str) -> str:
        """What somebody registered: one label below a suffix; "" for a suffix itself.

        An ending that no registry has counts as one.
        """
        below = ""
        for suffix in suffixes(qname):
            if suffix.encode() in self:
                return below
            if "." in suffix:
                below = suffix
        return below


@cache
def icann_suffixes() -> PublicSuffixes:
    """Suffixes of registries, from the list that the publicsuffixlist package brings."""
    return _read(_text().partition(_END)[0])


@cache
def table_id() -> str:
    """What tells the table that is installed from another one."""
    return blake2b(_text().encode(), digest_size=8).hexdigest()


def is_top_level(label: str) -> bool:
    """Whether a label is one under which names are registered, such as "com"."""
    return label.encode() in icann_suffixes().rules


def all_suffixes() -> PublicSuffixes:
    """The same and those of companies that give names to their customers."""
    return _read(_text())


def _text() -> str:
    """The list as it is published: of the Python package, or of the system where that is not."""
    try:
        import publicsuffixlist
    except ModuleNotFoundError:
        return _SYSTEM.read_text(encoding="utf-8")
    return Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8")


def _read(text: str) -> PublicSuffixes:
    found: dict[str, set[bytes]] = {"": set(), "*.": set(), "!": set()}
    for line in text.splitlines():
        rule = line.strip()
        if not rule or rule.startswith("//"):
            continue
        mark = next((mark for mark in ("*.", "!") if rule.startswith(mark)), "")
        name = rule.removeprefix(mark)
        try:
            found[mark].add((name if name.isascii() else normalise(name)).encode("ascii"))
        except InvalidName:
            continue
    wildcards = frozenset(found["*."])
    return PublicSuffixes(frozenset(found[""]) | wildcards, wildcards, frozenset(found["!"]))

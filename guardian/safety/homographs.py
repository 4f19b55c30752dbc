"""Names that look like another one: "раураl.com" with Cyrillic letters, which is not paypal.com.

Only names with an "xn--" label can hold such letters. Each is brought to its *skeleton*: decoded,
accents and the like taken off (NFKD), and every letter replaced by the Latin one it looks like
(data/confusables.txt). It is taken for another name where its skeleton is that name's, and

- the registered names are alike as a whole: label and ending, or
- one label is like a well-known one, whatever stands around it, and cannot be so by chance: it
  mixes scripts; or it is of one other script and at least four letters long, with an ending that
  is not of that script.

An ordinary word in its own script is no deception, though single letters of it look Latin.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from guardian.names import suffixes
from guardian.safety import plain

_PREFIX: Final = "xn--"
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf"})  # marks, and signs of no width
_LEAST: Final = 4  # letters: a shorter word may well look like somebody's name by chance


@cache
def well_known() -> frozenset[str]:
    """Registered names that people know by sight: those of our services, and others."""
    return frozenset(plain.lines("well_known.txt"))


class Protected:
    """Names that no other should be taken for: the well-known ones and a household's own."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        """own: qnames, as they are registered ("example.org")."""
        self._own = frozenset(own)
        self._like_own = {skeleton(_decoded(name)): name for name in self._own}
        self._like_known, self._labels = _seen_of_well_known()

    def looks_like(self, qname: str) -> str:
        """The name that this one could be taken for; "" where it is honest, or is that name."""
        if _PREFIX not in qname or any(map(self._is_protected, suffixes(qname))):
            return ""
        labels = [_decoded_label(label) for label in qname.split(".")]
        seen = [skeleton(label) for label in labels]
        for at, label in enumerate(labels):
            if all(each.isascii() for each in labels[at:]):
                break
            whole = ".".join(seen[at:])
            if found := self._like_own.get(whole) or self._like_known.get(whole):
                return found
            if seen[at] in self._labels and _deceives(label, labels[-1]):
                return self._labels[seen[at]]
        return ""

    def _is_protected(self, qname: str) -> bool:
        return qname in self._own or qname in well_known()


def skeleton(text: str) -> str:
    """What a hasty reader sees: lower-case Latin letters where there are any that look so."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in apart if unicodedata.category(sign) not in _UNSEEN)
    seen = text.lower().translate(_table())
    for pair, one in _pairs():
        seen = seen.replace(pair, one)
    return seen


@cache
def _seen_of_well_known() -> tuple[dict[str, str], dict[str, str]]:
    """The well-known names by skeleton, and by that of their first label."""
    whole = {skeleton(name): name for name in well_known()}
    names = sorted(well_known(), key=_best_known, reverse=True)
    return whole, {skeleton(name.partition(".")[0]): name for name in names}


def _best_known(name: str) -> tuple[bool, int, str]:
    """Sorts those of one label: the one to name comes first."""
    return not name.endswith(".com"), len(name), name


def _deceives(label: str, ending: str) -> bool:
    """Whether a label that looks like a known one can hardly do so by chance."""
    scripts = {_script(sign) for sign in label if sign.isalpha()}
    if len(scripts) > 1:
        return True
    is_foreign = not label.isascii() and scripts != {"LATIN"}
    return is_foreign and ending.isascii() and len(label) >= _LEAST


def _script(letter: str) -> str:
    """The script of a letter: the first word of its name, which is that for all we compare."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _decoded(name: str) -> str:
    return ".".join(_decoded_label(label) for label in name.split("."))


def _decoded_label(label: str) -> str:
    """A label's letters; where it cannot be read, the label as it is."""
    if not label.startswith(_PREFIX):
        return label
    try:
        return label[len(_PREFIX) :].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


@cache
def _lines() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = (line.split() for line in plain.lines("confusables.txt"))
    return tuple((row[0], tuple(row[1:])) for row in rows)


@cache
def _table() -> dict[int, str]:
    return {ord(sign.lower()): seen for seen, signs in _lines() for sign in signs if len(sign) == 1}


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    return tuple((sign, seen) for seen, signs in _lines() for sign in signs if len(sign) == 2)

"""Public suffixes that a category may block whole, because all who register there are of its kind.

A list that names another one, such as bet.br or game.tw, may well be right; but so much hangs on it
that a person decides (`suffixes` of a source).
"""

from typing import Final

WHOLE: Final[dict[str, frozenset[bytes]]] = {
    "adult": frozenset({b"xxx", b"porn", b"adult", b"sex", b"sexy", b"webcam"}),
    "gambling": frozenset({b"bet", b"casino", b"poker", b"bingo", b"lotto", b"bet.br"}),
    "dating": frozenset({b"dating", b"singles"}),
    "games": frozenset({b"games", b"game"}),
    "alcohol": frozenset({b"beer", b"vodka", b"wine"}),
}


def may_block(category: str, granted: frozenset[str]) -> frozenset[bytes]:
    """The suffixes that a list of a category may block. granted: what a person has let it."""
    own = {each.encode("ascii", "ignore") for each in granted}
    return WHOLE.get(category, frozenset()) | own

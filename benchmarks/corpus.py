"""The names of the benchmark, the same on every machine: what lists block, what people ask.

All are below `example.`, which resolvers treat as any other name (RFC 6761, section 6.5), and for
which the upstream has a wildcard. A fixed seed makes every run, and every server, meet the same.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

LISTED: Final = 200_000  # names in the list that every server loads
HOT: Final = 5_000  # names of the cached and of the blocked workload
POPULAR: Final = 20_000  # names of the mix, the unique ones apart
BLOCKED_SHARE: Final = 0.15
UNIQUE_SHARE: Final = 0.08
QTYPES: Final = (("A", 60), ("AAAA", 25), ("HTTPS", 15))  # share in per cent, as browsers ask

_SEED: Final = 20261124
_HOSTS: Final = ("", "", "", "ads.", "pixel.", "cdn.track.", "a.b.stats.")
_WORDS: Final = ("banner", "metric", "click", "video", "game", "casino", "date", "proxy", "share")


def listed(count: int = LISTED) -> Iterator[str]:
    """Names of the list: of one to four labels below `example`, no two of one registered name."""
    draw = random.Random(_SEED)
    for number in range(count):
        yield f"{draw.choice(_HOSTS)}{draw.choice(_WORDS)}-{number:x}.example"


def allowed(count: int) -> list[str]:
    """Names that no list has."""
    return [f"www.shop-{number:x}.example" for number in range(count)]


def blocked(count: int) -> list[str]:
    """Names of the list, spread evenly over it."""
    names = list(listed())
    return names[:: len(names) // count][:count]


def unique(run: int, count: int) -> Iterator[str]:
    """Names that no list has and that no other run asks for."""
    return (f"www.new-{run:x}-{number:x}.example" for number in range(count))


def mixed(run: int, count: int) -> Iterator[tuple[str, str]]:
    """(name, type) as a household asks: few names often, some blocked, some never seen before."""
    draw = random.Random(_SEED + run)
    kinds = draw.choices(
        ("blocked", "unique", "popular"),
        (BLOCKED_SHARE, UNIQUE_SHARE, 1 - BLOCKED_SHARE - UNIQUE_SHARE),
        k=count,
    )
    qtypes = draw.choices([name for name, _ in QTYPES], [share for _, share in QTYPES], k=count)
    share = int(POPULAR * BLOCKED_SHARE)
    sources = {
        "blocked": zipf(blocked(share), draw, count),
        "popular": zipf(allowed(POPULAR - share), draw, count),
        "unique": unique(run, count),
    }
    return ((next(sources[kind]), qtype) for kind, qtype in zip(kinds, qtypes, strict=True))


def zipf(names: Sequence[str], draw: random.Random, count: int) -> Iterator[str]:
    """At most `count` draws, the name at rank r with a weight of 1/r (Zipf's law, exponent 1)."""
    weights = list(accumulate(1 / rank for rank in range(1, len(names) + 1)))
    return iter(draw.choices(names, cum_weights=weights, k=count))

"""Plain lines, thousands at once: of a long list nearly every line is one.

One match of an expression finds how far they go, and one split gives their names: a quarter of
what each by itself costs. What does not fit goes to the format's own parser line by line, which
takes plain lines too, and to the same end (tests/lists/formats/test_plain.py holds this).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from guardian.lists.formats import adblock, dnsmasq, domains, hosts, unbound, wildcards
from guardian.lists.formats.spelling import PLAIN_MOST
from guardian.lists.report import Parsed


@dataclass(frozen=True, slots=True)
class Plain:
    """How the plain lines of a format look.

    run: as many of them as there are from a place on, each with its end. names: what such lines
    name. are_exact: whether they speak of these names alone.
    """

    run: re.Pattern[bytes]
    names: Callable[[bytes], list[bytes]]
    are_exact: bool = False

    def others(self, text: bytes, parsed: Parsed) -> Iterator[bytes]:
        """Take the plain lines of a text that consists of whole ones, and give all others."""
        at, match = 0, self.run.match
        taken = parsed.exact if self.are_exact else parsed.names
        while True:
            found = match(text, at)
            end = found.end() if found is not None else at
            # Python 3.11.2 (Debian 12) goes on into a line that does not fit, as far as it does.
            end = max(at, text.rfind(b"\n", at, end) + 1)
            if end > at:
                lines = text[at:end]
                names = self.names(lines)
                if max(map(len, names), default=0) > PLAIN_MOST:
                    yield from lines.split(b"\n")[:-1]
                else:
                    taken += names
                    parsed.lines += lines.count(b"\n")
            if end == len(text):
                return
            at = text.index(b"\n", end) + 1
            yield text[end : at - 1]


PLAIN: Final[dict[str, Plain]] = {
    "domains": Plain(domains.RUN, domains.names_in),
    "wildcards": Plain(wildcards.RUN, wildcards.names_in),
    "hosts": Plain(hosts.RUN, hosts.names_in, are_exact=True),
    "adblock": Plain(adblock.RUN, adblock.names_in),
    "dnsmasq": Plain(dnsmasq.RUN, dnsmasq.names_in),
    "unbound": Plain(unbound.RUN, unbound.names_in),
}
"""By format; one that is not here has no lines that mean the same wherever they stand."""

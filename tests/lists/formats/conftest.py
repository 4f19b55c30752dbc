"""Reading a few lines as a format."""

from collections.abc import Callable

import pytest

from guardian.lists.entry import BLOCKS_ALL, BLOCKS_BELOW, BLOCKS_ONE, Variety
from guardian.lists.formats import FORMATS
from guardian.lists.report import Parsed

Read = Callable[..., Parsed]


@pytest.fixture
def read() -> Read:
    """What a parser says of lines: read("hosts", "0.0.0.0 ads.example")."""

    def read(form: str, *lines: str | bytes) -> Parsed:
        report = Parsed()
        FORMATS[form]([line.encode() if isinstance(line, str) else line for line in lines], report)
        return report

    return read


def entries_of(report: Parsed) -> list[tuple[bytes, Variety]]:
    """All entries of a report, by kind."""
    plain = ((report.names, BLOCKS_ALL), (report.exact, BLOCKS_ONE), (report.below, BLOCKS_BELOW))
    special = [(rule.name, rule.variety) for rule in report.special]
    return [(name, said) for names, said in plain for name in names] + special

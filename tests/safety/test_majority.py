"""Ages of majority: few exceptions, each with the law that says so."""

import re

import pytest

from guardian.safety.majority import age_of_majority
from guardian.safety.plain import DATA


@pytest.mark.parametrize(
    ("country", "years"),
    [("DE", 18), ("", 18), ("JP", 18), ("DZ", 19), ("KR", 19), ("NZ", 20), ("TH", 20), ("SG", 21)],
)
def test_the_age_of_majority(country: str, years: int) -> None:
    assert age_of_majority(country) == years


def test_each_exception_names_its_law() -> None:
    text = (DATA / "majority.txt").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    assert rows
    for row in rows:
        assert re.fullmatch(r"[A-Z]{2} (19|20|21)  # .+: .+", row), row

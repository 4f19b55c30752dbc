"""What is left of a locale says all that pages say, as the whole does."""

import subprocess
import sys
from typing import Final

import pytest

from guardian.web.languages import NAMES

# Each in a process of its own: Babel's data is one for all of a process.
_TOLD: Final = """
import sys
from datetime import date, datetime, timedelta
from guardian.web import locales
if sys.argv[1] == "whole":
    locales._lighten = lambda name: None
from guardian.web.languages import language
for country in ("DE", "GB", "EG", "CN", "MX", "", "DE"):
    speaks = language(sys.argv[2], country)
    at = datetime(2026, 11, 26, 6, 5)
    print(speaks.moment(at), speaks.lately(at, at + timedelta(days=30)), speaks.day(at.date()))
    for last in (at.date(), date(2026, 11, 28), date(2027, 1, 3)):
        print(speaks.days(at.date(), last))
    print(sorted(speaks.weekend()), speaks.week(), speaks.number(1234567))
    print([(speaks.weekday(each), speaks.short_weekday(each)) for each in range(7)])
    print([speaks.minutes(each) for each in (0, 1, 2, 11, 60, 182)])
    print(speaks.either(["a", "b", "c"]), speaks.several(["a", "b", "c"]))
    print(sorted(speaks.locale.territories.items()), sorted(speaks.locale.languages.items()))
"""


@pytest.mark.parametrize("code", NAMES)
def test_a_light_locale_says_the_same(code: str) -> None:
    whole, light = (
        subprocess.run(
            [sys.executable, "-c", _TOLD, how, code], capture_output=True, check=True
        ).stdout
        for how in ("whole", "light")
    )
    assert whole.count(b"\n") > 60
    assert light == whole

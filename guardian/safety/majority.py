"""When somebody is of age, by country."""

from functools import cache
from typing import Final

from guardian.safety import plain

USUAL: Final = 18


def age_of_majority(country: str) -> int:
    """Years. country: ISO 3166-1 alpha-2, upper case; "" for one that is not known."""
    return _exceptions().get(country, USUAL)


@cache
def _exceptions() -> dict[str, int]:
    rows = (line.split() for line in plain.lines("majority.txt"))
    return {country: int(years) for country, years in rows}

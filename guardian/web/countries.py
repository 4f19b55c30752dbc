"""The countries of the world, to choose from."""

from typing import Final

from guardian.web.languages import Language

_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ"})


def countries(language: Language) -> list[tuple[str, str]]:
    """ISO 3166-1 codes and names of countries, as the language sorts them."""
    return sorted(
        (
            (code, title)
            for code, title in language.locale.territories.items()
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
        ),
        key=lambda each: each[1],
    )

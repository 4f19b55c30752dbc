"""Times, dates and numbers as a reader writes them."""

from datetime import date, datetime

from guardian.web.languages import ENGLISH, LANGUAGES, Language


def test_english() -> None:
    assert ENGLISH.clock(datetime.fromisoformat("2026-11-26T07:05:00+01:00")) == "Thursday, 07:05"
    assert ENGLISH.day(date(2026, 4, 22)) == "22 April 2026"
    assert ENGLISH.number(1234567) == "1,234,567"


def test_the_order_of_the_parts_is_the_translators(arabic: Language) -> None:
    assert arabic.clock(datetime.fromisoformat("2026-11-26T07:05:00+01:00")) == "الخميس 07:05"


def test_every_language_stands_under_its_code() -> None:
    assert all(code == language.code for code, language in LANGUAGES.items())

"""Guidance: the same in six languages, on the themes that matter, and easy to read in each."""

import re

import pytest

from guardian.safety.guidance import READERS, THEMES, Guide, Unreadable, guide, languages, parsed
from tests.safety.readability import FLESCH, longest, score, sentences, syllables

LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
CHILDREN = ("story", "9-12", "13-17")
OF_ITU = {"use", "privacy", "contact", "conduct", "contracts", "wellbeing", "inclusion", "report"}
# The least reading ease (60: plain, 80: easy), and the most signs or words a sentence: what texts
# have, less a little. Grown-ups who make laws and products may be asked for a little more.
EASE = {
    "story": {"en": 85, "fr": 85, "es": 85, "ru": 75},
    "9-12": {"en": 80, "fr": 80, "es": 80, "ru": 70},
    "13-17": {"en": 75, "fr": 75, "es": 75, "ru": 65},
    "parents": {"en": 70, "fr": 70, "es": 70, "ru": 55},
    "industry": {"en": 60, "fr": 60, "es": 60, "ru": 45},
    "policy": {"en": 60, "fr": 60, "es": 60, "ru": 50},
}
LENGTH = {
    "story": {"zh": 10, "ar": 6},
    "9-12": {"zh": 14, "ar": 8},
    "13-17": {"zh": 15, "ar": 8},
    "parents": {"zh": 15, "ar": 8},
    "industry": {"zh": 16, "ar": 9},
    "policy": {"zh": 18, "ar": 9},
}
LONGEST = {"zh": 30}
every = pytest.mark.parametrize(
    ("reader", "code"), [(reader, code) for reader in READERS for code in LANGUAGES]
)


def shape(text: Guide) -> list[tuple[str, list[tuple[bool, int]]]]:
    return [
        (each.theme, [(block.is_list, len(block.lines)) for block in each.blocks])
        for each in text.sections
    ]


@pytest.mark.parametrize("reader", READERS)
def test_it_is_there_in_all_languages(reader: str) -> None:
    assert languages(reader) == set(LANGUAGES)


@every
def test_a_translation_says_all_that_the_english_says(reader: str, code: str) -> None:
    text = guide(reader, code)
    assert text.language == code
    assert shape(text) == shape(guide(reader, "en"))
    assert all(each.theme in THEMES and each.heading and each.easy for each in text.sections)


@pytest.mark.parametrize("reader", READERS)
def test_the_themes_of_the_guidelines(reader: str) -> None:
    themes = {each.theme for each in guide(reader, "en").sections}
    if reader in CHILDREN:
        assert themes >= OF_ITU
    else:
        assert themes >= {"privacy", "contact", "wellbeing", "inclusion", "report"}


@every
def test_it_is_easy_to_read(reader: str, code: str) -> None:
    text = guide(reader, code)
    found = score(text)
    if code in FLESCH:
        assert found >= EASE[reader][code]
    else:
        assert found <= LENGTH[reader][code]
    assert longest(text) <= LONGEST.get(code, 24)


@every
def test_easy_words_are_short(reader: str, code: str) -> None:
    for section in guide(reader, code).sections:
        for each in sentences([section.easy]):
            assert len(each) <= (24 if code == "zh" else 60), each


@pytest.mark.parametrize("reader", CHILDREN)
def test_nothing_is_forbidden_to_a_child(reader: str) -> None:
    text = " ".join(guide(reader, "en").sentences()).lower()
    assert not re.search(r"\b(denied|forbidden|violation|prohibited)\b", text)


@every
def test_no_latin_words_in_other_scripts(reader: str, code: str) -> None:
    if code in ("ar", "zh", "ru"):
        text = " ".join(guide(reader, code).sentences())
        assert set(re.findall(r"[A-Za-z]{3,}", text)) <= {"guardian", "Take", "Down"}


def test_harder_words_score_worse() -> None:
    def of(line: str) -> float:
        return score(parsed("story", "en", f"# T\nabout\n## use: U\n= Yes.\n{line}\n"))

    easy = of("The cat sat. It is glad.")
    assert easy > 100
    assert of("Organisational responsibilities necessitate interdepartmental cooperation.") < 20
    assert of("The cat that sat on the mat is as glad as the dog that ran to it today") < easy


@pytest.mark.parametrize(
    ("word", "code", "count"),
    [
        ("table", "en", 2), ("stone", "en", 1), ("privacy", "en", 3), ("étoile", "fr", 2),
        ("école", "fr", 2), ("mañana", "es", 3), ("молоко", "ru", 3),
    ],
)  # fmt: skip
def test_syllables(word: str, code: str, count: int) -> None:
    assert syllables(word, code) == count


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1"),
        ("# T\nabout\n## fun: F\n= Yes.\n", "line 3"),
        ("# T\nabout\n## use: F\n= Yes.\n## use: F\n= Yes.\n", "line 5"),
        ("# T\nabout\n## use F\n= Yes.\n", "line 3"),
        ("# T\nabout\n## use: F\nNo easy words.\n", "easy"),
    ],
)
def test_what_is_written_wrongly(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parsed("story", "en", text)

"""How easy a text is to read, by the measure that is usual for its language (docs/guidance.md).

W words, S sentences, Y syllables. English, French, Spanish and Russian: a form of Flesch's reading
ease, in which 100 is very easy and 0 very hard. Chinese: characters a sentence; Arabic: words a
sentence; there less is easier. Syllables are counted by groups of vowels, which is near enough.
"""

import re
from collections.abc import Iterable
from typing import Final

from guardian.safety.guidance import Guide

# code: constant, weight of words a sentence, weight of syllables a word.
FLESCH: Final = {
    "en": (206.835, 1.015, 84.6),  # Flesch 1948
    "fr": (207.0, 1.015, 73.6),  # Kandel and Moles 1958
    "es": (206.84, 1.02, 60.0),  # Fernández Huerta 1959
    "ru": (206.835, 1.3, 60.1),  # Oborneva 2006
}
VOWELS: Final = {
    "en": re.compile(r"[aeiouy]+"),
    "fr": re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+"),
    "es": re.compile(r"[aeiouáéíóúü]+"),
    "ru": re.compile(r"[аеёиоуыэюя]"),
}
_END: Final = re.compile(r"[.!?…。！？؟:;：；؛]+(?=\W|$)|(?<=[。！？：；])")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def sentences(lines: Iterable[str]) -> list[str]:
    """The sentences of paragraphs; a colon or semicolon ends one too."""
    return [each for line in lines for each in _END.split(line) if _WORD.search(each)]


def syllables(word: str, language: str) -> int:
    """Of a word, by groups of vowels; a final mute e does not count."""
    word = word.lower()
    if language == "en" and word.endswith("e") and not word.endswith(("le", "ee")):
        word = word[:-1]
    if language == "fr":
        word = re.sub(r"(?<=.)e(?:s|nt)?$", "", word)
    return max(1, len(VOWELS[language].findall(word)))


def score(text: Guide) -> float:
    """Reading ease for a language of FLESCH; for others, the mean length of a sentence."""
    found = sentences(text.sentences())
    if text.language == "zh":
        return sum(len(_CHINESE.findall(each)) for each in found) / len(found)
    words = [word for each in found for word in _WORD.findall(each)]
    if text.language == "ar":
        return len(words) / len(found)
    constant, by_length, by_syllables = FLESCH[text.language]
    count = sum(syllables(word, text.language) for word in words)
    return constant - by_length * len(words) / len(found) - by_syllables * count / len(words)


def longest(text: Guide) -> int:
    """Words of the longest sentence; characters in Chinese."""
    sign = _CHINESE if text.language == "zh" else _WORD
    return max(len(sign.findall(each)) for each in sentences(text.sentences()))

"""Guidance to read: what keeps children well online, for each kind of reader, in six languages.

Our own words on the themes of the ITU's guidelines on child online protection (2020). A text is a
file per reader and language, data/guidance/LANGUAGE/READER.txt, as translators work with it:

    # The title
    For whom it is.

    ## THEME: A heading
    = The same in one or two easy sentences, which stand beside a symbol.
    A paragraph to a line.
    - A point of a list to a line.

THEMES are the same in all languages; a heading may hold a colon, a theme cannot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

READERS: Final = ("story", "9-12", "13-17", "parents", "industry", "policy")
THEMES: Final = (
    "talk", "rules", "phone", "use", "privacy", "contact", "conduct", "contracts", "wellbeing",
    "inclusion", "school", "report",
)  # fmt: skip
_FOLDER: Final = Path(__file__).with_name("data") / "guidance"
_ENGLISH: Final = "en"


class Unreadable(ValueError):
    """A text that is not written as it should be; says the file, the line and how to mend it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs, or the points of a list, that follow one another."""

    is_list: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """theme: one of THEMES. easy: the section in easy words."""

    theme: str
    heading: str
    easy: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """reader: one of READERS. language: in which it is, ISO 639-1. about: for whom it is."""

    reader: str
    language: str
    title: str
    about: str
    sections: tuple[Section, ...]

    def sentences(self) -> Iterator[str]:
        """All of its text but headings, a paragraph or point at a time."""
        for section in self.sections:
            yield section.easy
            for block in section.blocks:
                yield from block.lines


@lru_cache(maxsize=8)  # a few readers at a time; all of them would be kept for nobody
def guide(reader: str, language: str) -> Guide:
    """The text for a reader, in English where it is not in a language yet. Raises Unreadable."""
    file = _FOLDER / language / f"{reader}.txt"
    if language != _ENGLISH and not file.exists():
        return guide(reader, _ENGLISH)
    return parsed(reader, language, file.read_text(encoding="utf-8"))


def languages(reader: str) -> frozenset[str]:
    """The languages in which a text is there."""
    return frozenset(each.parent.name for each in _FOLDER.glob(f"*/{reader}.txt"))


def parsed(reader: str, language: str, text: str) -> Guide:
    """A text as a file has it. Raises Unreadable."""
    title, about, sections = "", "", list[Section]()
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if line.startswith("## "):
            theme, colon, heading = line[3:].partition(":")
            if not colon or theme not in THEMES or theme in {each.theme for each in sections}:
                raise _problem(reader, language, number, f"begin it with one of {THEMES}, once")
            sections.append(Section(theme, heading.strip(), "", ()))
        elif line.startswith("# ") and not title:
            title = line[2:]
        elif line and not sections:
            about = f"{about} {line}".strip()
        elif line.startswith("= "):
            sections[-1] = _with(sections[-1], easy=line[2:])
        elif line:
            sections[-1] = _with(sections[-1], line=line)
    if not (title and about and sections) or not all(each.easy for each in sections):
        raise _problem(reader, language, 1, "give it a title, for whom it is, and easy sentences")
    return Guide(reader, language, title, about, tuple(sections))


def _with(section: Section, easy: str = "", line: str = "") -> Section:
    blocks = section.blocks
    if line:
        is_list = line.startswith("- ")
        line = line.removeprefix("- ")
        if blocks and blocks[-1].is_list == is_list:
            blocks = (*blocks[:-1], Block(is_list, (*blocks[-1].lines, line)))
        else:
            blocks = (*blocks, Block(is_list, (line,)))
    return Section(section.theme, section.heading, easy or section.easy, blocks)


def _problem(reader: str, language: str, number: int, mend: str) -> Unreadable:
    return Unreadable(f"guidance/{language}/{reader}.txt, line {number}: {mend}")

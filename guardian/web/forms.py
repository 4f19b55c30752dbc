"""What a form sent: values, and beside each what is wrong with it, in a sentence.

A page that got bad input is shown again with the values as they were typed and every sentence at
its field; nothing is half done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from guardian.settings.kinds import MAX_TITLE

T = TypeVar("T")

_MOST_TEXT: Final = 400  # characters of a single value


class Bad(Exception):
    """A value that cannot be used; the message is an English sentence that the catalogue knows."""


@dataclass(slots=True)
class Form:
    """values: by name, in the order of the form. errors: field → sentence, in this language.

    details: what a program said about it, in English, for those who want to know.
    """

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    say: Callable[[str], str] = str
    details: str = ""

    def get(self, name: str, default: str = "") -> str:
        """A single value, without space around it."""
        found = self.values.get(name)
        return found[0].strip()[:_MOST_TEXT] if found else default

    def all(self, name: str) -> list[str]:
        """All values of a name."""
        return [each.strip()[:_MOST_TEXT] for each in self.values.get(name, ()) if each.strip()]

    def has(self, name: str) -> bool:
        """Whether a box is ticked or a button was pressed."""
        return name in self.values

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        """A value as `reader` understands it; None once it is noted what is wrong with it."""
        try:
            return reader(self.get(name))
        except Bad as problem:
            self.wrong(name, str(problem))
            return None

    def wrong(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field; the first word stands."""
        self.errors.setdefault(name, self.say(sentence))

    def error(self, name: str) -> str:
        """What is wrong with a field; "" where nothing is."""
        return self.errors.get(name, "")

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.errors


def is_title(text: str) -> bool:
    """Whether something can be called so: not empty, not too long, and all of it can be shown."""
    return 0 < len(text) <= MAX_TITLE and text.isprintable()


def one_of(words: Mapping[str, T] | Sequence[str]) -> Callable[[str], str]:
    """A reader for one of some words, as the form offers them."""

    def read(text: str) -> str:
        if text not in words:
            raise Bad("Choose one of these.")
        return text

    return read


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader for a number within limits."""

    def read(text: str) -> int:
        if not (text.isdecimal() and len(text) <= 9 and low <= int(text) <= high):
            raise Bad("Write a number within the limits.")
        return int(text)

    return read

"""The errors whose message is written for the person who reads it, and how it is said."""

from collections.abc import Callable, Mapping
from typing import ClassVar


class GuardianError(Exception):
    """Something that a person can mend; its message says where, what and how.

    exit_code: what a command ends with: 1 for a failure, 2 for wrong input or usage.
    """

    exit_code: ClassVar[int] = 1


class Said(str):
    """A sentence in English, of which a page knows how to say it in another language.

    To commands and logs it is the English text. template: with named placeholders (%(name)s), as
    catalogues have it; values: what fills them, sentences of their own among it.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> "Said":
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made


def translated(text: str, say: Callable[[str], str]) -> str:
    """A text in another language where it is `Said`; any other as it is. say: by catalogue."""
    if not isinstance(text, Said):
        return text
    values = {
        name: translated(each, say) if isinstance(each, str) else each
        for name, each in text.values.items()
    }
    return say(text.template) % values if values else say(text.template)

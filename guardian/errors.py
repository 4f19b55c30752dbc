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


def sentence_of(problem: GuardianError) -> str:
    """What an error says, in a form that a page may say in another language."""
    said = problem.args[0] if problem.args else ""
    return said if isinstance(said, Said) else str(problem)


def to_data(text: str) -> object:
    """A text as JSON can hold it: what is `Said` stays so."""
    if not isinstance(text, Said):
        return text
    values = {
        name: to_data(each if isinstance(each, str) else str(each))
        for name, each in text.values.items()
    }
    return {"said": text.template, "values": values}


def from_data(data: object) -> str:
    """The text of `to_data`; "" for what is none."""
    match data:
        case {"said": str(template), "values": dict(values)}:
            return Said(template, **{str(name): from_data(each) for name, each in values.items()})
        case str():
            return data
    return ""

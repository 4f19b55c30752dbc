"""Names by pattern: `ads*.example`, or a bounded regular expression between slashes.

A pattern is tried on every name that a resolver has not seen, so it must not be able to take long:
what it may say is held to what is matched in a few microseconds on the longest name there is.
"""

import re
from typing import Final

MOST_CHARACTERS: Final = 120
_GLOB: Final = re.compile(r"[a-z0-9_.*-]+")
_ALLOWED: Final = re.compile(
    r"""
    \^? (?:
        [a-z0-9_-]                    # a character that stands for itself
        | \\[.d-]                     # a dot, a digit, a hyphen
        | \.                          # any character
        | \[\^?[a-z0-9_.-]+\]         # one of several
        | \((?:[a-z0-9_|-]|\\[.-])+\) # words to choose from
        | [?]                         # may be missing
        | [*+]                        # may repeat
        | \{\d{1,2}(?:,\d{1,2})?\}    # repeats so often
    )+ \$?
    """,
    re.VERBOSE,
)


class BadPattern(ValueError):
    """A pattern that is not taken; the message says why."""


def compiled(text: str) -> re.Pattern[str]:
    """The regular expression of a pattern, for `fullmatch` on qnames. Raises BadPattern."""
    text = text.strip().lower()
    if len(text) > MOST_CHARACTERS:
        raise BadPattern(f"the pattern is longer than {MOST_CHARACTERS} characters")
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        return _expression(text[1:-1])
    return _glob(text)


def _glob(text: str) -> re.Pattern[str]:
    if not _GLOB.fullmatch(text) or "*" not in text:
        raise BadPattern(f'"{text}" is no pattern: it is a name with * for any part of a label')
    if text.count("*") > 3:
        raise BadPattern("a pattern has at most three *")
    if not text.replace("*", "").strip("."):
        raise BadPattern("the pattern means every name")
    parts = [re.escape(part) for part in text.split("*")]
    return re.compile(r"(?:.+\.)?" + "[^.]{0,63}".join(parts))


def _expression(text: str) -> re.Pattern[str]:
    if not _ALLOWED.fullmatch(text):
        raise BadPattern(
            "the expression uses more than characters, classes, choices, ? * + and {n}, so it "
            "could take long"
        )
    repeats = len(re.findall(r"(?<!\\)[*+]|,\d{1,2}\}|\{\d", re.sub(r"\[[^\]]*\]", "x", text)))
    anchored = text.startswith("^")
    if repeats > (2 if anchored else 1):
        raise BadPattern(
            "the expression repeats too often and could take long; use one * or +, or two after ^"
        )
    if text.count("?") > 3 or text.count("(") > 2:
        raise BadPattern("the expression leaves too much open; use three ? and two groups at most")
    if re.search(r"[?*+}][?*+{]|\)[?*+{]", text):
        raise BadPattern("the expression repeats what repeats and could take long")
    start = "" if anchored else ".*"
    end = "" if text.endswith("$") else ".*"
    try:
        return re.compile(start + text.removeprefix("^").removesuffix("$") + end)
    except re.error as problem:
        raise BadPattern(f"the expression cannot be read ({problem})") from None

"""docs/policy.md tells what the code does: its steps, and its example in Python."""

import doctest
import re
from pathlib import Path

from guardian.policy.rules import Step

PAGE = Path(__file__).resolve().parents[2] / "docs" / "policy.md"


def test_the_page_names_the_steps_in_their_order() -> None:
    rows = re.findall(r"^\| (\d) ([a-z ]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == [int(step) for step in Step]
    assert [words for _, words in rows] == [
        "illegal content",
        "helplines",
        "essentials",
        "pause",
        "own names",
        "windows",
        "categories",
        "safe search",
    ]


def test_the_example_in_python() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0

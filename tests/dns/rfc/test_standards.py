"""docs/standards.md promises nothing that no test shows, and leaves out no test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "standards.md").read_text()
TESTS = "\n".join(each.read_text() for each in Path(__file__).parent.glob("test_*.py"))


def test_each_standard_has_its_test_and_each_test_its_standard() -> None:
    promised = set(re.findall(r"`test_rfc(\d+)_`", PAGE))
    shown = set(re.findall(r"def test_rfc(\d+)_", TESTS))
    assert promised == shown


def test_each_file_that_is_named_is_there() -> None:
    for path in re.findall(r"`(tests/[^`]*)`", PAGE):
        assert (ROOT / path).exists(), path

"""docs/child-rights.md names tests that are there, and pages that are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "child-rights.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/.]+)`", PAGE))))
def test_what_holds_a_right_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\(([\w.-]+\.md)\)", PAGE))))
def test_pages_it_leads_to_are_there(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()


def test_every_right_has_something_that_holds_it() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 12
    assert all("`tests/" in row for row in rows)

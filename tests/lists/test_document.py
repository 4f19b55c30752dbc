"""docs/lists.md names what there is."""

from pathlib import Path

import pytest

from guardian.lists.formats import FORMATS
from guardian.lists.report import Reason

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "lists.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_described(name: str) -> None:
    assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained(reason: Reason) -> None:
    assert f"| {reason.value} |" in PAGE

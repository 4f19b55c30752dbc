"""An edit leaves the rest of the file as its author wrote it."""

from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from guardian.settings.edit import CannotEdit, edited, listed

HOME = Path(__file__).resolve().parents[2] / "config" / "home.yaml"


def changed_lines(before: bytes, after: bytes) -> list[str]:
    lines = unified_diff(before.decode().splitlines(), after.decode().splitlines(), n=0)
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def test_only_what_is_meant_changes() -> None:
    def change(data: Any) -> None:
        noor = data["people"][1]
        noor.setdefault("rules", {})["allow_names"] = ["scratch.example"]
        data["household"]["holidays"] = [*listed(data["household"]["holidays"]), "2027-05-06"]

    before = HOME.read_bytes()
    after = edited(before, change)
    assert changed_lines(before, after) == [
        "-  holidays: [2026-12-23/2027-01-06]",
        "+  holidays:",
        "+    - 2026-12-23/2027-01-06",
        "+    - '2027-05-06'",
        "+    rules:",
        "+      allow_names:",
        "+        - scratch.example",
    ]


def test_nothing_changes_where_nothing_is_changed() -> None:
    for path in HOME.parent.glob("*.yaml"):
        assert edited(path.read_bytes(), lambda _data: None) == path.read_bytes()


def test_an_edit_that_would_harm_the_file_is_not_made() -> None:
    """ruamel.yaml writes the last two lines as one where comments stand like this."""
    text = b"""\
p:
  - q:
      w:
        # first
        - {k: 1}  # second
        - kind: x
          days: sun
"""
    with pytest.raises(CannotEdit, match="change it by hand"):
        edited(text, lambda _data: None)

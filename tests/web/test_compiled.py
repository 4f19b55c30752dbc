"""Compiled templates are kept beside them, renewed when they change, and never in the way."""

import shutil
import sys
from pathlib import Path

import jinja2
import pytest

from guardian.web.compiled import FOLDER, Compiled


def _shown(templates: Path, how: str = "") -> str:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        bytecode_cache=Compiled(templates, how),
        autoescape=True,
    )
    return made.get_template("page.html").render()


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a page."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.html").write_text("one")
    return tmp_path


def _kept(templates: Path) -> list[Path]:
    return list((templates / FOLDER).iterdir())


def test_a_template_is_compiled_once(templates: Path) -> None:
    assert _shown(templates) == "one"
    (first,) = _kept(templates)
    before = first.stat().st_mtime_ns, first.stat().st_ino
    assert _shown(templates) == "one"
    assert (first.stat().st_mtime_ns, first.stat().st_ino) == before


def test_what_changed_is_compiled_anew_in_its_place(templates: Path) -> None:
    _shown(templates)
    (templates / "page.html").write_text("two")
    assert _shown(templates) == "two"
    (first,) = _kept(templates)
    before = first.stat().st_ino
    _shown(templates, how="in another way")
    assert [each.stat().st_ino for each in _kept(templates)] != [before]


def test_a_damaged_one_is_compiled_anew(templates: Path) -> None:
    _shown(templates)
    for each in _kept(templates):
        each.write_bytes(each.read_bytes()[:20])
    assert _shown(templates) == "one"


def test_pages_are_shown_where_nothing_can_be_kept(templates: Path) -> None:
    shutil.rmtree(templates / FOLDER, ignore_errors=True)
    (templates / FOLDER).write_text("in the way")
    assert _shown(templates) == "one"

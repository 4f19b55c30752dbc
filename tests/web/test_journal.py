"""What is written down in English is read in six languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import guardian
from guardian.web import journal
from guardian.web.languages import language

ROOM = Path(guardian.__file__).parent


def noted() -> Iterator[str]:
    """Every deed that code of ours writes down as it stands."""
    for file in (*(ROOM / "web").rglob("*.py"), *(ROOM / "service").rglob("*.py")):
        for each in ast.walk(ast.parse(file.read_text())):
            if not isinstance(each, ast.Call) or len(each.args) < 2:
                continue
            name = getattr(each.func, "attr", getattr(each.func, "id", ""))
            place = {"note": 1, "_note": 1}.get(name)
            if name == "edit":
                place = 2 if isinstance(each.func, ast.Name) else 1
            if place is not None and len(each.args) > place:
                deed = each.args[place]
                if isinstance(deed, ast.Constant) and isinstance(deed.value, str):
                    yield deed.value


def test_every_deed_is_known_to_translators() -> None:
    found = set(noted())
    assert len(found) > 30
    assert found <= set(journal.DEEDS)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("paused", "pause d’Internet"),
        ("made an account for Bo (helper)", "compte créé pour \u2068Bo\u2069"),
        ("made a key for Home (see)", "clé créée pour \u2068Home\u2069"),
        ("changed the week of Lina", "semaine de \u2068Lina\u2069 modifiée"),
        ("something of a later guardian", "something of a later guardian"),
    ],
)
def test_a_deed_is_told_in_the_readers_language(deed: str, said: str) -> None:
    assert journal.told(deed, language("fr").say) == said

"""From names to masks, with a compiled index."""

from pathlib import Path

from guardian.dns.view import ANYTHING, ORDINARY
from guardian.lists.compile import Compiler
from guardian.lists.index import Index
from guardian.lists.source import Source
from guardian.names import to_wire
from guardian.service.classify import Special, classifier
from guardian.service.snapshot import Snapshot
from guardian.service.views import Views

RULES = "/^track[0-9]+\\./\n||listed.example^\n@@||track9.example^\n"


def test_a_name_that_only_a_pattern_means(tmp_path: Path) -> None:
    path, key = tmp_path / "list.txt", bytes(32)
    path.write_text(RULES)
    compiler = Compiler(key)
    compiler.add(Source("more", "games", str(path), format="adblock"), path)
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", key)
    views = Views(Snapshot((), (), {}, (), 0), index.categories, lambda _person, _name: None)
    classify = classifier(views, index, Special(["track1.help.example"], [], []))
    games = views.bits["games"]
    for name, bits in {
        "track7.example": games,
        "www.listed.example": games,
        "www.track7.example": 0,
        "plain.example": 0,
        "track9.example": 0,
    }.items():
        for _ in range(2):  # what it keeps of parents changes nothing
            assert classify(to_wire(name), 1) == ANYTHING | ORDINARY | bits, name
    assert classify(to_wire("track1.help.example"), 1) & games == 0

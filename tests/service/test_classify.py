"""From names to masks, with a compiled index."""

from dataclasses import replace
from pathlib import Path

from guardian.dns.view import ANYTHING, ORDINARY
from guardian.lists.compile import Compiler
from guardian.lists.index import Index
from guardian.lists.source import Source
from guardian.names import to_wire
from guardian.service.classify import Special, classifier
from guardian.service.snapshot import RuleData, Snapshot, StateData
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


def test_new_content_of_a_list_is_a_bit_of_its_own(tmp_path: Path) -> None:
    path, key = tmp_path / "list.txt", bytes(32)
    compiler = Compiler(key)
    source = Source("more", "games", str(path), format="adblock")
    path.write_text("||both.example^\n||old.example^\n")
    compiler.add(source, path)
    path.write_text("||both.example^\n||new.example^\n/^fresh[0-9]/\n")
    compiler.take_for_trial(source, path, compiler.read(source, path))
    compiler.write(tmp_path / "index.gdx")
    index = Index.open(tmp_path / "index.gdx", key)
    rule = RuleData("category", ("games",), "block", (17, "Games"))
    spared = RuleData("everything", (), "block", (17, "Bedtime"), spares=("games",))
    states = tuple(
        StateData((replace(each, tries=tries),), "zero", (), 10)
        for each in (rule, spared)
        for tries in ((), ("more",))
    )
    rows = tuple(((0, number),) for number in range(len(states)))
    views = Views(Snapshot(states, rows, {}, (), 0), index.categories)
    classify = classifier(views, index, Special(["help.example"], [], []))
    everybody, tries, bedtime, bedtime_tries = (each.view for each in views.schedules(0))
    for name, old, new in (
        ("both.example", True, True),
        ("www.old.example", True, False),
        ("www.new.example", False, True),
        ("fresh1.example", False, True),
        ("help.example", False, False),
        ("other.example", False, False),
    ):
        wire = to_wire(name)
        mask = classify(wire, 1)
        assert (everybody.decide(mask, wire) is not None) == old, name
        assert (tries.decide(mask, wire) is not None) == new, name
        if name != "help.example":
            assert (bedtime.decide(mask, wire) is None) == old, name
            assert (bedtime_tries.decide(mask, wire) is None) == new, name
    assert not everybody.mask & sum(bit for _, bit in views.tried())

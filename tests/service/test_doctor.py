"""What is broken is found, said in a sentence, and how to mend it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guardian.service.doctor import configuration, devices, folder, lists, time
from guardian.service.doctor.finding import Case, Finding, Level, lasted
from guardian.service.doctor.table import CHECKS, examined
from guardian.settings import load
from guardian.store.household import Store

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOME = """
household: {time_zone: Europe/Berlin}
upstreams: [{address: 192.0.2.53}]
lists: {bundled: [adult], sources: [{name: Far, url: "https://lists.example/a", category: adult}]}
profiles: {p: {block: [adult]}}
people: [{name: Lina, age_band: 6-8, profile: p}]
unknown_devices: {profile: p}
"""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    config, state = tmp_path / "home.yaml", tmp_path / "state"
    config.write_text(HOME)
    state.mkdir()
    return Case(config, state, load(config), NOW, runs=False)


def levels(found: list[Finding]) -> list[Level]:
    return [each.level for each in found]


def test_each_finding_that_is_not_well_says_how_to_mend_it(case: Case) -> None:
    broken = replace(case, now=datetime(1970, 1, 1, tzinfo=UTC))
    (case.state / "guardian.db").write_bytes(b"nonsense" * 500)
    found = list(examined(broken, network=False))
    assert {check.name for check, _ in found} >= {"clock", "store", "index", "DNS"}
    for _, finding in found:
        assert bool(finding.mend) == (finding.level is not Level.OK), finding


def test_nobody_outside_is_asked_unless_that_is_wanted() -> None:
    assert [each.name for each in CHECKS if each.network] == ["upstreams"]


def test_a_configuration(case: Case) -> None:
    assert levels(list(configuration.check(case))) == [Level.OK]
    case.config.write_text(HOME.replace("p: {block", "q: {}, p: {block"))
    assert levels(list(configuration.check(case))) == [Level.WARN]
    case.config.write_text("household: {}")
    assert levels(list(configuration.check(case))) == [Level.FAIL]


def test_a_clock_that_is_not_set(case: Case) -> None:
    assert levels(list(time.wall_clock(case))) == [Level.OK]
    [found] = time.wall_clock(replace(case, now=datetime(1970, 1, 1, tzinfo=UTC)))
    assert found.level is Level.FAIL
    assert "1970-01-01 01:00 (Europe/Berlin), which is before" in found.sentence


def test_zone_data_says_its_version_and_grows_old(case: Case) -> None:
    [found] = time.zone_data(case)
    assert found.level is Level.OK
    assert "20" in found.sentence
    [found] = time.zone_data(replace(case, now=NOW + timedelta(days=3000)))
    assert found.level is Level.WARN


def test_a_state_folder(case: Case) -> None:
    [found] = folder.state(case)
    assert found.level is Level.OK
    assert not list(case.state.iterdir())
    [found] = folder.state(replace(case, state=case.state / "none"))
    assert found.level is Level.WARN


def test_a_store(case: Case) -> None:
    path = case.state / "guardian.db"
    assert levels(list(folder.store(case))) == [Level.WARN]
    store = Store.open(path)
    assert levels(list(folder.store(case))) == [Level.OK]  # beside the one who has it open
    store.back_up()
    store.close()
    [found] = folder.store(replace(case, now=datetime.now(UTC) + timedelta(hours=3, minutes=5)))
    assert found.sentence.endswith("its last copy was made 3 hours ago")
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    [found] = folder.store(case)
    assert (found.level, "newer guardian" in found.sentence) == (Level.FAIL, True)
    path.write_bytes(b"nonsense" * 500)
    before = path.read_bytes()
    assert levels(list(folder.store(case))) == [Level.FAIL]
    assert path.read_bytes() == before  # nothing is mended by looking


def test_lists_that_were_never_compiled_are_not_made_by_looking(case: Case) -> None:
    assert levels(list(lists.index(case))) == [Level.WARN]
    assert list(lists.sources(case)) == []
    assert not list(case.state.iterdir())


def test_a_list_that_never_came(case: Case) -> None:
    from guardian.lists.compile import Compiler
    from guardian.lists.library import Library
    from guardian.service.plan import sources_of

    assert case.settings is not None
    sources = sources_of(case.settings)
    library = Library(case.state / "lists", sources, lambda: NOW)
    compiler = Compiler(library.key())
    for source, content in library.contents():
        compiler.add(source, content)
    compiler.write(case.state / "lists" / "index-1.gdx")
    found = list(lists.index(case))
    assert levels(found) == [Level.WARN, Level.WARN]
    assert found[0].sentence == 'the list "Far" (adult) never came'
    assert "lists have changed since" in found[1].sentence
    (case.state / "lists" / "index-1.gdx").write_bytes(b"nonsense" * 500)
    assert levels(list(lists.index(case))) == [Level.WARN, Level.FAIL]


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=59), "2 hours"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_how_long(length: timedelta, said: str) -> None:
    assert lasted(length) == said


def test_files_of_leases_that_tell_nothing_are_told(case: Case, tmp_path: Path) -> None:
    locked, absent = tmp_path / "locked.leases", tmp_path / "absent.leases"
    locked.mkdir()  # root may read every file
    (tmp_path / "good.leases").write_text(
        "1795700000 a4:83:e7:00:00:01 192.168.1.20 lina-tablet *\n"  # ends on that day at 13:33
        "1795600000 a4:83:e7:00:00:02 192.168.1.21 gone *\n"
    )
    case.config.write_text(HOME + f"discovery: {{leases: [{tmp_path}/*.leases, {absent}]}}\n")
    first, unreadable, gone = devices.check(replace(case, settings=load(case.config)))
    assert levels([first, unreadable, gone]) == [Level.OK, Level.WARN, Level.WARN]
    assert "1 leases hold, 1 names are known" in first.sentence
    assert str(locked) in unreadable.sentence
    assert str(absent) in gone.sentence

"""guardian stats, as a household and a district use it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from guardian.cli.main import main
from guardian.policy.requests import Answer, Kind
from guardian.service.statistics import NoContribution, contribution
from guardian.settings import load
from guardian.stats.contribution import read, written
from guardian.store.appeals import Verdict
from guardian.store.household import Store
from tests.stats.households import PERIOD, households

CONFIG = """
household: {{time_zone: Europe/Berlin, country: DE, statistics: {takes_part}}}
listen: {{dns: ["127.0.0.1:5399"], web: "127.0.0.1:8099"}}
upstreams: [{{address: 9.9.9.9}}]
people:
  - {{name: Lina, age_band: 6-8, sex: female}}
  - {{name: Noor, born: 2012-05, privacy: categories}}
  - {{name: Tom, age_band: 16-17, privacy: counts}}
  - {{name: Away, age_band: 9-12}}
  - {{name: Mara, age_band: adult}}
unknown_devices: {{profile: 6-8}}
"""
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC).date()
NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
MIDDLE = datetime(2026, 10, 15, 12, tzinfo=UTC)


def lived_in(folder: Path, takes_part: str = "true") -> Path:
    """A household with a month behind it."""
    (folder / "home.yaml").write_text(CONFIG.format(takes_part=takes_part))
    store = Store.open(folder / "guardian.db")
    for person in ("Lina", "Noor", "Tom", "Mara"):
        store.activity.add({(person, ""): (40, 9), (person, "games"): (3, 2)}, [], MIDDLE)
    store.activity.add({("Lina", "self-harm"): (0, 1), ("Lina", "illegal"): (0, 1)}, [], MIDDLE)
    store.activity.add({("Noor", "video"): (0, 1)}, [("Noor", "name.example", "video")], MIDDLE)
    early, late = MIDDLE - timedelta(days=30), MIDDLE + timedelta(days=20)
    store.activity.add({("Away", ""): (40, 9)}, [], early)
    store.activity.add({("Lina", "social"): (0, 1)}, [], late)
    number = store.requests.ask("Noor", Kind.NAME, "wanted.example", 0, MIDDLE)
    store.requests.answer(number, Answer.ONCE, "", MIDDLE)
    store.requests.ask("Lina", Kind.NAME, "other.example", 0, late)
    store.appeals.add("Noor", "good.example", ["games", "my-secret-list"], "homework", MIDDLE)
    store.appeals.decide(1, Verdict.UPHELD, "", "Mara", MIDDLE)
    store.close()
    return folder


def given(folder: Path) -> str:
    store = Store.open(folder / "guardian.db")
    household = load(folder / "home.yaml").household
    try:
        return written(contribution(store, household, folder, OCTOBER, NOW))
    finally:
        store.close()


def test_a_month_is_counted_and_nobody_is_named(tmp_path: Path) -> None:
    text = given(lived_in(tmp_path))
    for word in ("Lina", "Noor", "Tom", "example", "homework", "self-harm", "illegal", "secret"):
        assert word not in text
    found = read(text.encode())
    by_age = {each.age: each for each in found.cells}
    assert {age: each.active for age, each in by_age.items()} == {
        "Y0T8": 1, "Y13T15": 1, "Y16T17": 1,
    }  # fmt: skip
    assert by_age["Y0T8"].sex == "F"
    assert by_age["Y0T8"].met == {"games": 1}  # November's is not in it
    assert by_age["Y13T15"].met == {"games": 1, "video": 1}
    assert by_age["Y13T15"].un_age == "Y10T14"
    assert (by_age["Y13T15"].asked, by_age["Y13T15"].granted, by_age["Y0T8"].asked) == (1, 1, 0)
    assert by_age["Y16T17"].kinds == 0  # of whom only counts are kept
    assert by_age["Y16T17"].met == {}
    assert found.reported == found.upheld == {"games"}


def test_nothing_is_told_unless_the_household_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoContribution, match="does not take part"):
        given(lived_in(tmp_path, "false"))


@pytest.mark.parametrize(
    ("month", "said"), [("2026-11", "is not over"), ("2026-05", "too long ago")]
)
def test_a_month_of_which_nothing_can_be_told(tmp_path: Path, month: str, said: str) -> None:
    lived_in(tmp_path)
    store, household = Store.open(tmp_path / "guardian.db"), load(tmp_path / "home.yaml").household
    first = datetime.fromisoformat(f"{month}-01").date()
    with pytest.raises(NoContribution, match=said):
        contribution(store, household, tmp_path, first, NOW)
    store.close()


def test_from_a_household_to_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "given", tmp_path / "told"
    folder.mkdir()
    for each in households(Random(179), 2000):
        (folder / f"{each.once}.json").write_text(written(each))
    (folder / "broken.json").write_text("{")
    words = [
        "stats",
        "combine",
        str(folder),
        "--ledger",
        str(tmp_path / "ledger"),
        "--out",
        str(out),
    ]
    assert main(words) == 0
    said = capsys.readouterr()
    assert "broken.json: it is no contribution" in said.err
    assert "withheld" in said.out
    told = json.loads((out / f"{PERIOD}-guardian.json").read_text())
    dimensions = told["data"]["structure"]["dimensions"]["observation"]
    assert [each["id"] for each in dimensions][:2] == ["FREQ", "REF_AREA"]
    assert (
        len(told["data"]["dataSets"][0]["observations"])
        == len((out / f"{PERIOD}-guardian.csv").read_text().splitlines()) - 1
    )
    assert "not prevalence" in (out / f"{PERIOD}-guardian.txt").read_text()
    assert main(["stats", "show", str(out / f"{PERIOD}-guardian.csv")]) == 0
    assert "Share with rules for times" in capsys.readouterr().out

    before = (out / f"{PERIOD}-guardian.csv").read_bytes()
    assert main(words) == 1  # and again, for an average
    assert "privacy budget of 2026-10 (1) is spent" in capsys.readouterr().err
    assert main([*words, "--epsilon", "0.01", "--ages", "un"]) == 1
    assert (out / f"{PERIOD}-guardian.csv").read_bytes() == before


def test_a_contribution_can_be_read_by_who_gives_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.json"
    path.write_text(given(lived_in(tmp_path)))
    assert main(["stats", "show", str(path)]) == 0
    assert "games: something blocked for 1 of 1" in capsys.readouterr().out


@pytest.mark.parametrize("epsilon", ["0", "2", "nan", "1/0", "-1"])
def test_a_wrong_epsilon_is_said(epsilon: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["stats", "combine", "x", "--ledger", "l", "--out", "o", "--epsilon", epsilon])
    assert "is no epsilon" in capsys.readouterr().err


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    given(lived_in(tmp_path))
    assert (tmp_path / "statistics.key").stat().st_mode & 0o077 == 0
    assert given(tmp_path) == given(tmp_path)

"""guardian import: into a file, or into the household that is there."""

import json
from pathlib import Path

import pytest

from guardian.cli.main import main
from guardian.settings import load

ADGUARD = Path(__file__).parents[1] / "takeover" / "data" / "AdGuardHome.yaml"
EMPTY = """\
# ours
household: {time_zone: Europe/Rome, country: IT}
listen:
  dns: ["127.0.0.1:5399"]  # where we are
upstreams: [{address: 9.9.9.9}]
local:
  suffixes: {fritz.box: 192.168.178.1}
lists: {bundled: [adult, ads, gambling, malware]}
unknown_devices: {profile: none}
"""


@pytest.fixture
def places(tmp_path: Path) -> list[str]:
    (tmp_path / "home.yaml").write_text(EMPTY)
    return ["--config", str(tmp_path / "home.yaml"), "--state", str(tmp_path / "state")]


def test_into_a_household(
    tmp_path: Path, places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "home.yaml"
    lina = "Lina:6-8=Lina tablet,Lina phone"
    assert main(["import", "adguardhome", str(ADGUARD), "--person", lina, "--apply", *places]) == 0
    assert "guardian config undo takes it back" in capsys.readouterr().out
    content = config.read_text()
    assert "# where we are" in content
    settings = load(config)
    assert settings.household.zone.key == "Europe/Rome"  # where they live stays
    assert [str(each) for each in settings.listen.dns] == ["127.0.0.1:5399"]
    assert [each.name for each in settings.household.people] == ["Lina", "Office"]
    assert {"fritz.box", "lan"} <= {each.suffix for each in settings.forwards}
    assert sorted(settings.lists.bundled) == ["ads", "adult", "gambling", "malware"]
    assert main(["check", "ads.example", "--person", "Lina", *places]) == 0
    assert "blocked" in capsys.readouterr().out
    again = ["import", "adguardhome", str(ADGUARD), "--apply", *places]
    assert main(again) == 2  # nobody's rules are replaced in silence
    assert "there are people already" in capsys.readouterr().err
    assert config.read_text() == content


def test_without_a_place_nothing_is_written(
    tmp_path: Path, places: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    assert main(["import", "adguardhome", str(ADGUARD), "--json", *places]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "client Office" in told["kept"]
    assert any(line.startswith("user parent: ") for line in told["lost"])
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--person", "Lina:7"], '"7" is no age band; write one of 0-5, 6-8'),
        (["--person", "="], '"=" names no person; write it as'),
        (["--person", "Lina:6-8=Nothing"], 'no client "Nothing" that is free; there are: Lina'),
        (["--person", "A=Office", "--person", "B=Office"], 'no client "Office" that is free'),
        ([str(ADGUARD)], "name one file"),
        (["-o", str(ADGUARD)], "it is there already; choose another name"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    places: list[str], capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["import", "adguardhome", str(ADGUARD), *words, *places]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there(places: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "pihole", "/nonexistent.zip", *places]) == 1
    assert "/nonexistent.zip: No such file" in capsys.readouterr().err

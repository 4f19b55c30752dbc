"""Pi-hole's files of version 5 and 6: groups, clients, lists, names and records."""

from pathlib import Path

import pytest

from guardian.policy.devices import Mac
from guardian.policy.rules import Answer
from tests.takeover import samples
from tests.takeover.conftest import Taken, TakeOver

TOML = (samples.DATA / "pihole.toml").read_bytes()


@pytest.fixture(params=["version 5", "version 6"])
def taken(request: pytest.FixtureRequest, tmp_path: Path, take_over: TakeOver) -> Taken:
    if request.param == "version 5":
        file = samples.teleporter_5(tmp_path / "teleporter.tar.gz")
    else:
        database = samples.gravity(tmp_path / "gravity.db")
        file = samples.teleporter_6(tmp_path / "teleporter.zip", database, TOML)
    return take_over("pihole", file, "--person", "Lina:6-8=Kids")


def test_groups_are_people(taken: Taken) -> None:
    settings, _ = taken
    (lina,) = settings.household.people
    house = settings.household.unknown
    assert lina.profile is not None
    assert house is not None
    assert lina.name == "Lina"
    assert [*map(str, lina.devices)][:1] == [str(Mac("a4:83:e7:00:00:01"))]
    assert house.blocked == {"ads"}
    assert lina.profile.blocked == {"ads", "adult", "ads-2"}  # a list for the group alone
    assert house.deny_names == {"bad.example"}
    assert lina.profile.deny_names == {"bad.example", "video.example"}
    assert house.allow_names == lina.profile.allow_names == {"school.example"}
    assert len(house.deny_patterns) == 1
    assert house.block_answer.answer is Answer.NXDOMAIN


def test_devices_have_their_names_and_fixed_addresses(taken: Taken) -> None:
    names = {each.name: {str(sign) for sign in each.signs} for each in taken[0].household.devices}
    assert names.keys() == {"Lina's tablet", "Noor phone", "Printer"}
    assert names["Noor phone"] == {"192.168.1.22", str(Mac("a4:83:e7:00:00:02"))}


def test_records_upstreams_and_forwards(taken: Taken) -> None:
    settings, _ = taken
    records = {name: str(found[0]) for name, found in settings.records.items()}
    assert records == {
        "printer.home.arpa": "192.168.1.9",
        "druck.home.arpa": "192.168.1.9",
        "nas.home.arpa": "192.168.1.10",
        "files.home.arpa": "192.168.1.10",
    }
    upstreams = [(str(each.endpoint.address), each.endpoint.port) for each in settings.upstreams]
    assert upstreams == [("9.9.9.11", 53), ("127.0.0.1", 5335)]
    assert {each.suffix for each in settings.forwards} == {"lan", "1.168.192.in-addr.arpa"}


def test_what_is_not_kept_is_said(taken: Taken) -> None:
    lost = taken[1].partition("Not kept:")[2]
    for said in (
        "list https://lists.example/off.txt: it was switched off",
        "guardian has nothing like ;querytype=AAAA",
        "guardian allows by name only",
        "name off.example: it was switched off",
        "client :eth0",
        "group Guests: it was switched off",
        "alias far.home.arpa → away.example",
        "DNSSEC: choose upstreams that validate",
    ):
        assert said in lost


def test_the_database_or_the_settings_alone(tmp_path: Path, take_over: TakeOver) -> None:
    samples.gravity(tmp_path / "gravity.db")
    settings, told = take_over("pihole", tmp_path / "gravity.db")
    assert [each.name for each in settings.household.people] == ["Kids"]
    assert "upstreams 9.9.9.9 and 149.112.112.112" in told
    (tmp_path / "taken.yaml").unlink()
    settings, _ = take_over("pihole", samples.DATA / "pihole.toml")
    assert "nas.home.arpa" in settings.records
    assert settings.household.people == ()

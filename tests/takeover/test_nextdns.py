"""Profiles of NextDNS: a person each."""

import json
from pathlib import Path

from guardian.policy.people import AgeBand
from guardian.policy.rules import Category, Engine, Level, SafeSearch
from tests.takeover.conftest import TakeOver
from tests.takeover.samples import DATA

FILE = DATA / "nextdns.json"


def test_a_profile(take_over: TakeOver) -> None:
    settings, told = take_over("nextdns", FILE, "--person", "Lina:6-8")
    (lina,) = settings.household.people
    profile = lina.profile
    assert profile is not None
    assert {"tiktok", "adult", "bypass", "malware", "ads"} <= profile.blocked
    assert not {"prime-video", "games", "steam"} & profile.blocked
    assert profile.deny_names == {"bad.example", "zip"}
    assert profile.allow_names == {"school.example"}
    assert profile.deny_homographs
    assert SafeSearch(Engine.YOUTUBE, Level.STRICT) in profile.safe_search
    assert settings.household.zone.key == "Europe/Paris"
    assert not settings.rebinding.protect
    assert [str(each) for each in settings.records["files.home.arpa"]] == ["192.168.1.10"]
    assert [each.title for each in settings.lists.sources] == ["OISD big"]
    assert settings.household.unknown == profile
    monday = sorted((each.start, each.end) for each in profile.windows if 0 in each.days)
    assert [(start.hour, end.hour) for start, end in monday] == [(0, 18), (20, 0)]
    assert all(
        set(each.blocks) == {Category("prime-video"), Category("games")} for each in profile.windows
    )
    lost = told.partition("Not kept:")[2]
    for said in ("mastodon", "steam: it was switched off", "security.nrd", "somebodys-list"):
        assert said in lost


def test_a_file_for_each_person(tmp_path: Path, take_over: TakeOver) -> None:
    second = tmp_path / "second.json"
    second.write_text(json.dumps({"name": "Parents", "denylist": [{"id": "a.example"}]}))
    settings, _ = take_over("nextdns", FILE, second, "--person", "Lina:6-8", "--person", "Mara")
    lina, mara = settings.household.people
    assert lina.profile is not None
    assert mara.profile is not None
    assert (mara.age_band, mara.profile.deny_names) == (
        AgeBand.ADULT,
        frozenset({"a.example"}),
    )
    assert lina.profile != mara.profile

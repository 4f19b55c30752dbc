"""One form for one content, and what two contents differ in."""

from pathlib import Path

import pytest

from guardian.settings.canonical import canonical, differences
from guardian.settings.settings import parse

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["home.yaml", "school.yaml"])
def test_the_canonical_form_is_stable_and_means_the_same(name: str) -> None:
    path = ROOT / "config" / name
    first = canonical(path.read_bytes())
    assert canonical(first) == first
    assert parse(first, path, ROOT / "blocklists") == parse(
        path.read_bytes(), path, ROOT / "blocklists"
    )


def test_differences_are_told_by_place() -> None:
    before = b"""
profiles:
  teen: {block: [adult, tiktok], windows: [{kind: bedtime, from: "22:00", to: "06:30"}]}
people: [{name: Noor, profile: teen}]
"""
    after = b"""
profiles:
  teen: {block: [adult, games], windows: [{kind: bedtime, from: "21:30", to: "06:30"}]}
people: [{name: Noor, profile: teen}, {name: Omar, profile: teen}]
"""
    assert [str(each) for each in differences(before, after)] == [
        "profiles.teen.block: - tiktok, + games",
        "profiles.teen.windows[bedtime].from: - 22:00, + 21:30",
        "people[Omar].name: + Omar",
        "people[Omar].profile: + teen",
    ]
    assert differences(before, before) == []

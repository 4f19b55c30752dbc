"""What is legal and still worth saying."""

from collections.abc import Callable
from pathlib import Path

import pytest

from guardian.settings import Settings
from guardian.settings.notes import notes

SMALL = """\
household: {time_zone: Europe/Berlin}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: p}
"""


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("profiles: {p: {}}", []),
        (
            "profiles: {p: {windows: ["
            "{kind: school, days: mon-fri, from: 08:00, to: 16:00}, "
            "{kind: homework, days: [wed, sat], from: 15:00, to: 17:00}]}}",
            [
                "profiles.p.windows[0] (school) and windows[1] (homework) overlap, first on "
                "wed from 15:00 to 16:00; both hold then"
            ],
        ),
        (
            "profiles: {p: {windows: ["
            "{kind: bedtime, days: sun, from: 20:00, to: 07:00}, "
            "{kind: school, days: mon, from: 06:30, to: 08:00}]}}",
            [
                "profiles.p.windows[0] (bedtime) and windows[1] (school) overlap, first on "
                "mon from 06:30 to 07:00; both hold then"
            ],
        ),
        (
            "profiles: {p: {windows: ["
            "{kind: bedtime, from: 20:00, to: 07:00}, {kind: school, from: 07:00, to: 20:00}]}}",
            [],  # they touch
        ),
        (
            "profiles: {p: {block: [adult, games]}}\nlists: {bundled: [games]}",
            [
                'profiles.p blocks "adult", and no list that is used names anything of it; '
                "add one under lists"
            ],
        ),
        (
            "profiles: {p: {answer: address, answer_address: [192.168.1.2, fd00::2]}}\n"
            'listen: {web: "192.168.1.2:8053", block: ["192.168.1.2:80", "[fd00::2]:8080"]}',
            [
                "profiles.p leads blocked names to fd00::2, and no block page of guardian's is "
                'there; add "[fd00::2]:80" to listen.block, unless something else answers there'
            ],
        ),
        (
            "profiles: {p: {answer: address, answer_address: 192.168.1.2}}\n"
            'listen: {block: "0.0.0.0:80"}',
            [
                "the block page is in the network and listen.web is not (127.0.0.1:8053), so "
                "children cannot come to their own page; give it an address of this machine in "
                "the network"
            ],
        ),
        ("profiles: {p: {}, q: {block: [adult]}}", ["profiles.q is nobody's"]),
        (
            "profiles: {p: {}}\n"
            "people: [{name: Lina, age_band: adult, devices: [a6:83:e7:00:00:01]}]",
            [
                "Lina's a6:83:e7:00:00:01 is a private Wi-Fi address, which the device may "
                "change; switch that off for this network, or use the device's name"
            ],
        ),
    ],
)
def test_notes(
    loaded: Callable[[str], Settings], blocklists: Path, rest: str, expected: list[str]
) -> None:
    assert list(notes(loaded(SMALL + rest), blocklists)) == expected

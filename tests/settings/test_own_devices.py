"""Edits of single devices: what is written, and that nothing else moves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guardian.policy.devices import HostName, Mac
from guardian.settings import ConfigError, Settings, own_devices
from guardian.settings.edit import edited
from guardian.settings.settings import parse

START = """household: {time_zone: UTC}  # ours
upstreams: [{address: 9.9.9.9}]
people:
  - name: Lina
    age_band: 6-8
    devices: ["A4-83-E7-00-00-01", 10.0.0.2]  # hers
  - {name: Noor, age_band: 13-15}
shared_devices:
  - {name: TV, devices: [tv], follows: Noor}
unknown_devices: {profile: none}
"""
MAC, NEW = "a4:83:e7:00:00:01", "da:11:22:33:44:55"
SIGNS = (MAC, "10.0.0.1")


def after(
    *changes: Callable[[Any], None], blocklists: Path, start: str = START
) -> tuple[Settings, str]:
    content = start.encode()
    for change in changes:
        content = edited(content, change)
    return parse(content, Path("home.yaml"), blocklists), content.decode()


def owned(settings: Settings) -> dict[str, tuple[str, ...]]:
    from guardian.policy.devices import written

    return {each.name: tuple(map(written, each.devices)) for each in settings.household.holders}


def test_a_device_goes_from_one_to_another(blocklists: Path) -> None:
    settings, text = after(
        lambda data: own_devices.give(data, SIGNS, ["Noor"], "Phone"), blocklists=blocklists
    )
    assert owned(settings) == {"Lina": ("10.0.0.2",), "Noor": (MAC,), "TV": ("tv",)}
    assert "# ours" in text
    settings, _ = after(
        lambda data: own_devices.give(data, SIGNS, [], "Phone"), blocklists=blocklists
    )
    assert owned(settings)["Lina"] == ("10.0.0.2",)


def test_what_several_have_is_shared_and_gets_a_name_of_its_own(blocklists: Path) -> None:
    settings, _ = after(
        lambda data: own_devices.give(data, SIGNS, ["Lina", "Noor"], "tv"), blocklists=blocklists
    )
    new = settings.household.shared_device("tv 2")
    assert (new.of, new.person) == (("Lina", "Noor"), None)
    settings, text = after(
        lambda data: own_devices.give(data, ["tv"], ["Lina", "Noor"], "TV"), blocklists=blocklists
    )
    assert settings.household.shared_device("TV").person is None  # no longer Noor's alone
    settings, text = after(
        lambda data: own_devices.give(data, ["tv"], ["Lina"], "TV"), blocklists=blocklists
    )
    assert "shared_devices" not in text
    assert owned(settings)["Lina"] == (MAC, "10.0.0.2", "tv")


def test_a_new_address_is_hers_and_what_was_said_of_it_alone_goes(blocklists: Path) -> None:
    settings, _ = after(
        lambda data: own_devices.set_ignored(data, (NEW,), "phone", ignored=True),
        lambda data: own_devices.join(data, SIGNS, (NEW,), "Phone"),
        blocklists=blocklists,
    )
    (known,) = settings.household.devices
    assert (known.name, known.signs, known.ignored) == ("Phone", (Mac(MAC), Mac(NEW)), False)
    assert owned(settings)["Lina"] == (MAC, NEW, "10.0.0.2")
    assert settings.household.count_devices(settings.household.called("Lina")) == 2


def test_to_say_twice_that_it_is_hers_changes_nothing(blocklists: Path) -> None:
    def join(data: Any) -> None:
        own_devices.join(data, SIGNS, (NEW,), "Phone")

    assert after(join, join, blocklists=blocklists)[1] == after(join, blocklists=blocklists)[1]


def test_a_name_is_written_once_and_a_switch_leaves_no_trace(blocklists: Path) -> None:
    settings, text = after(
        lambda data: own_devices.set_blocked(data, SIGNS, "Phone", blocked=True),
        lambda data: own_devices.rename(data, SIGNS, "Lina's phone"),
        lambda data: own_devices.set_blocked(data, SIGNS, "?", blocked=False),
        blocklists=blocklists,
    )
    (known,) = settings.household.devices
    assert (known.name, known.blocked) == ("Lina's phone", False)
    assert "blocked" not in text


def test_a_title_that_is_taken_gets_a_number(blocklists: Path) -> None:
    settings, _ = after(
        lambda data: own_devices.set_ignored(data, ("one",), "Printer", ignored=True),
        lambda data: own_devices.set_ignored(data, ("two",), "printer", ignored=True),
        blocklists=blocklists,
    )
    assert [each.name for each in settings.household.devices] == ["Printer", "printer 2"]


@pytest.mark.parametrize(
    ("devices", "problem"),
    [
        ("[{name: A, known_by: 10.0.0.0/8}]", "is a network"),
        ("[{name: A, known_by: []}]", "it is known by nothing"),
        ("[{name: A, known_by: x}, {name: a, known_by: y}]", 'another device is called "a"'),
        ("[{name: A, known_by: x}, {name: B, known_by: [y, x]}]", "another device is known by"),
        ("[{known_by: x}]", '"name" is missing'),
        ('[{name: A, known_by: ["a4:83:e7:00:00:01", tv]}]', "is Lina's already"),
    ],
)
def test_what_cannot_be_is_said(blocklists: Path, devices: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        parse(f"{START}devices: {devices}\n".encode(), Path("home.yaml"), blocklists)


def test_who_has_one_sign_has_all(blocklists: Path) -> None:
    text = f'{START}devices: [{{name: Tablet, known_by: ["{MAC}", tablet]}}]\n'
    settings = parse(text.encode(), Path("home.yaml"), blocklists)
    assert settings.household.called("Lina").devices[:2] == (Mac(MAC), HostName("tablet"))

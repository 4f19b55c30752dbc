"""A configuration of an earlier version: its words still mean something, and a note says what."""

from pathlib import Path

import pytest

from guardian.policy.people import Profile
from guardian.policy.rules import Category
from guardian.safety.tombstones import Tombstone, Tombstones
from guardian.settings import Settings, ready_made
from guardian.settings.notes import notes
from guardian.settings.settings import parse

GONE = Tombstones(
    words={
        "clips": Tombstone("clips", "0.3.0", "video"),
        "chirper": Tombstone("chirper", "0.2.0", "x"),
        "blips": Tombstone("blips", "0.4.0", "", "Blips", ("blips.example",)),
    },
    lists={
        "clips": Tombstone("clips", "0.3.0", "video"),
        "blips": Tombstone("blips", "0.4.0"),
    },
)


def parsed(text: str, blocklists: Path) -> Settings:
    frame = (
        "household: {time_zone: UTC}\nupstreams: [{address: 9.9.9.9}]\n"
        "unknown_devices: {profile: p}\n"
    )
    return parse((frame + text).encode(), Path("home.yaml"), blocklists, gone=GONE)


def rules(found: Settings) -> Profile:
    assert found.household.unknown is not None
    return found.household.unknown


@pytest.mark.parametrize(
    ("word", "means", "note"),
    [
        ("clips", "video", '"clips" is "video" since 0.3.0; write "video"'),
        ("chirper", "x", '"chirper" is "x" since 0.2.0; write "x"'),
        ("blips", "blips", 'guardian knows no "blips" any more since 0.4.0, and goes on with'),
    ],
)
def test_a_word_that_is_gone_goes_on(blocklists: Path, word: str, means: str, note: str) -> None:
    found = parsed(
        f"profiles:\n  p:\n    block: [{word}]\n    budgets: [{{for: {word}, minutes: 30}}]\n"
        "    windows: [{kind: homework, from: 15:00, to: 16:00, "
        f"block: [{word}]}}]\n",
        blocklists,
    )
    profile = rules(found)
    assert profile.blocked == {means}
    assert profile.budgets[0].category == means
    assert profile.windows[0].blocks == (Category(means),)
    about = [each for each in notes(found, blocklists) if word in each]
    assert len(about) >= 3
    assert about[0].startswith(f"home.yaml, line 6, profiles.p.block[0]: {note}")


def test_a_word_of_the_file_s_own_list_is_its_own(blocklists: Path) -> None:
    found = parsed(
        "lists: {sources: [{name: Clips, path: c.txt, category: clips}]}\n"
        "profiles: {p: {block: [clips]}}\n",
        blocklists,
    )
    assert rules(found).blocked == {"clips"}
    assert found.remarks == ()


def test_a_bundled_list_that_is_gone_is_no_error(blocklists: Path) -> None:
    found = parsed("lists: {bundled: [adult, clips, blips]}\nprofiles: {p: {}}\n", blocklists)
    assert found.lists.bundled == ("adult", "video")
    assert [each.partition(": ")[2] for each in found.remarks] == [
        'there is no list "clips" since 0.3.0; write "video"',
        'there is no list "blips" since 0.4.0; take it out',
    ]


def test_what_is_ready_made_uses_no_word_that_is_gone() -> None:
    assert ready_made.profiles()  # read with no tombstones at all: such a word would be an error

"""Two people change one configuration; an edit is taken back beneath later ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.settings.edit import combined
from guardian.settings.merge import Overlap, merged

HOME = (Path(__file__).resolve().parents[2] / "config" / "home.yaml").read_bytes()
NOOR = "{name: Noor, n: 1}"
BASE = "{people: [{name: Lina, rules: {block: [games]}}, {name: Noor, n: 1}], a: 1}"


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        (BASE, BASE, BASE),
        (BASE.replace("a: 1", "a: 2"), BASE.replace("games", "video"), "video"),
        (BASE.replace("games", "games, ads"), BASE.replace("games", "games, video"), "video, ads"),
        (BASE.replace("games", "games, ads"), BASE.replace("[games]", "[]"), "[ads]"),
        (BASE.replace("[games]", "games"), BASE.replace("a: 1", "a: 2"), "a: 2"),
        (BASE.replace(", rules: {block: [games]}", ""), BASE.replace("games", "ads"), "[ads]"),
        (BASE.replace(f", {NOOR}", ""), BASE.replace("games", "ads"), "[ads]"),
        (BASE.replace("Noor", "Omar"), BASE.replace("games", "ads"), "Omar"),
        (
            BASE.replace(NOOR, "{name: Noor, n: 1}, {name: Omar, n: 1}"),
            BASE[:-6] + "}",
            "Omar",
        ),
        # Both changed the same place in the same way: nothing to settle.
        (BASE.replace("a: 1", "a: 2"), BASE.replace("a: 1", "a: 2"), "a: 2"),
    ],
)
def test_changes_that_do_not_meet_are_both_kept(ours: str, theirs: str, both: str) -> None:
    found = combined(BASE.encode(), ours.encode(), theirs.encode()).decode()
    assert both in found


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (BASE.replace("a: 1", "a: 2"), BASE.replace("a: 1", "a: 3")),
        (BASE.replace("a: 1", "a: 2"), BASE.replace(", a: 1", "")),
        (BASE.replace("a: 1", "a: 2"), BASE.replace("a: 1", "a: {b: 1}")),
        (BASE.replace("Noor", "Omar"), BASE.replace(NOOR, "{name: Noor, n: 2}")),
        (BASE.replace(NOOR, "{name: Noor, n: 2}"), BASE.replace(f", {NOOR}", "")),
        (BASE.replace(NOOR, "{name: Noor, n: [{b: 1}]}"),
         BASE.replace(NOOR, "{name: Noor, n: [{b: 2}]}")),
    ],
)  # fmt: skip
def test_changes_of_the_same_place_are_told(ours: str, theirs: str) -> None:
    with pytest.raises(Overlap):
        combined(BASE.encode(), ours.encode(), theirs.encode())


def test_an_edit_is_taken_back_beneath_a_later_one() -> None:
    first = HOME.replace(b"age_band: 6-8", b"age_band: 9-12")
    second = first.replace(b"country: DE", b"country: FR")
    assert second not in (first, HOME)
    assert combined(first, HOME, second) == HOME.replace(b"country: DE", b"country: FR")


values = st.recursive(
    st.integers(0, 3) | st.lists(st.integers(0, 5), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@given(base=values, other=values)
def test_one_change_alone_is_that_change(base: object, other: object) -> None:
    assert merged(base, other, base) == other
    assert merged(base, base, other) == other
    assert merged(base, other, other) == other

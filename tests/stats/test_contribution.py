"""A household's file: it comes back as it was, and nobody gives more than their share."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.stats.contribution import BadContribution, once, read, un_age, written
from tests.stats.households import a_household


def test_it_comes_back_as_it_was() -> None:
    given = a_household(Random(1), 1)
    assert read(written(given).encode()) == given


def test_two_months_cannot_be_told_to_be_of_one_household() -> None:
    assert once(b"key", "2026-10") == once(b"key", "2026-10")
    assert once(b"key", "2026-10") != once(b"key", "2026-11")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "another version"),
        ({"period": "2026-13"}, "a word"),
        ({"area": "Berlin"}, "a word"),
        ({"population": "village"}, "a word"),
        ({"once": "Lina"}, "a word"),
        ({"reported": ["a", "b", "c", "d"]}, "more lists"),
        ({"upheld": ["a"]}, "twice"),
        ({"cells": None}, "no contribution"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, object], said: str) -> None:
    data = json.loads(written(a_household(Random(1), 1))) | change
    with pytest.raises(BadContribution, match=said):
        read(json.dumps(data).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"active": -1},
        {"active": True},
        {"filtered": 10**6},
        {"met": {"games": 99}},
        {"met": {"self-harm": 1}},
        {"age": "Y12"},
        {"active": 21, "filtered": 0, "timed": 0, "kinds": 0, "asked": 0, "granted": 0, "met": {}},
    ],
)
def test_nobody_counts_for_more_than_they_are(change: dict[str, object]) -> None:
    data = json.loads(written(a_household(Random(1), 1)))
    data["cells"] = [data["cells"][0] | change]
    with pytest.raises(BadContribution):
        read(json.dumps(data).encode())


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadContribution):
        read(content)


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "Y0T4"), (4, "Y0T4"), (5, "Y5T9"), (14, "Y10T14"), (17, "Y15T17"), (None, "_U")],
)
def test_bands_of_five_years(age: int | None, band: str) -> None:
    assert un_age(age) == band

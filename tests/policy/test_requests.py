"""Asking is free, nagging is not."""

from datetime import UTC, datetime, timedelta

import pytest

from guardian.policy.requests import Answer, Kind, NotNow, Request, check

NOW = datetime(2026, 11, 26, 18, tzinfo=UTC)


def asked(what: str, answer: Answer = Answer.OPEN, minutes_ago: int = 10) -> Request:
    at = NOW - timedelta(minutes=minutes_ago)
    return Request(1, "Lina", Kind.NAME, what, 0, at, answer, at)


@pytest.mark.parametrize(
    ("earlier", "why"),
    [
        ([asked("a.example")], "already"),
        ([asked("a.example", Answer.NO)], "an hour after"),
        ([asked(f"{each}.example") for each in "xyz"], "wait for those first"),
    ],
)
def test_what_is_not_taken_now(earlier: list[Request], why: str) -> None:
    with pytest.raises(NotNow, match=why):
        check(earlier, Kind.NAME, "a.example", NOW)


@pytest.mark.parametrize(
    "earlier",
    [
        [],
        [asked("a.example", Answer.NO, 60)],
        [asked("a.example", Answer.ONCE)],
        [asked("b.example"), asked("c.example")],
    ],
)
def test_what_is_taken(earlier: list[Request]) -> None:
    check(earlier, Kind.NAME, "a.example", NOW)

"""The sentences that parents read."""

from datetime import UTC, datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from guardian.policy import sentences
from guardian.policy.explain import explain, outlook
from guardian.policy.judge import Facts
from guardian.policy.people import Household
from guardian.policy.rules import Step
from guardian.policy.timeline import HORIZON, Pause, compile_timelines

BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "facts", "reason", "until"),
    [
        ("2026-11-26 21:00", Facts("a.example"), "Bedtime for Lina until 07:00", "07:00"),
        ("2026-11-27 06:59", Facts("a.example"), "Bedtime for Lina until 07:00", "07:00"),
        (
            "2026-11-26 19:00",
            Facts("a.example", frozenset({"games"})),
            "Homework for Lina until 20:15: no games",
            "20:15",
        ),
        (
            "2026-11-26 12:00",
            Facts("a.example", frozenset({"adult"})),
            "Adult content is blocked for Lina",
            "20:30",
        ),
        (
            "2026-11-26 12:00",
            Facts("a.example", frozenset({"games"})),
            "Games are blocked for Lina",
            "18:30",
        ),
        ("2026-11-26 12:00", Facts("a.example"), "Nothing blocks this for Lina", "20:30"),
        (
            "2026-11-26 12:00",
            Facts("a.chat.learning.example"),
            "chat.learning.example is blocked for Lina",
            None,
        ),
        (
            "2026-11-26 12:00",
            Facts("a.example", illegal=True),
            "Illegal content is blocked for everybody",
            None,
        ),
        (
            "2026-11-26 12:00",
            Facts("a.example", safe_search="google"),
            "Safe search is on for Lina",
            "20:30",
        ),
    ],
)
def test_a_verdict_has_its_reason_and_its_end(
    household: Household,
    titles: dict[str, str],
    at: str,
    facts: Facts,
    reason: str,
    until: str | None,
) -> None:
    timelines = compile_timelines(household, [], local(at), HORIZON, titles)
    explained = explain(timelines["Lina"], facts, local(at))
    assert explained.reason == reason
    if until is None:
        assert explained.until is None
    else:
        assert explained.until is not None
        assert f"{explained.until.astimezone(BERLIN):%H:%M}" == until


def test_a_pause_says_until_when(household: Household, titles: dict[str, str]) -> None:
    now = local("2026-11-26 17:30")
    pauses = [
        Pause("Lina", None, now, local("2026-11-26 18:30")),
        Pause("Mara", "ai-chat", now, local("2026-11-28 18:30")),
    ]
    timelines = compile_timelines(household, pauses, now, HORIZON, titles)
    facts = Facts("a.example", frozenset({"ai-chat"}))
    assert explain(timelines["Lina"], facts, now).reason == "Internet paused for Lina until 18:30"
    assert (
        explain(timelines["Mara"], facts, now).reason
        == "AI chat paused for Mara until Saturday 18:30"
    )


def test_the_chain_names_each_step_up_to_the_one_that_decided(
    household: Household, titles: dict[str, str]
) -> None:
    at = local("2026-11-26 21:00")
    timelines = compile_timelines(household, [], at, HORIZON, titles)
    steps = explain(timelines["Lina"], Facts("a.example"), at).steps
    assert [step.step for step in steps] == list(Step)[: Step.WINDOW]
    assert [step.decided for step in steps] == [False] * 5 + [True]
    assert steps[3].sentence == "No pause stops it now for Lina"
    assert steps[-1].sentence == "Bedtime for Lina until 07:00"


def test_devices_without_a_name_have_sentences_too(
    household: Household, titles: dict[str, str]
) -> None:
    at = local("2026-11-26 21:00")
    timelines = compile_timelines(household, [], at, HORIZON, titles)
    explained = explain(timelines[None], Facts("a.example"), at)
    assert explained.reason == "Bedtime for devices without a name until 07:00"


@pytest.mark.parametrize(
    ("at", "title", "detail"),
    [
        ("2026-11-26 12:00", "Free time", "until 18:30, then homework"),
        ("2026-11-26 19:00", "Homework", "until 20:15: no video, games or social media"),
        ("2026-11-26 20:20", "Free time", "until 20:30, then bedtime"),
        ("2026-11-26 21:00", "Bedtime", "until 07:00, then free time"),
    ],
)
def test_the_outlook_says_what_holds_and_what_comes_then(
    household: Household, titles: dict[str, str], at: str, title: str, detail: str
) -> None:
    timelines = compile_timelines(household, [], local(at), HORIZON, titles)
    now = outlook(timelines["Lina"], local(at))
    assert (now.title, now.detail) == (title, detail)


def test_the_outlook_of_who_has_no_windows(household: Household, titles: dict[str, str]) -> None:
    now = local("2026-11-26 12:00")
    games_off = Pause("Mara", "games", now, now + timedelta(days=30))
    free = compile_timelines(household, [], now, HORIZON, titles)["Mara"]
    paused = compile_timelines(household, [games_off], now, HORIZON, titles)["Mara"]
    assert (outlook(free, now).title, outlook(free, now).detail) == ("Free time", "at all hours")
    assert (outlook(paused, now).title, outlook(paused, now).detail) == (
        "Partly paused",
        "no games",
    )


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-26 23:59", "23:59"),
        ("2026-11-27 11:59", "11:59"),  # tomorrow morning needs no weekday
        ("2026-11-27 12:00", "Friday 12:00"),
        ("2026-12-02 07:00", "Wednesday 07:00"),
        ("2026-12-03 07:00", "Thursday 3 December, 07:00"),
    ],
)
def test_times_are_said_as_people_say_them(at: str, said: str) -> None:
    assert sentences.clock(local(at), local("2026-11-26 21:00"), BERLIN) == said


def test_a_longer_wording_keeps_all_that_a_shorter_one_says() -> None:
    def placeholders(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for wording in sentences.WORDINGS.values():
        assert placeholders(wording.brief) <= {"title", "thing"}
        assert placeholders(wording.whole) <= {"person", "title", "thing", "name"}
        assert placeholders(wording.brief) <= placeholders(wording.whole)
        if wording.until:
            assert placeholders(wording.until) == placeholders(wording.whole) | {"until"}

"""When a part is missing, each profile's choice holds, and everybody is told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.budgets import Budget, Period
from guardian.policy.explain import explain, outlook
from guardian.policy.judge import Facts, judge
from guardian.policy.people import AgeBand, Household, Person, Profile, WhenUnsure
from guardian.policy.rules import Action, Category
from guardian.policy.timeline import HORIZON, Grant, Pause, Spell, compile_timelines
from guardian.policy.unsure import Known, told, waits
from guardian.policy.windows import Weekday, Window, WindowKind

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NIGHT = Window(WindowKind.BEDTIME, frozenset(Weekday), time(20), time(7))
LESSON = Window(
    WindowKind.SCHOOL, frozenset(Weekday), time(8), time(9), (Category("chat"),), frozenset()
)
GAMES = Budget("games", Period.DAY, (60,) * 7)
RULES = Profile(
    "rules",
    blocked=frozenset({"adult"}),
    allow_names=frozenset({"school.example"}),
    windows=(NIGHT, LESSON),
    budgets=(GAMES,),
)
PLAIN = Profile("plain", blocked=frozenset({"adult"}))

NOTHING = Known(lists=False)
UNSET = Known(clock=False)
UNREAD = Known(store=False)


def lacking(*lists: tuple[str, str]) -> Known:
    return Known(absent=lists)


def home(band: AgeBand, profile: Profile | None, unknown: Profile | None = None) -> Household:
    return Household(ZoneInfo("UTC"), (Person("Lina", band, profile),), unknown=unknown)


def chosen(profile: Profile, choice: WhenUnsure) -> Profile:
    return Profile(profile.name, profile.blocked, windows=profile.windows, when_unsure=choice)


def waiting(household: Household, known: Known) -> list[tuple[str | None, str | None]]:
    return [(each.person, each.thing) for each in waits(household, known, NOW)]


@pytest.mark.parametrize(
    ("band", "profile", "known", "parts"),
    [
        (AgeBand.FROM_9, RULES, Known(), []),
        (AgeBand.UP_TO_5, RULES, NOTHING, ["lists"]),
        (AgeBand.FROM_6, RULES, UNSET, ["clock"]),
        (AgeBand.FROM_9, RULES, UNREAD, ["store"]),
        (AgeBand.FROM_13, RULES, NOTHING, []),  # open from 13 on
        (AgeBand.ADULT, RULES, UNREAD, []),
        (AgeBand.FROM_13, chosen(RULES, WhenUnsure.STRICT), UNSET, ["clock"]),
        (AgeBand.FROM_6, chosen(RULES, WhenUnsure.OPEN), UNSET, []),
        (AgeBand.FROM_6, None, Known(False, (), False, False), []),  # no rules miss nothing
        (AgeBand.FROM_6, RULES, lacking(("Sites", "adult")), ["lists"]),
        (AgeBand.FROM_6, RULES, lacking(("Talk", "chat")), ["lists"]),  # of a window
        (AgeBand.FROM_6, RULES, lacking(("Play", "games")), ["lists"]),  # of a budget
        (AgeBand.FROM_6, RULES, lacking(("News", "news")), []),  # no rule is about it
        (AgeBand.FROM_6, PLAIN, lacking(("Police", "illegal")), ["lists"]),  # everybody's rule
        (AgeBand.FROM_6, PLAIN, UNSET, []),  # nothing of it depends on the time
        (AgeBand.FROM_6, PLAIN, Known(clock=False, paused={"Lina"}), ["clock"]),
        (AgeBand.FROM_6, RULES, Known(False, (), False, False), ["lists", "clock", "store"]),
    ],
)
def test_who_waits(band: AgeBand, profile: Profile | None, known: Known, parts: list[str]) -> None:
    assert waiting(home(band, profile), known) == [("Lina", part) for part in parts]


@pytest.mark.parametrize(
    ("profile", "waits_for"),
    [
        (PLAIN, [(None, "store")]),
        (chosen(PLAIN, WhenUnsure.OPEN), []),
        (None, []),
    ],
)
def test_unknown_devices_wait_unless_their_profile_says_otherwise(
    profile: Profile | None, waits_for: list[tuple[None, str]]
) -> None:
    assert waiting(home(AgeBand.ADULT, None, profile), UNREAD) == waits_for


@pytest.mark.parametrize(
    ("known", "spells", "name", "action", "rule"),
    [
        (NOTHING, [], "site.example", Action.BLOCK, "wait-lists"),
        (UNSET, [], "site.example", Action.BLOCK, "wait-clock"),
        (UNREAD, [], "site.example", Action.BLOCK, "wait-store"),
        (NOTHING, [], "www.school.example", Action.ALLOW, "own:allow:school.example"),
        (UNREAD, [Grant], "site.example", Action.ALLOW, "default"),  # agreed anew, and known
        (NOTHING, [Grant], "site.example", Action.BLOCK, "wait-lists"),  # time is no content
        (UNSET, [Pause], "site.example", Action.BLOCK, "pause"),
    ],
)
def test_what_a_wait_blocks(
    known: Known, spells: list[type[Spell]], name: str, action: Action, rule: str
) -> None:
    household = home(AgeBand.FROM_6, RULES)
    agreed = [each("Lina", None, NOW, NOW + timedelta(hours=1)) for each in spells]
    held = [*agreed, *waits(household, known, NOW)]
    timeline = compile_timelines(household, held, NOW, HORIZON, {})["Lina"]
    verdict = judge(timeline.state(NOW), Facts(name))
    assert (verdict.action, verdict.rule_id) == (action, rule)
    for facts in (Facts("h.example", helpline=True), Facts("t.example", essential=True)):
        assert judge(timeline.state(NOW), facts).action is Action.ALLOW


def test_a_wait_is_explained_and_shown() -> None:
    household = home(AgeBand.FROM_6, PLAIN)
    held = list(waits(household, NOTHING, NOW))
    timeline = compile_timelines(household, held, NOW, HORIZON, {})["Lina"]
    told_why = explain(timeline, Facts("site.example"), NOW)
    assert told_why.reason == "guardian is waiting for its lists, so Lina has to wait"
    assert told_why.until is None
    view = outlook(timeline, NOW)
    assert (view.kind, view.title) == ("wait-lists", "Waiting for the lists")
    assert view.detail == "until that is there"


def test_everybody_is_told_what_was_chosen_for_whom() -> None:
    noor = Person("Noor", AgeBand.FROM_13, RULES)
    omar = Person("Omar", AgeBand.FROM_9, PLAIN)
    people = (Person("Lina", AgeBand.FROM_6, RULES), noor, omar)
    household = Household(ZoneInfo("UTC"), people, unknown=PLAIN)
    known = Known(absent=(("Sites", "adult"), ("News", "news")), clock=False, store=False)
    assert list(told(household, known)) == [
        "guardian is waiting for its lists (Sites); Lina, Omar and devices without a name have to "
        "wait, Noor goes on without",
        "guardian is waiting for the clock to be set; Lina has to wait, Noor goes on without",
        "guardian cannot read what was agreed (pauses, extra time, minutes used); Lina, Omar and "
        "devices without a name have to wait, Noor goes on without",
    ]
    assert list(told(household, Known())) == []

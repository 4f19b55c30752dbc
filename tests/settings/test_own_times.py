"""What a person's rules say after an edit: only the difference, with the rest as it was written."""

from collections import Counter
from datetime import date, time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from guardian.policy.budgets import Budget, Period
from guardian.policy.rules import Category, Everything
from guardian.policy.week import clock
from guardian.policy.windows import Dates, Season, Weekday, Window, WindowKind
from guardian.settings import Settings
from guardian.settings.edit import edited
from guardian.settings.own_rules import table_of
from guardian.settings.own_times import set_budgets, set_windows
from guardian.settings.settings import parse

BLOCKLISTS = Path(__file__).resolve().parents[2] / "blocklists"
FRAME = """\
household: {time_zone: UTC}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: none}
"""
HOME = (
    FRAME
    + """\
profiles:
  primary:
    windows:
      - {kind: homework, days: mon-fri, from: "14:30", to: "16:00", block: [games, video]}
      - {kind: bedtime, days: [sun, mon-thu], from: "20:00", to: "07:00"}
      - {kind: bedtime, days: [fri, sat], from: "21:00", to: "07:30"}
    budgets:
      - {for: games, minutes: 45}
      - {for: video, minutes: 60}
people:
  - name: Lina  # our eldest
    age_band: 6-8
    profile: primary
    rules:
      block: [tiktok]  # since March
  - {name: Mara, age_band: adult}
"""
)
ALL_WEEK = frozenset(Weekday)
TIMES = time(20, 30), time(7)


def read(text: str) -> Settings:
    return parse(text.encode(), Path("home.yaml"), BLOCKLISTS)


def windows(settings: Settings, name: str = "Lina") -> tuple[Window, ...]:
    profile = settings.household.called(name).profile
    return profile.windows if profile else ()


def budgets(settings: Settings, name: str = "Lina") -> tuple[Budget, ...]:
    profile = settings.household.called(name).profile
    return profile.budgets if profile else ()


def with_windows(text: str, *after: Window, name: str = "Lina") -> str:
    """A file after somebody's windows became these."""
    settings = read(text)

    def change(data: Any) -> None:
        base, before = settings.bases.get(name), windows(settings, name)
        set_windows(table_of(data, name), base, before, after)

    return edited(text.encode(), change).decode()


def with_budgets(text: str, *after: Budget, name: str = "Lina") -> str:
    """The same for budgets."""
    settings = read(text)

    def change(data: Any) -> None:
        base, before = settings.bases.get(name), budgets(settings, name)
        set_budgets(table_of(data, name), base, before, after)

    return edited(text.encode(), change).decode()


def rules(text: str, name: str = "Lina") -> Any:
    data = YAML(typ="safe").load(StringIO(text))
    return next(each for each in data["people"] if each["name"] == name).get("rules")


HOMEWORK, SCHOOL_NIGHTS, WEEKEND = windows(read(HOME))
LATER = Window(WindowKind.BEDTIME, SCHOOL_NIGHTS.days, *TIMES)


def test_other_kinds_stay_those_of_the_profile() -> None:
    after = with_windows(HOME, HOMEWORK, LATER, WEEKEND)
    assert rules(after) == {
        "block": ["tiktok"],
        "windows": [
            {"kind": "bedtime", "days": ["mon-thu", "sun"], "from": "20:30", "to": "07:00"},
            {"kind": "bedtime", "days": "fri-sat", "from": "21:00", "to": "07:30"},
        ],
    }
    assert set(windows(read(after))) == {HOMEWORK, LATER, WEEKEND}


def test_a_windows_line_reads_as_a_person_would_write_it() -> None:
    after = with_windows(HOME, HOMEWORK, LATER, WEEKEND)
    assert '- {kind: bedtime, days: [mon-thu, sun], from: "20:30", to: "07:00"}' in after
    assert "name: Lina  # our eldest" in after
    assert "block: [tiktok]  # since March" in after


def test_back_to_the_profile_is_no_rule_at_all() -> None:
    changed = with_windows(HOME, HOMEWORK, LATER, WEEKEND)
    assert with_windows(changed, HOMEWORK, SCHOOL_NIGHTS, WEEKEND) == HOME
    assert with_windows(HOME, SCHOOL_NIGHTS, HOMEWORK, WEEKEND) == HOME


def test_none_of_a_kind_is_said_so() -> None:
    after = with_windows(HOME, HOMEWORK)
    assert rules(after) == {"block": ["tiktok"], "drop_windows": "bedtime"}
    assert windows(read(after)) == (HOMEWORK,)
    nothing = with_windows(HOME)
    assert rules(nothing)["drop_windows"] == ["bedtime", "homework"]
    assert windows(read(nothing)) == ()
    assert with_windows(nothing, HOMEWORK, SCHOOL_NIGHTS, WEEKEND) == HOME


def test_dates_stand_beside_the_profiles_windows() -> None:
    friday = Dates(date(2026, 11, 27), date(2026, 11, 27))
    once = Window(WindowKind.BEDTIME, ALL_WEEK, time(23), time(7), dates=friday)
    after = with_windows(HOME, HOMEWORK, SCHOOL_NIGHTS, WEEKEND, once)
    assert rules(after)["windows"] == [
        {"kind": "bedtime", "from": "23:00", "to": "07:00", "dates": "2026-11-27"}
    ]
    assert set(windows(read(after))) == {HOMEWORK, SCHOOL_NIGHTS, WEEKEND, once}
    alone = with_windows(after, HOMEWORK, once)
    assert rules(alone)["drop_windows"] == "bedtime"
    assert set(windows(read(alone))) == {HOMEWORK, once}


def test_what_stays_keeps_its_spelling_and_comments() -> None:
    text = HOME.replace(
        "      block: [tiktok]  # since March\n",
        "      windows:\n"
        "        # she asked for it\n"
        "        - {kind: bedtime, from: '20:15', to: 7:00}\n"
        "        - kind: screen-free\n"
        "          days: [sun]  # church\n"
        "          from: 9:00\n"
        '          to: "12:00"\n',
    )
    nights, sunday, *others = windows(read(text))
    later = Window(WindowKind.SCREEN_FREE, sunday.days, sunday.start, time(13))
    after = with_windows(text, nights, later, *others)
    assert after == text.replace('to: "12:00"', 'to: "13:00"')
    assert with_windows(text, nights, sunday, *others) == text
    gone = with_windows(text, nights, *others)
    assert "she asked for it" in gone
    assert "{kind: bedtime, from: '20:15', to: 7:00}" in gone
    assert "church" not in gone


def test_somebody_without_a_profile_has_only_their_own() -> None:
    after = with_windows(HOME, LATER, name="Mara")
    assert windows(read(after), "Mara") == (LATER,)
    assert with_windows(after, name="Mara") == HOME


def test_a_single_window_need_not_be_a_list() -> None:
    single = "windows: {kind: school, to: 9:00, from: 8:00}"
    text = HOME.replace("block: [tiktok]  # since March", single)
    school, *others = windows(read(text))
    assert set(windows(read(with_windows(text, school, LATER, *others)))) >= {school, LATER}
    assert windows(read(with_windows(text, *others))) == tuple(others)


GAMES, VIDEO = budgets(read(HOME))


def test_budgets_in_the_same_way() -> None:
    by_day = Budget("games", Period.DAY, (30,) * 5 + (60, 60), on_holidays=90, carry=15)
    week = Budget(None, Period.WEEK, (900,) * 7)
    after = with_budgets(HOME, by_day, VIDEO, week)
    assert rules(after)["budgets"] == [
        {"for": "games", "minutes": {"mon-fri": 30, "sat-sun": 60}, "holidays": 90, "carry": 15},
        {"for": "all", "minutes": 900, "per": "week"},
    ]
    assert set(budgets(read(after))) == {by_day, VIDEO, week}
    fewer = with_budgets(after, week)
    assert rules(fewer)["drop_budgets"] == ["games", "video"]
    assert budgets(read(fewer)) == (week,)
    assert with_budgets(fewer, GAMES, VIDEO) == HOME


def test_other_rules_stay_as_they_are() -> None:
    text = HOME.replace(
        "block: [tiktok]  # since March",
        "windows: [{kind: homework, days: mon-fri, from: '14:30', to: '16:00', "
        "block: [games, video]}]",
    )  # the same as in the profile, and said again: whoever wrote it had a reason
    mine, *others = windows(read(text))
    after = with_windows(text, mine, LATER)
    assert "from: '14:30'" in after
    assert set(windows(read(after))) == {mine, LATER}
    assert len(others) == 2


@pytest.mark.parametrize("key", ["drop_windows: [bedtime]", "drop_budgets: [games]"])
def test_a_profile_of_its_own_has_nothing_to_drop(key: str) -> None:
    with pytest.raises(Exception, match="there is no base that has these"):
        read(FRAME + "profiles: {p: {" + key + "}}\n")


def test_dropping_in_a_profile() -> None:
    text = HOME.replace(
        "people:",
        "  free: {base: primary, drop_windows: bedtime, drop_budgets: [all, games],\n"
        '         windows: {kind: bedtime, from: "22:00", to: "06:00"}}\npeople:',
    ).replace("profile: primary", "profile: free")
    found = read(text)
    assert [each.start for each in windows(found)] == [time(22), time(14, 30)]
    assert budgets(found) == (VIDEO,)


clocks = st.integers(0, 1439).map(clock)
days = st.frozensets(st.sampled_from(Weekday), min_size=1)
things = st.sampled_from(["games", "video", "tiktok", "social"])
dated = st.builds(
    lambda first, more: Dates(first, date.fromordinal(first.toordinal() + more)),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.integers(0, 20),
)


@st.composite
def any_window(draw: st.DrawFn) -> Window:
    some = tuple(map(Category, draw(st.lists(things, unique=True, max_size=2))))
    blocks: tuple[Everything, ...] | tuple[Category, ...] = some or (Everything(),)
    spares = frozenset[str]() if some else draw(st.frozensets(things, max_size=2))
    start, end = draw(clocks), draw(clocks)
    if start == end:
        start, end = time(0), time(0)
    dates = draw(st.none() | dated)
    return Window(
        draw(st.sampled_from(WindowKind)), ALL_WEEK if dates else draw(days), start, end, blocks,
        spares, draw(st.sampled_from(Season)), dates,
    )  # fmt: skip


@st.composite
def any_budget(draw: st.DrawFn) -> Budget:
    week, carry = draw(st.booleans()), draw(st.integers(0, 90))
    holidays = draw(st.none() | st.integers(0, 1440))
    what, one = draw(st.none() | things), draw(st.integers(0, 1440))
    by_day = draw(st.tuples(*[st.integers(0, 3)] * 7))
    minutes = (one,) * 7 if week else by_day
    return Budget(what, Period.WEEK if week else Period.DAY, minutes, holidays, carry)


@settings(max_examples=20)  # each reads a whole file several times
@given(st.lists(st.lists(any_window(), max_size=4, unique=True), min_size=1, max_size=2))
def test_whatever_is_written_is_read_back(steps: list[list[Window]]) -> None:
    text = HOME
    for after in steps:
        text = with_windows(text, *after)
        assert Counter(windows(read(text))) == Counter(after)
    assert with_windows(text, HOMEWORK, SCHOOL_NIGHTS, WEEKEND) == HOME


@settings(max_examples=20)  # each reads a whole file several times
@given(st.lists(st.lists(any_budget(), max_size=4, unique=True), min_size=1, max_size=2))
def test_whatever_budget_is_written_is_read_back(steps: list[list[Budget]]) -> None:
    text = HOME
    for after in steps:
        text = with_budgets(text, *after)
        assert Counter(budgets(read(text))) == Counter(after)
    assert with_budgets(text, GAMES, VIDEO) == HOME

"""A family agreement: made together, signed by both, kept as rules, shown to the child, printed."""

import re
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.policy import agreement
from guardian.policy.agreement import Agreement, Minutes, Night
from guardian.policy.budgets import Budget, Period
from guardian.policy.people import Profile
from guardian.policy.windows import Weekday, Window, WindowKind
from guardian.store.household import Store
from tests.end_to_end.conftest import Running
from tests.web.test_api import program
from tests.web.visitor import Page, Visitor

LITTLE, TEEN, ADULT = "127.0.0.2", "127.0.0.3", "127.0.0.4"
FREE = frozenset({5, 6})
FORM: dict[str, str | list[str]] = {
    "school_from": "20:15", "school_to": "7.00", "free_from": "21:00", "free_to": "08:00",
    "thing": "games", "weekday": "40", "free_day": "1:30", "asks": "Mara",
    "of_child": ["tell", "kind"], "of_parent": ["calm"], "own": "On Fridays we watch together.",
    "review": "91", "child": "Lina", "parent": "Mara",
}  # fmt: skip


def send(owner: Visitor, who: str, **values: str | list[str]) -> Page:
    form = owner.get(f"/people/{who}/agreement")
    version = re.search(r'name="version" value="([^"]+)"', form.body)
    assert version is not None
    return owner.post(f"/people/{who}/agreement", version=version[1], **values)


def test_it_becomes_rules_and_stands_on_both_pages(parent: Visitor, shared: Running) -> None:
    lina = Visitor(shared, source=LITTLE)
    assert "There is no agreement yet." in lina.get("/me/agreement").text
    form = parent.get("/people/Lina/agreement")
    assert 'value="20:00"' in form.body  # what holds now is there to begin with
    done = send(parent, "Lina", **FORM)
    assert done.status == 303, done.text
    week = parent.get("/people/Lina/week").text
    assert "Bedtime, Monday 20:15 to Tuesday 07:00" in week
    assert "Bedtime, Friday 21:00 to Saturday 08:00" in week
    assert "40 minutes on weekdays, 1 hour 30 minutes at weekends" in week
    for page in (parent.get("/people/Lina/agreement"), lina.get("/me/agreement")):
        for said in (
            "Devices sleep before a school day: 20:15 to 07:00.",
            "Games: 40 minutes on a weekday, 1 hour 30 minutes on a free day.",
            "the child asks: Mara.",
            "I tell somebody when something scares or hurts me.",
            "We stay calm when you tell us something",
            "On Fridays we watch together.",
            "Signed by Lina and Mara on",
        ):
            assert said in page.text, said
        assert "We ask you before we show others" not in page.text.partition("Signed by")[0]
        assert "not as agreed" not in page.text
    assert 'href="/me/agreement"' in lina.get("/me").body


def test_rules_that_are_changed_alone_are_seen(parent: Visitor, shared: Running) -> None:
    assert send(parent, "Lina", **FORM).status == 303
    parent.get("/people/Lina/week/budget/0")
    version = re.search(
        r'name="version" value="([^"]+)"', parent.get("/people/Lina/week/budget/0").body
    )
    assert version is not None
    changed = parent.post(
        "/people/Lina/week/budget/0", version=version[1],
        **{"for": "games", "per": "day", "weekdays": "10", "weekend": "10"},
    )  # fmt: skip
    assert changed.status == 303, changed.text
    lina = Visitor(shared, source=LITTLE)
    assert "The rules are not as agreed any more." in lina.get("/me/agreement").text
    assert "40 minutes on a weekday" in lina.get("/me/agreement").text  # it is not rewritten
    assert send(parent, "Lina", **FORM).status == 303
    assert "not as agreed" not in lina.get("/me/agreement").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"child": ""}, "Both sign: write a name"),
        ({"parent": "noor"}, "each with their own name"),
        ({"school_from": "late"}, "Write a time of day"),
        ({"free_to": "21:00"}, "It ends when it begins"),
        ({"weekday": "some"}, "Write minutes"),
        ({"free_day": "25:00"}, "A day has 24 hours"),
        ({"thing": "nothing"}, "Please look at this again"),
        ({"asks": "x" * 60}, "Write a name of at most 40"),
        ({"own": "x" * 301}, "Write at most 300"),
        ({"review": "7"}, "Please look at this again"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_half_done(
    parent: Visitor, shared: Running, wrong: dict[str, str], said: str
) -> None:
    before = shared.config.read_text()
    page = send(parent, "Noor", **{**FORM, "child": "Noor", **wrong})
    assert page.status == 422
    assert said in page.text
    assert shared.config.read_text() == before
    assert "There is no agreement yet" in Visitor(shared, source=TEEN).get("/me/agreement").text


def test_nothing_is_for_adults_and_only_the_child_sees_theirs(
    parent: Visitor, shared: Running
) -> None:
    assert parent.get("/people/Mara/agreement").status == 404
    assert Visitor(shared, source=ADULT).get("/me/agreement").location == "/me"
    assert Visitor(shared, source="127.0.0.9").get("/me/agreement").location == "/me"
    assert Visitor(shared, source=TEEN).get("/people/Lina/agreement").location.startswith("/login")


def test_by_the_api(parent: Visitor) -> None:
    owner = program(parent, "own")
    path = "/people/Noor/agreement"
    before = owner.call("GET", path)[1]
    assert (before["agreement"], before["versions"]) == (None, 0)
    new = {
        "child": "Noor", "parent": "Mara", "review": "2027-01-01",
        "school_night": {"from": "21:30", "to": "06:30"},
        "free_night": {"from": "21:30", "to": "06:30"},
        "minutes": {"for": "all", "weekday": 120, "free_day": 180}, "of_child": ["kind"],
    }  # fmt: skip
    status, said = owner.call("POST", path, new)
    assert status == 200, said
    assert said["holds"] is True
    assert said["versions"] == 1
    assert said["agreement"] == {**new, "asks": "", "own": "", "of_parent": []}
    windows = owner.call("GET", "/people/Noor/windows")[1]["windows"]
    nights = [each["window"] for each in windows if each["window"]["kind"] == "bedtime"]
    assert [(each["from"], each["to"]) for each in nights] == [("21:30", "06:30")]
    for wrong in (
        {"child": ""}, {"parent": "noor"}, {"review": "soon"}, {"free_night": None},
        {"of_child": ["fly"]}, {"minutes": {"for": "nothing-like-it", "weekday": 1, "free_day": 1}},
        {"minutes": {"for": "all", "weekday": -1, "free_day": 1}},
        {"school_night": {"from": "x", "to": "07:00"}}, {"own": "x" * 301},
        {"school_night": {"from": "07:00", "to": "07:00"}},
    ):  # fmt: skip
        assert owner.call("POST", path, {**new, **wrong})[0] == 400, wrong
    assert owner.call("GET", path)[1]["versions"] == 1


def agreed(**more: object) -> Agreement:
    values = {"child": "A", "parent": "B", "review": date(2027, 1, 1), **more}
    return Agreement(datetime(2026, 11, 26, tzinfo=UTC), **values)  # type: ignore[arg-type]


NIGHTS = st.builds(Night, st.just(time(20)) | st.just(time(21, 30)), st.just(time(7)))
AMOUNTS = st.builds(
    Minutes, st.sampled_from([None, "games"]), st.integers(0, 1440), st.integers(0, 1440)
)
BEFORE = Profile(
    "p",
    windows=(
        Window(WindowKind.BEDTIME, frozenset(Weekday), time(19), time(6)),
        Window(WindowKind.HOMEWORK, frozenset({Weekday.MON}), time(15), time(16)),
    ),
    budgets=(Budget("games", Period.WEEK, (60,) * 7), Budget("games", Period.DAY, (5,) * 7)),
)


@given(school=NIGHTS, free=NIGHTS, minutes=st.none() | AMOUNTS)
def test_rules_by_an_agreement_hold_it_and_leave_the_rest(
    school: Night, free: Night, minutes: Minutes | None
) -> None:
    ours = agreed(school_night=school, free_night=free, minutes=minutes)
    windows = agreement.windows(BEFORE.windows, ours, FREE)
    budgets = agreement.budgets(BEFORE.budgets, ours, FREE)
    after = Profile("p", windows=windows, budgets=budgets)
    assert agreement.holds(after, ours, FREE)
    assert BEFORE.windows[1] in windows
    assert BEFORE.budgets[0] in budgets
    evenings = {agreement.night(windows, day) for day in (Weekday.SUN, Weekday.THU)}
    assert evenings == {school}
    assert agreement.night(windows, Weekday.FRI) == free


def test_every_version_is_kept_and_moves_with_a_name() -> None:
    store = Store.in_memory()
    first = agreed(minutes=Minutes(None, 30, 60), asks="C", of_child=("tell",), own="“so”")
    second = agreed(school_night=Night(time(20), time(7)), free_night=Night(time(21), time(8)))
    store.agreements.add("Tom", first)
    assert store.agreements.last("Tom") == first
    store.agreements.add("Tom", second)
    store.renames.person("Tom", "Timo")
    assert store.agreements.last("Timo") == second
    assert store.agreements.count("Timo") == 2
    assert store.agreements.last("Tom") is None

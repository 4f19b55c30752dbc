"""A person's week, as a parent sees and changes it: by form, by keyboard and by hand."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from ruamel.yaml import YAML

from guardian.policy.rules import Category, Everything
from guardian.policy.windows import Dates, Season, Weekday, Window, WindowKind
from guardian.web import application
from guardian.web.languages import language
from guardian.web.week import chips, detail, name, rows
from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.conftest import household
from tests.web.visitor import Visitor

WEEK = "/people/Lina/week"
ENGLISH = language("en", "GB")
TITLES = {"games": "Games", "video": "Video", "music": "Music"}
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
OPEN = "rules: {drop_windows: [bedtime]}, devices: [127.0.0.2]"


def window(days: set[Weekday], start: str, end: str, *blocked: str, **more: Any) -> Window:
    blocks: Any = tuple(map(Category, blocked)) or (Everything(),)
    kind = WindowKind.HOMEWORK if blocked else WindowKind.BEDTIME
    times = time.fromisoformat(start), time.fromisoformat(end)
    return Window(kind, frozenset(days), *times, blocks, **more)


NIGHT = window({MON, SUN}, "20:00", "07:00")
STUDY = window({MON}, "14:30", "16:05", "games", "video")


@pytest.mark.parametrize(
    ("code", "country", "first", "order"),
    [
        ("en", "GB", "Monday", [0, 1, 2, 3, 4, 5, 6]),
        ("en", "US", "Sunday", [6, 0, 1, 2, 3, 4, 5]),
        ("ar", "EG", "السبت", [5, 6, 0, 1, 2, 3, 4]),
    ],
)
def test_days_are_in_the_order_of_the_place(
    code: str, country: str, first: str, order: list[int]
) -> None:
    found = rows([NIGHT, STUDY], Season.TERM, language(code, country), TITLES)
    assert [row.day for row in found] == order
    assert found[0].title == first
    drawn = {(row.day, each.first, each.last, each.is_rest) for row in found for each in row.blocks}
    # Places count along the reading direction: they are the same right to left.
    assert drawn == {
        (MON, 0, 28, True), (MON, 58, 65, False), (MON, 80, 96, False), (TUE, 0, 28, True),
        (SUN, 80, 96, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "begins", "said"),
    [
        (NIGHT, MON, "Bedtime, Monday 20:00 to Tuesday 07:00, nothing but help"),
        (NIGHT, SUN, "Bedtime, Sunday 20:00 to Monday 07:00, nothing but help"),
        (STUDY, MON, "Homework, Monday 14:30 to 16:05, no games or video"),
        (window({MON}, "20:00", "00:00"), MON, "Bedtime, Monday 20:00 to 24:00, nothing but help"),
        (window({MON}, "20:00", "07:00", spares=frozenset({"music"})), MON,
         "Bedtime, Monday 20:00 to Tuesday 07:00, only music and help"),
    ],
)  # fmt: skip
def test_a_windows_name_says_all(one: Window, begins: Weekday, said: str) -> None:
    assert name(one, begins, ENGLISH, TITLES) == said


def test_exceptions_are_shown_until_they_are_over() -> None:
    day = date(2026, 11, 27)
    once = window(set(Weekday), "23:00", "07:00", dates=Dates(day, day))
    exams = window(set(Weekday), "19:00", "07:00", dates=Dates(day - timedelta(3), day))
    none = Window(WindowKind.HOMEWORK, frozenset(Weekday), time(), time(), (), dates=once.dates)
    said = [each.sentence for each in chips([NIGHT, once, exams, none], day, ENGLISH)]
    # Unicode's newer data have thin spaces around the dash, its older ones have none.
    assert [each.replace("\N{THIN SPACE}", "") for each in said] == [
        "24–27 Nov 2026: Bedtime, 19:00 to 07:00",
        "Fri, 27 Nov 2026: Bedtime, 23:00 to 07:00",
        "Fri, 27 Nov 2026: without homework",
    ]
    assert chips([once], day + timedelta(1), ENGLISH) == []
    assert detail(none, ENGLISH, TITLES) == "nothing is stopped"


def test_the_stylesheet_has_a_column_for_every_quarter() -> None:
    folder = application.__file__.rpartition("/")[0]
    style = Path(folder, "static", "week.css").read_text("utf-8")
    found = dict(re.findall(r"\.((?:from|to)-\d+) \{ grid-column-\w+: (\d+); \}", style))
    wanted = {f"from-{at}": str(at + 1) for at in range(96)}
    assert found == wanted | {f"to-{at}": str(at + 1) for at in range(1, 97)}


def lina(house: Running) -> Any:
    """Her part of the file."""
    data = YAML(typ="safe").load(house.config.read_text())
    return next(each for each in data["people"] if each["name"] == "Lina")


def version(visitor: Visitor, path: str = f"{WEEK}/window") -> str:
    found = re.search(r'name="version" value="([^"]+)"', visitor.get(path).body)
    assert found
    return found[1]


def sent(**more: Any) -> dict[str, Any]:
    """The form of a window as a browser sends it."""
    form = {
        "kind": "bedtime", "when": "week", "days": ["0", "1"], "season": "always",
        "from": "20:30", "to": "07:00", "does": "all", "first": "", "last": "", "more": "",
    }  # fmt: skip
    return form | more


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"from": "quarter past"}, "Write a time of day, such as 20:30."),
        ({"from": "25:00"}, "Write a time of day, such as 20:30."),
        ({"to": ""}, "Write a time of day, such as 20:30."),
        ({"from": "20:30", "to": "2030"}, "It ends when it begins."),
        ({"days": []}, "Choose at least one day."),
        ({"kind": "party"}, "Choose one of these."),
        ({"does": "none"}, "This is for single dates."),
        ({"does": "some"}, "Choose at least one thing."),
        ({"does": "some", "more": "Nosuchapp"}, "guardian knows no app or site of this name."),
        ({"when": "dates"}, "Write a date, such as 2026-12-24."),
        ({"when": "dates", "first": "2030-02-31"}, "Write a date, such as 2026-12-24."),
        ({"when": "dates", "first": "2031-01-02", "last": "2031-01-01"},
         "The last day is before the first."),
        ({"when": "dates", "first": "2020-01-01"}, "These days are over."),
    ],
)  # fmt: skip
def test_an_impossible_window_gets_a_sentence(
    parent: Visitor, more: dict[str, Any], sentence: str
) -> None:
    before = parent.house.config.read_bytes()
    page = parent.post(f"{WEEK}/window", version=version(parent), **sent(**more))
    assert page.status == 422
    assert sentence in page.text
    assert 'aria-invalid="true"' in page.body or "-error" in page.body
    assert f'value="{more.get("to", "07:00")}"' in page.body  # what was typed is kept
    assert parent.house.config.read_bytes() == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2030", "20:30"), ("8.30pm", "20:30"), ("8:30 p.m.", "20:30"), ("20 h 30", "20:30"),
     ("٢٠:٣٠", "20:30"), ("8", "08:00"), ("24:00", "00:00"), ("830", "08:30")],
)  # fmt: skip
def test_times_as_people_type_them(parent: Visitor, typed: str, kept: str) -> None:
    done = parent.post(f"{WEEK}/window", version=version(parent), **sent(**{"from": typed}))
    assert done.status == 303
    assert kept in str(lina(parent.house)["rules"]["windows"])
    undo(parent)
    assert "rules" not in lina(parent.house)


def undo(visitor: Visitor) -> None:
    """Press the button beside what was said."""
    page = visitor.get(WEEK)
    found = re.search(r'action="(/history/\d+/undo[^"]*)"', page.body)
    assert found
    assert visitor.post(found[1].replace("&amp;", "&")).location == WEEK


def test_nothing_is_there_for_whoever_may_only_look(parent: Visitor) -> None:
    for path in (
        "/people/Nobody/week",
        f"{WEEK}/window/99",
        f"{WEEK}/window/x",
        f"{WEEK}/budget/9",
    ):
        assert parent.get(path).status == 404
    stranger = Visitor(parent.house)
    assert stranger.get(WEEK).location == "/login?next=/people/Lina/week"
    assert stranger.post(f"{WEEK}/copy").location == "/login"


@pytest.mark.parametrize(
    ("deed", "values"),
    [
        ("move", {}),
        ("move", {"number": "0", "begins": "0", "day": "7", "start": "0", "end": "60"}),
        ("move", {"number": "0", "begins": "0", "day": "0", "start": "60", "end": "60"}),
        ("move", {"number": "0", "begins": "0", "day": "0", "start": "0", "end": "1441"}),
        ("move", {"number": "0", "begins": "4", "day": "0", "start": "0", "end": "60"}),
        ("remove", {"number": "99"}),
        ("remove", {"number": "0", "begins": "x"}),
        ("copy", {"source": "9"}),
    ],
)
def test_odd_deeds_change_nothing(parent: Visitor, deed: str, values: dict[str, str]) -> None:
    before = parent.house.config.read_bytes()
    done = parent.post(f"{WEEK}/{deed}", version=version(parent), **values)
    assert done.status in (400, 404)
    assert parent.house.config.read_bytes() == before


def test_a_late_friday_and_its_end(parent: Visitor) -> None:
    friday = date.today() + timedelta(days=1)  # noqa: DTZ011 (any day to come)
    form = sent(when="dates", first=friday.isoformat(), **{"from": "11pm"})
    assert parent.post(f"{WEEK}/window", version=version(parent), **form).status == 303
    page = parent.get(WEEK)
    assert "Bedtime, 23:00 to 07:00" in page.text
    assert lina(parent.house)["rules"]["windows"] == [
        {"kind": "bedtime", "from": "23:00", "to": "07:00", "dates": friday.isoformat()}
    ]
    done = parent.post(f"{WEEK}/remove", version=version(parent), number="0")
    assert done.status == 303
    assert "rules" not in lina(parent.house)


def test_copying_a_day(parent: Visitor) -> None:
    nothing = parent.post(f"{WEEK}/copy", version=version(parent), source="0", targets=["0"])
    assert nothing.status == 422
    assert "Choose the days that should become the same." in nothing.text
    done = parent.post(f"{WEEK}/copy", version=version(parent), source="4", targets=["0", "1"])
    assert done.status == 303
    assert "Now the same as Friday: Monday and Tuesday." in parent.get(WEEK).text
    days = [each.get("days") for each in lina(parent.house)["rules"]["windows"]]
    assert days == [["wed-thu", "sun"], ["mon-tue", "fri-sat"], None]
    again = parent.post(f"{WEEK}/copy", version=version(parent), source="2", targets=["0", "1"])
    assert again.status == 303
    assert "rules" not in lina(parent.house)  # as in the profile again: no difference to tell


def budget(**more: str) -> dict[str, str]:
    return {"for": "games", "per": "day", "weekdays": "45", "weekend": "1:30", "holidays": "",
            "carry": "", "week": ""} | more  # fmt: skip


def test_a_budget_for_everything(parent: Visitor) -> None:
    page = parent.get(WEEK)
    assert "About 45 minutes of 45 minutes left today" in page.text or "1 hour 30" in page.text
    assert "estimated" in page.text
    form = budget(**{"for": "all", "per": "week", "week": "7h", "carry": "30"})
    assert parent.post(f"{WEEK}/budget", version=version(parent), **form).status == 303
    page = parent.get(WEEK)
    assert "Saved: Everything, 7 hours a week · up to 30 minutes carried over." in page.text
    assert "About 7 hours of 7 hours left this week" in page.text
    twice = parent.post(f"{WEEK}/budget", version=version(parent), **form)
    assert twice.status == 422
    assert "There is a budget for this already." in twice.text
    own = {"for": "all", "minutes": 420, "per": "week", "carry": 30}
    assert lina(parent.house)["rules"] == {"budgets": [own]}
    assert parent.post(f"{WEEK}/budget/0/remove", version=version(parent)).status == 303
    assert "rules" not in lina(parent.house)


def test_no_budget_though_the_profile_has_one(parent: Visitor) -> None:
    assert parent.post(f"{WEEK}/budget/0/remove", version=version(parent)).status == 303
    assert lina(parent.house)["rules"] == {"drop_budgets": "games"}
    assert "No budget for Games any more." in parent.get(WEEK).text
    parent.get(WEEK)
    form = budget(holidays="90")
    assert parent.post(f"{WEEK}/budget", version=version(parent), **form).status == 303
    assert "rules" not in lina(parent.house)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"weekdays": "lots"}, "Write minutes, such as 45"),
        ({"weekdays": "1:75"}, "Write minutes, such as 45"),
        ({"weekend": "25h"}, "A day has 24 hours."),
        ({"for": "nothing-known"}, "Choose one of these."),
        ({"per": "week"}, "Write minutes, such as 45"),
    ],
)
def test_an_impossible_budget_gets_a_sentence(
    parent: Visitor, more: dict[str, str], sentence: str
) -> None:
    page = parent.post(f"{WEEK}/budget", version=version(parent), **budget(**more))
    assert page.status == 422
    assert sentence in page.text


def test_two_parents_at_once(parent: Visitor) -> None:
    """The second one learns of it, and nothing of the first one's is lost."""
    early = version(parent)
    other = Visitor(parent.house)
    other.log_in()
    assert other.post(f"{WEEK}/window", version=version(other), **sent()).status == 303
    kept = parent.house.config.read_bytes()
    late = parent.post(f"{WEEK}/window", version=early, **sent(kind="homework"))
    assert late.status == 409
    assert parent.post(f"{WEEK}/window", **sent()).status == 409  # no version is no licence
    assert parent.house.config.read_bytes() == kept
    undo(other)


def test_without_a_change_there_is_nothing_to_undo(parent: Visitor) -> None:
    page = parent.get(f"{WEEK}/window/0")
    assert "20:00" in page.body
    form = sent(days=["0", "1", "2", "3", "6"], season="term", **{"from": "20:00"})
    before = parent.house.config.read_bytes()
    assert parent.post(f"{WEEK}/window/0", version=version(parent), **form).status == 303
    assert parent.house.config.read_bytes() == before
    assert "/undo" not in parent.get(WEEK).body


CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:school.example
BEGIN:VEVENT
UID:1@school.example
SUMMARY:Winter
DTSTART;VALUE=DATE:20301223
DTEND;VALUE=DATE:20310107
END:VEVENT
BEGIN:VEVENT
UID:2@school.example
SUMMARY:Long ago
DTSTART;VALUE=DATE:20201223
DTEND;VALUE=DATE:20210107
END:VEVENT
END:VCALENDAR
"""


def upload(visitor: Visitor, content: bytes) -> Any:
    """Send a calendar file, as a browser does."""
    visitor.get("/settings/holidays")
    parts = [
        b'Content-Disposition: form-data; name="csrf"\r\n\r\n' + visitor.csrf.encode(),
        b'Content-Disposition: form-data; name="calendar"; filename="a.ics"\r\n'
        b"Content-Type: text/calendar\r\n\r\n" + content,
    ]
    body = b"".join(b"--frontier\r\n" + each + b"\r\n" for each in parts) + b"--frontier--\r\n"
    return visitor.ask(
        "POST", "/settings/holidays/calendar", body,
        Content_Type="multipart/form-data; boundary=frontier",
    )  # fmt: skip


def test_holidays_by_hand_and_from_a_calendar(parent: Visitor) -> None:
    here = "/settings/holidays"
    form = {"first": "2030-05-06", "last": ""}
    assert parent.post(here, version=version(parent, here), **form).location == here
    assert "Mon, 6 May 2030" in parent.get(here).text
    page = upload(parent, CALENDAR)
    assert page.status == 200, page.text
    assert "Winter" in page.text
    assert "Long ago" not in page.text
    found = re.findall(r'name="days" value="([^"]+)"', page.body)
    assert found == ["2030-12-23/2031-01-06"]
    assert parent.post(here, version=version(parent, here), days=found).location == here
    data = YAML(typ="safe").load(parent.house.config.read_text())
    assert data["household"]["holidays"] == ["2030-05-06", "2030-12-23/2031-01-06"]
    for days in ("2030-05-06", "2030-12-23/2031-01-06"):
        done = parent.post(f"{here}/remove", version=version(parent, here), days=days)
        assert done.location == here
    assert "None are known." in parent.get(here).text
    assert parent.post(f"{here}/remove", days="2030-05-06").status == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a calendar file"),
        (b"\x00\xff not a calendar", "There are no whole days in this file."),
        (CALENDAR.replace(b"2030", b"2019").replace(b"2031", b"2020"), "are over"),
    ],
)
def test_a_file_that_is_no_calendar(parent: Visitor, content: bytes, sentence: str) -> None:
    page = upload(parent, content)
    assert page.status == 422
    assert sentence in page.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"first": ""}, "Write a date"),
        ({"first": "2030-01-02", "last": "2030-01-01"}, "The last day is before the first."),
        ({"first": "2020-01-02", "last": ""}, "These days are over."),
        ({"first": "2030-01-02", "last": "2030-12-01"}, "at most four months"),
    ],
)
def test_impossible_holidays(parent: Visitor, form: dict[str, str], sentence: str) -> None:
    here = "/settings/holidays"
    page = parent.post(here, version=version(parent, here), **form)
    assert page.status == 422
    assert sentence in page.text


# In a real browser

Browse = Callable[..., Page]


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Browse]:
    """Opens a page as a logged-in visitor sees it."""
    contexts = []

    def opened(visitor: Visitor, path: str, **features: Any) -> Page:
        features = {"viewport": {"width": 1100, "height": 1000}, **features}
        context = chromium.new_context(**features)
        contexts.append(context)
        context.add_cookies(
            [
                {"name": key, "value": value, "url": visitor.address}
                for key, value in visitor.cookies.items()
            ]
        )
        page = context.new_page()
        page.goto(visitor.address + path)
        return page

    yield opened
    for each in contexts:
        each.close()


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """The owner of a household in which Lina has no bedtime."""
    for house in household(tmp_path_factory.mktemp("free")):
        house.write("devices: [127.0.0.2]", OPEN)
        house.write("age_band: 13-15", "born: 2000-01, profile: 13-15")
        visitor = Visitor(house)
        visitor.first_run()
        eventually(partial(_has_no_bedtime, visitor))
        yield visitor


def _has_no_bedtime(visitor: Visitor) -> bool:
    return "Bedtime," not in visitor.get(WEEK).text


def is_blocked(house: Running) -> bool:
    reply = house.ask("blog.example", client="127.0.0.2")
    return ede(reply) == 17 and str(reply.a.rdata) == "0.0.0.0"


def around_now() -> tuple[str, str]:
    """Two times of day, an hour before and two after, where the household is."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    return f"{now - timedelta(hours=1):%H%M}", f"{now + timedelta(hours=2):%H:%M}"


def tab_to(page: Page, words: str) -> None:
    """Press the tabulator until what is focused is called so."""
    script = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(script).startswith(words):
            return
    pytest.fail(f"{words} cannot be reached by keyboard")


def test_bedtime_by_keyboard_alone_is_seen_by_dns(free: Visitor, browse: Browse) -> None:
    house = free.house
    assert not is_blocked(house)
    assert house.ask("blog.example", client="127.0.0.2").header.rcode == 2  # nobody to ask
    start, end = around_now()
    page = browse(free, WEEK)
    tab_to(page, "Add a time")
    page.keyboard.press("Enter")
    page.wait_for_url("**/week/window")
    tab_to(page, "From")
    page.keyboard.press("Control+a")
    page.keyboard.type(start)
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(end)
    page.keyboard.press("Enter")
    page.wait_for_url("**/week")
    expect(page.get_by_role("status").filter(has_text="Saved: Bedtime")).to_be_visible()
    eventually(lambda: is_blocked(house))
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Taken back.")).to_be_visible()
    eventually(lambda: not is_blocked(house))


def test_the_same_without_script(free: Visitor, browse: Browse) -> None:
    start, end = around_now()
    page = browse(free, WEEK, java_script_enabled=False)
    page.get_by_role("link", name="Add a time").click()
    page.get_by_label("From").fill(start)
    page.get_by_label("To", exact=True).fill(end)
    page.get_by_role("button", name="Save").click()
    eventually(lambda: is_blocked(free.house))
    page.locator(".piece.head").first.click()
    page.get_by_role("button", name="Remove this time").click()
    eventually(lambda: not is_blocked(free.house))
    assert lina(free.house)["rules"] == {"drop_windows": "bedtime"}


def kept(house: Running) -> list[Any]:
    return [*lina(house).get("rules", {}).get("windows", [])]


@pytest.fixture
def monday(free: Visitor) -> Iterator[Visitor]:
    """The same household with a homework hour on two days."""
    form = sent(kind="homework", days=["0", "2"], **{"from": "14:00", "to": "15:00"})
    assert free.post(f"{WEEK}/window", version=version(free), **form).status == 303
    free.get(WEEK)
    yield free
    while kept(free.house):
        free.post(f"{WEEK}/remove", version=version(free), number="0")


def test_keys_move_and_stretch_one_day(monday: Visitor, browse: Browse) -> None:
    page = browse(monday, WEEK)
    piece = page.locator('.lane[data-day="0"] .piece.head')
    assert piece.inner_text().startswith("Homework, Monday 14:00 to 15:00, nothing but help")
    piece.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    said = page.locator("#announced")
    expect(said).to_have_text("Homework, Tuesday, 14:30 to 15:45")
    expect(said).to_have_text("Now: Homework, Tuesday 14:30 to 15:45, nothing but help.")
    assert [(each["days"], each["from"], each["to"]) for each in kept(monday.house)] == [
        ("wed", "14:00", "15:00"),
        ("tue", "14:30", "15:45"),
    ]
    moved = page.locator('.lane[data-day="1"] .piece.head')
    expect(moved).to_be_focused()
    page.keyboard.press("Delete")
    expect(said).to_have_text("Removed: Homework, Tuesday 14:30 to 15:45, nothing but help.")
    assert [each["days"] for each in kept(monday.house)] == ["wed"]
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator('.lane[data-day="1"] .piece.head')).to_be_visible()
    page.locator('.lane[data-day="1"] .piece.head').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/window/*")
    expect(page.get_by_label("To", exact=True)).to_have_value("15:45")


def pull(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, end[1], steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def middle(page: Page, selector: str) -> tuple[float, float, float]:
    """Where something is on the screen, and how many pixels a quarter of an hour has there."""
    page.locator(selector).first.scroll_into_view_if_needed()
    box = page.locator(selector).first.bounding_box()
    lane = page.locator(".lane").first.bounding_box()
    assert box
    assert lane
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, lane["width"] / 96


def test_the_hand_moves_and_stretches(monday: Visitor, browse: Browse) -> None:
    page = browse(monday, WEEK)
    said = page.locator("#announced")
    x, y, quarter = middle(page, '.lane[data-day="2"] .piece.head')
    pull(page, (x, y), (x + 8 * quarter, y))  # two hours later
    expect(said).to_have_text("Now: Homework, Wednesday 16:00 to 17:00, nothing but help.")
    x, y, quarter = middle(page, '.lane[data-day="2"] .piece.head')
    edge = x + 2 * quarter - 2
    pull(page, (edge, y), (edge + 34 * quarter, y))  # its end, past midnight
    expect(said).to_have_text("Now: Homework, Wednesday 16:00 to Thursday 01:30, nothing but help.")
    assert page.locator('.lane[data-day="3"] .piece.rest').count() == 1
    assert page.url.endswith(WEEK)  # a drag opens nothing
    assert [(each["days"], each["from"], each["to"]) for each in kept(monday.house)] == [
        ("mon", "14:00", "15:00"),
        ("wed", "16:00", "01:30"),
    ]


def test_a_new_window_is_drawn(free: Visitor, browse: Browse) -> None:
    page = browse(free, WEEK)
    x, y, quarter = middle(page, '.lane[data-day="4"]')  # 12:00
    pull(page, (x + quarter / 2, y), (x + 7.5 * quarter, y))
    page.wait_for_url("**/window?*")
    expect(page.get_by_label("From")).to_have_value("12:00")
    expect(page.get_by_label("To", exact=True)).to_have_value("14:00")
    assert page.locator("input[name=days]:checked").evaluate_all(
        "all => all.map((each) => each.value)"
    ) == ["4"]
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/week")
    assert [(each["days"], each["from"], each["to"]) for each in kept(free.house)] == [
        ("fri", "12:00", "14:00")
    ]
    free.post(f"{WEEK}/remove", version=version(free), number="0")


def test_right_to_left_time_runs_to_the_left(monday: Visitor, browse: Browse) -> None:
    monday.cookies["language"] = "ar"
    page = browse(monday, WEEK)
    if page.evaluate("document.documentElement.dir") != "rtl":
        page.evaluate("document.documentElement.dir = 'rtl'")
    lane = page.locator('.lane[data-day="0"]').bounding_box()
    piece = page.locator('.lane[data-day="0"] .piece.head').bounding_box()
    assert lane
    assert piece
    start = (lane["x"] + lane["width"] - piece["x"] - piece["width"]) / lane["width"]
    assert start == pytest.approx(14 / 24, abs=0.01)
    page.locator('.lane[data-day="0"] .piece.head').focus()
    page.keyboard.press("ArrowLeft")
    eventually(lambda: "14:15" in str(kept(monday.house)))
    del monday.cookies["language"]


def test_a_phone_shows_the_days_first(monday: Visitor, browse: Browse) -> None:
    page = browse(monday, WEEK, viewport={"width": 375, "height": 812})
    assert not page.locator(".week").is_visible()
    expect(page.locator(".days")).to_be_visible()
    page.get_by_role("link", name="Grid").click()
    expect(page.locator(".week")).to_be_visible()
    assert not page.locator(".days").is_visible()


def test_somebody_else_was_faster(monday: Visitor, browse: Browse) -> None:
    page = browse(monday, WEEK)
    page.route("**/changes", lambda route: route.abort())  # this page is not told
    page.goto(monday.address + WEEK)
    page.locator('.lane[data-day="0"] .piece.head').focus()
    form = sent(kind="school", days=["5"], **{"from": "8", "to": "9"})
    assert monday.post(f"{WEEK}/window", version=version(monday), **form).status == 303
    page.keyboard.press("ArrowRight")
    expect(page.locator("#announced")).to_have_text(
        "This could not be done. The week is shown as it is now."
    )
    assert len(kept(monday.house)) == 2
    assert page.locator('.lane[data-day="5"] .piece.school').count() == 1


def test_who_is_of_age_has_no_rules_to_change(free: Visitor) -> None:
    week = "/people/Noor/week"
    assert "Add a time" not in free.get(week).text
    before = free.house.config.read_bytes()
    done = free.post(f"{week}/window", version=version(free), **sent())
    assert done.status == 409
    assert "Noor is of age: no rules hold." in done.text
    assert free.house.config.read_bytes() == before


def test_pauses_and_extra_time_are_seen_in_today(free: Visitor) -> None:
    free.get(WEEK)
    free.post("/people/Lina/pause", minutes="30")
    assert "Internet paused" in free.get(WEEK).text
    assert 'class="span pause' in free.get(WEEK).body
    free.post("/people/Lina/resume")
    assert 'class="span pause' not in free.get(WEEK).body

"""The letter of the week: what it says and what it never says, to parents and to the child."""

import json
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.people import Privacy
from guardian.policy.windows import Weekday
from guardian.web.languages import NAMES, language
from guardian.web.letter import Facts, Kind, Letter, Minutes, Voice, compose, latest, weeks
from tests.end_to_end.conftest import Running, eventually
from tests.web.visitor import Visitor

MONDAY = date(2026, 11, 16)
BERLIN = ZoneInfo("Europe/Berlin")
FACTS = Facts(
    "Noor", Privacy.CATEGORIES, MONDAY, seen=4210, blocked=120, days=7, calm=2,
    kinds=(
        Kind("games", "Games", 3, 12), Kind("ads", "Ads and trackers", 7, 90),
        Kind("video", "Video", 5, 0),
    ),
    minutes=(Minutes("Games", 95, 6, 5),),
    asked=3, yes=1, no=1, waiting=1, pauses=2, extras=1, changes=4, looks=1,
)  # fmt: skip


def said(letter: Letter) -> str:
    about = " ".join(re.split(r"\s+", letter.about))  # some of these spaces are narrow
    parts = [f"{each.heading}: {' '.join(each.sentences)}" for each in letter.sections]
    return "\n".join((letter.title, about, *parts, letter.end))


def test_a_whole_letter_to_a_parent() -> None:
    assert said(compose(FACTS, Voice.PARENT, language("en"))) == (
        "The week of Noor\n"
        "Nov 16 – 22, 2026\n"
        "What went well: Games: on 5 of 6 days, minutes were left over. "
        "On 2 of 7 days nothing had to be filtered.\n"
        "Time, estimated: Games: about 1 hour 35 minutes. Kinds that came up: Video and Games.\n"
        "What was filtered: 120 look-ups were filtered. Most of it: Ads and trackers and Games. "
        "Advertising is filtered without anybody having asked for it.\n"
        "Requests: Noor asked 3 times. Yes: 1. Not now: 1. Not answered yet: 1.\n"
        "What parents did: Pauses: 2 Extra time: 1 Changes of the rules: 4 "
        "Looks at the activity: 1\n"
        "Noor can read this letter too, on their own page."
    )


@pytest.mark.parametrize("voice", Voice)
@pytest.mark.parametrize("code", NAMES)
def test_in_every_language(code: str, voice: Voice) -> None:
    english = said(compose(FACTS, voice, language("en")))
    text = said(compose(FACTS, voice, language(code)))
    assert "%(" not in text
    assert len(text.splitlines()) == len(english.splitlines())
    if code != "en":
        assert not set(text.split(". ")) & set(english.split(". "))
    assert "Noor" in text or voice is Voice.CHILD


@pytest.mark.parametrize(
    ("changes", "words", "never"),
    [
        ({}, "Kinds that came up", ""),
        ({"privacy": Privacy.COUNTS}, "120 look-ups were filtered", "Kinds that came up"),
        ({"privacy": Privacy.COUNTS}, "about 1 hour 35 minutes", "Most of it"),
        ({"seen": 0, "blocked": 0, "kinds": ()}, "Nothing was looked up", "filtered."),
        ({"calm": 0, "minutes": ()}, "It was an ordinary week.", "left over"),
        ({"asked": 1, "yes": 1, "no": 0, "waiting": 0}, "Noor asked 1 time.", "1 times"),
        ({"asked": 0}, "The week", "Noor asked"),
        ({"pauses": 0, "extras": 0, "changes": 0, "looks": 0}, "The week", "What parents did"),
        ({"blocked": 1, "kinds": ()}, "1 look-up was filtered.", "Most of it"),
    ],
)
def test_what_a_week_says(changes: dict[str, object], words: str, never: str) -> None:
    text = said(compose(replace(FACTS, **changes), Voice.PARENT, language("en")))  # type: ignore[arg-type]
    assert words in text
    assert not never or never not in text


@pytest.mark.parametrize(
    ("now", "start", "first"),
    [
        ("2026-11-22T17:59", Weekday.MON, "2026-11-09"),
        ("2026-11-22T18:00", Weekday.MON, "2026-11-16"),  # Sunday evening: the week is told
        ("2026-11-23T00:00", Weekday.MON, "2026-11-16"),
        ("2026-11-21T18:00", Weekday.SUN, "2026-11-15"),
        ("2026-11-20T18:00", Weekday.SAT, "2026-11-14"),
    ],
)
def test_which_week_is_the_last(now: str, start: Weekday, first: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    assert latest(at, BERLIN, start) == date.fromisoformat(first)


def test_there_are_letters_for_as_long_as_hours_are_kept() -> None:
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    known = weeks(at, BERLIN, Weekday.MON, timedelta(days=90))
    assert known[:2] == [date(2026, 11, 16), date(2026, 11, 9)]
    assert date(2026, 11, 25) - known[-1] <= timedelta(days=90)
    assert len(known) == 12


def last_week(house: Running, person: str, thing: str, seen: int, blocked: int) -> None:
    """Let something have been looked up on the last Wednesday of a whole week, at noon."""
    today = datetime.now(UTC)
    day = today - timedelta(days=today.weekday() + 5)
    hour = day.replace(hour=11, minute=0, second=0, microsecond=0).isoformat(timespec="seconds")
    with sqlite3.connect(house.state / "guardian.db", timeout=10) as database:
        database.execute(
            "INSERT INTO hours VALUES (?, ?, ?, ?, ?)", (hour, person, thing, seen, blocked)
        )
    database.close()


def test_parents_and_child_read_the_same_week_and_the_child_knows_who_looked(
    shared: Running, parent: Visitor
) -> None:
    for thing, seen, blocked in (("", 500, 41), ("games", 20, 30), ("self-harm", 3, 9)):
        last_week(shared, "Noor", thing, seen, blocked)
    last_week(shared, "Noor", "adult", 3, 9)
    page = parent.get("/people/Noor/letter")
    if datetime.now(BERLIN).weekday() == 6 and datetime.now(BERLIN).hour >= 18:
        week = re.findall(r"week=([0-9-]+)", page.body)[1]  # this week's letter is there already
        page = parent.get(f"/people/Noor/letter?week={week}")
    assert "41 look-ups were filtered" in page.text
    assert "Games" in page.text
    for word in ("harm", "Adult"):
        assert word not in page.text
    assert page.body.count("<rect") == 14
    noor = Visitor(shared, source="127.0.0.3")
    mine = noor.get("/me/letter?" + page.body.partition("week=")[2].partition('"')[0])
    assert "Your week" in mine.text
    assert "looked at what your devices did" in noor.get("/me").text
    assert parent.get("/people/Nobody/letter").status == 404
    assert Visitor(shared).get("/people/Noor/letter").status == 303
    assert Visitor(shared, source="127.0.0.4").get("/me/letter").location == "/me"  # grown up
    assert Visitor(shared, source="127.0.0.99").get("/me/letter").location == "/me"


def looks(house: Running) -> list[tuple[str, str]]:
    with sqlite3.connect(house.state / "guardian.db", timeout=10) as database:
        rows = database.execute(
            "SELECT who, about FROM journal WHERE deed = 'looked at the activity'"
        ).fetchall()
    database.close()
    return rows


@pytest.mark.parametrize("way", ["activity", "letter", "api"])
def test_every_look_is_seen_from_13_on(own: Running, way: str) -> None:
    mara = Visitor(own)
    mara.first_run()
    path = {
        "activity": "/activity?person={}", "letter": "/people/{}/letter",
        "api": "/api/v1/people/{}/letter",
    }[way]  # fmt: skip
    pages = [mara.get(path.format(each)) for each in ("Noor", "Noor", "Lina", "Tom", "Mara")]
    assert {each.status for each in pages} == {200}
    assert looks(own) == [("Mara", "Noor")]  # once an hour; young children are not told
    if way == "api":
        data = json.loads(pages[-1].body)
        assert (data["person"], len(data["days"])) == ("Mara", 7)
        assert mara.get(path.format("Noor") + "?week=2001-01-01").status == 400
    eventually(lambda: "looked at" in Visitor(own, source="127.0.0.3").get("/me").text)

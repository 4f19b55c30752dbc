"""Steps are walked in order, the first with an opinion wins, and own names by the most specific."""

from guardian.dns.view import (
    ANYTHING,
    ESSENTIAL,
    OWN,
    Block,
    BlockAnswer,
    OwnStep,
    Schedule,
    Step,
    View,
)
from guardian.names import to_wire

GAMES = 1 << 4
NO = Block(BlockAnswer.ZERO, 10, (17, b"no"))
LATE = Block(BlockAnswer.ZERO, 10, (17, b"late"))


def test_an_earlier_step_wins() -> None:
    view = View([Step(ESSENTIAL, None), Step(ANYTHING, LATE), Step(GAMES, NO)])
    assert view.decide(ANYTHING | GAMES, to_wire("play.example")) is LATE
    assert view.decide(ANYTHING | ESSENTIAL, to_wire("time.example")) is None
    assert view.decide(0, to_wire("helpline.example")) is None


def test_the_more_specific_own_name_wins() -> None:
    own = OwnStep({to_wire("example.org"): NO, to_wire("kids.example.org"): None})
    view = View([own, Step(ANYTHING, LATE)])
    mask = ANYTHING | OWN
    assert view.decide(mask, to_wire("www.example.org")) is NO
    assert view.decide(mask, to_wire("a.kids.example.org")) is None
    assert view.decide(mask, to_wire("other.example")) is LATE


def test_an_alias_of_a_denied_name_is_denied() -> None:
    view = View([OwnStep({to_wire("tracker.example"): NO})])
    alias, target = to_wire("news.example"), to_wire("t.tracker.example")
    assert view.decide(ANYTHING | OWN, alias, [target]) is NO


def test_a_schedule_turns_on_its_second() -> None:
    day, night = View([]), View([Step(ANYTHING, LATE)])
    schedule = Schedule([(0, day), (100, night), (200, day)])
    assert (schedule.view, schedule.changes_at) == (day, 100)
    schedule.advance(99)
    assert schedule.view is day
    schedule.advance(100)
    assert schedule.view is night
    schedule.advance(500)
    assert schedule.view is day

"""Steps are walked in order, the first with an opinion wins, and own names by the most specific."""

from guardian.dns.view import (
    ANYTHING,
    ESSENTIAL,
    ILLEGAL,
    NEVER,
    OWN,
    Asker,
    Block,
    BlockAnswer,
    HeardSchedule,
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
    for second, mask, until in [
        (0, 0, 100),
        (99, 0, 100),
        (100, ANYTHING, 200),
        (500, 0, NEVER),
        (150, ANYTHING, 200),
    ]:  # set back
        schedule.advance(second)
        assert (schedule.view.mask, schedule.view.until, schedule.changes_at) == (
            mask,
            until,
            until,
        )


def test_who_follows_a_schedule_follows_what_it_becomes() -> None:
    day, night = View([]), View([Step(ANYTHING, LATE)])
    schedule = Schedule([(0, day), (100, night)])
    asker = Asker(schedule)
    schedule.renew([(0, night), (50, day)])
    assert (asker.schedule.view.mask, schedule.changes_at) == (ANYTHING, 50)


def test_a_device_that_is_watched_has_its_names_told_and_fares_as_before() -> None:
    day, night = View([Step(1 << 9, LATE)]), View([Step(ANYTHING, LATE)])
    schedule, told = Schedule([(0, day), (100, night)]), list[bytes]()
    asker = Asker(HeardSchedule(schedule, told.append))
    name = b"\x04open\x04test\x00"
    for mask, targets, noted in (
        (ANYTHING, None, False),  # before an answer: it will come by again with that
        (ANYTHING, (), True),
        (ANYTHING | 1 << 9, None, True),  # blocked: nothing else will come
        (ANYTHING | ILLEGAL, (), False),
    ):
        told.clear()
        assert mask & asker.schedule.view.mask
        assert asker.schedule.view.decide(mask, name, targets) is day.decide(mask, name, targets)
        assert told == ([name] if noted else [])
    assert not asker.schedule.view.decisions  # the packet loop would answer from it
    assert asker.schedule.view.until == day.lasting(100).until
    schedule.advance(100)
    assert asker.schedule.view.decide(ANYTHING, name) is LATE


def test_what_was_decided_holds_for_another_end() -> None:
    night = View([Step(ANYTHING, LATE)])
    later = night.lasting(100)
    assert night.decide(ANYTHING, to_wire("a.example")) is LATE
    assert later.decisions is night.decisions
    assert (later.until, later.mask) == (100, night.mask)

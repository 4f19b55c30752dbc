"""When messages go out: after quiet hours, so often an hour, and again after a failure."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from guardian.lists.bundled import folder
from guardian.policy.events import Event, EventKind
from guardian.service.courier import Courier, delay
from guardian.service.herald import News
from guardian.service.send import problem_of
from guardian.service.standing import LASTING, Standing
from guardian.settings.settings import parse
from guardian.store.accounts import Account, Role
from guardian.store.channels import MOST, Channel, Channels, Problem, Topic
from guardian.store.household import Store
from guardian.store.outbox import Waiting
from tests.web.receivers import WebReceiver

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOME = b"""
household: {time_zone: UTC}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: none}
"""
CHANNEL = Channel(
    1, "Mara", "other", "Phone", "json://secret", "json://…", frozenset({Topic.DEEDS})
)


class Post:
    """A courier with a clock that is set by hand."""

    def __init__(self, folder_of_state: Path) -> None:
        self.now = NOON
        self.store = Store.in_memory()
        self.store.accounts.put(Account("Mara", Role.OWNER, "x"))
        settings = parse(HOME, Path("home.yaml"), folder())
        self.courier = Courier(
            folder_of_state, lambda: self.store, lambda: settings, lambda _: {}, lambda: self.now
        )

    def happens(self, kind: EventKind = EventKind.PAUSE, sentence: str = "Paused") -> None:
        event = Event(self.now, kind, "Lina", sentence)
        self.courier.take([News(("x",), event, {"en": sentence})])

    def waiting(self) -> list[Waiting]:
        return self.store.outbox.waiting()


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


@pytest.fixture
def receiver() -> Iterator[WebReceiver]:
    opened = WebReceiver()
    yield opened
    opened.close()


def channel(receiver: WebReceiver, **changes: object) -> Channel:
    data = {"topics": frozenset({Topic.DEEDS}), "quiet": None, "most": 10, **changes}
    return Channel(0, "Mara", "other", "Phone", receiver.url, "", **data)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quiet", "at", "is_quiet"),
    [
        (("21:00", "07:00"), "20:59", False),
        (("21:00", "07:00"), "21:00", True),
        (("21:00", "07:00"), "06:59", True),
        (("21:00", "07:00"), "07:00", False),
        (("13:00", "14:00"), "13:30", True),
        (("13:00", "14:00"), "14:00", False),
        (None, "03:00", False),
    ],
)
def test_quiet_hours(quiet: tuple[str, str] | None, at: str, is_quiet: bool) -> None:
    hours = (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None
    kept = Channel(1, "Mara", "other", "", "", "", frozenset(), hours)
    assert kept.is_quiet(time.fromisoformat(at)) is is_quiet


def test_delays_grow_and_end() -> None:
    minutes = [delay(tries) / timedelta(minutes=1) for tries in range(12)]
    assert minutes[:5] == [1, 2, 4, 8, 16]
    assert minutes[-1] == 360


async def tick(post: Post, minutes: float = 0) -> None:
    post.now += timedelta(minutes=minutes)
    await post.courier.deliver()


def test_what_happens_in_quiet_hours_is_told_together_after_them(
    post: Post, receiver: WebReceiver
) -> None:
    async def night() -> None:
        quiet = (time(21), time(7))
        post.courier.channels.put(channel(receiver, quiet=quiet))
        post.now = NOON.replace(hour=22)
        post.happens(sentence="First")
        await tick(post)
        post.now = NOON.replace(hour=23)
        post.happens(sentence="Second")
        await tick(post)
        assert receiver.got == []
        post.now = NOON.replace(day=27, hour=6, minute=59)
        await tick(post)
        assert receiver.got == []
        post.now = NOON.replace(day=27, hour=7)
        await tick(post)
        assert [each["message"] for each in receiver.got] == ["First\n\nSecond"]
        assert post.waiting() == []

    asyncio.run(night())


def test_at_most_so_many_an_hour(post: Post, receiver: WebReceiver) -> None:
    async def hour() -> None:
        post.courier.channels.put(channel(receiver, most=2))
        for number in range(5):
            post.happens(sentence=f"Number {number}")
            await tick(post, 1)
        assert len(receiver.got) == 2
        await tick(post, 60)
        assert receiver.got[2]["message"] == "Number 2\n\nNumber 3\n\nNumber 4"

    asyncio.run(hour())


def test_a_failure_is_tried_again_later_and_given_up_after_two_days(
    post: Post, receiver: WebReceiver
) -> None:
    async def days() -> None:
        receiver.status = 500
        post.courier.channels.put(channel(receiver))
        post.happens()
        await tick(post)
        assert post.courier.failing() == {1: Problem.REFUSED}
        await tick(post, 0.5)
        assert receiver.tries == 1
        await tick(post, 0.5)
        assert receiver.tries == 2
        receiver.status = 200
        await tick(post, 2)
        assert len(receiver.got) == 1
        assert post.courier.failing() == {}
        receiver.status = 500
        post.happens()
        await tick(post)
        await tick(post, 3 * 24 * 60)
        assert post.waiting() == []

    asyncio.run(days())


def test_nobody_hears_of_what_they_did_not_choose_or_may_not_see(post: Post) -> None:
    post.courier.channels.put(CHANNEL)
    post.happens(EventKind.LOGIN)
    assert post.waiting() == []
    post.store.accounts.put(Account("Mara", Role.CHILD, "x", person="Lina"))
    post.happens()
    assert post.waiting() == []


def test_a_channel_does_not_tell_its_secret_and_its_file_may_be_damaged(tmp_path: Path) -> None:
    assert "secret" not in repr(CHANNEL)
    channels = Channels(tmp_path / "channels.json")
    channels.put(CHANNEL)
    assert channels.all() == [CHANNEL]
    (tmp_path / "channels.json").write_text('[{"number": 1}]')
    assert channels.all() == []
    assert MOST == 20


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("Failed to send: Unauthorized, error=401.", Problem.KEY),
        ("error=429 from https://u:secret@x.example", Problem.BUSY),
        ("A Connection error occurred sending to u:secret@x.example", Problem.SILENT),
        ("(535, b'Authentication failed')", Problem.KEY),
        ("something new", Problem.REFUSED),
    ],
)
def test_why_it_failed_without_the_words(said: str, problem: Problem) -> None:
    assert problem_of(said) is problem


def test_trouble_is_news_once_it_has_lasted() -> None:
    standing = Standing()
    assert standing.after(["the disk is full"], NOON) == ()
    [key] = standing.after(["the disk is full"], NOON + LASTING)
    assert "disk" not in key
    assert standing.after([], NOON + 2 * LASTING) == ()
    assert standing.after(["the disk is full"], NOON + 3 * LASTING) == ()

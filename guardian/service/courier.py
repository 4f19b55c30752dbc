"""Bring news to those who chose to hear of it: each in their language, on their channels.

A message waits in the store until it was sent. What waits on a channel goes together: after its
quiet hours, at most so often an hour, and after a failure with a delay that grows. Sending itself
is for a process of its own (`send`).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from guardian.lists.child import ChildFailed, run_child
from guardian.policy.events import EventKind
from guardian.policy.requests import Answer, Request
from guardian.policy.windows import DAY, instant
from guardian.service.herald import News, Speaker
from guardian.settings import Settings
from guardian.store.accounts import Account
from guardian.store.channels import Channel, Channels, Problem, Topic
from guardian.store.household import Store
from guardian.store.links import Link, LinkDeed
from guardian.store.outbox import Waiting

if TYPE_CHECKING:  # it brings Babel, which comes after DNS
    from guardian.web.languages import Language

Titles = Callable[[str], Mapping[str, str]]
"""Language → category or service → title."""

FILE: Final = "channels.json"
TITLE: Final = "guardian"
_LIMIT_SECONDS: Final = 60.0
_REST_SECONDS: Final = 60.0  # until the clock is looked at again
_FIRST_DELAY: Final = timedelta(minutes=1)
_LONGEST_DELAY: Final = timedelta(hours=6)
_GIVEN_UP: Final = timedelta(days=2)
_HOUR: Final = timedelta(hours=1)
_LINK_LASTS: Final = timedelta(days=1)
_ANSWERS: Final = (Answer.ONCE, Answer.NO)  # that a message has links for
_TOPICS: Final = {
    EventKind.WINDOW: Topic.TIMES,
    EventKind.BUDGET: Topic.LIMITS,
    EventKind.USED_UP: Topic.LIMITS,
    EventKind.PAUSE: Topic.DEEDS,
    EventKind.PAUSE_OVER: Topic.DEEDS,
    EventKind.EXTRA: Topic.DEEDS,
    EventKind.EXTRA_OVER: Topic.DEEDS,
    EventKind.EARNED: Topic.DEEDS,
    EventKind.ASKED: Topic.REQUESTS,
    EventKind.ANSWERED: Topic.REQUESTS,
    EventKind.BAND: Topic.GROWING,
    EventKind.OF_AGE: Topic.GROWING,
    EventKind.DEVICE: Topic.DEVICES,
    EventKind.LOGIN: Topic.LOGINS,
    EventKind.TROUBLE: Topic.TROUBLE,
    EventKind.LETTER: Topic.LETTER,
}


def delay(tries: int) -> timedelta:
    """How long to wait after so many failures: a minute, two, four, … six hours at most."""
    return min(_FIRST_DELAY * (1 << min(tries, 12)), _LONGEST_DELAY)


class Courier:
    """The channels of a household, and what is on its way on them."""

    def __init__(
        self,
        state: Path,
        store: Callable[[], Store],
        settings: Callable[[], Settings],
        titles: Titles,
        now: Callable[[], datetime],
    ) -> None:
        """store, settings: as they are just now."""
        self.channels = Channels(state / FILE)
        self._store = store
        self._settings = settings
        self._titles = titles
        self._now = now
        self._woken = asyncio.Event()
        self._sent: dict[int, deque[datetime]] = {}

    def _receivers(self) -> list[tuple[Channel, Account]]:
        """The channels of those who may still see the household."""
        from guardian.web.rights import Right, may

        accounts = {each.name: each for each in self._store().accounts.all()}
        return [
            (channel, accounts[channel.account])
            for channel in self.channels.all()
            if channel.account in accounts and may(accounts[channel.account].role, Right.SEE)
        ]

    def language_of(self, account: Account | None) -> "Language":
        """The language of an account; the household's where it has none of its own."""
        from guardian.web.languages import NAMES, language

        household = self._settings().household
        wanted = account.language if account else ""
        return language(wanted if wanted in NAMES else household.language, household.country)

    def speakers(self) -> dict[str, Speaker]:
        """The languages in which somebody wants news."""
        spoken = {}
        for _, account in self._receivers():
            speaks = self.language_of(account)
            spoken[speaks.code] = Speaker(speaks.say, self._titles(speaks.code))
        return spoken

    def take(self, news: Sequence[News]) -> None:
        """Let news wait on every channel whose owner wants it. Raises sqlite3.Error."""
        for channel, account in self._receivers():
            speaks = self.language_of(account)
            for each in news:
                # Nobody needs a message about their own log-in on the phone in their hand; but
                # they do need one about a log-in that was not theirs, which looks the same.
                if _TOPICS[each.event.kind] in channel.topics:
                    said, request = self._said(each, channel, speaks)
                    self._store().outbox.put(channel.number, said, self._now(), request)
        self._woken.set()

    def _said(self, news: News, channel: Channel, speaks: "Language") -> tuple[str, int | None]:
        """News as its receiver reads it, and the request that waits for an answer, if any."""
        from guardian.web import asks, channels

        event = news.event
        said = news.words.get(speaks.code, event.sentence)
        if event.kind is EventKind.LETTER and channel.pages and event.person:
            return f"{said}\n{channel.pages}/people/{quote(event.person)}/letter", None
        if event.kind not in (EventKind.ASKED, EventKind.ANSWERED):
            return said, None
        request = self._request(int(news.mark[1]))
        if request is None:
            return said, None
        asked = asks.asked(request, speaks, self._titles(speaks.code))
        if event.kind is EventKind.ASKED or request.answer is Answer.OPEN:
            return asked, request.number
        answer = asks.outcome(request, speaks)
        values = {"request": asked, "answer": answer}
        return speaks.say(channels.ANSWERED) % values, None

    def _request(self, number: int) -> Request | None:
        known = self._store().requests.since(self._now() - _GIVEN_UP)
        return next((each for each in known if each.number == number), None)

    def wake(self) -> None:
        """Look at once whether something can be sent."""
        self._woken.set()

    async def rest(self) -> None:
        """Return when there may be something to send."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_REST_SECONDS):
                await self._woken.wait()
        self._woken.clear()

    async def deliver(self) -> bool:
        """Send what is due; whether the state of any channel has changed. Raises sqlite3.Error."""
        waiting: dict[int, list[Waiting]] = {}
        for each in self._store().outbox.waiting():
            waiting.setdefault(each.channel, []).append(each)
        receivers = {channel.number: (channel, who) for channel, who in self._receivers()}
        changed = False
        for number, messages in waiting.items():
            if number not in receivers:
                self._store().outbox.forget(each.number for each in messages)
                continue
            channel, account = receivers[number]
            wanted = self._wanted(messages)
            if wanted and self.next_time(channel, wanted) <= self._now():
                changed |= await self._deliver_on(channel, account, wanted)
        return changed

    def _wanted(self, messages: Iterable[Waiting]) -> list[Waiting]:
        """Those that are still worth sending; the others are forgotten."""
        left: list[Waiting] = []
        gone: list[Waiting] = []
        for each in messages:
            is_old = self._now() - each.at > _GIVEN_UP
            request = self._request(each.request) if each.request is not None else None
            is_over = request is not None and request.answer is not Answer.OPEN
            (gone if is_old or is_over else left).append(each)
        if gone:
            self._store().outbox.forget(each.number for each in gone)
        return left

    def next_time(self, channel: Channel, messages: Sequence[Waiting]) -> datetime:
        """When these may go out on a channel."""
        now, zone = self._now(), self._settings().household.zone
        due = max(each.due for each in messages)
        sent = self._sent.setdefault(channel.number, deque())
        while sent and now - sent[0] >= _HOUR:
            sent.popleft()
        if len(sent) >= channel.most:
            due = max(due, sent[0] + _HOUR)
        local = max(due, now).astimezone(zone)
        if channel.quiet is not None and channel.is_quiet(local.time()):
            end = instant(local.date(), channel.quiet[1], zone)
            if end <= local:
                end = instant(local.date() + DAY, channel.quiet[1], zone)
            due = max(due, end.astimezone(UTC))
        return due

    async def _deliver_on(
        self, channel: Channel, account: Account, messages: Sequence[Waiting]
    ) -> bool:
        numbers = [each.number for each in messages]
        tries = max(each.tries for each in messages)
        body = "\n\n".join(self._whole(each, channel, account) for each in messages)
        problem = await sent(channel.url, body)
        if problem:
            due = self._now() + delay(tries)
            self._store().outbox.again(numbers, due, problem)
        else:
            self._sent[channel.number].append(self._now())
            self._store().outbox.forget(numbers)
        return bool(problem) != bool(tries)

    def _whole(self, message: Waiting, channel: Channel, account: Account) -> str:
        """A message, with links that answer it where that was chosen."""
        from guardian.web import channels
        from guardian.web.rights import Right, may

        request = self._request(message.request) if message.request is not None else None
        if request is None or not channel.pages or not may(account.role, Right.ANSWER):
            return message.said
        if not channel.answers:
            return f"{message.said}\n{channel.pages}/requests"
        speaks = self.language_of(account)
        links = {each: self._link(request, each, account) for each in _ANSWERS}
        lines = (
            speaks.say(channels.YES) % {"link": channel.pages + links[Answer.ONCE]},
            speaks.say(channels.NO) % {"link": channel.pages + links[Answer.NO]},
        )
        return "\n".join((message.said, *lines))

    def _link(self, request: Request, answer: Answer, account: Account) -> str:
        """The path of a new link that gives one answer to one request, for a day."""
        now = self._now()
        link = Link(
            0, "", "", LinkDeed.ANSWER, request.person, 0, 1, account.name,
            now, now + _LINK_LASTS, request=request.number, answer=answer,
        )  # fmt: skip
        _, token = self._store().links.issue(link)
        return f"/do/{token}"

    def failing(self) -> dict[int, str]:
        """Channel → why the last message did not arrive there."""
        return {each.channel: each.problem for each in self._store().outbox.waiting() if each.tries}

    def problems(self, speaks: "Language") -> list[str]:
        """What is wrong with channels, as sentences. Raises sqlite3.Error."""
        from guardian.web.channels import UNDELIVERED, WHY

        failing = self.failing()
        return [
            speaks.say(UNDELIVERED)
            % {"title": each.title, "why": speaks.say(WHY[Problem(failing[each.number])])}
            for each in self.channels.all()
            if each.number in failing
        ]


async def sent(url: str, body: str | None = None) -> str:
    """Send a message; the problem, a word of `Problem`, "" where there is none.

    Without a body, whether the address can be read.
    """
    job: dict[str, Any] = {"url": url}
    if body is not None:
        job |= {"title": TITLE, "body": body}
    try:
        outcome = await run_child("guardian.service.send", job, _LIMIT_SECONDS)
    except ChildFailed:  # its words may hold the address
        return Problem.SILENT
    return str(outcome["problem"])

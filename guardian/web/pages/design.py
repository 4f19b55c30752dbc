"""All that pages are made of, in every state, on one page: for those who change how they look.

It is there only where guardian was started for it (`SWITCH`). Everything is drawn by the templates
that the real pages use, of a made-up family; its buttons lead nowhere. English only: parents never
see it.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from aiohttp import web

from guardian.policy.sightings import Sighting
from guardian.web.bars import HEIGHT, Bar
from guardian.web.devices import Device
from guardian.web.forms import Form
from guardian.web.rights import Right
from guardian.web.routes import Route
from guardian.web.status import BudgetStatus, PersonStatus, SharedStatus
from guardian.web.visit import Notice, Visit

SWITCH: Final = "GUARDIAN_DESIGN"  # in the environment of `guardian run`; any value
ROUTE_PATH: Final = "/design"
_TOKENS: Final = (
    "paper", "card", "ink", "muted", "line", "control", "accent", "calm", "night", "work", "stop",
    "stop-soft", "ok", "night-soft", "work-soft", "focus",
)  # fmt: skip
# Kind, title, detail, and whether a pause for everything holds.
_STATES: Final = (
    ("free", "Free time", "until 20:00, then bedtime", False),
    ("bedtime", "Bedtime", "until 07:00, then free time", False),
    ("homework", "Homework", "until 16:00: no games or video", False),
    ("screen-free", "Screen-free time", "until 13:30, then free time", False),
    ("extra", "Extra time", "until 18:30, then homework", False),
    ("pause", "Internet paused", "until 17:15, then free time", True),
)
_BUDGETS: Final = (
    BudgetStatus("Games", 45, 45),
    BudgetStatus("Video and streaming", 10, 60),
    BudgetStatus("", 0, 600, week=True),
)
_SEEN: Final = ((12, 4), (30, 0), (0, 0), (22, 22), (60, 9), (41, 3), (8, 1))


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    people = [
        PersonStatus(
            f"Nobody {number}", "6-8", number, kind, title, detail, paused, (), 10, 2,
            _BUDGETS if number == 1 else (),
        )
        for number, (kind, title, detail, paused) in enumerate(_STATES, 1)
    ]  # fmt: skip
    said = "This is not a time of day. Write it as 20:30."
    wrong = Form({"wrong": ["8.75 pm"]}, errors={"wrong": said})
    return visit.page(
        "design.html",
        people=people,
        strangers=replace(people[0], name="", budgets=()),
        tv=SharedStatus("TV", "TV follows the strictest of all", *_STATES[0][:3], 4, 1),
        asks=[(_Ask(1, "more"), "30 minutes more of games"), (_Ask(2, "name"), "example.org")],
        wrong=wrong,
        tokens=_TOKENS,
        devices=_devices(visit),
        bars=_bars(visit),
        height=HEIGHT,
        notice=Notice("The internet is off for Nobody until 17:15.", ROUTE_PATH),
    )


class _Ask:
    """As much of a request as its card shows."""

    def __init__(self, number: int, kind: str) -> None:
        self.number, self.kind = number, kind


def _devices(visit: Visit) -> list[Device]:
    now = visit.house.now()
    mac = "02:00:00:00:00:01"
    seen = Sighting(mac, mac, "tablet", "192.0.2.7", now - timedelta(days=1), now)
    return [
        Device((mac,), sighting=seen),
        Device(("192.0.2.8",), name="Tablet of Nobody", maker="Example", owner="Nobody 1"),
        Device(("192.0.2.9",), name="Switched off", is_blocked=True),
    ]


def _bars(visit: Visit) -> list[Bar]:
    most = max(seen for seen, _ in _SEEN)
    return [
        Bar(visit.now, seen, stopped, round(HEIGHT * seen / most), round(HEIGHT * stopped / most))
        for seen, stopped in _SEEN
    ]


ROUTES: Final = (Route("GET", ROUTE_PATH, Right.SEE, show),)

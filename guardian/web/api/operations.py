"""Every address of the API, what it needs, takes and gives: one table, from which OpenAPI comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from guardian.web.api import deeds, devices, keeping, things, watching
from guardian.web.api.call import Call
from guardian.web.rights import Right

PREFIX: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """takes, gives: dataclasses of `things`; None for no body. query: names of what may be asked.

    versioned: whether the answer has an ETag, which a change sends back.
    """

    method: str
    path: str
    right: Right
    deed: Callable[[Call], Awaitable[Any]]
    takes: type[Any] | None = None
    gives: type[Any] | None = None
    query: tuple[str, ...] = ()
    versioned: bool = False

    @property
    def summary(self) -> str:
        """What it does, in a sentence."""
        return (self.deed.__doc__ or "").strip().partition("\n")[0]


OPERATIONS: Final = (
    Operation("GET", "/people", Right.SEE, deeds.people, gives=things.People),
    Operation("GET", "/people/{person}", Right.SEE, deeds.person, gives=things.PersonView),
    Operation(
        "POST", "/people/{person}/pause", Right.STEER, deeds.pause, things.For, things.Done
    ),
    Operation("DELETE", "/people/{person}/pause", Right.STEER, deeds.end_pause, query=("thing",)),
    Operation(
        "POST", "/people/{person}/extra", Right.STEER, deeds.extra, things.For, things.Done
    ),
    Operation("DELETE", "/people/{person}/extra", Right.STEER, deeds.end_extra, query=("thing",)),
    Operation(
        "GET", "/people/{person}/letter", Right.SEE, keeping.letter, gives=things.LetterView,
        query=("week",),
    ),
    Operation(
        "GET", "/requests", Right.SEE, deeds.requests, gives=things.Requests, query=("before",)
    ),
    Operation("POST", "/requests", Right.ANSWER, deeds.ask, things.NewRequest, things.Numbered),
    Operation(
        "POST", "/requests/{number}/answer", Right.ANSWER, deeds.answer, takes=things.Answered
    ),
    Operation("GET", "/devices", Right.SEE, devices.every, gives=things.Devices),
    Operation("GET", "/devices/{device}", Right.SEE, devices.one, gives=things.DeviceView),
    Operation("POST", "/devices/{device}/name", Right.CHANGE, devices.name, things.DeviceName),
    Operation(
        "POST", "/devices/{device}/people", Right.CHANGE, devices.people, things.DevicePeople
    ),
    Operation("POST", "/devices/{device}/ignore", Right.CHANGE, devices.ignore),
    Operation("DELETE", "/devices/{device}/ignore", Right.CHANGE, devices.notice),
    Operation("POST", "/devices/{device}/block", Right.STEER, devices.block, things.Until),
    Operation("DELETE", "/devices/{device}/block", Right.STEER, devices.unblock),
    Operation("POST", "/devices/{device}/free", Right.STEER, devices.free, things.Until),
    Operation("DELETE", "/devices/{device}/free", Right.STEER, devices.unfree),
    Operation("POST", "/devices/{device}/same", Right.CHANGE, devices.same, things.OtherDevice),
    Operation(
        "POST", "/devices/{device}/different", Right.CHANGE, devices.different, things.OtherDevice
    ),
    Operation("POST", "/requests/{number}/undo", Right.ANSWER, watching.undo_answer),
    Operation("GET", "/lists", Right.SEE, deeds.lists, gives=things.Lists),
    Operation("POST", "/lists/update", Right.CHANGE, watching.update_lists),
    Operation("POST", "/lists/{list}/hold", Right.CHANGE, watching.hold),
    Operation("POST", "/lists/{list}/release", Right.CHANGE, watching.release),
    Operation(
        "GET", "/lookup", Right.SEE, watching.lookup, gives=things.LookedUp, query=("name",)
    ),
    Operation("GET", "/watches", Right.CHANGE, watching.watches, gives=things.Watches),
    Operation(
        "POST", "/watches", Right.CHANGE, watching.watch, things.NewWatch, things.WatchView
    ),
    Operation("GET", "/watches/{device}", Right.CHANGE, watching.watched, gives=things.WatchView),
    Operation("POST", "/watches/{device}/stop", Right.CHANGE, watching.stop_watch),
    Operation("DELETE", "/watches/{device}", Right.CHANGE, watching.forget_watch),
    Operation("GET", "/services", Right.SEE, watching.services, gives=things.OwnServices),
    Operation(
        "POST", "/services", Right.CHANGE, watching.make_service, things.NewService,
        things.OwnService,
    ),
    Operation("DELETE", "/services/{service}", Right.CHANGE, watching.remove_service),
    Operation(
        "GET", "/check", Right.SEE, deeds.check, gives=things.Checked,
        query=("name", "person", "at"),
    ),
    Operation(
        "GET", "/household", Right.CHANGE, deeds.household, gives=things.HouseholdFile,
        versioned=True,
    ),
    Operation(
        "PATCH", "/household", Right.CHANGE, deeds.patch_household, dict, things.HouseholdFile,
        versioned=True,
    ),
    Operation(
        "GET", "/changes", Right.CHANGE, deeds.changes, gives=things.Changes, query=("before",)
    ),
    Operation("POST", "/changes/{number}/undo", Right.CHANGE, deeds.undo),
    Operation(
        "GET", "/journal", Right.CHANGE, deeds.journal, gives=things.Journal, query=("before",)
    ),
    Operation("GET", "/channels", Right.CHANGE, keeping.channels, gives=things.Channels),
    Operation(
        "POST", "/channels", Right.CHANGE, keeping.add_channel, things.NewChannel, things.Numbered
    ),
    Operation(
        "POST", "/channels/{number}/test", Right.CHANGE, keeping.test_channel, gives=things.Tested
    ),
    Operation("DELETE", "/channels/{number}", Right.CHANGE, keeping.remove_channel),
    Operation("GET", "/backups", Right.OWN, keeping.backups, gives=things.Backups),
    Operation("POST", "/backups", Right.OWN, keeping.back_up, gives=things.Named),
    Operation("POST", "/backups/{name}/restore", Right.OWN, keeping.restore),
)  # fmt: skip

"""Every address of the API, what it needs, takes and gives: one table, from which OpenAPI comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from guardian.safety.helplines import Help
from guardian.web.api import (
    access,
    agreements,
    deeds,
    devices,
    fairness,
    filtering,
    keeping,
    lists,
    own_addresses,
    persons,
    rooms,
    shelves,
    things,
    times,
    watching,
)
from guardian.web.api.call import Call
from guardian.web.certificate import CertificateStatus
from guardian.web.own_addresses import Given
from guardian.web.rights import Right


@dataclass(frozen=True, slots=True)
class Operation:
    """takes, gives: dataclasses of `things`; None for no body. query: names of what may be asked.

    takes, gives: bytes for a file, whose kind `file` names. versioned: whether the answer has an
    ETag, which a change may send back as If-Match; guarded: whether it has to.
    """

    method: str
    path: str
    right: Right
    deed: Callable[[Call], Awaitable[Any]]
    takes: type[Any] | None = None
    gives: type[Any] | None = None
    query: tuple[str, ...] = ()
    versioned: bool = False
    guarded: bool = False
    file: str = ""

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
        "GET", "/people/{person}/agreement", Right.SEE, agreements.last, gives=agreements.Agreed
    ),
    Operation(
        "POST", "/people/{person}/agreement", Right.CHANGE, agreements.sign,
        agreements.AgreementShape, agreements.Agreed, versioned=True,
    ),
    Operation("POST", "/people/{person}/earned", Right.STEER, deeds.earn, things.Earned),
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
    Operation(
        "GET", "/devices/{device}/address", Right.SEE, own_addresses.one,
        gives=things.OwnAddressView,
    ),
    Operation(
        "POST", "/devices/{device}/address", Right.CHANGE, own_addresses.make, gives=Given
    ),
    Operation("DELETE", "/devices/{device}/address", Right.CHANGE, own_addresses.revoke),
    Operation(
        "POST", "/devices/{device}/address/profile", Right.CHANGE, own_addresses.profile,
        things.OwnAddress, bytes, file="application/x-apple-aspen-config",
    ),
    Operation("POST", "/requests/{number}/undo", Right.ANSWER, watching.undo_answer),
    Operation("GET", "/appeals", Right.SEE, fairness.appeals, gives=fairness.AppealViews),
    Operation("POST", "/appeals", Right.ANSWER, fairness.appeal, takes=fairness.NewAppeal),
    Operation(
        "POST", "/appeals/{number}", Right.ANSWER, fairness.decide, takes=fairness.Decision
    ),
    Operation("POST", "/appeals/{number}/undo", Right.ANSWER, fairness.undo),
    Operation("GET", "/survey", Right.SEE, fairness.thoughts, gives=fairness.Thoughts),
    Operation("GET", "/transparency", Right.SEE, fairness.openly, gives=fairness.Openly),
    Operation("GET", "/things", Right.SEE, deeds.known, gives=things.Things),
    Operation("GET", "/lists", Right.SEE, lists.lists, gives=lists.Lists),
    Operation("GET", "/lists/illegal", Right.OWN, lists.illegal, gives=lists.IllegalHits),
    Operation("POST", "/lists/update", Right.CHANGE, lists.update),
    Operation("POST", "/lists/{list}/hold", Right.CHANGE, lists.hold),
    Operation("POST", "/lists/{list}/release", Right.CHANGE, lists.release),
    Operation("POST", "/lists/{list}/take", Right.CHANGE, lists.take, lists.Seen),
    Operation("POST", "/lists/{list}/keep", Right.CHANGE, lists.keep, lists.Seen),
    Operation("POST", "/lists/{list}/try", Right.CHANGE, lists.try_out, lists.Trial),
    Operation("POST", "/lists/{list}/back", Right.CHANGE, lists.put_back, lists.Back),
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
        versioned=True, guarded=True,
    ),
    Operation(
        "GET", "/changes", Right.CHANGE, deeds.changes, gives=things.Changes, query=("before",)
    ),
    Operation("POST", "/changes/{number}/undo", Right.CHANGE, deeds.undo, things.Undo),
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
    Operation(
        "PATCH", "/channels/{number}", Right.CHANGE, keeping.change_channel, things.ChannelChange
    ),
    Operation("DELETE", "/channels/{number}", Right.CHANGE, keeping.remove_channel),
    Operation("GET", "/backups", Right.OWN, keeping.backups, gives=things.Backups),
    Operation("POST", "/backups", Right.OWN, keeping.back_up, gives=things.Named),
    Operation(
        "GET", "/backups/{name}", Right.OWN, keeping.backup_file, gives=bytes,
        file="application/octet-stream",
    ),
    Operation("POST", "/backups/{name}/restore", Right.OWN, keeping.restore),
    Operation(
        "GET", "/happened", Right.SEE, rooms.happened, gives=rooms.Happened, query=("after",)
    ),
    # Who is in the house, and what is filtered for them
    Operation("POST", "/people", Right.CHANGE, persons.add, persons.NewPerson, things.PersonView),
    Operation(
        "PATCH", "/people/{person}", Right.CHANGE, persons.change, persons.PersonChange,
        things.PersonView, versioned=True,
    ),
    Operation("DELETE", "/people/{person}", Right.CHANGE, persons.remove, versioned=True),
    Operation(
        "GET", "/people/{person}/filters", Right.SEE, filtering.filters, gives=filtering.Filters,
        versioned=True,
    ),
    Operation(
        "PATCH", "/people/{person}/filters", Right.CHANGE, filtering.change_filters,
        filtering.FilterChange, filtering.Filters, versioned=True,
    ),
    Operation(
        "GET", "/people/{person}/sites", Right.SEE, filtering.sites, gives=filtering.Sites,
        versioned=True,
    ),
    Operation(
        "POST", "/people/{person}/sites", Right.CHANGE, filtering.add_site, filtering.Site,
        filtering.Sites, versioned=True,
    ),
    Operation(
        "DELETE", "/people/{person}/sites", Right.CHANGE, filtering.remove_site,
        gives=filtering.Sites, query=("list", "name"), versioned=True,
    ),
    Operation(
        "POST", "/people/{person}/open", Right.STEER, filtering.open_site, filtering.Opening,
        things.Done,
    ),
    Operation(
        "DELETE", "/people/{person}/open", Right.STEER, filtering.close_site, query=("name",)
    ),
    Operation("POST", "/people/{person}/bedtime", Right.STEER, persons.bedtime, gives=things.Done),
    Operation(
        "GET", "/people/{person}/day", Right.SEE, persons.day, gives=persons.Day, query=("day",)
    ),
    Operation(
        "GET", "/people/{person}/activity", Right.SEE, persons.activity, gives=persons.Activity,
        query=("days",),
    ),
    # Times
    Operation(
        "GET", "/people/{person}/windows", Right.SEE, times.windows, gives=times.Windows,
        versioned=True,
    ),
    Operation(
        "POST", "/people/{person}/windows", Right.CHANGE, times.add_window, times.WindowShape,
        times.Windows, versioned=True,
    ),
    Operation(
        "PUT", "/people/{person}/windows/{number}", Right.CHANGE, times.change_window,
        times.WindowShape, times.Windows, versioned=True, guarded=True,
    ),
    Operation(
        "DELETE", "/people/{person}/windows/{number}", Right.CHANGE, times.remove_window,
        gives=times.Windows, query=("day",), versioned=True, guarded=True,
    ),
    Operation(
        "POST", "/people/{person}/windows/copy", Right.CHANGE, times.copy_day, times.DayCopy,
        times.Windows, versioned=True,
    ),
    Operation(
        "GET", "/people/{person}/budgets", Right.SEE, times.budgets, gives=times.Budgets,
        versioned=True,
    ),
    Operation(
        "POST", "/people/{person}/budgets", Right.CHANGE, times.add_budget, times.BudgetShape,
        times.Budgets, versioned=True,
    ),
    Operation(
        "PUT", "/people/{person}/budgets/{number}", Right.CHANGE, times.change_budget,
        times.BudgetShape, times.Budgets, versioned=True, guarded=True,
    ),
    Operation(
        "DELETE", "/people/{person}/budgets/{number}", Right.CHANGE, times.remove_budget,
        gives=times.Budgets, versioned=True, guarded=True,
    ),
    Operation(
        "GET", "/holidays", Right.SEE, times.holidays, gives=times.Holidays, versioned=True
    ),
    Operation(
        "POST", "/holidays", Right.CHANGE, times.add_holidays, times.Days, times.Holidays,
        versioned=True,
    ),
    Operation(
        "DELETE", "/holidays", Right.CHANGE, times.remove_holidays, gives=times.Holidays,
        query=("first", "last"), versioned=True,
    ),
    Operation(
        "POST", "/holidays/calendar", Right.CHANGE, times.read_calendar, bytes, times.Holidays,
        file="text/calendar",
    ),
    # The house
    Operation("POST", "/lists", Right.CHANGE, rooms.add_list, rooms.NewList, versioned=True),
    Operation("DELETE", "/lists/{id}", Right.CHANGE, rooms.remove_list, versioned=True),
    Operation(
        "GET", "/catalogue", Right.SEE, shelves.known_lists, gives=shelves.KnownLists,
        query=("category", "language"),
    ),
    Operation(
        "POST", "/catalogue/{list}/use", Right.CHANGE, shelves.use, gives=shelves.KnownList,
        versioned=True,
    ),
    Operation(
        "DELETE", "/catalogue/{list}/use", Right.CHANGE, shelves.give_up, versioned=True
    ),
    Operation("GET", "/links", Right.STEER, rooms.links, gives=rooms.Links),
    Operation("POST", "/links", Right.STEER, rooms.add_link, rooms.NewLink, rooms.FreshLink),
    Operation("DELETE", "/links/{number}", Right.STEER, rooms.revoke_link),
    Operation(
        "GET", "/backup", Right.OWN, rooms.backup, gives=bytes, file="application/yaml",
        versioned=True,
    ),
    Operation("PUT", "/backup", Right.OWN, rooms.restore, bytes, file="application/yaml"),
    Operation("GET", "/upstreams", Right.OWN, rooms.upstreams, gives=rooms.Upstreams),
    Operation(
        "POST", "/upstreams/try", Right.OWN, rooms.try_upstream, rooms.UpstreamTry,
        rooms.UpstreamTried,
    ),
    Operation("GET", "/certificate", Right.OWN, rooms.certificate, gives=CertificateStatus),
    Operation(
        "PUT", "/certificate", Right.OWN, rooms.upload_certificate, rooms.NewCertificate,
        CertificateStatus,
    ),
    Operation(
        "POST", "/certificate/renew", Right.OWN, rooms.renew_certificate,
        gives=CertificateStatus,
    ),
    Operation("GET", "/help", Right.ANYBODY, rooms.help_for, gives=Help, query=("country",)),
    Operation("GET", "/setup", Right.ANYBODY, rooms.first_run, gives=rooms.FirstRun),
    # Who may do what
    Operation("GET", "/accounts", Right.OWN, access.accounts, gives=access.Accounts),
    Operation(
        "POST", "/accounts", Right.OWN, access.add_account, access.NewAccount, access.AccountView
    ),
    Operation("DELETE", "/accounts/{name}", Right.OWN, access.remove_account),
    Operation("GET", "/keys", Right.OWN, access.keys, gives=access.Keys),
    Operation("POST", "/keys", Right.OWN, access.add_key, access.NewKey, access.FreshKey),
    Operation("DELETE", "/keys/{id}", Right.OWN, access.remove_key),
    Operation("GET", "/account", Right.SEE, access.account, gives=access.AccountView),
    Operation(
        "PUT", "/account/language", Right.SEE, access.set_language, access.LanguageWish,
        access.AccountView,
    ),
    Operation("PUT", "/account/password", Right.SEE, access.set_password, access.PasswordChange),
    Operation("GET", "/account/sessions", Right.SEE, access.sessions, gives=access.Sessions),
    Operation("DELETE", "/account/sessions/{id}", Right.SEE, access.end_session),
    Operation("GET", "/account/codes", Right.SEE, access.offer_codes, gives=access.CodeSecret),
    Operation(
        "PUT", "/account/codes", Right.SEE, access.use_codes, access.CodeProof,
        access.RecoveryCodes,
    ),
    Operation("POST", "/account/codes/end", Right.SEE, access.end_codes, access.Proof),
)  # fmt: skip

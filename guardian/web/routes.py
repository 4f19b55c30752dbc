"""Every address of the pages, what it needs, and who answers: one table to read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from guardian.web.pages import (
    account,
    accounts,
    activity,
    backup,
    budget,
    catalogue,
    certificate,
    channels,
    device,
    devices,
    filters,
    history,
    holidays,
    home,
    letter,
    limits,
    links,
    lists,
    login,
    me,
    own_address,
    people,
    person,
    requests,
    services,
    settings,
    setup,
    sites,
    trying,
    upstreams,
    watch,
    week,
    window,
)
from guardian.web.pages import help as guidance
from guardian.web.rights import Right
from guardian.web.visit import Visit

Answer = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """An address. right: without which nobody gets there; a form also needs to be one of ours."""

    method: str
    path: str
    right: Right
    answer: Answer


ROUTES: Final = (
    Route("GET", "/", Right.SEE, home.show),
    Route("GET", "/changes", Right.SEE, home.changes),
    # The first run
    Route("GET", "/setup", Right.ANYBODY, setup.welcome),
    Route("POST", "/setup", Right.ANYBODY, setup.begin),
    Route("POST", "/setup/password", Right.ANYBODY, setup.set_password),
    Route("GET", "/setup/internet", Right.OWN, setup.internet),
    Route("POST", "/setup/internet", Right.OWN, setup.choose_internet),
    Route("GET", "/setup/people", Right.OWN, setup.people),
    Route("POST", "/setup/people", Right.OWN, setup.add_person),
    Route("GET", "/setup/devices", Right.OWN, setup.show_devices),
    Route("POST", "/setup/devices", Right.OWN, setup.assign_devices),
    Route("GET", "/setup/network", Right.OWN, setup.network),
    # Coming and going
    Route("GET", "/login", Right.ANYBODY, login.show),
    Route("POST", "/login", Right.ANYBODY, login.enter),
    Route("POST", "/logout", Right.ANYBODY, login.leave),
    # A person
    Route("GET", "/people/new", Right.CHANGE, people.show_new),
    Route("POST", "/people/new", Right.CHANGE, people.add),
    Route("GET", "/people/{person}", Right.SEE, person.show),
    Route("POST", "/people/{person}/pause", Right.STEER, person.pause),
    Route("POST", "/people/{person}/resume", Right.STEER, person.resume),
    Route("POST", "/people/{person}/extra", Right.STEER, person.extra),
    Route("POST", "/people/{person}/bedtime", Right.STEER, person.bedtime),
    Route("GET", "/activity", Right.SEE, activity.show),
    Route("GET", "/people/{person}/letter", Right.SEE, letter.show),
    # What is filtered for somebody, and who they are
    Route("GET", "/people/{person}/filters", Right.SEE, filters.show),
    Route("POST", "/people/{person}/filters", Right.CHANGE, filters.switch),
    Route("GET", "/people/{person}/sites", Right.SEE, sites.show),
    Route("POST", "/people/{person}/sites", Right.CHANGE, sites.change),
    Route("GET", "/people/{person}/try", Right.SEE, trying.show),
    Route("POST", "/people/{person}/try", Right.SEE, trying.answer),
    Route("POST", "/people/{person}/open", Right.STEER, trying.open_tonight),
    Route("POST", "/people/{person}/open/{name}/end", Right.STEER, trying.close),
    Route("GET", "/people/{person}/edit", Right.CHANGE, people.show),
    Route("POST", "/people/{person}/edit", Right.CHANGE, people.keep),
    Route("GET", "/people/{person}/remove", Right.CHANGE, people.ask_remove),
    Route("POST", "/people/{person}/remove", Right.CHANGE, people.remove),
    # What was changed
    Route("GET", "/people/{person}/history", Right.SEE, history.show_person),
    Route("GET", "/history", Right.SEE, history.show),
    Route("POST", "/history/{number}/undo", Right.CHANGE, history.undo),
    # Devices
    Route("GET", "/devices", Right.SEE, devices.show),
    Route("POST", "/devices", Right.CHANGE, devices.keep),
    Route("GET", "/devices/{device}", Right.SEE, device.show),
    Route("POST", "/devices/{device}", Right.CHANGE, device.keep),
    Route("POST", "/devices/{device}/begin", Right.STEER, device.begin),
    Route("POST", "/devices/{device}/end", Right.STEER, device.end),
    Route("POST", "/devices/{device}/ignore", Right.CHANGE, device.ignore),
    Route("POST", "/devices/{device}/address", Right.CHANGE, own_address.make),
    Route("POST", "/devices/{device}/address/profile", Right.CHANGE, own_address.profile),
    Route("POST", "/devices/{device}/address/revoke", Right.CHANGE, own_address.revoke),
    Route("POST", "/devices/{device}/same", Right.CHANGE, device.same),
    Route("POST", "/devices/{device}/different", Right.CHANGE, device.different),
    Route("POST", "/devices/{device}/alike/{known}", Right.CHANGE, device.alike),
    Route("GET", "/limits", Right.SEE, limits.show),
    # What an app or a site asks for
    Route("GET", "/watch", Right.CHANGE, watch.show),
    Route("POST", "/watch", Right.CHANGE, watch.begin),
    Route("GET", "/watch/{device}", Right.CHANGE, watch.see),
    Route("POST", "/watch/{device}/stop", Right.CHANGE, watch.stop),
    Route("POST", "/watch/{device}/forget", Right.CHANGE, watch.forget),
    Route("POST", "/watch/{device}/keep", Right.CHANGE, watch.keep),
    # Settings
    Route("GET", "/settings", Right.SEE, settings.show),
    Route("GET", "/settings/house", Right.CHANGE, settings.house),
    Route("POST", "/settings/house", Right.CHANGE, settings.set_house),
    Route("GET", "/settings/account", Right.SEE, account.show),
    Route("POST", "/settings/account/password", Right.SEE, account.set_password),
    Route("POST", "/settings/account/language", Right.SEE, account.set_language),
    Route("POST", "/settings/account/codes/new", Right.SEE, account.new_codes),
    Route("POST", "/settings/account/codes", Right.SEE, account.use_codes),
    Route("POST", "/settings/account/codes/end", Right.SEE, account.end_codes),
    Route("POST", "/settings/account/session", Right.SEE, account.end_session),
    Route("GET", "/settings/accounts", Right.OWN, accounts.show),
    Route("POST", "/settings/accounts", Right.OWN, accounts.add),
    Route("POST", "/settings/accounts/{name}/remove", Right.OWN, accounts.remove),
    Route("GET", "/settings/lists", Right.SEE, lists.show),
    Route("POST", "/settings/lists", Right.CHANGE, lists.add),
    Route("GET", "/settings/lists/catalogue", Right.SEE, catalogue.show),
    Route("POST", "/settings/lists/catalogue", Right.CHANGE, catalogue.switch),
    Route("POST", "/settings/lists/update", Right.CHANGE, lists.update),
    Route("POST", "/settings/lists/hold", Right.CHANGE, lists.hold),
    Route("POST", "/settings/lists/waiting", Right.CHANGE, lists.decide),
    Route("POST", "/settings/lists/try", Right.CHANGE, lists.try_out),
    Route("POST", "/settings/lists/back", Right.CHANGE, lists.put_back),
    Route("POST", "/settings/lists/remove", Right.CHANGE, lists.remove),
    Route("GET", "/settings/services", Right.SEE, services.show),
    Route("POST", "/settings/services/{service}/name", Right.CHANGE, services.take_name),
    Route("POST", "/settings/services/{service}/remove", Right.CHANGE, services.remove),
    Route("GET", "/settings/tokens", Right.OWN, accounts.tokens),
    Route("POST", "/settings/tokens", Right.OWN, accounts.add_token),
    Route("POST", "/settings/tokens/remove", Right.OWN, accounts.remove_token),
    Route("GET", "/settings/certificate", Right.OWN, certificate.show),
    Route("POST", "/settings/certificate/on", Right.OWN, certificate.switch_on),
    Route("POST", "/settings/certificate/renew", Right.OWN, certificate.renew),
    Route("POST", "/settings/certificate/upload", Right.OWN, certificate.upload),
    Route("GET", "/settings/upstreams", Right.OWN, upstreams.show),
    Route("POST", "/settings/upstreams", Right.OWN, upstreams.choose),
    Route("POST", "/settings/upstreams/try", Right.OWN, upstreams.try_all),
    Route("GET", "/settings/backup", Right.OWN, backup.show),
    Route("GET", "/settings/backup/file", Right.OWN, backup.download),
    Route("POST", "/settings/backup", Right.OWN, backup.restore),
    Route("POST", "/settings/backup/times", Right.OWN, backup.choose),
    Route("POST", "/settings/backup/now", Right.OWN, backup.now),
    Route("GET", "/settings/backup/copies/{name}", Right.OWN, backup.download_copy),
    Route("POST", "/settings/backup/copies/{name}/restore", Right.OWN, backup.put_back),
    # News for parents
    Route("GET", "/settings/notifications", Right.CHANGE, channels.show),
    Route("GET", "/settings/notifications/new/{kind}", Right.CHANGE, channels.show_new),
    Route("POST", "/settings/notifications/new/{kind}", Right.CHANGE, channels.add),
    Route("GET", "/settings/notifications/{number}", Right.CHANGE, channels.show_channel),
    Route("POST", "/settings/notifications/{number}", Right.CHANGE, channels.keep),
    Route("POST", "/settings/notifications/{number}/test", Right.CHANGE, channels.test),
    Route("POST", "/settings/notifications/{number}/remove", Right.CHANGE, channels.remove),
    # What children ask for
    Route("GET", "/requests", Right.SEE, requests.show),
    Route("POST", "/requests/{number}", Right.ANSWER, requests.answer),
    Route("POST", "/requests/{number}/undo", Right.ANSWER, requests.undo),
    # Links that do one thing
    Route("GET", "/links", Right.STEER, links.show),
    Route("POST", "/links", Right.STEER, links.make),
    Route("GET", "/links/{number}", Right.STEER, links.made),
    Route("POST", "/links/{number}/revoke", Right.STEER, links.revoke),
    Route("POST", "/links/{number}/restore", Right.STEER, links.restore),
    Route("GET", "/do/{token}", Right.HERE, links.open_link),
    Route("POST", "/do/{token}", Right.HERE, links.do),
    # Whoever uses a device here
    Route("GET", "/me", Right.HERE, me.show),
    Route("GET", "/me/changes", Right.HERE, me.changes),
    Route("GET", "/me/letter", Right.HERE, letter.show_mine),
    Route("POST", "/me/time", Right.HERE, me.ask_time),
    Route("POST", "/me/site", Right.HERE, me.ask_site),
    Route("GET", "/help", Right.HERE, guidance.show),
    Route("GET", "/clock", Right.HERE, guidance.clock),
    # A person's times
    Route("GET", "/people/{person}/week", Right.SEE, week.show),
    Route("POST", "/people/{person}/week/move", Right.CHANGE, week.move),
    Route("POST", "/people/{person}/week/remove", Right.CHANGE, week.remove),
    Route("POST", "/people/{person}/week/copy", Right.CHANGE, week.copy),
    Route("GET", "/people/{person}/week/window", Right.CHANGE, window.show),
    Route("POST", "/people/{person}/week/window", Right.CHANGE, window.save),
    Route("GET", "/people/{person}/week/window/{number}", Right.CHANGE, window.show),
    Route("POST", "/people/{person}/week/window/{number}", Right.CHANGE, window.save),
    Route("GET", "/people/{person}/week/budget", Right.CHANGE, budget.show),
    Route("POST", "/people/{person}/week/budget", Right.CHANGE, budget.save),
    Route("GET", "/people/{person}/week/budget/{number}", Right.CHANGE, budget.show),
    Route("POST", "/people/{person}/week/budget/{number}", Right.CHANGE, budget.save),
    Route("POST", "/people/{person}/week/budget/{number}/remove", Right.CHANGE, budget.remove),
    # The household's days off
    Route("GET", "/settings/holidays", Right.SEE, holidays.show),
    Route("POST", "/settings/holidays", Right.CHANGE, holidays.add),
    Route("POST", "/settings/holidays/remove", Right.CHANGE, holidays.remove),
    Route("POST", "/settings/holidays/calendar", Right.CHANGE, holidays.read_calendar),
    # What was changed
)

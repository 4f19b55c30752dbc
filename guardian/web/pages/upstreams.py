"""Who looks up names: how they do, and others in their place, tried before they are kept.

The first run and the settings have the same form. Entries of the configuration that stay are left
as they were written, with all their keys.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from guardian.errors import translated
from guardian.settings.edit import listed
from guardian.settings.endpoints import Server, Transport
from guardian.settings.fields import Wrong
from guardian.settings.sections.resolver import Strategy
from guardian.settings.sections.upstreams import is_for_some, name_in, servers_at, servers_of
from guardian.web.edits import edit, undo_of
from guardian.web.forms import Form
from guardian.web.known_upstreams import CHOICES, OTHER_WAYS, WAYS, present, title_of
from guardian.web.marked import sentence
from guardian.web.upstreams import Tried
from guardian.web.visit import Visit

_HERE: Final = "/settings/upstreams"
_STRATEGIES: Final = {
    Strategy.FAILOVER: sentence("The first one that answers, in their order"),
    Strategy.FASTEST: sentence("The one that answers fastest"),
    Strategy.PARALLEL: sentence("Two at once; both learn which sites are looked up"),
}
_NO_ADDRESS: Final = sentence(
    "Write an IP address, such as 192.168.1.1, or tls://9.9.9.9#dns.quad9.net to ask encrypted."
)
_NOT_FOUND: Final = sentence("Nobody could say where %(server)s is. Write its IP address instead.")
_ALL_SILENT: Final = sentence("It does not answer from here. Choose another one, or go on anyway.")
_MOST: Final = 8  # addresses that are tried at once


@dataclass(frozen=True, slots=True)
class _Entry:
    """An upstream to be written, and the servers that it means."""

    address: str
    servers: tuple[Server, ...]
    bootstrap: tuple[str, ...] = ()

    def written(self) -> dict[str, Any]:
        """As the configuration has it."""
        more = {"bootstrap": list(self.bootstrap)} if self.bootstrap else {}
        return {"address": self.address, **more}


async def show(visit: Visit) -> web.StreamResponse:
    """Who is asked, how they do, and the form."""
    return _page(visit)


def _page(visit: Visit, tried: Sequence[Tried] = ()) -> web.Response:
    strategy = visit.house.settings.resolver.strategy
    return visit.page(
        "settings/upstreams.html",
        asked=visit.house.upstreams(),
        tried=tried,
        title_of=title_of,
        ways={**WAYS, **OTHER_WAYS},
        strategies=[(str(each), visit.say(said)) for each, said in _STRATEGIES.items()],
        strategy=str(strategy),
        translated=lambda text: translated(text, visit.language.say),
        **shown(visit),
    )


def shown(visit: Visit, *, encrypted: bool = False) -> dict[str, Any]:
    """What the form needs. encrypted: whether it offers that where all are asked in the clear."""
    form, (chosen, way, own) = visit.form, present(visit.house.settings)
    if encrypted and way == "udp" and chosen in {each.id for each in CHOICES}:
        way = "tls"
    return {
        "choices": CHOICES,
        "chosen": form.get("upstream") or chosen,
        "own": own,
        "way": form.get("way") or way,
        "way_options": [(each, visit.say(said)) for each, said in WAYS.items()],
    }


async def choose(visit: Visit) -> web.StreamResponse:
    """Try who was chosen, then keep them."""
    if visit.form.get("strategy") not in {str(each) for each in Strategy}:
        visit.form.wrong("strategy", "Choose one of these.")
        return _page(visit)
    kept = await keep(visit, sentence("chose who answers for the internet"))
    if kept is None:
        return _page(visit)
    number, said = kept
    return visit.go(_HERE, said, undo_of(number, _HERE))


async def try_all(visit: Visit) -> web.StreamResponse:
    """Ask everybody who is asked, now, and say how long each took."""
    servers = [each.server for each in visit.house.upstreams()]
    return _page(visit, await asyncio.gather(*map(visit.house.try_upstream, servers)))


async def keep(visit: Visit, deed: str) -> tuple[int, str] | None:
    """Try what a form asks for, and keep it: the change's number, and what to say.

    None once it is noted at its field what is wrong. Who does not answer is kept only where the
    form says that it is meant so. Raises Conflict.
    """
    entries = await _entries(visit)
    if entries is None:
        return None
    servers = [each for entry in entries for each in entry.servers][:_MOST]
    tries = await asyncio.gather(*map(visit.house.try_upstream, servers))
    silent = [(server, each) for server, each in zip(servers, tries, strict=True) if each.trouble]
    if silent and not visit.form.has("anyway"):
        _say_silent(visit, silent, len(servers))
        return None
    number = edit(
        visit, lambda data: _put(data, entries, visit.form), deed,
        fields={"upstreams": "own"}, otherwise="own",
    )  # fmt: skip
    if number is None:
        return None
    took = [each.milliseconds for each in tries if each.milliseconds is not None]
    if silent or not took:
        return number, visit.say("Kept, though it did not answer just now.")
    count = visit.language.number(min(took))
    return number, visit.say("It answers in %(count)s milliseconds.", count=count)


async def _entries(visit: Visit) -> list[_Entry] | None:
    """What a form wants to be written; None once it is noted what is wrong with it."""
    form = visit.form
    choice = next((each for each in CHOICES if each.id == form.get("upstream")), None)
    way = form.get("way") if form.get("way") in WAYS else "tls"
    if choice:
        written = choice.written(Transport(way))
        return [_Entry(each, servers_at(each)) for each in written]
    entries = []
    for address in (each.strip() for each in form.get("own").split(",") if each.strip()):
        entry = await _entry(visit, address)
        if entry is None:
            return None
        entries.append(entry)
    if not entries:
        form.wrong("own", _NO_ADDRESS)
        return None
    return entries


async def _entry(visit: Visit, address: str) -> _Entry | None:
    """One that somebody typed; one by its name is found by those who are asked now."""
    known = {str(each): each for each in visit.house.settings.upstreams}
    if address in known:  # with its own certificates, as it stands
        return _Entry(address, (known[address],))
    try:
        name = name_in(address)
        if not name:
            return _Entry(address, servers_at(address))
        found = await visit.house.addresses_of(name)
        if not found:
            visit.form.errors["own"] = visit.say(_NOT_FOUND, server=name)
            return None
        return _Entry(address, servers_at(address, found), tuple(map(str, found)))
    except Wrong:
        visit.form.wrong("own", _NO_ADDRESS)
        return None


def _say_silent(visit: Visit, silent: Sequence[tuple[Server, Tried]], of: int) -> None:
    if len(silent) == of:
        visit.form.wrong("upstream", _ALL_SILENT)
    else:
        servers = visit.language.several([str(server) for server, _ in silent])
        visit.form.errors["upstream"] = visit.say(
            "Some do not answer from here: %(servers)s. Take them out, or go on anyway.",
            servers=servers,
        )
    _, first = silent[0]
    said = (translated(each, visit.language.say) for each in (first.trouble, first.mend) if each)
    visit.form.details = " – ".join(said)


def _put(data: Any, entries: Sequence[_Entry], form: Form) -> None:
    """Write the entries, those that are there already as they were; and how one is chosen."""
    old = listed(data.get("upstreams"))
    ordinary = [each for each in old if not is_for_some(each)]
    new = [*_as_they_were(ordinary, entries), *filter(is_for_some, old)]
    if new != old:
        data["upstreams"] = new
    if strategy := form.get("strategy"):
        resolver = data.get("resolver") or {}
        if strategy != resolver.get("strategy", "failover"):
            resolver["strategy"] = strategy
            data["resolver"] = resolver


def _as_they_were(old: Sequence[Any], entries: Sequence[_Entry]) -> Iterator[Any]:
    """Each entry, or the old one that means the same servers, once."""
    wanted = {str(each) for entry in entries for each in entry.servers}
    means = [({str(each) for each in servers_of(one)}, one) for one in old]
    stay = [(servers, one) for servers, one in means if servers and servers <= wanted]
    given: list[Any] = []
    for entry in entries:
        theirs = {str(each) for each in entry.servers}
        same = next((one for servers, one in stay if theirs <= servers), None)
        if same is None:
            yield entry.written()
        elif not any(same is each for each in given):
            given.append(same)
            yield same

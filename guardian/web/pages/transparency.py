"""How the filter of this house works: open to everybody in the house, and to programs."""

from dataclasses import asdict
from typing import Final

from aiohttp import web

from guardian.web.marked import sentence
from guardian.web.transparency import KEPT, Shown, shown
from guardian.web.visit import Visit

_BECAUSE: Final = {
    "law": sentence("Against the law in most countries; nobody here can open it."),
    "wish": sentence("Chosen by the people who look after guardian here."),
    "product": sentence("It came with guardian. People here choose for whom it counts."),
}


async def show(visit: Visit) -> web.StreamResponse:
    """The page."""
    return visit.page(
        "transparency.html", shown=shown(visit.house), kept=KEPT, because=_BECAUSE,
        titles=visit.house.titles(visit.language.code),
    )  # fmt: skip


async def data(visit: Visit) -> web.StreamResponse:
    """The same for machines."""
    return web.json_response(_plain(shown(visit.house)))


def _plain(found: Shown) -> dict[str, object]:
    return {
        "kind": found.kind,
        "country": found.country,
        "lists": [asdict(each) for each in found.lists],
        "kept": [{"what": what, "days": length.days} for what, length in KEPT],
        "accounts": dict(found.roles),
        "levels": dict(found.levels),
        "counts_illegal": found.counts_illegal,
        "statistics": found.statistics,
        "notice_hours": found.notice.total_seconds() / 3600,
    }

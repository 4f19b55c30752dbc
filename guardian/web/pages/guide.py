"""Guidance for children, parents and educators, companies and policy-makers, open to everybody.

Nobody is counted or written down for reading it.
"""

from typing import Final

from aiohttp import web

from guardian.safety.guidance import READERS, guide
from guardian.web.languages import NAMES, Language, language
from guardian.web.visit import Visit

_SIGNS: Final = {  # the symbol of each text, where all stand together
    "story": "conduct", "9-12": "use", "13-17": "privacy", "parents": "talk",
    "industry": "inclusion", "policy": "rules",
}  # fmt: skip


async def show(visit: Visit) -> web.StreamResponse:
    """What there is to read, and for whom."""
    guides = [guide(each, visit.language.code) for each in READERS]
    return visit.page("guide/all.html", guides=guides, signs=_SIGNS)


async def read(visit: Visit) -> web.StreamResponse:
    """One text. ?easy=1: in easy words, with symbols. ?lang=: in another language."""
    reader, query = visit.part("reader"), visit.request.query
    if reader not in READERS:
        raise web.HTTPNotFound
    asked = query.get("lang", "")
    wanted: Language = language(asked) if asked in NAMES else visit.language
    text = guide(reader, wanted.code)
    return visit.page(
        "guide/one.html", guide=text, direction=language(text.language).direction,
        is_easy=bool(query.get("easy")), others=NAMES,
    )  # fmt: skip

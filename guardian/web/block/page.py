"""What the block page says: why this name is not open for this device, until when, and what helps.

The judgement is the one that DNS gives the same device. Where nothing blocks the name (any more),
the page says to try again. Of a name on a list of illegal content it says neither name nor more
than it must, and nothing of it is kept.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from guardian.names import InvalidName, normalise
from guardian.policy.people import AgeBand, Holder, Person
from guardian.policy.rules import Action, Step
from guardian.safety.helplines import helpline
from guardian.settings import Settings
from guardian.settings.endpoints import Endpoint
from guardian.settings.sections.lists import ListKind
from guardian.web import kindly, templating
from guardian.web.block.listener import PLAIN, Reply, Wanted
from guardian.web.house import House
from guardian.web.languages import NAMES, Language, language, preferred
from guardian.web.seals import Pace

# Where systems look whether they are online. A page there would pop up as a log-in to the network.
PROBES: Final = frozenset(
    {
        "/generate_204", "/gen_204", "/hotspot-detect.html", "/library/test/success.html",
        "/connecttest.txt", "/ncsi.txt", "/success.txt", "/canonical.html",
        "/check_network_status.txt", "/nm-check.txt", "/kindle-wifi/wifistub.html",
    }
)  # fmt: skip
# What a browser would not show as a page (Fetch Metadata; older ones do not say).
_PAGES: Final = ("document", "iframe", "frame", "")
_MOST_PAGES: Final = 60  # for one device at once …
_PAGE_SECONDS: Final = 60.0  # … and again in this time


@dataclass(frozen=True, slots=True)
class _Said:
    """What the page shows. about: the name, or "". kind: "closed", "open", "illegal", "here"."""

    kind: str
    about: str = ""
    why: str = ""
    ask: str = ""
    ask_words: str = ""
    operator: str = ""


class BlockPage:
    """Answers what the listener hears. clock: seconds, for the pace of a device."""

    def __init__(self, house: House, clock: Callable[[], float]) -> None:
        self._house = house
        self._pace = Pace(_MOST_PAGES, _PAGE_SECONDS, clock)
        environment = templating.environment()
        style = templating.text("block/style.css")
        self._template = environment.get_template("block/page.html")
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._style = style
        self._headers: Mapping[str, str] = {
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Frame-Options": "DENY",
            "X-Robots-Tag": "noindex",
        }

    def answer(self, wanted: Wanted) -> Reply:
        """The page, or a line of text where nobody would see a page."""
        path = wanted.path.partition("?")[0]
        dest = wanted.headers.get("sec-fetch-dest", "")
        if path in PROBES or path.endswith("favicon.ico") or dest not in _PAGES:
            return PLAIN
        if wanted.method not in ("GET", "HEAD", "POST") or not self._pace.may(wanted.client):
            return PLAIN
        speaks = self._language(wanted)
        holder = self._house.holder_at(wanted.client)
        household = self._house.settings.household
        person = holder if isinstance(holder, Person) else None
        said = self._said(wanted, holder, speaks)
        page = self._template.render(
            language=speaks, said=said, style=self._style,
            helpline=helpline(household.country), holder=holder,
            me=self._pages(wanted) + "/me",
            guide=f"{self._pages(wanted)}/guide/{kindly.reader_of(person)}",
        )  # fmt: skip
        return Reply(403, page.encode(), "text/html; charset=utf-8", self._headers)

    def _language(self, wanted: Wanted) -> Language:
        household = self._house.settings.household
        code = preferred(wanted.headers.get("accept-language", ""))
        return language(code if code in NAMES else household.language, household.country)

    def _said(self, wanted: Wanted, holder: Holder | None, speaks: Language) -> _Said:
        qname = name_of(wanted.host)
        if not qname or qname in self._house.settings.records:
            return _Said("here")
        house, household = self._house, self._house.settings.household
        told = house.explain(qname, house.in_force(wanted.client), speaks)
        rule = told.verdict.rule
        if rule is not None and rule.step is Step.ILLEGAL:
            return _Said("illegal", operator=_operator(house.settings))
        ask = f"{self._pages(wanted)}/me?site={quote(qname)}"
        if told.verdict.action is not Action.BLOCK:
            return _Said("open", qname, ask=ask)
        zone: ZoneInfo = household.zone
        why = kindly.why(told, house.now(), speaks, house.titles(speaks.code), zone)
        may_ask = isinstance(holder, Person) and not _is_adult(holder)
        words = speaks.say(kindly.ASK[household.kind])
        return _Said("closed", qname, why, ask if may_ask else "", words)

    def _pages(self, wanted: Wanted) -> str:
        """Where the device finds the pages: at their address, or at the one it came to."""
        web: Endpoint = self._house.settings.listen.web
        if not web.address.is_unspecified:
            return f"http://{web}"
        return f"http://{Endpoint(ip_address(wanted.here.partition('%')[0]), web.port)}"


def stop_page(settings: Settings, code: str) -> str:
    """The page for who meets illegal content where no look-up tells of the device: at a proxy.

    code: of the language; "" for the household's.
    """
    household = settings.household
    return (
        templating.environment()
        .get_template("block/page.html")
        .render(
            language=language(code or household.language, household.country),
            said=_Said("illegal", operator=_operator(settings)),
            style=templating.text("block/style.css"),
            helpline=helpline(household.country),
        )
    )


def _operator(settings: Settings) -> str:
    """Who keeps the list of illegal content, where there is one alone and it has a name."""
    named = [each.title for each in settings.lists.sources if each.kind is ListKind.IWF]
    return named[0] if len(named) == 1 else ""


def _is_adult(holder: Holder | None) -> bool:
    return isinstance(holder, Person) and holder.age_band is AgeBand.ADULT


def name_of(host: str) -> str:
    """The qname in a Host header; "" where there is none, or an address."""
    try:
        name = normalise(urlsplit(f"//{host}").hostname or "")
    except (ValueError, InvalidName):
        return ""
    return "" if name.rpartition(".")[2].isdigit() else name

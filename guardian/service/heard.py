"""From the names that a watched device asked for to what a parent is shown of them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Final

from guardian.lists.suffixes import icann_suffixes
from guardian.policy.explain import Explanation
from guardian.policy.privacy import NEVER_NAMED
from guardian.policy.rules import Action, Step
from guardian.safety import essentials, infrastructure
from guardian.safety.services import Catalogue
from guardian.service.open_lists import OpenLists
from guardian.service.watch import DeviceWatch
from guardian.web.watching import Heard, HeardSite, Sort

_NEVER: Final = NEVER_NAMED | {"adult"}
_ORDER: Final = tuple(Sort)
_MOST_JUDGED: Final = 10  # names of a site: each takes as long as a query that nobody has asked yet


class Sorter:
    """Tells whose a name is, and what becomes of it for the device's owner.

    titles: of categories. explain: what DNS answers for a name now, and why.
    """

    def __init__(
        self,
        lists: OpenLists,
        services: Catalogue,
        titles: Callable[[str], str],
        explain: Callable[[str], Explanation],
    ) -> None:
        self._lists, self._services = lists, services
        self._titles, self._explain = titles, explain

    def summary(self, watch: DeviceWatch, now: datetime) -> Heard:
        """A watch without its names."""
        return Heard(
            watch.sign, watch.title, watch.owner, watch.site, watch.since, watch.until,
            is_running=now < watch.until,
        )  # fmt: skip

    def heard(self, watch: DeviceWatch, now: datetime) -> Heard:
        """A watch with all that may be shown."""
        shown = [each for each in watch.names if self._may_be_shown(each)]
        by_site: dict[str, list[str]] = defaultdict(list)
        for qname in shown:
            by_site[self._site(qname)].append(qname)
        if watch.site and self._may_be_shown(watch.site):
            by_site.setdefault(watch.site, [])
        found = [self._row(name, names, watch) for name, names in by_site.items()]
        found.sort(key=lambda row: (not row.proposed, _ORDER.index(row.sort), -row.count, row.name))
        summary = self.summary(watch, now)
        return Heard(
            summary.sign, summary.title, summary.owner, summary.site, summary.since, summary.until,
            summary.is_running, tuple(found), len(watch.names) - len(shown),
        )  # fmt: skip

    def _may_be_shown(self, qname: str) -> bool:
        return _NEVER.isdisjoint(self._lists.match(qname).blocked_categories)

    def _site(self, qname: str) -> str:
        """What would be listed for a name: what somebody registered, but of what many use the name
        alone.
        """
        registered = icann_suffixes().registered(qname) or qname
        if infrastructure.is_shared(qname) and not self._services_of(registered):
            return qname
        return registered

    def _row(self, name: str, names: list[str], watch: DeviceWatch) -> HeardSite:
        belongs = self._belongs(name)
        if self._services_of(name):  # which others may use too, and which has a switch
            sort = Sort.KNOWN
        elif infrastructure.is_shared(name) or essentials.is_essential(name):
            sort = Sort.SHARED
        else:
            sort = Sort.KNOWN if belongs else Sort.OWN
        busiest = sorted(names, key=lambda each: -watch.names[each])[:_MOST_JUDGED]
        reason = next(filter(None, map(self._reason, busiest or [name])), "")
        is_meant = name == watch.site or (sort is Sort.OWN and (not watch.site or bool(reason)))
        return HeardSite(
            name, tuple(sorted(names)), sum(watch.names[each] for each in names), sort, belongs,
            reason, is_meant,
        )  # fmt: skip

    def _belongs(self, name: str) -> tuple[str, ...]:
        categories = self._lists.match(name).blocked_categories
        return tuple(sorted(map(self._titles, categories | self._services_of(name))))

    def _services_of(self, name: str) -> frozenset[str]:
        return self._services.covering(name, self._services.ids())

    def _reason(self, qname: str) -> str:
        """Why a name is blocked at all hours; what a time stops is no matter of names."""
        told = self._explain(qname)
        rule = told.verdict.rule
        if told.verdict.action is not Action.BLOCK or rule is None:
            return ""
        return told.reason if rule.step in (Step.OWN, Step.CATEGORY) else ""

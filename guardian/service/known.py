"""What guardian has and what it lacks just now: lists, clock, store."""

from collections.abc import Iterable
from datetime import datetime

from guardian.lists.entry import ListInfo
from guardian.lists.source import Source, SourceKind
from guardian.policy.timeline import Pause, Spell
from guardian.policy.unsure import Known
from guardian.service import clock


def known(
    sources: Iterable[Source],
    lists: Iterable[ListInfo] | None,
    spells: Iterable[Spell],
    now: datetime,
    *,
    store: bool,
) -> Known:
    """What there is. lists: those of the index in force; None where there is no index.

    spells: what was agreed. store: whether that could be read. A list that never came is missed
    where nothing else fills its category; one of illegal content in any case.
    """
    filled = {each.category for each in lists or ()}
    return Known(
        lists=lists is not None,
        absent=tuple(
            (each.title or each.id, each.category)
            for each in (never_came(sources, lists) if lists is not None else ())
            if each.kind is SourceKind.IWF or each.category not in filled
        ),
        clock=clock.is_set(now),
        store=store,
        paused=frozenset(each.person for each in spells if isinstance(each, Pause)),
    )


def never_came(sources: Iterable[Source], lists: Iterable[ListInfo]) -> list[Source]:
    """The lists of which nothing is in force."""
    loaded = {(each.id, each.category) for each in lists}
    return [
        each
        for each in sources
        if each.kind is not SourceKind.ALLOW and (each.id, each.category) not in loaded
    ]

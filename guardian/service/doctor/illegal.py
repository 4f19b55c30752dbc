"""Are lists of illegal content enforced? A name of ours that each of them has is asked for.

What IWF's self-certification and INTERPOL's stop page ask of whoever enforces their lists, without
anybody having to ask for a name that is really listed.
"""

from collections.abc import Iterator
from typing import Final

from guardian.lists.self_test import SELF_TEST
from guardian.names import to_wire
from guardian.qtypes import QTYPES
from guardian.service.doctor.answers import NoAnswer, exchange
from guardian.service.doctor.finding import Case, Finding, fail, ok
from guardian.service.doctor.lists import library

_CENSORED: Final = 16  # the extended error of what is mandated from outside (RFC 8914, 4.17)
_EDE: Final = 15  # the option's code


def self_test(case: Case) -> Iterator[Finding]:
    """The self-test's name in the lists in force, and stopped by DNS where guardian answers."""
    lists = library(case)
    opened = lists.open_index(lambda _problem: None) if lists else None
    if opened is None or not any(each.confidential for each in opened[1].lists):
        return
    index = opened[1]
    named = {entry.list.id for entry in index.match(to_wire(SELF_TEST), QTYPES["A"]).blocked}
    for each in index.lists:
        if each.confidential and each.id not in named:
            yield fail(f"{each.id} does not block the self-test's name", "guardian lists update")
    if case.settings is None or not case.runs:
        return
    for endpoint in case.settings.listen.dns:
        try:
            reply = exchange(endpoint.from_here, SELF_TEST, "A")
        except NoAnswer:
            continue  # the check of DNS says so
        codes = {
            int.from_bytes(option.data[:2])
            for record in reply.ar
            for option in (record.rdata if isinstance(record.rdata, list) else ())
            if option.code == _EDE
        }
        if _CENSORED in codes:
            yield ok(f"illegal content is blocked at {endpoint}: {SELF_TEST} was")
        else:
            mend = "see the findings of index and lists, and guardian's log"
            yield fail(f"illegal content is not blocked at {endpoint}: {SELF_TEST} was not", mend)

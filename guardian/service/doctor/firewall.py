"""Where a router is to have a firewall: is bedtime told to it?"""

from collections.abc import Iterator

from guardian.service import desk
from guardian.service.doctor.finding import Case, Finding, ok, warn


def check(case: Case) -> Iterator[Finding]:
    """Whether a keeper listens to the guardian that runs; nothing where no firewall is wished."""
    wished = case.settings.firewall if case.settings is not None else None
    if wished is None or not wished.ends_what_is_open or not case.runs:
        return
    try:
        is_kept = desk.ask(case.state, "keepers", "")
    except desk.NotRunning:
        return  # other checks say so
    if is_kept:
        yield ok("the firewall is told whose internet is off, and what is open at bedtime ends")
    else:
        yield warn(
            "nobody tells the firewall whose internet is off: what is open at bedtime goes on",
            "start guardian firewall keep beside guardian, as docs/firewall.md shows",
        )

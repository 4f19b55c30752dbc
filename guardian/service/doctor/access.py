"""Who may ask: the house alone, some networks, or the whole internet."""

from collections.abc import Iterator

from guardian.service.doctor.finding import Case, Finding, ok, warn


def check(case: Case) -> Iterator[Finding]:
    """Whether guardian is an open resolver."""
    if case.settings is None:
        return
    access = case.settings.access
    if access.everybody:
        yield warn(
            "everybody in the internet gets answers, which strangers use to flood others",
            "name your networks under access.allow in place of 0.0.0.0/0 and ::/0",
        )
    elif access.allow:
        named = ", ".join(map(str, access.allow))
        yield ok(f"answers go to this house and to {named}")
    else:
        yield ok("answers go to this house alone")

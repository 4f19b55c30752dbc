"""Is the file fine?"""

from collections.abc import Iterator

from guardian.service.doctor.finding import Case, Finding, fail, ok, warn
from guardian.settings import ConfigError, load
from guardian.settings.notes import notes


def check(case: Case) -> Iterator[Finding]:
    """The configuration, and whether it is the one in force."""
    try:
        settings = load(case.config)
    except ConfigError as problem:
        count = len(problem.problems)
        said = f"{case.config} cannot be used ({count} problem{'s' if count > 1 else ''})"
        yield fail(said, f"see guardian config validate {case.config}")
        return
    found = sum(1 for _ in notes(settings))
    if found:
        said = f"{case.config} is fine, with {found} note{'s' if found > 1 else ''}"
        yield warn(said, f"see guardian config validate {case.config}")
    else:
        yield ok(f"{case.config} is fine")

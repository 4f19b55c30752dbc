"""Which zone data is used, and is the clock right?"""

from collections.abc import Iterator
from typing import Final

from guardian.service import clock
from guardian.service.doctor.finding import Case, Finding, fail, ok, warn
from guardian.settings import zones

_OLD: Final = 2  # years: governments change their clocks at least every year


def zone_data(case: Case) -> Iterator[Finding]:
    """The newer of the system's zone data and the package's."""
    system, package = zones.system_version(), zones.package_version()
    if not (system or package):
        yield warn(
            "no time zone data says its version, and it may be old",
            "install the package tzdata, of the system or of Python",
        )
        return
    if package >= system:
        used, whose = package, "the tzdata package"
        other = f"the system's is {system}" if system else "the system's does not say its version"
    else:
        used, whose = system, "the system"
        other = f"the tzdata package's is {package}" if package else "there is no tzdata package"
    said = f"time zones are those of {used}, from {whose}; {other}"
    if int(used[:4]) <= case.now.year - _OLD:
        yield warn(said, "update tzdata; a bedtime may be an hour off where a clock was changed")
    else:
        yield ok(said)


def wall_clock(case: Case) -> Iterator[Finding]:
    """Whether the clock shows a time that can be."""
    zone = case.settings.household.zone if case.settings else None
    local = case.now.astimezone(zone)
    said = f"the clock shows {local:%Y-%m-%d %H:%M} ({zone.key if zone else 'UTC'})"
    if clock.is_set(case.now):
        yield ok(said)
    else:
        mend = "let the network set it (timedatectl set-ntp true), or set it by hand with date"
        yield fail(f"{said}, which is before this guardian was made", mend)

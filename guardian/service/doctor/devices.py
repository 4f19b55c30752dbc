"""Is it known who is who: files of leases, and the kernel's neighbours?"""

from collections.abc import Iterator
from glob import glob
from pathlib import Path

from guardian.network import rtnetlink
from guardian.network.leases.files import AUTO, LeaseFiles
from guardian.service.doctor.finding import Case, Finding, ok, warn


def check(case: Case) -> Iterator[Finding]:
    """What tells names and addresses of devices, and files that are named and not there."""
    if case.settings is None:
        return
    places = case.settings.discovery.leases
    files = LeaseFiles(places)
    leases = [each for each in files.read() if each.holds(case.now.timestamp())]
    names = {each.name for each in leases if each.name}
    near = set(rtnetlink.neighbours().values())
    yield ok(
        f"{len(near)} hardware addresses are near, {len(leases)} leases hold, "
        f"{len(names)} names are known"
    )
    for path in files.unreadable:
        user = Path(case.state).owner() if case.state.exists() else "guardian"
        yield warn(
            f"{path} cannot be read, so devices have no names from it",
            f"let the user {user} read it and its folder, or leave it out of discovery.leases",
        )
    for place in places:
        if place != AUTO and not glob(place):  # noqa: PTH207 (places are absolute)
            yield warn(
                f"{place} is not there, so devices have no names from it",
                "see where the DHCP server keeps its leases, and correct discovery.leases",
            )

"""All checks, in the order in which they are told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from guardian.service.doctor import (
    access,
    answers,
    certificate,
    configuration,
    devices,
    firewall,
    folder,
    illegal,
    lists,
    memory,
    roles,
    time,
)  # fmt: skip
from guardian.service.doctor.finding import Case, Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One check. network: whether it asks somebody outside of the house."""

    name: str
    find: Callable[[Case], Iterator[Finding]]
    network: bool = False


CHECKS: Final = (
    Check("configuration", configuration.check),
    Check("time zones", time.zone_data),
    Check("clock", time.wall_clock),
    Check("state folder", folder.state),
    Check("store", folder.store),
    Check("backups", folder.copies),
    Check("index", lists.index),
    Check("lists", lists.sources),
    Check("certificate", certificate.check),
    Check("access", access.check),
    Check("devices", devices.check),
    Check("roles", roles.check),
    Check("DNS", answers.own),
    Check("firewall", firewall.check),
    Check("illegal content", illegal.self_test),
    Check("upstreams", answers.upstreams, network=True),
    Check("memory", memory.check),
)


def examined(case: Case, *, network: bool) -> Iterator[tuple[Check, Finding]]:
    """What each check finds. network: whether to ask outside of the house."""
    for check in CHECKS:
        if network or not check.network:
            for finding in check.find(case):
                yield check, finding

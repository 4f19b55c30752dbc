"""The firewall that a command's household asks for."""

from argparse import Namespace
from typing import ClassVar

from guardian.errors import GuardianError
from guardian.network.firewall.rules import Wish
from guardian.service.firewall import wish_of
from guardian.settings import Settings, load


class NotWanted(GuardianError):
    """The configuration has no firewall."""

    exit_code: ClassVar[int] = 2


def wanted(args: Namespace) -> tuple[Settings, Wish]:
    """The settings and what they ask for. Raises ConfigError, NotWanted."""
    settings = load(args.config)
    if not settings.firewall.is_wanted:
        raise NotWanted(
            f"{args.config}: no interface of the house is named; "
            "write firewall: {interfaces: [br-lan]}"
        )
    return settings, wish_of(settings)

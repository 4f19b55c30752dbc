"""guardian alive: whether DNS is answered, for whoever watches over a container or a service."""

import asyncio
from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.service.heartbeat import beats
from guardian.settings import load

_SECONDS: Final = 2.0


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """0 where every address answers a packet, else 1. Raises ConfigError."""
    endpoints = load(args.config).listen.dns
    is_alive = asyncio.run(beats(endpoints, _SECONDS))
    where = ", ".join(map(str, endpoints))
    print(f"DNS {'is' if is_alive else 'is not'} answered at {where}.", file=out)
    return 0 if is_alive else 1

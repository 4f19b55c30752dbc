"""guardian run: answer DNS and show the page until Ctrl-C."""

import asyncio
import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from typing import TextIO

from guardian.cli.places import add_place_arguments
from guardian.service.announce import announcer_of
from guardian.service.control import Control
from guardian.service.given import given_to
from guardian.settings.endpoints import Endpoint


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Serve; the few lines printed say where DNS and the page are, and what to try."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)

    def say(sentence: str) -> None:
        print(f"guardian: {sentence}", file=sys.stderr, flush=True)

    def started(control: Control) -> None:
        for line in _welcome(control):
            print(line, file=out, flush=True)

    async def serve() -> None:
        given, announcer = given_to(os.getpid(), os.environ), announcer_of(os.getpid(), os.environ)
        config, state = args.config.resolve(), args.state.resolve()
        await Control(config, state, say, given, announcer).run(started)

    asyncio.run(serve())
    print("guardian has stopped.", file=out)
    return 0


def _welcome(control: Control) -> list[str]:
    settings = control.settings
    listen = settings.listen
    page = f"http://{listen.web}/"
    if not control.store.accounts.all():
        page += f"  (set it up there with the code {control.house.code})"
    people = ", ".join(person.name for person in settings.household.people) or "nobody yet"
    return [
        f"guardian answers DNS at {', '.join(map(str, listen.dns))}",
        f"The page is at   {page}",
        f"People           {people}",
        f"Try              {_dig(listen.dns[0], control)}",
        "Ctrl-C stops it.",
    ]


def _dig(endpoint: Endpoint, control: Control) -> str:
    """A look-up that shows a block: as the first person with an address to try from."""
    source = next(
        (
            f" -b {device}"
            for person in control.settings.household.people
            for device in person.devices
            if str(device).startswith("127.")
        ),
        "",
    )
    return f"dig{source} @{endpoint.address} -p {endpoint.port} www.pornhub.com"

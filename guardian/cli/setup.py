"""guardian setup: where the first run is, and the code that opens it."""

import socket
import time
from argparse import ArgumentParser, Namespace
from typing import Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.network.own import own_address
from guardian.service import lock
from guardian.service.first_run import read_code
from guardian.settings import load
from guardian.settings.endpoints import Endpoint
from guardian.settings.sections.web import Tls
from guardian.store.household import Store

_LOOK_SECONDS: Final = 0.2
_MOST_WAIT: Final = 600


class NothingRuns(GuardianError):
    """There is no page to be shown the way to."""


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "--wait",
        type=seconds,
        default=0,
        metavar="SECONDS",
        help="for a guardian that is being started",
    )


def seconds(text: str) -> int:
    """A time to wait, in whole seconds. Raises ValueError."""
    if not text.isdecimal() or int(text) > _MOST_WAIT:
        raise ValueError
    return int(text)


def run(args: Namespace, out: TextIO) -> int:
    """Say where the page is; with its code, while nobody has an account. Raises NothingRuns."""
    settings = load(args.config)
    page = _page(settings.listen.web, is_secret=settings.web.tls is not Tls.OFF)
    until = time.monotonic() + args.wait
    while not _is_there(settings.listen.web) or not lock.is_held(args.state):
        if time.monotonic() >= until:
            raise NothingRuns(
                f"nothing runs with the state folder {args.state}; start guardian, or see its log"
            )
        time.sleep(_LOOK_SECONDS)
    store = Store.open(args.state / "guardian.db")
    try:
        code = None if store.accounts.all() else read_code(args.state)
    finally:
        store.close()
    if code is None:
        print(f"guardian is set up. Its page is at {page}", file=out)
    else:
        print(f"Set guardian up at {page}", file=out)
        print(f"with the code      {code}", file=out)
    return 0


def _page(where: Endpoint, *, is_secret: bool) -> str:
    address = str(where.address)
    if where.address.is_unspecified:
        family = socket.AF_INET6 if where.address.version == 6 else socket.AF_INET
        address = own_address(family) or "localhost"
    host = f"[{address}]" if ":" in address else address
    return f"{'https' if is_secret else 'http'}://{host}:{where.port}/"


def _is_there(where: Endpoint) -> bool:
    """Whether the page is open."""
    here = where.from_here
    try:
        socket.create_connection((str(here.address), here.port), timeout=1).close()
    except OSError:
        return False
    return True

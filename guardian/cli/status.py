"""guardian status: how the house stands."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TextIO

from guardian.cli.elsewhere import add_elsewhere_arguments, running
from guardian.cli.places import add_place_arguments
from guardian.client.things import Standing, Status, as_data


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    add_elsewhere_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: Namespace, out: TextIO) -> int:
    """What is in force for whom; 1 where something is wrong, else 0. Raises GuardianError."""
    status = running(args).status()
    if args.json:
        print(json.dumps(as_data(status), ensure_ascii=False), file=out)
    else:
        print("\n".join(_lines(status)), file=out)
    return 1 if status.problems else 0


def _lines(status: Status) -> Iterator[str]:
    where = ", ".join(status.dns)
    yield f"{status.time:%A %H:%M}, DNS at {where}"
    width = max((len(each.name) for each in status.people), default=0)
    for each in status.people:
        yield f"  {each.name:<{width}}  {_stands(each)}"
    yield f"  Devices that are nobody's: {_stands(status.strangers)}"
    yield (
        f"{status.queries_today} look-ups today, {status.blocked_today} of them blocked; "
        f"{status.names} names in {status.lists} lists"
    )
    for one in status.requests:
        yield f"Request {one.number} of {one.person} waits: guardian requests"
    yield from status.notices
    yield from (f"Problem: {each}" for each in status.problems)


def _stands(each: Standing) -> str:
    budgets = [f"{one.left} of {one.allowed} minutes left for {one.title or 'everything'}"
               for one in each.budgets]  # fmt: skip
    return "; ".join([f"{each.title}, {each.detail}" if each.detail else each.title, *budgets])

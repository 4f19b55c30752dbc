"""guardian lists hits: how often illegal content was blocked, where that is counted."""

import json
from argparse import ArgumentParser, Namespace
from contextlib import closing
from datetime import date
from typing import Final, TextIO

from guardian.cli.lists.places import now
from guardian.cli.places import add_place_arguments
from guardian.settings import load
from guardian.store.household import Store
from guardian.store.illegal_hits import DayHits

HELP: Final = "how often illegal content was blocked, by day"
_OFF: Final = "it is not counted; count_illegal: true under lists has it counted"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--json", action="store_true", help="JSON instead of words")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each day that is over, and each list. Raises StoreError, ConfigError."""
    settings = load(args.config)
    is_counted = settings.lists.count_illegal
    today = now().astimezone(settings.household.zone).date()
    days = _days(args, today) if is_counted else []
    if args.json:
        rows = [{"day": str(each.day), "list": each.list, "hits": each.hits} for each in days]
        print(json.dumps({"is_counted": is_counted, "days": rows}, ensure_ascii=False), file=out)
    elif not is_counted:
        print(_OFF, file=out)
    elif not days:
        print("nothing was blocked on a day that is over", file=out)
    else:
        for each in days:
            print(f"{each.day}  {each.list:28} {each.hits:>9}", file=out)
    return 0


def _days(args: Namespace, today: date) -> list[DayHits]:
    args.state.mkdir(parents=True, exist_ok=True)
    with closing(Store.open(args.state / "guardian.db")) as store:
        return store.illegal_hits.before(today)

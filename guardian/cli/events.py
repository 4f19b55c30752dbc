"""guardian events: what happened, and with --follow what happens."""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.policy.events import Event
from guardian.settings import load
from guardian.store.household import Store

_POLL_SECONDS: Final = 0.5


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--after", type=int, default=0, metavar="ID", help="only those after this")
    parser.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each event, the oldest first."""
    zone = load(args.config).household.zone
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        for event in _events(store, args.after, follow=args.follow):
            if args.json:
                print(json.dumps(as_data(event, zone), ensure_ascii=False), file=out, flush=True)
            else:
                at = event.at.astimezone(zone)
                print(f"{event.id:>4}  {at:%a %d %b %H:%M}  {event.sentence}", file=out, flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        store.close()
    return 0


def _events(store: Store, cursor: int, *, follow: bool) -> Iterator[Event]:
    version = None
    while True:
        if (seen := store.version()) != version:
            version = seen
            for event in store.events.after(cursor):
                cursor = event.id
                yield event
        if not follow:
            return
        time.sleep(_POLL_SECONDS)


def as_data(event: Event, zone: tzinfo) -> dict[str, Any]:
    """The fields in their documented order, as JSON can hold them."""
    return {
        "id": event.id,
        "at": event.at.astimezone(zone).isoformat(timespec="seconds"),
        "kind": event.kind.value,
        "person": event.person,
        "minutes": event.minutes,
        "sentence": event.sentence,
    }

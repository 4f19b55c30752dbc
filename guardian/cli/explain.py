"""guardian explain: a person's day as a timeline."""

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime
from typing import TextIO

from guardian.cli.places import add_place_arguments
from guardian.cli.spells import BadTime
from guardian.policy.explain import spans
from guardian.service.inquiry import Inquiry


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--person", help="whose day (default: a device nobody has named)")
    who.add_argument("--device", help="a shared device, by its name")
    parser.add_argument("--day", metavar="DATE", help="such as 2026-03-29; default: today")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each stretch, with what comes and goes in it."""
    try:
        day = date.fromisoformat(args.day) if args.day else None
    except ValueError:
        raise BadTime(f'"{args.day}" is not a date; write it as 2026-03-29') from None
    inquiry = Inquiry(args.config, args.state, datetime.now(UTC))
    timeline = inquiry.day(args.person, day, args.device)
    for span in spans(timeline):
        start, end = (each.astimezone(timeline.zone) for each in (span.start, span.end))
        if args.json:
            data = {
                "from": start.isoformat(timespec="seconds"),
                "to": end.isoformat(timespec="seconds"),
                "kind": span.kind,
                "title": span.title,
                "reasons": span.reasons,
                "rules": span.rules,
            }
            print(json.dumps(data, ensure_ascii=False), file=out)
        else:
            more = "; ".join(each for each in span.reasons if each != span.title)
            print(f"{start:%H:%M} - {end:%H:%M}  {span.title}{more and f': {more}'}", file=out)
    return 0

"""guardian learn: what a chosen site needs, seen while a parent watches, and kept on their word."""

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import TextIO

from guardian.cli import spells
from guardian.cli.places import add_place_arguments
from guardian.names import InvalidName, normalise
from guardian.policy.learning import MOST
from guardian.policy.timeline import Learning
from guardian.service import learning
from guardian.service.inquiry import Inquiry
from guardian.service.learning import CannotLearn, Learnt
from guardian.settings import Settings, load
from guardian.store.household import Store


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("person")
    parser.add_argument("site", nargs="?", help="begin: the name of the site, such as example.org")
    parser.add_argument(
        "how_long", nargs="?", default="30m", help='such as "10m"; an hour at most (default: 30m)'
    )
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--keep", nargs="+", metavar="NAME", help="allow the site and these names")
    chosen.add_argument("--keep-all", action="store_true", help="allow the site and all proposed")
    chosen.add_argument("--drop", action="store_true", help="end it and forget what was seen")
    chosen.add_argument("--json", action="store_true", help="what was seen, as one JSON object")


def run(args: Namespace, out: TextIO) -> int:
    """Begin, show, keep or drop. Raises GuardianError."""
    now = datetime.now(UTC)
    settings = load(args.config)
    person = settings.household.called(args.person).name
    args.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(args.state / "guardian.db")
    try:
        if args.site is not None:
            _begin(args, store, settings, person, now, out)
        elif args.drop:
            learning.forget(store, args.state, person, now)
            print(f"What was seen for {person} is forgotten.", file=out)
        else:
            seen = learning.learnt(Inquiry(args.config, args.state, now), args.state, person)
            if args.keep or args.keep_all:
                _keep(args, store, settings, seen, now, out)
            elif args.json:
                print(json.dumps(_data(seen), ensure_ascii=False), file=out)
            else:
                print("\n".join(_lines(seen, settings, now)), file=out)
    finally:
        store.close()
    return 0


def _begin(
    args: Namespace,
    store: Store,
    settings: Settings,
    person: str,
    now: datetime,
    out: TextIO,
) -> None:
    if args.keep or args.keep_all or args.drop or args.json:
        raise CannotLearn("begin to learn first; then: guardian learn PERSON --keep-all")
    until = spells.end_of(args.how_long, now, settings)
    if until - now > MOST:
        raise spells.BadTime(f'"{args.how_long}" is too long; learn for an hour at most')
    site = _name(args.site)
    learning.begin(store, settings, Learning(person, site, now, until))
    local = until.astimezone(settings.household.zone)
    print(f"Only chosen sites does not hold for {person} until {local:%H:%M}.", file=out)
    print(f"Use {site} on {person}'s device now, then: guardian learn {person}", file=out)


def _keep(
    args: Namespace,
    store: Store,
    settings: Settings,
    seen: Learnt,
    now: datetime,
    out: TextIO,
) -> None:
    names = seen.proposals if args.keep_all else [_name(each) for each in args.keep]
    kept = learning.keep(store, settings, args.state, seen, names)
    learning.forget(store, args.state, seen.person, now)
    said = ", ".join(kept) if kept else "nothing that was not allowed already"
    print(f"Allowed for {seen.person} from now on: {said}.", file=out)


def _lines(seen: Learnt, settings: Settings, now: datetime) -> list[str]:
    until = seen.until.astimezone(settings.household.zone)
    state = f"until {until:%H:%M}" if seen.until > now else f"ended at {until:%H:%M}"
    lines = [f"What {seen.site} needs, learnt for {seen.person} ({state}):"]
    for each in seen.seen:
        why = f"  not proposed: {', '.join(each.belongs)}" if each.belongs else ""
        lines.append(f"{each.count:5}  {each.qname}{why}")
    if not seen.seen:
        lines.append("nothing yet that is not allowed already")
    lines.append(f"To keep {len(seen.proposals)} proposed: guardian learn {seen.person} --keep-all")
    return lines


def _data(seen: Learnt) -> dict[str, object]:
    return {
        "person": seen.person,
        "site": seen.site,
        "until": seen.until.isoformat(timespec="seconds"),
        "names": [
            {"name": each.qname, "count": each.count, "belongs": each.belongs} for each in seen.seen
        ],
        "proposed": seen.proposals,
    }


def _name(text: str) -> str:
    try:
        return normalise(text)
    except InvalidName as problem:
        raise CannotLearn(str(problem)) from None

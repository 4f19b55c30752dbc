"""guardian doctor: what is well, what is not, and how to mend it."""

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import TextIO

from guardian.cli.places import add_place_arguments
from guardian.service import lock
from guardian.service.doctor.finding import Case, Level
from guardian.service.doctor.table import examined
from guardian.settings import ConfigError, Settings, load


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "--network", action="store_true", help="ask the upstreams too, outside of the house"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: Namespace, out: TextIO) -> int:
    """A line for each finding; 1 where something fails, else 0."""
    state = args.state.resolve()
    case = Case(args.config, state, _settings(args), datetime.now(UTC), runs=lock.is_held(state))
    code = 0
    for check, finding in examined(case, network=args.network):
        if finding.level is Level.FAIL:
            code = 1
        if args.json:
            data = {
                "check": check.name,
                "level": finding.level.value,
                "sentence": finding.sentence,
                "mend": finding.mend,
            }
            print(json.dumps(data, ensure_ascii=False), file=out, flush=True)
        else:
            print(f"{finding.level:<5} {check.name:<14} {finding.sentence}", file=out, flush=True)
            if finding.mend:
                print(f"{'':<20} → {finding.mend}", file=out, flush=True)
    return code


def _settings(args: Namespace) -> Settings | None:
    """The settings of the file; where it cannot be used, those of its last good copy."""
    for path in (args.config, args.state / "config.last-good.yaml"):
        try:
            return load(path)
        except ConfigError:
            continue
    return None

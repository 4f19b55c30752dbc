"""guardian firewall status: whether it is in force, what it did, and for whom."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any, Final, TextIO

from guardian.cli.places import add_place_arguments
from guardian.network.firewall import nft, trial
from guardian.network.firewall.standing import Standing, standing

HELP: Final = "whether it is in force, what it did, and whose internet is off"


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: Namespace, out: TextIO) -> int:
    """0 where it is in force, else 1."""
    where = trial.folder()
    table = nft.table()
    found = standing(table) if table is not None else None
    running = trial.pending(where)
    if args.json:
        said: dict[str, Any] = {"in_force": found is not None}
        if found is not None:
            said |= {"counted": found.counted, "off": found.off, "exempt": found.exempt}
        said["trial_seconds_left"] = running.left if running else None
        print(json.dumps(said), file=out)
    else:
        print("\n".join(_lines(found, running, trial.taken_back(where))), file=out)
    return 0 if found is not None else 1


def _lines(
    found: Standing | None, running: trial.Pending | None, taken_back: str | None
) -> Iterator[str]:
    if found is None:
        yield "No firewall of guardian's is in force: guardian firewall apply"
    else:
        yield "The firewall is in force."
        yield from found.sentences()
    if running is not None:
        yield f"It is on trial for {running.left} seconds more: guardian firewall confirm"
    elif taken_back is not None:
        yield "The last one that was applied was taken back, because nobody confirmed it."
    if taken_back:
        yield f"Problem: what was in force before did not come back at once: {taken_back}"

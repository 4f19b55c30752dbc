"""guardian: the command. Finds the subcommand, runs it, says errors in a sentence."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Final

from guardian import __version__
from guardian.errors import GuardianError
from guardian.service.wake import wake

COMMANDS: Final = {
    "run": "answer DNS and show the page",
    "setup": "where the first run is, and the code that opens it",
    "check": "what happens to a name, for whom, at what time, and why",
    "status": "how the house stands: what is in force for whom, and what is wrong",
    "people": "who is in the house, and what is in force for them",
    "devices": "which devices asked lately, and whose they are",
    "addresses": "addresses of their own for devices, which are known by them everywhere",
    "dnr": "what a router's DHCP says, so that devices find encrypted DNS by themselves",
    "explain": "a person's day as a timeline: what is in force from when, and why",
    "pause": "turn the internet off for a person, or end that",
    "grant": "give a person extra time, or end that",
    "checkin": "say who is at a shared device, which follows them meanwhile",
    "learn": "what a chosen site needs, for a child with chosen sites only",
    "holidays": "school holidays from a calendar file or address",
    "requests": "what children ask for, and a parent's answers",
    "events": "what happened: bedtimes that came, minutes that ran low, pauses, requests",
    "services": "the apps and sites that a profile can name",
    "lists": "the lists: choosing them, their state, updates, look-ups",
    "sensor": "hear how the devices on a network call themselves, and tell guardian",
    "url-helper": "tell a proxy, such as Squid, which pages are listed",
    "help": "whom a child can talk to, where content is reported, what to dial in danger",
    "stats": "figures of many households that expose nobody",
    "firewall": "a router's firewall, so that DNS is not side-stepped",
    "alive": "whether DNS is answered, for those who watch over a service",
    "doctor": "what is well, what is not, and how to mend it",
    "backup": "a copy of the whole household, in one file",
    "restore": "the household as it was when a copy was made",
    "update": "whether a release of guardian is genuine, and newer",
    "completion": "have a shell complete words of guardian by Tab",
    "import": "take over what you had with AdGuard Home, Pi-hole or NextDNS",
    "config": "check, export, import and undo the configuration",
}

_ZONES: Final = "/usr/share/zoneinfo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when well, 1 on failure, 2 on wrong input."""
    _say_where_zones_are()
    argv = list(sys.argv[1:] if arguments is None else arguments)
    parser = ArgumentParser(prog="guardian", description="A DNS filter for families and schools.")
    parser.add_argument("--version", action="version", version=f"guardian {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in argv if not word.startswith("-")), None)
    for name, help_text in COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        if name == chosen:  # only the one that runs is imported
            import_module(module_of(name)).add_arguments(command)
    args = parser.parse_args(argv)
    try:
        code: int = import_module(module_of(args.command)).run(args, sys.stdout)
        if "state" in args:
            wake(args.state)
    except GuardianError as problem:
        print(f"guardian: {problem}", file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        said = f"{where}{problem.strerror or problem}; see that it is there and yours"
        print(f"guardian: {said}", file=sys.stderr)
        return 1
    return code


def _say_where_zones_are() -> None:
    """Or `zoneinfo` asks how Python was built, which takes 0.4 MB in each process."""
    if Path(_ZONES).is_dir():
        os.environ.setdefault("PYTHONTZPATH", _ZONES)


def module_of(command: str) -> str:
    """The module that has a command; one that Python has a word for ends with an underscore."""
    name = command.replace("-", "_")
    return f"guardian.cli.{name}_" if iskeyword(name) else f"guardian.cli.{name}"


if __name__ == "__main__":
    sys.exit(main())

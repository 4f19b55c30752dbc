"""Which guardian a command is about: the one with a state folder here, or one elsewhere.

A key is never written on a command line, where every user of the machine could read it: it stands
in a file.
"""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import ClassVar, Final

from guardian.cli.places import default_state
from guardian.client import Client, Place
from guardian.errors import GuardianError

URL: Final = "GUARDIAN_URL"
TOKEN_FILE: Final = "GUARDIAN_TOKEN_FILE"  # noqa: S105 (the name of a variable)
FINGERPRINT: Final = "GUARDIAN_FINGERPRINT"


class NoKey(GuardianError):
    """A guardian elsewhere, and no key for it."""

    exit_code: ClassVar[int] = 2


def add_elsewhere_arguments(parser: ArgumentParser) -> None:
    """--url, --token-file and --fingerprint."""
    group = parser.add_argument_group("a guardian elsewhere")
    group.add_argument("--url", metavar="ADDRESS", help=f"such as https://192.168.1.2:8053; {URL}")
    group.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help=f"has a key from a parent; {TOKEN_FILE}",
    )
    group.add_argument(
        "--fingerprint", metavar="SHA256", help=f"of its own certificate; {FINGERPRINT}"
    )


def elsewhere(args: Namespace) -> Client | None:
    """The guardian at an address; None where the one with the state folder is meant.

    Raises NoKey.
    """
    url = args.url
    if url is None and args.state == default_state():
        url = os.environ.get(URL, "")
    if not url:
        return None
    file = args.token_file or Path(os.environ.get(TOKEN_FILE, "") or "/nonexistent")
    if not (args.token_file or os.environ.get(TOKEN_FILE)):
        raise NoKey(f"{url} needs a key; name the file that has it with --token-file")
    try:
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it has no key in it"
        raise NoKey(f"{file}: the key cannot be read ({why})") from None
    return Client(Place(url, token, args.fingerprint or os.environ.get(FINGERPRINT, "")))


def running(args: Namespace) -> Client:
    """A guardian that runs, here or elsewhere, to be asked what only it knows."""
    return elsewhere(args) or Client(Place(state=args.state))

"""How commands come by the passphrase of a backup: from a file, or from whoever sits there."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from guardian.lists.feeds.credentials import secret_in
from guardian.service.sealed import CannotSeal


def add_passphrase_argument(parser: ArgumentParser) -> None:
    """--passphrase-file."""
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="with the passphrase in one line; default: backup.passphrase_file",
    )


def given(args: Namespace) -> str:
    """That of the file which was named; "" for none. Raises NoCredentials."""
    return secret_in(str(args.passphrase_file)) if args.passphrase_file else ""


def new() -> str:
    """One that somebody types, twice. Raises CannotSeal."""
    first = _typed("Passphrase for the backup: ")
    if first != _typed("Once more: "):
        raise CannotSeal("the two passphrases are not alike; type the same one twice")
    return first


def known() -> str:
    """One that somebody types. Raises CannotSeal."""
    return _typed("Passphrase of the backup: ")


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise CannotSeal("a passphrase is needed; name a file that holds it: --passphrase-file")
    return getpass.getpass(prompt)

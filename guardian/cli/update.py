"""guardian update --check: whether a release is genuine, and newer than this one."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import ClassVar, TextIO

from guardian import __version__
from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.lists.feeds.minisign import PublicKey
from guardian.service import releases
from guardian.settings import load


class NotSaid(GuardianError):
    """Whose releases, or where they are, is not known."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "--check",
        required=True,
        nargs="?",
        const="",
        metavar="WHERE",
        help="a file or folder of a release, or an HTTPS address; default: updates.url",
    )
    parser.add_argument(
        "--key-file", type=Path, metavar="FILE", help="their public key; default: updates.key_file"
    )


def run(args: Namespace, out: TextIO) -> int:
    """Say what is there. Raises NotSaid, NotGenuine, ConfigError, OSError."""
    where, key_file = args.check, args.key_file
    if not where or key_file is None:
        settings = load(args.config)
        where = where or settings.updates.url
        if key_file is None and settings.updates.key_file:
            key_file = settings.path.parent / settings.updates.key_file
    if key_file is None:
        raise NotSaid("whose releases are genuine is not known; write updates.key_file")
    if not where:
        raise NotSaid("say where: a file, a folder or an address; or write updates.url")
    key = releases.pinned(key_file)
    if "://" in where:
        release = releases.read(releases.at(where), key, where)
    else:
        release = _here(Path(where), key, out)
    _compare(release, out)
    return 0


def _here(path: Path, key: PublicKey, out: TextIO) -> releases.Release:
    """A release on this machine, with every file of it that is there."""
    folder = path if path.is_dir() else path.parent
    release = releases.read(releases.in_folder(folder), key, str(folder))
    files = [path]
    if path.is_dir():
        files = [folder / name for name in release.digests if (folder / name).exists()]
    for each in files:
        release.check(each)
        print(f"{each} is genuine.", file=out)
    return release


def _compare(release: releases.Release, out: TextIO) -> None:
    if release.is_newer_than(__version__):
        said = f"{release.version} is newer than this guardian, {__version__}."
    elif release.version == __version__:
        said = f"{release.version} is what runs here."
    else:
        said = f"{release.version} is older than this guardian, {__version__}."
    print(said, file=out)

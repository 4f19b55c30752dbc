"""guardian url-helper: tell a proxy which pages are listed, and give it a page to show instead."""

import sys
import time
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import ClassVar, Final, TextIO
from urllib.parse import urlsplit

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.lists.urls.followed import FollowedUrls
from guardian.lists.urls.squid import Deed, answer

_LANGUAGES: Final = ("ar", "zh", "en", "fr", "ru", "es")


class BadPage(GuardianError):
    """No address to lead anybody to."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "proxy",
        choices=["squid", "page"],
        help="squid: answer its questions, on standard input; page: print an error page for it",
    )
    parser.add_argument(
        "--as",
        dest="deed",
        choices=[each.value for each in Deed],
        default=Deed.ACL.value,
        help="the helper of an external_acl_type (acl), or a url_rewrite_program (rewrite)",
    )
    parser.add_argument("--to", metavar="URL", help="where rewrite leads, such as the block page")
    parser.add_argument("--language", choices=_LANGUAGES, help="of the page; default: the house's")
    add_place_arguments(parser)


def run(args: Namespace, out: TextIO) -> int:
    """Answer until the proxy closes standard input; or print the page."""
    if args.proxy == "page":
        print(_page(args), file=out)
        return 0
    deed, to = Deed(args.deed), _address(args.to or "")
    if deed is Deed.REWRITE and not to:
        raise BadPage("rewrite leads somewhere; say where with --to http://…")
    urls = FollowedUrls(args.state / "lists", time.monotonic, _complain)
    del args.state  # a helper changes nothing that a running guardian should look at
    replies = sys.stdout.buffer
    for line in sys.stdin.buffer:
        replies.write(answer(line, urls.match, deed, to) + b"\n")
        replies.flush()
    return 0


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or '"' in text):
        raise BadPage(f'"{text}" is no address; write it as http://192.168.1.2/')
    return text


def _page(args: Namespace) -> str:
    """What is shown in place of a listed page, as Squid reads templates: `%` is doubled."""
    from guardian.service import clock
    from guardian.settings import load
    from guardian.web.block.page import stop_page

    settings = load(args.config, today=clock.day_for_ages(datetime.now(UTC)))
    return stop_page(settings, args.language or "").replace("%", "%%")


def _complain(problem: str) -> None:
    """Squid keeps what helpers say here in its cache.log: no URL is ever said."""
    print(f"guardian: {problem}", file=sys.stderr, flush=True)

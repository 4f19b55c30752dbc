"""What Squid asks of its helpers, and what they answer.

Squid writes a line for each request: with `concurrency=` a channel number first, then the URL, then
words that are of no use here. The answer is a line with the same number (Squid's
external_acl_type and url_rewrite_program, "helper protocol"). To pass, a helper that is asked
whether a URL is listed says ERR, and one that rewrites says ERR as well.

Of HTTPS, Squid sees `CONNECT host:443` alone, no page: there only whole sites count, since anything
else would widen a page to its host.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from guardian.lists.urls.listed import Listed

_PASS: Final = b"ERR"


class Deed(StrEnum):
    """What a helper is for: an access list (external_acl_type), or another URL."""

    ACL = "acl"
    REWRITE = "rewrite"


def answer(line: bytes, match: Callable[[str], Listed], deed: Deed, page: str = "") -> bytes:
    """The answer to a line, without its end. page: where a listed one leads, of Deed.REWRITE.

    Raises nothing: a line that nobody could understand passes, as a URL that is not listed does.
    """
    words = line.split(maxsplit=2)
    channel = words.pop(0) + b" " if words and words[0].isdigit() else b""
    url = words[0].decode("utf-8", "replace") if words else ""
    if not _is_listed(url, match):
        return channel + _PASS
    if deed is Deed.ACL:
        return channel + b"OK guardian=listed"
    return channel + f'OK status=302 url="{page}"'.encode()


def _is_listed(url: str, match: Callable[[str], Listed]) -> bool:
    if "://" in url:
        return match(url) is not Listed.NOWHERE
    return match(f"https://{url}/") is Listed.SITE

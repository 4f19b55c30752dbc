"""What an HTTP request asks of DNS over HTTPS, or the status that it is refused with.

The same for every version of HTTP: each reads heads in its own way and has them judged here. Who
the request is from and what the answer will be is for others.
"""

from base64 import urlsafe_b64decode
from binascii import Error as NoBase64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MEDIA_TYPE: Final = b"application/dns-message"
TOKEN_PATH: Final = b"/dns/"
"""What is behind it names a device: /dns/<token>."""

BAD_REQUEST: Final = 400
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
METHOD_NOT_ALLOWED: Final = 405
CONTENT_TOO_LARGE: Final = 413
URI_TOO_LONG: Final = 414
UNSUPPORTED_MEDIA_TYPE: Final = 415
FIELDS_TOO_LARGE: Final = 431
VERSION_NOT_SUPPORTED: Final = 505

METHODS: Final = b"GET, HEAD, POST"
MOST_BODY: Final = 65_535  # bytes of a DNS message
MOST_TARGET: Final = 8_192  # bytes; a question takes a hundred
MOST_FIELDS: Final = 16_384  # bytes of a request's head

_SHORTEST: Final = 12  # a DNS header
_QR: Final = 0x80
_MOST_TOKEN: Final = 128

Fields = Iterable[tuple[bytes, bytes]]
"""Names in lower case, and values."""


class Ended(Exception):
    """The connection is at its end: by the client's wish or fault. What is queued is still sent."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a request says before its body.

    status: what it is refused with; 0 where it is not. wire: the query; None where the body has it.
    bodiless: whether only the reply's head is wanted. length: of the body, bytes, where it is told.
    token: what stands in the path for a device; "" for the common path.
    forwarded: for whom proxies say it is (X-Forwarded-For), the nearest last; only theirs counts.
    """

    status: int = 0
    wire: bytes | None = None
    bodiless: bool = False
    length: int | None = None
    token: str = ""
    forwarded: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query. stream: what `reply` has to be told. wire: with its ID in front."""

    stream: int
    head: Head
    wire: bytes


def read_head(method: bytes, target: bytes, fields: Fields, path: bytes) -> Head:
    """What a request asks. target: path and query, or a whole URL. path: the common one.

    What it accepts is not asked about: the answer is a DNS message or none (RFC 8484, section 4.1).
    """
    length: int | None = None
    media_type = b""
    forwarded: list[bytes] = []
    for name, value in fields:
        if name == b"content-type":
            media_type = value.partition(b";")[0].strip().lower()
        elif name == b"content-length":
            if not value.isdigit() or len(value) > 12 or length not in (None, int(value)):
                return Head(BAD_REQUEST)
            length = int(value)
        elif name == b"x-forwarded-for":
            forwarded.append(value)
    bodiless = method == b"HEAD"
    if len(target) > MOST_TARGET:
        return Head(URI_TOO_LONG, bodiless=bodiless, length=length)
    asked_path, _, parameters = _origin_form(target).partition(b"?")
    token = _token(asked_path)
    if asked_path != path and not token:
        return Head(NOT_FOUND, bodiless=bodiless, length=length)
    if length is not None and length > MOST_BODY:
        return Head(CONTENT_TOO_LARGE, bodiless=bodiless, length=length)
    status, wire = 0, None
    if method in (b"GET", b"HEAD"):
        wire = _parameter(parameters)
        if wire is None or not is_query(wire):
            status, wire = BAD_REQUEST, None
    elif method != b"POST":
        status = METHOD_NOT_ALLOWED
    elif media_type != MEDIA_TYPE:
        status = UNSUPPORTED_MEDIA_TYPE
    return Head(status, wire, bodiless, length, token, b",".join(forwarded))


def query_of(head: Head, body: bytes) -> bytes | None:
    """The query of a request that is whole; None where it has none."""
    wire = body if head.wire is None else head.wire
    return wire if is_query(wire) else None


def is_query(wire: bytes) -> bool:
    """Whether a message is one that gets a reply, be it an error: a header, and no reply itself."""
    return _SHORTEST <= len(wire) <= MOST_BODY and not wire[2] & _QR


def _origin_form(target: bytes) -> bytes:
    """Path and query, also of a whole URL, as proxies may send it (RFC 9112, section 3.2.2)."""
    if target.startswith(b"/"):
        return target
    _, _, behind = target.partition(b"://")
    _, slash, path = behind.partition(b"/")
    return slash + path


def _token(path: bytes) -> str:
    token = path.removeprefix(TOKEN_PATH)
    if token == path or len(token) > _MOST_TOKEN:
        return ""
    text = token.decode("ascii", "replace")
    return text if text.replace("-", "").replace("_", "").isalnum() and text.isascii() else ""


def _parameter(parameters: bytes) -> bytes | None:
    """The message in `dns=`, base64url without padding (RFC 8484, section 6)."""
    for parameter in parameters.split(b"&"):
        name, _, value = parameter.partition(b"=")
        if name == b"dns":
            return _decoded(value.rstrip(b"="))
    return None


def _decoded(value: bytes) -> bytes | None:
    if not value or not value.replace(b"-", b"").replace(b"_", b"").isalnum():
        return None  # the decoder would pass over what is not of its alphabet
    try:
        return urlsafe_b64decode(value + b"=" * (-len(value) % 4))
    except NoBase64:
        return None

"""One spelling for all URLs that lead a browser to the same page.

What browsers do (WHATWG URL Standard, sections 3.5 and 4.4, for http and https): blanks at the ends
and line breaks are gone, a backslash is a slash, scheme and host are lower case, the host is in
A-labels or a plain IP address, the scheme's own port is gone, `.` and `..` are resolved, what a URL
cannot hold is percent-encoded in UTF-8. And what servers do not tell apart (RFC 3986, section
6.2.2): `%7E` is `~`, `%c3` is `%C3`, a `%` that begins nothing is `%25`, and what proxies encode
(`'`, `|`, brackets, braces) is encoded. User and password, fragment and an empty query are dropped:
no server gets to see them, or to tell them from none.
"""

import re
from typing import Final

from guardian.lists.urls.hosts import host_of

LONGEST: Final = 16_384  # characters of a URL that is looked at; longer ones match nothing
_SCHEMES: Final = {"http": "80", "https": "443"}

# Nearly all URLs are spelled so already; groups: www, host, path, query as in `keys.Address`.
# A path with `/.`, a host of more than 63 bytes or that ends in a number, and all that has a port
# or a percent sign gets the long look. Possessive: never more than linear.
PLAIN: Final = re.compile(
    r"https?://(?=[^/]{3,63}/)(www\.(?=[^/.]++\.))?+"
    r"((?:(?!xn--)[a-z0-9_]++(?:-++[a-z0-9_]++)*+\.)++(?!xn--)[a-z][a-z0-9]++)"
    r"((?:/(?!\.)[A-Za-z0-9\-._~!$&()*+,;=:@]*+)++)"
    r"(?:\?([A-Za-z0-9\-._~!$&()*+,;=:@/?]++))?+"
)
_PARTS: Final = re.compile(r"([a-z][a-z0-9+.-]*):[/\\]*([^/\\?#]*)([^?#]*)(?:\?([^#]*))?", re.I)
_ESCAPE: Final = re.compile(r"%(?:([0-9A-Fa-f]{2})|)")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NOT_ALLOWED: Final = re.compile(r"[^!$%&()*+,\-./0-9:;=?@A-Z_a-z~]")
_ENDS: Final = "".join(map(chr, range(0x21)))  # C0 controls and the blank


def normalise(url: str) -> str:
    """The URL in its one spelling, such as "http://site.example/a?b"; "" where it is none.

    Only http and https; "" too for a URL of more than LONGEST characters. Raises nothing, and
    changes nothing the second time.
    """
    if len(url) > LONGEST:
        return ""
    if PLAIN.fullmatch(url):
        return url
    url = url.strip(_ENDS).translate({9: None, 10: None, 13: None})
    found = _PARTS.match(url)
    if found is None:
        return ""
    scheme, authority, path, query = found.groups()
    scheme = scheme.lower()
    if scheme not in _SCHEMES:
        return ""
    netloc = _netloc(authority, _SCHEMES[scheme])
    if not netloc:
        return ""
    path = _path(path.replace("\\", "/"))
    query = _escaped(query or "")
    return f"{scheme}://{netloc}{path}{'?' + query if query else ''}"


def _netloc(authority: str, own_port: str) -> str:
    """Host and port, that of the scheme left out; "" where there is no host."""
    host, colon, port = authority.rpartition("@")[2].rpartition(":")
    if not colon or "]" in port:
        host, port = host + colon + port, ""
    if port and not (port.isascii() and port.isdecimal()):
        return ""
    port = port.lstrip("0") or ("0" if port else "")
    if len(port) > 5 or int(port or 0) > 0xFFFF:
        return ""
    host = host_of(host)
    return f"{host}:{port}" if host and port and port != own_port else host


def _path(path: str) -> str:
    segments: list[str] = []
    *before, last = _escaped(path).split("/")[1:] or [""]
    for segment in before:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    if last == "..":
        del segments[-1:]
    return "/" + "/".join([*segments, "" if last in (".", "..") else last])


def _escaped(text: str) -> str:
    """Percent-encoded where it must be, and nowhere else."""
    if "%" in text:
        text = _ESCAPE.sub(_escape, text)
    return _NOT_ALLOWED.sub(_encode, text)


def _escape(found: re.Match[str]) -> str:
    digits = found[1]
    if digits is None:
        return "%25"
    char = chr(int(digits, 16))
    return char if char in _UNRESERVED else f"%{digits.upper()}"


def _encode(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))

"""Behind a reverse proxy: who really asks, and whether they came by HTTPS.

Only proxies that the configuration names are believed. Of what they wrote, the last address that is
none of theirs counts: whatever stands before it may have been made up by the visitor.
"""

from collections.abc import Iterable
from ipaddress import ip_address

from aiohttp import web

from guardian.policy.devices import Network
from guardian.web.hosts import is_address


def seen_from(request: web.Request, trusted: Iterable[Network]) -> web.Request:
    """The request as it was sent to a trusted proxy; the same one where there is none."""
    proxies = tuple(trusted)
    if not proxies or not _is_among(request.remote or "", proxies):
        return request
    hops = [
        each.strip()
        for line in request.headers.getall("X-Forwarded-For", ())
        for each in line.split(",")
    ]
    remote = request.remote or ""
    for each in reversed(hops):
        if not is_address(each):
            break
        remote = each
        if not _is_among(each, proxies):
            break
    proto = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    scheme = proto if proto in ("http", "https") else request.scheme
    return request.clone(remote=remote, scheme=scheme)


def _is_among(text: str, networks: Iterable[Network]) -> bool:
    return is_address(text) and any(ip_address(text) in each for each in networks)

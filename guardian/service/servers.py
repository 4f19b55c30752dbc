"""Upstreams, from the configuration to what a resolver is told of them."""

import ssl
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from guardian.service.snapshot import ServerData
from guardian.settings import Settings
from guardian.settings.endpoints import Server

_SYSTEM: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, OpenWrt
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/cert.pem",  # Alpine
)


def servers_of(settings: Settings) -> tuple[ServerData, ...]:
    """The upstreams, the names that each is asked for, and for whom."""
    return tuple(_servers(settings))


def _servers(settings: Settings) -> Iterator[ServerData]:
    for each in settings.upstreams:
        yield data_of(settings, each)
    for forward in settings.forwards:
        for each in forward.upstreams:
            yield data_of(settings, each, (forward.suffix,))
    for person, servers in settings.own_upstreams.items():
        for each in servers:
            yield data_of(settings, each, group=group_of(settings, person))


def every_server(settings: Settings) -> list[Server]:
    """All upstreams, each once, in the order in which resolvers tell of them."""
    every = [*settings.upstreams]
    every += [each for forward in settings.forwards for each in forward.upstreams]
    every += [each for own in settings.own_upstreams.values() for each in own]
    return list(dict.fromkeys(every))


def groups_of(settings: Settings) -> dict[str, str]:
    """Person or shared device → the group of upstreams that is asked for them, where it is theirs.

    A device that several share goes with the first of them who has one.
    """
    groups = {person: group_of(settings, person) for person in settings.own_upstreams}
    for device in settings.household.shared if groups else ():
        sharers = (device.person,) if device.person else device.of
        theirs = next((groups[each] for each in sharers if each in groups), "")
        if theirs:
            groups[device.name] = theirs
    return groups


def group_of(settings: Settings, person: str) -> str:
    """Who is asked for a person, as one word: people with the same share it; "" for everybody's."""
    servers = settings.own_upstreams.get(person, ())
    return " ".join(map(str, servers))


def data_of(
    settings: Settings, server: Server, suffixes: tuple[str, ...] = (), group: str = ""
) -> ServerData:
    """What a resolver is told of a server."""
    return ServerData(
        str(server.endpoint.address),
        server.endpoint.port,
        suffixes,
        server.transport.value,
        server.name,
        server.path,
        server.pins,
        own_authorities(settings, server),
        group,
    )


def own_authorities(settings: Settings, server: Server) -> str:
    """The certificates that a server's entry names; "" for none.

    A file that cannot be read is as one without certificates: the server will not be believed.
    """
    if not server.authorities:
        return ""
    return _read((settings.path.parent / server.authorities).resolve()) or "none"


def authorities_of(settings: Settings) -> str:
    """The system's certificates, where some upstream is to be checked with them."""
    if any(each.transport.is_encrypted and not each.authorities for each in every_server(settings)):
        return system_authorities()
    return ""


def system_authorities() -> str:
    """PEM of all that this machine trusts; "" where it has no such file."""
    named = ssl.get_default_verify_paths().cafile
    return next(filter(None, map(_read, map(Path, (*filter(None, [named]), *_SYSTEM)))), "")


def _read(path: Path) -> str:
    try:
        return _text(path, path.stat().st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=8)
def _text(path: Path, _changed: int) -> str:
    return path.read_text(encoding="ascii", errors="ignore")

"""`upstreams`: who is asked for what stays open, and on which way."""

import base64
import binascii
import re
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final

from guardian import names
from guardian.errors import Said
from guardian.settings import kinds
from guardian.settings.endpoints import Address, Endpoint, Server, Transport
from guardian.settings.fields import (
    Field,
    Kind,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    record,
    scalar,
)
from guardian.settings.nodes import Node, Scalar, Table

_URL: Final = re.compile(r"([a-z0-9+.-]+)://([^/#?]*)([^#]*)(?:#(.*))?", re.IGNORECASE)
_PATH: Final = re.compile(r"/[!-~]*")
_DNS_QUERY: Final = "/dns-query"  # the path that most have
_DIGEST: Final = 32  # bytes of SHA-256


@dataclass(frozen=True, slots=True)
class Upstream:
    """Resolvers that are one: the same by several addresses.

    suffixes: qnames with all below them that they are asked for; none means everything.
    people: by name, who asks here and nowhere else for what has no upstream of its own.
    """

    servers: tuple[Server, ...]
    suffixes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """What an address says. host: an address or a name. name: behind the #. port: 0 for none."""

    transport: Transport
    host: Address | str
    port: int
    path: str
    name: str


def _address(text: str) -> _Written:
    if "/" not in text and "#" not in text:
        host, port = kinds.split_port(text)
        found = kinds.plain_address(host)
        return _Written(Transport.UDP, found, kinds.port_number(port) if port else 0, "", "")
    match = _URL.fullmatch(text)
    if match is None:
        raise Wrong(
            Said('"%(text)s" is no address of a resolver', text=text),
            Said("write it as 9.9.9.9, tls://9.9.9.9#dns.example or https://dns.example/dns-query"),
        )
    try:
        transport = Transport(match[1].lower())
    except ValueError:
        raise Wrong(
            Said('"%(scheme)s" is no way to ask a resolver', scheme=match[1]),
            Said("write udp://, tcp://, tls://, https:// or quic://"),
        ) from None
    if transport is Transport.QUIC and (missing := kinds.no_quic()):
        raise missing
    host, port = kinds.split_port(match[2])
    return _Written(
        transport,
        _host(host, text),
        kinds.port_number(port) if port else 0,
        _path(match[3], transport, text),
        _certified(match[4] or "", transport, text),
    )


def _host(text: str, whole: str) -> Address | str:
    try:
        return kinds.plain_address(text)
    except Wrong:
        pass
    try:
        return names.normalise(text)
    except names.InvalidName:
        raise Wrong(
            Said('"%(text)s" names no resolver', text=whole),
            Said("write its address or its name behind the //"),
        ) from None


def _path(text: str, transport: Transport, whole: str) -> str:
    if transport is Transport.HTTPS:
        if text and not _PATH.fullmatch(text):
            raise Wrong(f'"{whole}" has a path that cannot be asked for', "write it as /dns-query")
        return text if text.strip("/") else _DNS_QUERY
    if text.strip("/"):
        raise Wrong(f'"{whole}" has a path', f"write it with https://, or take {text} out")
    return ""


def _certified(text: str, transport: Transport, whole: str) -> str:
    if not text:
        return ""
    if not transport.is_encrypted:
        raise Wrong(
            Said('"%(text)s" names a certificate, but asks without one', text=whole),
            Said("write tls:// in front, or take out the # and what follows it"),
        )
    try:
        return names.normalise(text)
    except names.InvalidName:
        raise Wrong(f'"{text}" is not the name of a server', "write it as dns.example") from None


def _pin(text: str) -> str:
    digest = text.removeprefix("sha256/")
    try:
        if len(base64.b64decode(digest, validate=True)) == _DIGEST:
            return digest
    except (binascii.Error, ValueError):
        pass
    raise Wrong(
        f'"{text}" is no SHA-256 of a public key', "write its 44 letters of base64, as openssl does"
    )


ADDRESS: Final = Field(
    "address",
    scalar(
        "an IP address, or `udp://`, `tcp://`, `tls://`, `https://` or `quic://` with an address "
        "or a name",
        "9.9.9.9",
        _address,
    ),
    "Where it is and how it is asked: `9.9.9.9` by UDP, `tcp://9.9.9.9` by TCP, "
    "`tls://9.9.9.9#dns.quad9.net` encrypted (DoT), `https://dns.quad9.net/dns-query` encrypted as "
    "web pages are (DoH, HTTP/2), `quic://94.140.14.14#dns.adguard-dns.com` encrypted in packets "
    "(DoQ), which needs the extra `guardian[quic]`. What follows the `#` is the name that its "
    "certificate has to be for; without it, and without a name in front, it has to be for the IP "
    "address. A port may follow the address.",
)
PORT: Final = Field(
    "port",
    maybe(kinds.whole_number(1, 65535)),
    "Its port, if it is not the usual one: 53, with `tls://` and `quic://` 853, with `https://` "
    "443.",
    default="",
)
BOOTSTRAP: Final = Field(
    "bootstrap",
    list_of(kinds.ADDRESS, "a list of IP addresses"),
    "The IP addresses of a resolver that is written by its name: somebody has to know them before "
    "the first question. With several, the next one takes over when one is silent.",
    default="[]",
)
AUTHORITIES: Final = Field(
    "authorities",
    maybe(kinds.TEXT),
    "A file of certificates (PEM), from the folder of this file, that are trusted here in place of "
    "the system's: for a resolver of your own, its certificate or your authority's.",
    default="",
)
PINS: Final = Field(
    "pins",
    list_of(
        scalar("a SHA-256 in base64", "MujBQ+U0p2eZLTnQ2KGEqs+fPLYV/1DnpZDjBDPwUqQ=", _pin),
        "a list of SHA-256 in base64",
    ),
    "Its public key has to be one of these, and its certificate good besides: SHA-256 of the "
    "SubjectPublicKeyInfo, in base64 (RFC 7858). Write a second one for the key that follows.",
    default="[]",
)
FOR: Final = Field(
    "for",
    list_of(kinds.NAME, "a list of domain names"),
    "Only names under these are asked here, and nowhere else. Without it, everything is.",
    default="[]",
)
PEOPLE: Final = Field(
    "people",
    list_of(kinds.TITLE, "a list of names of people"),
    "Only for these people it is asked, and nobody else for them: a resolver that filters by "
    "itself for the smallest, for example. Names with a resolver of their own under `for` or "
    "`local` are asked there for everybody, and helplines where everybody asks.",
    default="[]",
)
SECTION: Final = Section(
    "upstreams[]",
    "Who is asked for what stays open. With several, the next one takes over when one is silent; "
    "`resolver.strategy` has other ways. The address alone will do for one. No upstream is told "
    "who asks, and what is encrypted is padded, so that its length tells nothing.",
    (ADDRESS, PORT, BOOTSTRAP, AUTHORITIES, PINS, FOR, PEOPLE),
    "upstreams:\n"
    '  - "tls://9.9.9.9#dns.quad9.net"\n'
    "  - address: https://dns.quad9.net/dns-query\n"
    "    bootstrap: [9.9.9.9, 149.112.112.112]\n"
    "  - address: 10.0.0.53\n    for: [work.example]\n",
)


def is_for_some(written: object) -> bool:
    """Whether an upstream, as YAML has it, is for some names or some people only."""
    return isinstance(written, dict) and bool({FOR.name, PEOPLE.name} & written.keys())


def servers_at(text: str, bootstrap: tuple[Address, ...] = ()) -> tuple[Server, ...]:
    """The servers that an address means, one for each of its IP addresses. Raises Wrong."""
    written = _address(text)
    port = written.port or written.transport.port
    hosts, name = _where(written, bootstrap)
    return tuple(
        Server(Endpoint(each, port), written.transport, name, written.path) for each in hosts
    )


def name_in(text: str) -> str:
    """The name by which an address has a resolver; "" where it has its IP address. Raises Wrong."""
    host = _address(text).host
    return host if isinstance(host, str) else ""


def servers_of(written: object) -> tuple[Server, ...]:
    """The servers that an entry means, as YAML has it; () for one that cannot be read.

    Without its pins and certificates: where they are and how they are asked.
    """
    entry = written if isinstance(written, dict) else {ADDRESS.name: written}
    bootstrap = entry.get(BOOTSTRAP.name) or []
    try:
        found = servers_at(
            str(entry.get(ADDRESS.name, "")),
            tuple(map(ip_address, bootstrap if isinstance(bootstrap, list) else [bootstrap])),
        )
        port = int(str(entry.get(PORT.name) or 0))
    except (ValueError, Wrong):
        return ()
    return tuple(
        replace(each, endpoint=replace(each.endpoint, port=port or each.endpoint.port))
        for each in found
    )


def _upstream(values: Values, reading: Reading) -> Upstream:
    written = values[ADDRESS]
    port = values[PORT] or written.port or written.transport.port
    if values[PORT] and written.port not in (0, values[PORT]):
        wrong = Wrong(f"the address has port {written.port}", "take one of the two out")
        reading.note(values.node(PORT), wrong)
    if values[BOOTSTRAP] and not isinstance(written.host, str):
        wrong = Wrong("the address needs no other", "take bootstrap out, or write the name")
        reading.note(values.node(BOOTSTRAP), wrong)
    try:
        hosts, name = _where(written, values[BOOTSTRAP])
    except Wrong as unknown:
        reading.refuse(values.node(ADDRESS), unknown)
    if not written.transport.is_encrypted:
        for field in (AUTHORITIES, PINS):
            if values[field]:
                wrong = Wrong(
                    "nothing is encrypted here", "write tls://, https:// or quic:// as address"
                )
                reading.note(values.node(field), wrong)
    if values[FOR] and values[PEOPLE]:
        wrong = Wrong("an upstream is for names or for people", "write one entry for each")
        reading.note(values.node(PEOPLE), wrong)
    servers = tuple(
        Server(
            Endpoint(host, port),
            written.transport,
            name,
            written.path,
            values[PINS],
            values[AUTHORITIES] or "",
        )
        for host in hosts
    )
    return Upstream(servers, values[FOR], values[PEOPLE])


def _where(written: _Written, bootstrap: tuple[Address, ...]) -> tuple[tuple[Address, ...], str]:
    """The addresses of a server, and the name that its certificate is to be for."""
    if not isinstance(written.host, str):
        return (written.host,), written.name
    if not bootstrap:
        raise Wrong(
            Said('"%(name)s" is a name, and nobody knows its address yet', name=written.host),
            Said("add bootstrap with its IP addresses"),
        )
    encrypted = written.transport.is_encrypted
    return bootstrap, (written.name or written.host) if encrypted else ""


_LONG: Final = record(SECTION, _upstream, "an upstream with its address")


def _short_or_long(node: Node, reading: Reading) -> Upstream:
    """An upstream by its address alone, or by its keys."""
    if isinstance(node, Scalar) and node.text:
        node = Table(node.line, node.path, {ADDRESS.name: node}, {ADDRESS.name: node.line})
    return _LONG.read(node, reading)


UPSTREAMS: Final = list_of(
    Kind(_LONG.expects, _LONG.example, _short_or_long), "a list of upstreams"
)

"""`encrypted`: DNS over encrypted transports, under which name and with which certificate."""

from dataclasses import dataclass
from typing import Final

from guardian.settings import kinds
from guardian.settings.endpoints import Address, Endpoint
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
from guardian.settings.nodes import Node

TLS_PORT: Final = 853  # RFC 7858, section 3.1
HTTPS_PORT: Final = 443
QUIC_PORT: Final = 853  # RFC 9250, section 4.1.1
BEHIND_PROXY_PORT: Final = 8053
PATH_OF_DNS: Final = "/dns-query"  # what RFC 8484 has in its examples, and everybody since


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Encrypted serving; nothing is encrypted where there is no address.

    name: what devices know this server by; None: its addresses. tls, https, quic: where DNS over
    TLS, HTTPS, and QUIC with HTTP/3 is. path: of HTTPS. behind_proxy: where DNS over HTTP is
    without TLS. proxies: who is believed there for whom they ask. certificate, key: paths as
    written; None: guardian makes its own. connections: of each process.
    """

    name: str | None = None
    tls: tuple[Endpoint, ...] = ()
    https: tuple[Endpoint, ...] = ()
    quic: tuple[Endpoint, ...] = ()
    path: str = PATH_OF_DNS
    behind_proxy: tuple[Endpoint, ...] = ()
    proxies: tuple[Address, ...] = ()
    certificate: str | None = None
    key: str | None = None
    connections: int = 1000

    @property
    def is_on(self) -> bool:
        """Whether anything is served encrypted."""
        return bool(self.sealed)

    @property
    def knows_devices(self) -> bool:
        """Whether devices can have addresses of their own: below a name that they ask over TLS."""
        return bool(self.name and (self.tls or self.https))

    @property
    def sealed(self) -> tuple[Endpoint, ...]:
        """Everywhere that a certificate is shown."""
        return self.tls + self.https + self.quic

    @property
    def places(self) -> tuple[tuple[Endpoint, ...], ...]:
        """Everywhere that something is served, by what it is."""
        return self.tls, self.https, self.quic, self.behind_proxy


NAME: Final = Field(
    "name",
    maybe(kinds.NAME),
    "The name by which devices know this server, such as `dns.family.example`: Android's private "
    "DNS takes nothing else, and a certificate that all devices trust is for a name. It must lead "
    "here, inside the house (`local.records`) and, if devices are to be protected on the road, "
    "outside too.",
    default="",
)
TLS: Final = Field(
    "tls",
    list_of(kinds.endpoint(TLS_PORT), "a list of IP addresses"),
    "Where DNS over TLS (RFC 7858) is answered, as a rule this machine's addresses.",
    default="[]",
)
HTTPS: Final = Field(
    "https",
    list_of(kinds.endpoint(HTTPS_PORT), "a list of IP addresses"),
    "Where DNS over HTTPS (RFC 8484) is answered, to HTTP/2 and HTTP/1.1: what browsers speak. "
    "Their address for it is `https://NAME/dns-query`. The pages need another port or address.",
    default="[]",
)
QUIC: Final = Field(
    "quic",
    list_of(kinds.endpoint(QUIC_PORT), "a list of IP addresses"),
    "Where DNS over QUIC (RFC 9250) is answered, and DNS over HTTPS to HTTP/3; for HTTP/3 write "
    "the port of `https` too, such as `192.168.1.2:443`. Needs the extra `guardian[quic]`.",
    default="[]",
)


def _path(text: str) -> str:
    if not text.startswith("/") or not text.isascii() or {*text} & {*" ?#%"} or not text.strip("/"):
        raise Wrong(f'"{text}" is not a path', 'write it as "/dns-query"')
    if text.startswith("/dns/"):
        raise Wrong("what begins with /dns/ is for single devices", 'write it as "/dns-query"')
    return text


PATH: Final = Field(
    "path",
    scalar("a path", PATH_OF_DNS, _path),
    "The path of DNS over HTTPS.",
    default=PATH_OF_DNS,
)


def _loopback(kind: Kind[Endpoint]) -> Kind[Endpoint]:
    def read(node: Node, reading: Reading) -> Endpoint:
        found = kind.read(node, reading)
        if not found.address.is_loopback:
            wrong = Wrong(
                f"{found.address} can be reached from other machines, and nothing is encrypted "
                "there",
                f'write "127.0.0.1:{found.port}", or use https:',
            )
            reading.refuse(node, wrong)
        return found

    return Kind(kind.expects, f"127.0.0.1:{BEHIND_PROXY_PORT}", read)


BEHIND_PROXY: Final = Field(
    "behind_proxy",
    list_of(_loopback(kinds.endpoint(BEHIND_PROXY_PORT)), "a list of IP addresses"),
    "Where DNS over HTTP is answered without TLS, for a reverse proxy on this machine that has the "
    "certificate: loopback addresses only. To HTTP/1.1 and to HTTP/2 without upgrade.",
    default="[]",
)
PROXIES: Final = Field(
    "proxies",
    list_of(kinds.ADDRESS, "a list of IP addresses"),
    "Reverse proxies that are believed for whom they ask (`X-Forwarded-For`), such as `127.0.0.1` "
    "with `behind_proxy`. From all others that field is passed over; without this list, all "
    "devices behind a proxy are one.",
    default="[]",
)
CERTIFICATE: Final = Field(
    "certificate",
    maybe(kinds.TEXT),
    "The certificate and all that vouch for it, in PEM, such as an ACME client writes; left out, "
    "guardian makes and renews its own, which devices have to be told to trust. When the file "
    "changes, new connections get the new one within seconds, and none is dropped; where it cannot "
    "be used, the last good one stays.",
    default="",
)
KEY: Final = Field(
    "key",
    maybe(kinds.TEXT),
    "Its private key, in PEM, without a password; left out, it is in the same file. Only "
    "guardian's user and group may read it.",
    default="",
)
CONNECTIONS: Final = Field(
    "connections",
    kinds.whole_number(10, 100_000),
    "How many connections each answering process keeps at once for each transport; an idle one "
    "takes about 20 KB, and is closed after half a minute.",
    default="1000",
)


def _encrypted(values: Values, reading: Reading) -> Encrypted:
    found = Encrypted(
        values[NAME],
        tuple(dict.fromkeys(values[TLS])),
        tuple(dict.fromkeys(values[HTTPS])),
        tuple(dict.fromkeys(values[QUIC])),
        values[PATH],
        tuple(dict.fromkeys(values[BEHIND_PROXY])),
        tuple(dict.fromkeys(values[PROXIES])),
        values[CERTIFICATE],
        values[KEY],
        values[CONNECTIONS],
    )
    if found.key and not found.certificate:
        wrong = Wrong("there is no certificate for this key", "name its file as certificate:")
        reading.note(values.node(KEY), wrong)
    if found.certificate and not found.is_on:
        wrong = Wrong("it is not used", "say where, such as tls: 192.168.1.2, or take it out")
        reading.note(values.node(CERTIFICATE), wrong)
    if found.quic and (missing := kinds.no_quic()):
        reading.note(values.node(QUIC), missing)
    return found


SECTION: Final = Section(
    "encrypted",
    "DNS over encrypted transports, so that nobody on the way reads or changes what is looked up. "
    "A change of addresses is in force when guardian is started again; all else at once.",
    (NAME, TLS, HTTPS, QUIC, PATH, BEHIND_PROXY, PROXIES, CERTIFICATE, KEY, CONNECTIONS),
    "encrypted:\n  name: dns.family.example\n  tls: ['192.168.1.2', '[fd00::2]']\n"
    "  https: ['192.168.1.2', '[fd00::2]']\n"
    "  certificate: /etc/guardian/tls/fullchain.pem\n  key: /etc/guardian/tls/privkey.pem\n",
)
ENCRYPTED: Final = record(SECTION, _encrypted, "the keys of encrypted")

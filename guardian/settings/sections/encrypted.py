"""`encrypted`: DNS over encrypted transports, under which name and with which certificate."""

from dataclasses import dataclass
from typing import Final

from guardian.settings import kinds
from guardian.settings.endpoints import Endpoint
from guardian.settings.fields import (
    Field,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    record,
)

TLS_PORT: Final = 853  # RFC 7858, section 3.1


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Encrypted serving; nothing is encrypted where there is no address.

    name: what devices know this server by; None: its addresses. tls: where DNS over TLS is.
    certificate, key: paths as written; None: guardian makes its own. connections: of each process.
    """

    name: str | None = None
    tls: tuple[Endpoint, ...] = ()
    certificate: str | None = None
    key: str | None = None
    connections: int = 1000

    @property
    def is_on(self) -> bool:
        """Whether anything is served encrypted."""
        return bool(self.tls)


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
    return found


SECTION: Final = Section(
    "encrypted",
    "DNS over encrypted transports, so that nobody on the way reads or changes what is looked up. "
    "A change of addresses is in force when guardian is started again; all else at once.",
    (NAME, TLS, CERTIFICATE, KEY, CONNECTIONS),
    "encrypted:\n  name: dns.family.example\n  tls: ['192.168.1.2', '[fd00::2]']\n"
    "  certificate: /etc/guardian/tls/fullchain.pem\n  key: /etc/guardian/tls/privkey.pem\n",
)
ENCRYPTED: Final = record(SECTION, _encrypted, "the keys of encrypted")

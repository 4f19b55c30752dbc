"""`web`: how the pages are guarded: TLS, proxies, names, and who may read figures."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guardian.policy.devices import Network
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


class Tls(StrEnum):
    """Where the certificate of the pages comes from.

    OWN: from the state folder: made there, or uploaded on the page. FILES: from named files.
    """

    OFF = "off"
    OWN = "own"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Web:
    """How the pages are guarded.

    certificate, key: paths as written (relative to the configuration file); None but for FILES.
    redirect: where plain HTTP is sent on to HTTPS. names: host names of the pages, lower case.
    trusted_proxies: who is believed about whom a request comes from. metrics: who may read figures.
    """

    tls: Tls = Tls.OFF
    certificate: str | None = None
    key: str | None = None
    redirect: tuple[Endpoint, ...] = ()
    names: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    metrics: tuple[Network, ...] = ()


TLS: Final = Field(
    "tls",
    kinds.choice("way to have a certificate", Tls),
    "`off`: the pages are plain HTTP. `own`: HTTPS with a certificate that guardian makes and "
    "renews, or that was uploaded under Settings, Certificate; browsers warn of one that guardian "
    "made, once, and the page shows its fingerprint to compare. `files`: HTTPS with your files.",
    default="off",
)
CERTIFICATE: Final = Field(
    "certificate",
    maybe(kinds.TEXT),
    "With `tls: files`: the certificate and all that vouch for it, in PEM. When the file changes, "
    "new connections get the new one; where it cannot be used, the last good one stays.",
    default="",
)
KEY: Final = Field(
    "key",
    maybe(kinds.TEXT),
    "Its private key, in PEM, without a password; left out, it is in the same file.",
    default="",
)
REDIRECT: Final = Field(
    "redirect",
    list_of(kinds.endpoint(None), 'a list of "address:port"'),
    "With TLS: where plain HTTP is answered too, and sent on to HTTPS.",
    default="[]",
)
NAMES: Final = Field(
    "names",
    list_of(kinds.NAME, "a list of domain names"),
    "Names under which the pages are visited, beside addresses and names of the house (`.lan`, "
    "`.local`, `.home.arpa`, `.internal`). Any other name gets no page, so that no web site can "
    "read them through a browser in the house.",
    default="[]",
)
PROXIES: Final = Field(
    "trusted_proxies",
    list_of(kinds.NETWORK, "a list of networks"),
    "Reverse proxies in front of the pages. Only these are believed in `X-Forwarded-For` and "
    "`X-Forwarded-Proto`; whoever can send from there can say that they are anybody.",
    default="[]",
)
METRICS: Final = Field(
    "metrics",
    list_of(kinds.NETWORK, "a list of networks"),
    "From where `/metrics` may be read without a key, beside this machine itself.",
    default="[]",
)


def _web(values: Values, reading: Reading) -> Web:
    if values[TLS] is Tls.FILES and values[CERTIFICATE] is None:
        wrong = Wrong('"certificate" is missing', "name the file that has it, or write tls: own")
        reading.refuse(values.table, wrong)
    if values[TLS] is not Tls.FILES and (values[CERTIFICATE] or values[KEY]):
        field = CERTIFICATE if values[CERTIFICATE] else KEY
        reading.note(values.node(field), Wrong("it is not used", "write tls: files"))
    if values[TLS] is Tls.OFF and values[REDIRECT]:
        wrong = Wrong("there is no HTTPS to send visitors to", "write tls: own, or take it out")
        reading.note(values.node(REDIRECT), wrong)
    return Web(
        values[TLS],
        values[CERTIFICATE],
        values[KEY],
        tuple(dict.fromkeys(values[REDIRECT])),
        tuple(dict.fromkeys(values[NAMES])),
        values[PROXIES],
        values[METRICS],
    )


SECTION: Final = Section(
    "web",
    "How the pages are guarded. Where they are is `listen.web`. A change of `tls` from or to `off` "
    "and of `redirect`, is in force when guardian is started again; all else at once.",
    (TLS, CERTIFICATE, KEY, REDIRECT, NAMES, PROXIES, METRICS),
    "web:\n  tls: own\n  redirect: ['192.168.1.2:80']\n  names: [guardian.example.org]\n"
    "  trusted_proxies: [192.168.1.4/32]\n  metrics: [192.168.1.0/24]\n",
)
WEB: Final = record(SECTION, _web, "the keys of web")

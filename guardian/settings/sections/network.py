"""`listen` and `local`: where questions come in, and what is known in the house."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guardian.settings import kinds
from guardian.settings.endpoints import Address, Endpoint
from guardian.settings.fields import (
    Field,
    Reading,
    Section,
    Values,
    Wrong,
    list_of,
    maybe,
    record,
    table_of,
)

DNS_PORT: Final = 53


class NamedAs(StrEnum):
    """What a forwarder writes of its client."""

    MAC = "mac"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A resolver that asks for its own clients, and says for which. option: an EDNS option code."""

    address: Address
    option: int
    named_as: NamedAs


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """Who asks for many, and says for whom by PROXY protocol.

    subscriber: the type of the value that holds a client's id; None where there is none.
    """

    address: Address
    subscriber: int | None


@dataclass(frozen=True, slots=True)
class Listen:
    """block: where the block page is; () for nowhere."""

    dns: tuple[Endpoint, ...]
    web: Endpoint
    block: tuple[Endpoint, ...] = ()
    forwarders: tuple[Forwarder, ...] = ()
    front_ends: tuple[FrontEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Local:
    """What is answered or asked within the house."""

    suffixes: tuple[tuple[str, Endpoint], ...]
    records: tuple[tuple[str, tuple[Address, ...]], ...]


LISTEN_DNS: Final = Field(
    "dns",
    list_of(kinds.endpoint(None), 'a list of "address:port"'),
    "Where DNS is answered, over UDP and TCP. Quotes are needed around IPv6 addresses.",
    default='["127.0.0.1:5353", "[::1]:5353"]',
)
LISTEN_WEB: Final = Field(
    "web", kinds.endpoint(None), "Where the web page is.", default="127.0.0.1:8053"
)
LISTEN_BLOCK: Final = Field(
    "block",
    list_of(kinds.endpoint(None), 'a list of "address:port"'),
    "Where the block page is, as a rule this machine's address with port 80. It says why a site "
    "does not open, until when, and how to ask, to devices whose profile has `answer: address` "
    "with this address as `answer_address`. Sites over HTTPS cannot be answered for: there the "
    "browser shows its own error.",
    default="[]",
)
FORWARDER_ADDRESS: Final = Field(
    "address",
    kinds.ADDRESS,
    "Where its queries come from. Trust only what none of its clients can be: who can send from "
    "this address can be anybody.",
)
FORWARDER_OPTION: Final = Field(
    "option",
    kinds.whole_number(1, 65534),
    "The EDNS option in which it says so: 65001 with dnsmasq's `add-mac`, 65073 with "
    "`add-mac=text` or `add-mac=base64`, 65074 with `add-cpe-id`; with dnsdist the one that "
    "`SetMacAddrAction` is given. It may stand once in a query; what says it twice is nobody's.",
    default="65001",
)
FORWARDER_AS: Final = Field(
    "as",
    kinds.choice("way to name a client", NamedAs),
    "What it says: `mac`, a hardware address as six bytes, as text or in base64, or `id`, the text "
    "of a client id such as `lina-phone`.",
    default="mac",
)
FRONT_END_ADDRESS: Final = Field(
    "address",
    kinds.ADDRESS,
    "Where its queries come from. All of them have to begin with the header: what comes from this "
    "address without one is not answered. A front end on this same machine needs an address of its "
    "own, such as 127.0.0.53 (dnsdist: `source`).",
)
FRONT_END_SUBSCRIBER: Final = Field(
    "subscriber",
    maybe(kinds.whole_number(0xE0, 0xEF)),
    "The type of the value (TLV) in which it writes a client id such as `lina-phone`, from 224 to "
    "239; dnsdist sets it with `SetProxyProtocolValuesAction`. Without it, clients are told apart "
    "by their addresses.",
    default="",
)
LOCAL_SUFFIXES: Final = Field(
    "suffixes",
    table_of(
        kinds.NAME,
        kinds.endpoint(DNS_PORT),
        "a table from a suffix to the address of who knows it",
        "{home.arpa: 192.168.1.1}",
    ),
    "Names under these are asked at the given address, as a rule the router's, and never leave the "
    "house. Reverse zones such as `1.168.192.in-addr.arpa` are names too.",
    default="{}",
)
LOCAL_RECORDS: Final = Field(
    "records",
    table_of(
        kinds.NAME,
        list_of(kinds.ADDRESS, "an IP address or a list of them"),
        "a table from a name to its addresses",
        "{router.home.arpa: 192.168.1.1}",
    ),
    "Names that guardian answers by itself.",
    default="{}",
)


def _listen(values: Values, reading: Reading) -> Listen:
    dns = values[LISTEN_DNS]
    if not dns:
        reading.refuse(
            values.node(LISTEN_DNS), Wrong("no address is given", 'write ["127.0.0.1:5353"]')
        )
    for number, each in enumerate(dns):
        if each in dns[:number]:
            reading.note(
                values.node(LISTEN_DNS), Wrong(f'"{each}" is here twice', "keep one of the two")
            )
    for each in (*dns, values[LISTEN_WEB]):
        if each in values[LISTEN_BLOCK]:
            reading.note(
                values.node(LISTEN_BLOCK),
                Wrong(f'"{each}" is in use by dns or web', "give the block page its own port"),
            )
    forwarders, front_ends = values[LISTEN_FORWARDERS], values[LISTEN_FRONT_ENDS]
    seen: set[Address] = set()
    for where, address in (
        *((LISTEN_FORWARDERS, each.address) for each in forwarders),
        *((LISTEN_FRONT_ENDS, each.address) for each in front_ends),
    ):
        if address in seen:
            wrong = Wrong(f"{address} is here twice", "keep one of the two")
            reading.note(values.node(where), wrong)
        seen.add(address)
    block = tuple(dict.fromkeys(values[LISTEN_BLOCK]))
    return Listen(dns, values[LISTEN_WEB], block, forwarders, front_ends)


def _forwarder(values: Values, _: Reading) -> Forwarder:
    return Forwarder(values[FORWARDER_ADDRESS], values[FORWARDER_OPTION], values[FORWARDER_AS])


def _front_end(values: Values, _: Reading) -> FrontEnd:
    return FrontEnd(values[FRONT_END_ADDRESS], values[FRONT_END_SUBSCRIBER])


def _local(values: Values, _: Reading) -> Local:
    return Local(values[LOCAL_SUFFIXES], values[LOCAL_RECORDS])


FORWARDER_SECTION: Final = Section(
    "listen.forwarders[]",
    "A router or resolver that forwards the queries of its own clients, and says in each for whom. "
    "Only these are believed; from everybody else the option is ignored, and no upstream ever gets "
    "it. A query in which it says nothing is its own. With dnsmasq, write `strip-mac` beside "
    "`add-mac`: without it, a device can say itself whose it is.",
    (FORWARDER_ADDRESS, FORWARDER_OPTION, FORWARDER_AS),
    "listen:\n  forwarders:\n    - address: 192.168.1.1\n"
    "    - {address: 10.0.0.2, option: 65074, as: id}\n",
)
LISTEN_FORWARDERS: Final = Field(
    "forwarders",
    list_of(
        record(FORWARDER_SECTION, _forwarder, "a forwarder with its address"),
        "a list of forwarders",
    ),
    "Who is believed about the devices behind it; see below.",
    default="[]",
)
FRONT_END_SECTION: Final = Section(
    "listen.front_ends[]",
    "A front end such as dnsdist that asks for many clients, and says in a header of PROXY "
    "protocol version 2, on UDP, TCP, and before TLS (also of HTTPS), who each of them is. From "
    "nobody else is such a header read. `access` holds for the clients themselves.",
    (FRONT_END_ADDRESS, FRONT_END_SUBSCRIBER),
    "listen:\n  front_ends:\n    - address: 10.0.0.5\n    - {address: 10.0.0.6, subscriber: 224}\n",
)
LISTEN_FRONT_ENDS: Final = Field(
    "front_ends",
    list_of(
        record(FRONT_END_SECTION, _front_end, "a front end with its address"),
        "a list of front ends",
    ),
    "Who asks for others by PROXY protocol; see below.",
    default="[]",
)
LISTEN_SECTION: Final = Section(
    "listen",
    "Where guardian is found. To serve the house and not this machine alone, name the address that "
    "this machine has in it, with port 53.",
    (LISTEN_DNS, LISTEN_WEB, LISTEN_BLOCK, LISTEN_FORWARDERS, LISTEN_FRONT_ENDS),
    'listen:\n  dns: ["192.168.1.2:53", "[fd00::2]:53"]\n  web: "192.168.1.2:8053"\n'
    '  block: ["192.168.1.2:80"]\n',
)
LOCAL_SECTION: Final = Section(
    "local",
    "Names inside the house.",
    (LOCAL_SUFFIXES, LOCAL_RECORDS),
    "local:\n  suffixes:\n    home.arpa: 192.168.1.1\n  records:\n"
    '    printer.home.arpa: [192.168.1.9, "fd00::9"]\n',
)
LISTEN: Final = record(
    LISTEN_SECTION, _listen, "the keys dns, web, block, forwarders and front_ends"
)
LOCAL: Final = record(LOCAL_SECTION, _local, "the keys suffixes and records")

"""`zone`, `primaries` and `tsig` of a source: a list that name servers hand on."""

from dataclasses import dataclass
from enum import StrEnum
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
from guardian.settings.sections.network import DNS_PORT


class TsigAlgorithm(StrEnum):
    SHA1 = "hmac-sha1"
    SHA224 = "hmac-sha224"
    SHA256 = "hmac-sha256"
    SHA384 = "hmac-sha384"
    SHA512 = "hmac-sha512"


@dataclass(frozen=True, slots=True)
class TsigKey:
    """secret_file: as written (relative to the configuration file)."""

    name: str
    algorithm: str
    secret_file: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A response policy zone, and who has it. tsig: None where transfers are not signed."""

    name: str
    primaries: tuple[Endpoint, ...]
    tsig: TsigKey | None

    @property
    def location(self) -> str:
        """The zone at its first primary (RFC 4501)."""
        return f"dns://{self.primaries[0]}/{self.name}"


TSIG_NAME: Final = Field("name", kinds.NAME, "What the key is called at the primary.")
TSIG_ALGORITHM: Final = Field(
    "algorithm",
    kinds.choice("algorithm of TSIG", TsigAlgorithm),
    "How messages are signed.",
    default="hmac-sha256",
)
TSIG_SECRET: Final = Field(
    "secret_file",
    kinds.TEXT,
    "A file that holds the secret in base64, as the primary's configuration has it, and that only "
    "guardian may read; from the folder of the configuration file, if not absolute.",
)
TSIG_SECTION: Final = Section(
    "lists.sources[].tsig",
    "The key with which transfers of a zone are signed, and what is said of its changes "
    "(RFC 8945).",
    (TSIG_NAME, TSIG_ALGORITHM, TSIG_SECRET),
    "lists:\n  sources:\n    - name: Police\n      zone: rpz.police.example\n"
    "      primaries: [192.0.2.1]\n      category: malware\n      tsig:\n"
    "        name: guardian.school.example\n        algorithm: hmac-sha256\n"
    "        secret_file: rpz.secret\n",
)


def _tsig(values: Values, _: Reading) -> TsigKey:
    return TsigKey(values[TSIG_NAME], values[TSIG_ALGORITHM].value, values[TSIG_SECRET])


ZONE: Final = Field(
    "zone",
    maybe(kinds.NAME),
    "A response policy zone that name servers hand on, instead: it is transferred whole (AXFR) "
    "once, and then by what changed (IXFR).",
    default="",
)
PRIMARIES: Final = Field(
    "primaries",
    maybe(list_of(kinds.endpoint(DNS_PORT), "a list of addresses")),
    "The servers that have the zone, the first to ask first. Only these may say that it changed: "
    "see `notify`.",
    default="",
)
TSIG: Final = Field(
    "tsig",
    maybe(record(TSIG_SECTION, _tsig, "the keys name, algorithm and secret_file")),
    "The key with which transfers are signed; see below.",
    default="",
)
NOTIFY: Final = Field(
    "notify",
    maybe(kinds.endpoint(None)),
    "Where primaries say that a zone changed (NOTIFY), over UDP and TCP: an address of this "
    'machine that they can reach, such as `"192.0.2.9:5353"`, on which no DNS is answered. '
    "Without it, they are asked as often as their zones want.",
    default="",
)


def zone_of(values: Values, reading: Reading) -> Zone | None:
    """The zone that a source names, if it names one."""
    name, primaries, tsig = values[ZONE], values[PRIMARIES], values[TSIG]
    if name is None:
        for key, value in ((PRIMARIES, primaries), (TSIG, tsig)):
            if value is not None:
                wrong = Wrong("this is for a zone, and there is none", "add zone, or take it out")
                reading.refuse(values.table.entries[key.name], wrong)
        return None
    if not primaries:
        mend = "add the addresses of its servers, such as primaries: [192.0.2.1]"
        reading.refuse(values.table, Wrong('"primaries" is missing', mend))
    return Zone(name, primaries, tsig)

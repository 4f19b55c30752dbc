"""What a device is set up with, so that it asks here over an address of its own.

Android takes a name, browsers take an address; iPhones, iPads and Macs take a profile: a property
list (Apple, "DNSSettings"), signed with the certificate of encrypted DNS, so that they show whose
it is and notice a change.
"""

import plistlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guardian.service import certificate
from guardian.service.certificate import BadCertificate
from guardian.service.encrypted import FOLDER
from guardian.service.tls import IN_FORCE
from guardian.settings.sections.encrypted import HTTPS_PORT, TLS_PORT, Encrypted

_HERE = uuid.UUID("6f1f0a0e-4c5b-5d57-9d4e-3f5f0c1f7b10")  # what guardian's profiles are told by


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An address of one device's own. host: its name of this server; "" where TLS is not served.

    url: of DNS over HTTPS; "" where that is not served.
    """

    host: str
    url: str


def own_address(secret: str, wish: Encrypted) -> OwnAddress:
    """What a secret makes of the places where encrypted DNS is; needs a name for the server."""
    host = f"{secret}.{wish.name}" if wish.name and wish.tls else ""
    url = ""
    if wish.name and wish.https:
        port = wish.https[0].port
        url = f"https://{wish.name}{'' if port == HTTPS_PORT else f':{port}'}/dns/{secret}"
    return OwnAddress(host, url)


def unusual_port(wish: Encrypted) -> int | None:
    """The port of TLS, where it is not the one that devices expect."""
    ports = {each.port for each in wish.tls}
    return None if not ports or TLS_PORT in ports else min(ports)


def lacks_wildcard(wish: Encrypted, state: Path) -> bool:
    """Whether devices would refuse the certificate in force under a name of their own."""
    try:
        described = certificate.describe((state / FOLDER / IN_FORCE).read_bytes())
    except (BadCertificate, OSError):
        return False  # there is none yet, or it is said elsewhere
    return f"*.{wish.name}" not in described.names


def profile(title: str, address: OwnAddress, state: Path) -> bytes:
    """A .mobileconfig for Apple's devices, signed. title: whose it is, for people.

    guardian's own certificate comes along, to be trusted. Raises BadCertificate, OSError.
    """
    pem = (state / FOLDER / IN_FORCE).read_bytes()
    described = certificate.describe(pem)
    payloads: list[dict[str, Any]] = [_dns(title, address)]
    if described.own:
        payloads.append(_root(pem, described.fingerprint))
    whole = {
        **_payload("Configuration", f"guardian.{title}", f"guardian: {title}"),
        "PayloadDescription": "DNS lookups of this device go to guardian, wherever it is.",
        "PayloadContent": payloads,
    }
    return certificate.signed(plistlib.dumps(whole), pem)


def _dns(title: str, address: OwnAddress) -> dict[str, Any]:
    if address.host:
        how = {"DNSProtocol": "TLS", "ServerName": address.host}
    elif address.url:
        how = {"DNSProtocol": "HTTPS", "ServerURL": address.url}
    else:
        raise BadCertificate("devices need a name for this server; write it as encrypted.name")
    kind = "com.apple.dnsSettings.managed"
    return {**_payload(kind, f"guardian.{title}.dns", "DNS"), "DNSSettings": how}


def _root(pem: bytes, fingerprint: str) -> dict[str, Any]:
    import ssl

    der = ssl.PEM_cert_to_DER_cert(_first(pem))
    payload = _payload("com.apple.security.root", f"guardian.{fingerprint}", "guardian")
    return {**payload, "PayloadContent": der, "PayloadCertificateFileName": "guardian.cer"}


def _first(pem: bytes) -> str:
    text = pem.decode("ascii", "replace")
    begin, end = text.index("-----BEGIN CERTIFICATE-----"), "-----END CERTIFICATE-----"
    return text[begin : text.index(end, begin) + len(end)]


def _payload(kind: str, identifier: str, shown: str) -> dict[str, Any]:
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": str(uuid.uuid5(_HERE, identifier)).upper(),
        "PayloadDisplayName": shown,
    }

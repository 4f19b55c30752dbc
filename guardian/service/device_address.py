"""What a device is set up with, so that it asks here over an address of its own.

Android takes a name, browsers take an address; iPhones, iPads and Macs take a profile: a property
list (Apple, "DNSSettings"), signed with the certificate of encrypted DNS, so that they show whose
it is and notice a change.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from guardian.policy.devices import HostName, read_sign, written
from guardian.policy.people import Holder, Household
from guardian.service import certificate
from guardian.service.certificate import BadCertificate
from guardian.service.encrypted import FOLDER
from guardian.service.tls import IN_FORCE
from guardian.settings.sections.encrypted import HTTPS_PORT, QUIC_PORT, TLS_PORT, Encrypted
from guardian.web.own_addresses import Given

_HERE: Final = "6f1f0a0e-4c5b-5d57-9d4e-3f5f0c1f7b10"  # what guardian's profiles are told by


def holder_of(sign: str, household: Household) -> Holder | None:
    """Whose device a sign is; None for nobody's."""
    device = read_sign(sign)
    return next((each for each in household.holders if device in each.devices), None)


def sign_for(signs: Iterable[str], household: Household) -> str | None:
    """The sign by which somebody's device is known over its address; None for nobody's.

    Not a name that it calls itself: whoever gives theirs the same name would be taken for it.
    """
    for each in signs:
        device = read_sign(each)
        if not isinstance(device, HostName) and holder_of(each, household) is not None:
            return written(device)
    return None


def given(secret: str, wish: Encrypted, state: Path) -> Given:
    """What a secret makes of the places where encrypted DNS is; needs a name for the server."""
    name = f"{secret}.{wish.name}" if wish.name else ""
    host = name if wish.tls else ""
    quic = f"quic://{name}{_port(wish.quic[0].port, QUIC_PORT)}" if name and wish.quic else ""
    url = ""
    if wish.name and wish.https:
        url = f"https://{wish.name}{_port(wish.https[0].port, HTTPS_PORT)}/dns/{secret}"
    wildcard = f"*.{wish.name}"
    is_lacking = bool(host or quic) and _is_lacking(wildcard, state)
    return Given(secret, host, url, quic, _unusual_port(wish), wildcard if is_lacking else "")


def _port(port: int, usual: int) -> str:
    return "" if port == usual else f":{port}"


def _unusual_port(wish: Encrypted) -> int | None:
    ports = {each.port for each in wish.tls}
    return None if not ports or TLS_PORT in ports else min(ports)


def _is_lacking(name: str, state: Path) -> bool:
    """Whether the certificate in force is not for a name."""
    try:
        described = certificate.describe((state / FOLDER / IN_FORCE).read_bytes())
    except (BadCertificate, OSError):
        return False  # there is none yet, or it is said elsewhere
    return name not in described.names


def profile(title: str, address: Given, state: Path) -> bytes:
    """A .mobileconfig for Apple's devices, signed. title: whose it is, for people.

    guardian's own certificate comes along, to be trusted. Raises BadCertificate, OSError.
    """
    import plistlib  # control has no other use for it

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


def _dns(title: str, address: Given) -> dict[str, Any]:
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

    der = ssl.PEM_cert_to_DER_cert(certificate.certificates(pem)[0].decode())
    payload = _payload("com.apple.security.root", f"guardian.{fingerprint}", "guardian")
    return {**payload, "PayloadContent": der, "PayloadCertificateFileName": "guardian.cer"}


def _payload(kind: str, identifier: str, shown: str) -> dict[str, Any]:
    from uuid import UUID, uuid5

    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": str(uuid5(UUID(_HERE), identifier)).upper(),
        "PayloadDisplayName": shown,
    }

"""Certificates for tests: of servers and clients, right ones and others."""

import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY: Final = timedelta(days=1)


class Authority:
    """Issues certificates; its own is written beside each of them as `ca.pem`."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(f"authority-{secrets.token_hex(4)}.test")
        self.certificate = self._made(self._name, self._key, x509.BasicConstraints(True, None), 2)

    def issue(self, host: str, folder: Path, *, days: int = 2) -> tuple[Path, Path]:
        """A certificate with its authority's, and its key. days: until it expires; may be over."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._made(_named("lists.test"), key, x509.BasicConstraints(False, None), days, host)
        chain, secret = folder / "made.pem", folder / "key.pem"
        chain.write_bytes(_pem(made) + _pem(self.certificate))
        (folder / "ca.pem").write_bytes(_pem(self.certificate))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        secret.chmod(0o600)
        return chain, secret

    def _made(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        constraints: x509.BasicConstraints,
        days: int,
        host: str = "",
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * _DAY)
            .not_valid_after(now + days * _DAY)
            .add_extension(constraints, critical=True)
        )
        if host:
            alternative = x509.SubjectAlternativeName([_host(host)])
            builder = builder.add_extension(alternative, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)

"""Certificates of the pages: made, and looked at, by a process of their own.

`python -m guardian.service.certificate` does one thing and ends: the library for it takes 9 MB,
which control does not keep for something that happens once a year.
"""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar, Final

from guardian.errors import GuardianError
from guardian.lists.replace import replace_file

LIFETIME: Final = timedelta(days=820)  # Apple's devices take none that is good for 825 days
_SECONDS: Final = 60.0


class BadCertificate(GuardianError):
    """A certificate or key that cannot be used."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Described:
    """What a certificate says. fingerprint: SHA-256 of it, in hexadecimal with colons.

    names: host names and addresses. own: whether it vouches for itself.
    """

    fingerprint: str
    since: datetime
    until: datetime
    names: tuple[str, ...]
    issuer: str
    own: bool


def make(path: Path, names: Sequence[str]) -> None:
    """Write a fresh key and a certificate of its own for these names and addresses.

    Raises BadCertificate, OSError.
    """
    pem = _ask("make", json.dumps(list(names)))
    replace_file(path, [pem["pem"].encode()], mode=0o600)


def describe(pem: bytes) -> Described:
    """What the first certificate in a PEM text says. Raises BadCertificate."""
    said = _ask("describe", pem.decode("ascii", "replace"))
    return Described(
        said["fingerprint"],
        datetime.fromisoformat(said["since"]),
        datetime.fromisoformat(said["until"]),
        tuple(said["names"]),
        said["issuer"],
        said["own"],
    )


def signed(content: bytes, pem: bytes) -> bytes:
    """A message with its content, signed with the key of the first certificate in a PEM text (CMS,
    RFC 5652, in DER). Raises BadCertificate.
    """
    about = {"content": b64encode(content).decode(), "pem": pem.decode("ascii", "replace")}
    return b64decode(_ask("sign", json.dumps(about))["signed"])


def _ask(question: str, about: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "guardian.service.certificate", question]
    try:
        done = subprocess.run(  # noqa: S603 (our own module)
            command, input=about.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise BadCertificate(f"certificates cannot be read here ({problem})") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise BadCertificate(said or "it is no certificate")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _made(names: Sequence[str]) -> dict[str, Any]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "guardian")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a device's clock may be behind
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_general(each) for each in names]), False)  # noqa: FBT003 (its own order)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)  # noqa: FBT003
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)  # noqa: FBT003
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    return {"pem": (private + public).decode()}


def _general(name: str) -> Any:
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _described(pem: bytes) -> dict[str, Any]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    begin = pem.find(b"-----BEGIN CERTIFICATE-----")
    found = x509.load_pem_x509_certificate(pem[max(begin, 0) :])
    try:
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [str(each.value) for each in named]
    except x509.ExtensionNotFound:
        names = []
    return {
        "fingerprint": found.fingerprint(hashes.SHA256()).hex(":"),
        "since": _instant(found, "not_valid_before"),
        "until": _instant(found, "not_valid_after"),
        "names": names,
        "issuer": found.issuer.rfc4514_string(),
        "own": found.issuer == found.subject,
    }


def _signed(about: dict[str, str]) -> dict[str, Any]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import pkcs7

    pem = about["pem"].encode()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ValueError("its key is neither RSA nor ECDSA")
    chain = certificates(pem)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b64decode(about["content"]))
    builder = builder.add_signer(x509.load_pem_x509_certificate(chain[0]), key, hashes.SHA256())
    for each in chain[1:]:
        builder = builder.add_certificate(x509.load_pem_x509_certificate(each))
    options = [pkcs7.PKCS7Options.Binary]
    made = builder.sign(serialization.Encoding.DER, options)
    return {"signed": b64encode(made).decode()}


def certificates(pem: bytes) -> list[bytes]:
    """Each certificate of a PEM text, in its order."""
    end = b"-----END CERTIFICATE-----"
    pieces = [piece.partition(b"-----BEGIN CERTIFICATE-----") for piece in pem.split(end)[:-1]]
    return [begin + body + end + b"\n" for _, begin, body in pieces if begin]


def _instant(found: Any, name: str) -> str:
    """A date of a certificate; the library of Debian 12 gives it without its zone, which is UTC."""
    utc = getattr(found, f"{name}_utc", None) or getattr(found, name).replace(tzinfo=UTC)
    said: str = utc.isoformat()
    return said


def _answer(question: str, content: bytes) -> dict[str, Any]:
    match question:
        case "make":
            return _made(json.loads(content))
        case "sign":
            return _signed(json.loads(content))
        case _:
            return _described(content)


def main() -> int:
    """Do what is asked, with what stands at the input."""
    content = sys.stdin.buffer.read()
    try:
        answer = _answer(sys.argv[1], content)
    except ImportError as problem:
        print(f"{problem.name} is not installed; install it, or write tls: off", file=sys.stderr)  # noqa: T201
        return 1
    except (ValueError, IndexError) as problem:
        print(f"it is no certificate ({problem})".splitlines()[0], file=sys.stderr)  # noqa: T201
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())

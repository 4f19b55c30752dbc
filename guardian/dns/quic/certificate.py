"""What QUIC connections are made from: a certificate, protocols and limits."""

import re
from typing import Final

from aioquic.quic.configuration import QuicConfiguration
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from guardian.dns.quic import doq, http3

_IDLE_SECONDS: Final = 30.0
_MOST_STREAM: Final = 1 << 17  # bytes that a client may send on a stream before it is read
_MOST_DATA: Final = 1 << 19  # the same of a connection
_BLOCK: Final = re.compile(
    rb"-----BEGIN (?P<kind>[A-Z ]+)-----.*?-----END (?P=kind)-----\n?", re.DOTALL
)


class BadCertificate(ValueError):
    """There is no certificate with its key."""


def configuration(pem: bytes) -> QuicConfiguration:
    """Of a server. pem: a certificate, all that vouch for it, and its key. Raises BadCertificate.

    Sessions are not resumed, and so nothing is taken as early data, which others could send again.
    """
    blocks = [(each["kind"], each[0]) for each in _BLOCK.finditer(pem)]
    keys = [block for kind, block in blocks if kind.endswith(b"PRIVATE KEY")]
    try:
        chain = [
            load_pem_x509_certificate(block) for kind, block in blocks if kind == b"CERTIFICATE"
        ]
        private_key = load_pem_private_key(keys[0], None) if keys else None
    except (ValueError, TypeError) as problem:
        raise BadCertificate(str(problem)) from None
    if not chain or private_key is None:
        raise BadCertificate("there is no certificate or no key in it, in PEM")
    return QuicConfiguration(
        is_client=False,
        alpn_protocols=[doq.ALPN, http3.ALPN],
        idle_timeout=_IDLE_SECONDS,
        max_data=_MOST_DATA,
        max_stream_data=_MOST_STREAM,
        certificate=chain[0],
        certificate_chain=chain[1:],
        private_key=private_key,
    )

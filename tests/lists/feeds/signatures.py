"""What a maker of lists does with minisign: a key pair, and signatures of both forms."""

import base64
import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

OLD, NEW = b"Ed", b"ED"


@dataclass
class Maker:
    """Somebody who signs."""

    id: bytes = b"maker--1"
    secret: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def key(self) -> str:
        """As minisign prints it."""
        public = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(OLD + self.id + public).decode()

    def sign(self, content: bytes, form: bytes = NEW, comment: str = "list of today") -> str:
        """A signature file."""
        signed = content if form == OLD else hashlib.blake2b(content).digest()
        signature = self.secret.sign(signed)
        vouches = self.secret.sign(signature + comment.encode())
        first = base64.b64encode(form + self.id + signature).decode()
        second = base64.b64encode(vouches).decode()
        return f"untrusted comment: by\n{first}\ntrusted comment: {comment}\n{second}\n"

"""The keys of signed transfers, from the files that hold their secrets."""

import base64
import binascii

from guardian.errors import GuardianError
from guardian.lists.source import Tsig
from guardian.lists.transfer.tsig import Algorithm, Key

_MOST_BYTES = 4096


class BadSecret(GuardianError):
    """A secret that cannot be read."""


def key_of(tsig: Tsig) -> Key:
    """The key that a source names. Raises BadSecret; the message does not say the secret."""
    path = tsig.secret_file
    try:
        with path.open("rb") as file:
            text = b"".join(file.read(_MOST_BYTES).split())
        secret = base64.b64decode(text, validate=True)
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise BadSecret(f"{path}: the secret cannot be read ({said})") from None
    except binascii.Error:
        secret = b""
    if not secret:
        raise BadSecret(
            f"{path}: it holds no secret in base64; write there what the primary's key has"
        )
    return Key(tsig.name, Algorithm(tsig.algorithm), secret)

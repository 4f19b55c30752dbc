"""The keys of signed transfers, from the files that hold their secrets."""

import base64
import binascii

from guardian.errors import Said
from guardian.lists.feeds.credentials import NoCredentials, secret_in
from guardian.lists.source import Tsig
from guardian.lists.transfer.tsig import Algorithm, Key


def key_of(tsig: Tsig) -> Key:
    """The key that a source names. Raises NoCredentials; the message does not say the secret."""
    path = str(tsig.secret_file)
    try:
        secret = base64.b64decode(secret_in(path), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not secret:
        raise NoCredentials(
            Said(
                "%(path)s: its secret is not in base64; write it as the primary's configuration "
                "has it",
                path=path,
            )
        )
    return Key(tsig.name, Algorithm(tsig.algorithm), secret)

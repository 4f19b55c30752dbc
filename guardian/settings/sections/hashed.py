"""How a list of digests was made: part of `lists`."""

from typing import Final

from guardian.lists.hashing import Hashing
from guardian.settings.fields import Field, Wrong, maybe, scalar


def _hashing(text: str) -> str:
    try:
        return str(Hashing.read(text))
    except ValueError:
        raise Wrong(
            f'"{text}" says no way to hash names', "write it as sha256:5a17 or hmac-sha256:5a17"
        ) from None


HASH: Final = Field(
    "hash",
    maybe(scalar("`sha256`, `sha256:SALT` or `hmac-sha256:KEY`", "sha256:5a17", _hashing)),
    "Of a list in the format `hashed`: how it hashed its names, with the salt or key in "
    "hexadecimal digits. Where nothing is said, the list says it, or it is `sha256`.",
    default="",
)

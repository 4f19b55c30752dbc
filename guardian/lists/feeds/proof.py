"""What new content of a list has to show before it is taken."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Proof:
    """Each "" where it is not asked for; all that are must be shown.

    sha256: of the one content that is right, as 64 small hex digits. checksum: the address of a
    file of digests. key: a public key, as minisign prints it; signature: the address of what was
    signed with it.
    """

    sha256: str = ""
    checksum: str = ""
    key: str = ""
    signature: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether anything has to be shown."""
        return bool(self.sha256 or self.checksum or self.key)

    def __str__(self) -> str:
        """In a line: another one means that what was taken under this one is to be shown anew."""
        return " ".join(filter(None, (self.sha256, self.checksum, self.key, self.signature)))


NO_PROOF: Final = Proof()

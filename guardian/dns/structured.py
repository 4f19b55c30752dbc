"""Structured errors: why a name is blocked, for programs that can show it, and nothing forged.

Source: draft-ietf-dnsop-structured-dns-error, as of June 2026. A client asks for it by an empty
EDNS option, whose code is not assigned yet, and gets an object of I-JSON in place of the error's
text.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

NETWORK_POLICY = 5
"""The sub-error of a network that blocks by a policy of its own; only with EDE 15."""


@dataclass(frozen=True, slots=True)
class Structured:
    """What who asks for it is told of a block.

    option: the code by which it is asked for. whole: the text; brief: where that would not fit.
    """

    option: int
    whole: bytes
    brief: bytes

    @classmethod
    def of(
        cls,
        option: int,
        contacts: Sequence[str],
        reason: str,
        organisation: str,
        language: str,
        sub_error: int | None = None,
    ) -> "Structured":
        """contacts: URIs of the schemes tel and mailto. language: of reason and organisation."""
        least: dict[str, object] = {"c": list(contacts)} if contacts else {}
        if sub_error is not None:
            least["s"] = sub_error
        words = {"j": reason, "o": organisation}
        said: dict[str, object] = {key: text for key, text in words.items() if text}
        if said:
            said["l"] = language
        return cls(option, _written(least | said), _written(least) if least else b"")


def _written(data: dict[str, object]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

"""Domain names as text and as wire bytes: the ground everybody stands on.

A *qname* here is text: lower case, A-labels, no final dot ("www.example.org"). A *wire* name is the
uncompressed form of RFC 1035, section 3.1, lower case, with the root's zero byte at its end. This
module imports nothing else of guardian.
"""

import re
from collections.abc import Iterator
from typing import Final

MAX_LABEL: Final = 63
MAX_WIRE: Final = 255

# Letters, digits, hyphens inside, and the underscore that service names use (RFC 8552).
_PLAIN: Final = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_LENGTH: Final = tuple(bytes((n,)) for n in range(MAX_LABEL + 1))


class InvalidName(ValueError):
    """A text or wire form that is no domain name; the message says what is wrong with it."""


def normalise(text: str) -> str:
    """The qname that a person's or a list's spelling means.

    Takes upper case, a final dot and U-labels (IDNA 2008 with UTS 46 mapping, RFC 5891).
    Raises InvalidName for anything that is not a host-like name of at most 253 characters.
    """
    name = text.strip().lower().removesuffix(".")
    if not name.isascii():
        name = _to_a_labels(name)
    if not name:
        raise InvalidName("the name is empty")
    if len(name) > MAX_WIRE - 2:
        raise InvalidName(f"the name is longer than {MAX_WIRE - 2} characters")
    if _PLAIN.fullmatch(name) is None:
        raise InvalidName(f'"{text.strip()}" is not a domain name')
    if "xn--" in name:
        _check_a_labels(name)
    return name


def _to_a_labels(name: str) -> str:
    import idna  # heavy, and most names never need it

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as problem:
        raise InvalidName(f'"{name}" is not a domain name: {problem}') from None


def _check_a_labels(name: str) -> None:
    for label in name.split("."):
        if label.startswith("xn--"):
            try:
                label[4:].encode("ascii").decode("punycode")
            except UnicodeError:
                raise InvalidName(f'"{label}" is not valid punycode') from None


def to_wire(qname: str) -> bytes:
    """The wire form of a qname that `normalise` returned; "" is the root."""
    if not qname:
        return b"\0"
    labels = qname.encode("ascii").split(b".")
    return b"".join([_LENGTH[len(label)] + label for label in labels]) + b"\0"


def from_wire(wire: bytes) -> str:
    """The qname of an uncompressed wire name; bytes outside printable ASCII come as \\DDD.

    Raises InvalidName where the labels do not end with the bytes.
    """
    labels = []
    at = 0
    while at < len(wire) and wire[at]:
        end = at + 1 + wire[at]
        if wire[at] > MAX_LABEL or end >= len(wire):
            raise InvalidName("a label runs past the end of the name")
        labels.append(_presented(wire[at + 1 : end]))
        at = end
    if at != len(wire) - 1:
        raise InvalidName("the name does not end with its root label")
    return ".".join(labels)


def _presented(label: bytes) -> str:
    if label.isalnum():
        return label.decode("ascii").lower()
    return "".join(
        chr(byte).lower() if 0x21 <= byte <= 0x7E and byte not in b'.\\"();@$' else f"\\{byte:03}"
        for byte in label
    )


def suffixes(qname: str) -> Iterator[str]:
    """The name itself, then each parent, down to the top-level domain."""
    while qname:
        yield qname
        qname = qname.partition(".")[2]


def wire_suffixes(wire: bytes) -> Iterator[bytes]:
    """The wire name itself, then each parent's, the root left out."""
    while wire[0]:
        yield wire
        wire = wire[wire[0] + 1 :]


def is_under(qname: str, parent: str) -> bool:
    """Whether a name is the parent itself or below it."""
    return qname == parent or qname.endswith("." + parent)

"""The sorts of values that a configuration has: how each is written, and what it then is."""

import re
from enum import StrEnum
from importlib.util import find_spec
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, TypeVar

from guardian import names, patterns
from guardian.errors import Said
from guardian.policy.devices import (
    ID_PREFIX,
    Device,
    HostName,
    Network,
    read_client_id,
    read_mac,
)
from guardian.qtypes import QTYPES
from guardian.safety import services
from guardian.settings.endpoints import Address, Endpoint
from guardian.settings.fields import Kind, Reading, Wrong, like, nearest, scalar, scalar_in_context
from guardian.settings.nodes import Node

E = TypeVar("E", bound=StrEnum)

MAX_TITLE: Final = 40
_HOST_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_ .-]{0,61}[a-z0-9_])?")
_ADDRESS_LIKE: Final = re.compile(r"[0-9.]+|[0-9a-f:.-]*:[0-9a-f:.-]*|.*/.*")
_BYTES: Final = re.compile(r"(\d{1,9}) ?([a-z]+)")
_USER: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_SWITCH: Final = {
    "true": True, "on": True, "yes": True, "false": False, "off": False, "no": False,
}  # fmt: skip
_UNITS_OF_SIZE: Final = {"kb": 2**10, "mb": 2**20, "gb": 2**30}


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise Wrong(f'"{text}" is neither on nor off', "write true or false")
    return _SWITCH[text.lower()]


SWITCH: Final = scalar("true or false", "true", _switch)


def choice(what: str, members: type[E]) -> Kind[E]:
    """One word of several."""
    words = [str(member) for member in members]

    def read(text: str) -> E:
        try:
            return members(text.lower())
        except ValueError:
            raise Wrong(f'"{text}" is no {what}', nearest(text, words)) from None

    return scalar("one of " + ", ".join(f"`{word}`" for word in words), words[0], read)


def whole_number(low: int, high: int, unit: str = "") -> Kind[int]:
    expects = f"a number from {low} to {high}{unit and f' ({unit})'}"

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise Wrong(f'"{text}" is not a whole number', f"write {expects}")
        if not low <= int(text) <= high:
            raise Wrong(f"{text} is out of range", f"write {expects}")
        return int(text)

    return scalar(expects, str(low), read)


def _title(text: str) -> str:
    if len(text) > MAX_TITLE:
        raise Wrong(
            Said("the name is too long"), Said("write at most %(most)s characters", most=MAX_TITLE)
        )
    if not text.isprintable():
        raise Wrong(Said("the name has characters that cannot be shown"), Said("take them out"))
    return text


TITLE: Final = scalar(f"a name of at most {MAX_TITLE} characters", "Lina", _title)
PROFILE: Final = scalar("the name of a profile", "primary", _title)
TEXT: Final = scalar("text", "lists/school.txt", lambda text: text)


def _country(text: str) -> str:
    code = text.upper()
    if code == "UK":
        raise Wrong('"UK" is not the ISO code of a country', 'write "GB"')
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise Wrong(f'"{text}" is not a country', 'write its two letters, such as "DE"')
    return code


COUNTRY: Final = scalar("a country's two letters (ISO 3166-1)", "DE", _country)


def _name(text: str) -> str:
    try:
        return names.normalise(text)
    except names.InvalidName as error:
        raise Wrong(str(error), f"write {_likely_name(text)}") from None


def _likely_name(text: str) -> str:
    """What somebody who wrote "https://www.example.org/page" or "*.example.org" meant."""
    rest = text.partition("//")[2] or text
    candidate = re.split(r"[/?#:]", rest, maxsplit=1)[0].removeprefix("*.").strip(".")
    try:
        return f'"{names.normalise(candidate)}"; what is below it is meant too'
    except names.InvalidName:
        return "a name such as example.org"


NAME: Final = scalar("a domain name", "example.org", _name)


def plain_address(text: str) -> Address:
    try:
        address = ip_address(text)
    except ValueError:
        raise Wrong(
            Said('"%(text)s" is not an IP address', text=text),
            Said("write it as 192.168.1.1 or fd00::1"),
        ) from None
    return _without_disguise(address, text)


def _without_disguise(address: Address, text: str) -> Address:
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            raise Wrong(f'"{text}" has a zone index', "leave out the % and what follows it")
        return address.ipv4_mapped or address
    return address


ADDRESS: Final = scalar("an IP address", "192.168.1.1", plain_address)


def endpoint(default_port: int | None) -> Kind[Endpoint]:
    """An address with its port, which may be left out where there is a default."""

    def read(text: str) -> Endpoint:
        host, port = split_port(text)
        if port is None and default_port is None:
            raise Wrong(f'"{text}" has no port', f'write it as "{_with_port(text)}"')
        number = default_port if port is None else port_number(port)
        assert number is not None  # noqa: S101  # for the type checker: both None is refused above
        if host.lower() == "localhost":
            raise Wrong('"localhost" is a name', f'write it as "127.0.0.1:{number}"')
        return Endpoint(plain_address(host), number)

    if default_port is None:
        return scalar('"address:port"', '"127.0.0.1:5353"', read)
    return scalar(f"an IP address, with a port if it is not {default_port}", "192.168.1.1", read)


def split_port(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise Wrong(f'"{text}" is not an address', 'write it as "[::1]:5353"')
        return host, rest[1:] if rest else None
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, None


def _with_port(text: str) -> str:
    if text.isdigit():
        return f"127.0.0.1:{text}"
    host = text.strip("[]")
    return f"[{host}]:5353" if ":" in host else f"{host}:5353"


def no_quic() -> Wrong | None:
    """What is wrong with QUIC on this machine."""
    if find_spec("aioquic") is not None:
        return None
    return Wrong(
        Said("DNS over QUIC needs the package aioquic, which is not installed"),
        Said('install it (pip install "guardian[quic]"), or take this out'),
    )


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise Wrong(f'"{text}" is not a port', "write a number from 1 to 65535")
    return int(text)


def _device(text: str) -> Device:
    lower = text.lower()
    known = read_mac(text) or read_client_id(text)
    if known is not None:
        return known
    if lower.startswith(ID_PREFIX):
        raise Wrong(
            f'"{text}" is no client id',
            "write id: and at most 63 letters, digits and hyphens, such as id:lina-phone",
        )
    if "/" in text:
        return network(text)
    try:
        return _without_disguise(ip_address(text), text)
    except ValueError:
        if _ADDRESS_LIKE.fullmatch(lower) or not _HOST_NAME.fullmatch(lower):
            raise Wrong(
                Said('"%(text)s" is no device', text=text),
                Said(
                    'write a hardware address as "a4:83:e7:00:00:01", an IP address, a network '
                    "such as 192.168.1.0/24, the name that the device gives itself, or a client "
                    "id as id:lina-phone"
                ),
            ) from None
    return HostName(lower)


def network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        raise Wrong(
            Said('"%(text)s" is not a network', text=text), Said("write it as 192.168.1.0/24")
        ) from None
    raise Wrong(
        Said('"%(text)s" is an address within a network', text=text),
        Said('write it as "%(meant)s"', meant=meant),
    )


DEVICE: Final = scalar(
    "a hardware address, IP address, network, device name or client id",
    '"a4:83:e7:00:00:01"',
    _device,
)


def _size(text: str) -> int:
    match = _BYTES.fullmatch(text.lower().replace("ib", "b"))
    if match is None or match[2] not in _UNITS_OF_SIZE:
        raise Wrong(f'"{text}" is not a size', "write it as 16MB")
    size = int(match[1]) * _UNITS_OF_SIZE[match[2]]
    if not 2**20 <= size <= 4 * 2**30:
        raise Wrong(f'"{text}" is out of range', "write something between 1MB and 4GB")
    return size


SIZE: Final = scalar("a size: `512KB`, `16MB`, `1GB`", "16MB", _size)


def _user(text: str) -> str:
    if not _USER.fullmatch(text):
        raise Wrong(f'"{text}" is not a user name', "write it as guardian or nobody")
    return text


def _pattern(text: str) -> str:
    try:
        patterns.compiled(text)
    except patterns.BadPattern as problem:
        raise Wrong(str(problem), "write it as ads*.example or /^ads[0-9]+/") from None
    return text.lower()


PATTERN: Final = scalar("a pattern", "ads*.example", _pattern)


def _qtype(text: str) -> int:
    qtype = QTYPES.get(text.upper()) or int(text[4:] if text[4:].isdigit() else 0)
    if not 0 < qtype < 1 << 16 or not text.upper().startswith(("TYPE", *QTYPES)):
        raise Wrong(f'"{text}" is no record type', "write it as HTTPS, TXT or TYPE99")
    return qtype


QTYPE: Final = scalar("a record type", "HTTPS", _qtype)


NETWORK: Final = scalar("a network", "203.0.113.0/24", network)


USER: Final = scalar("a user of this machine", "guardian", _user)


def _category(text: str, reading: Reading) -> str:
    category = text.lower()
    if category in services.ids() or category in reading.services:
        return category
    if category == "illegal":
        raise Wrong("illegal content is blocked for everybody already", "take this entry out")
    if category not in reading.categories and category not in reading.gone.words:
        raise Wrong(f'"{text}" is no category and no service', _nearest_word(category, reading))
    return category


def _nearest_word(text: str, reading: Reading) -> str:
    categories = sorted(each for each in reading.categories if each != "illegal")
    known = services.ids() | reading.services
    if like(text, known, 0.75) is not None:
        return nearest(text, sorted(known))
    mend = nearest(text, categories)
    return mend if mend.startswith("write") else f"{mend}; or a service (guardian services)"


def _living(kind: Kind[str]) -> Kind[str]:
    """The kind, with what a word that is gone means today; that it was used is remarked."""

    def read(node: Node, reading: Reading) -> str:
        word = kind.read(node, reading)
        grave = reading.gone.words.get(word)
        if grave is None or word in services.ids() | reading.services | reading.categories:
            return word
        if grave.replaced_by:
            new = grave.replaced_by
            reading.remark(node, f'"{word}" is "{new}" since {grave.since}; write "{new}"')
            return new
        reading.remark(
            node,
            f'guardian knows no "{word}" any more since {grave.since}, and goes on with its last '
            "names; take it out when you need it no more",
        )
        return word

    return Kind(kind.expects, kind.example, read)


CATEGORY: Final = _living(scalar_in_context("a category or a service", "adult", _category))


def _bundled_list(text: str, reading: Reading) -> str:
    if text not in reading.lists and text not in reading.gone.lists:
        raise Wrong(f'"{text}" is not a bundled list', nearest(text, sorted(reading.lists)))
    return text


def _living_list(kind: Kind[str]) -> Kind[str]:
    """The kind, with what took the place of a list that is gone; "" where nothing did."""

    def read(node: Node, reading: Reading) -> str:
        folder = kind.read(node, reading)
        grave = reading.gone.lists.get(folder)
        if grave is None or folder in reading.lists:
            return folder
        mend = f'write "{grave.replaced_by}"' if grave.replaced_by else "take it out"
        reading.remark(node, f'there is no list "{folder}" since {grave.since}; {mend}')
        return grave.replaced_by

    return Kind(kind.expects, kind.example, read)


BUNDLED_LIST: Final = _living_list(scalar_in_context("a bundled list", "adult", _bundled_list))

_CATEGORY_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def _category_id(text: str) -> str:
    if not _CATEGORY_ID.fullmatch(text):
        raise Wrong(
            f'"{text}" cannot be a category', "write a word of small letters, digits and hyphens"
        )
    if text in services.ids():
        raise Wrong(f'"{text}" is a service already', f'write "{text}-list"')
    return text


NEW_CATEGORY: Final = scalar("a category, known or new", "adult", _category_id)


def _https(text: str) -> str:
    if text.lower().startswith("http://"):
        raise Wrong("a list over plain HTTP can be forged", "write the address with https://")
    host = text[8:].partition("/")[0]
    if not text.lower().startswith("https://") or not host or not text.isascii() or " " in text:
        raise Wrong(f'"{text}" is not an HTTPS address', "write it as https://lists.example/a.txt")
    if "@" in host:
        raise Wrong(
            Said("a password in the address can be read by all who see this file"),
            Said("take it out, and write it into a file that auth: names"),
        )
    return text


URL: Final = scalar("an HTTPS address", "https://lists.example/a.txt", _https)

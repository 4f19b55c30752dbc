"""One call of a guardian's API: over HTTP, over HTTPS, or over the socket in its state folder.

A key is sent to the address that was given and to no other: redirections are not followed, and a
plain connection to the internet is refused.
"""

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from guardian.client.errors import BadPlace, Unreachable, refused
from guardian.home_socket import SOCKET

"""Where a running guardian answers its own user, in its state folder."""

_PREFIX: Final = "/api/v1"
_SECONDS: Final = 15.0
_MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a guardian is, and how it is known.

    url: "https://192.168.1.2:8053"; "" for the one with a state folder on this machine. token: a
    key that a parent made. fingerprint: SHA-256 of its certificate, as its page shows it; "" where
    a public authority vouches for it.
    """

    url: str = ""
    token: str = ""
    fingerprint: str = ""
    state: Path | None = None


class _OverSocket(HTTPConnection):
    """HTTP over a Unix socket: who may open it is who owns the guardian."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _Pinned(HTTPSConnection):
    """HTTPS to whoever has one certificate, whoever signed it."""

    def __init__(self, host: str, port: int | None, timeout: float, wanted: bytes) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        super().__init__(host, port, timeout=timeout, context=context)
        self._wanted = wanted

    def connect(self) -> None:
        super().connect()
        assert isinstance(self.sock, ssl.SSLSocket)  # noqa: S101 (that is what HTTPS connects)
        found = hashlib.sha256(self.sock.getpeercert(binary_form=True) or b"").digest()
        if not hmac.compare_digest(found, self._wanted):
            self.close()
            raise Unreachable(
                f"{self.host} shows another certificate ({found.hex()}); compare it with the one "
                "on its page, Settings, Certificate"
            )


def call(
    place: Place,
    method: str,
    path: str,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = _SECONDS,
) -> Any:
    """What an operation gives; None where it gives nothing. path: below /api/v1.

    body: what JSON can hold. Raises Refused, Unreachable, BadPlace.
    """
    connection = _connection(place, seconds)
    sent = {"Accept": "application/json", **(headers or {})}
    if place.token:
        sent["Authorization"] = f"Bearer {place.token}"
    content = None
    if body is not None:
        content = json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    try:
        connection.request(method, _PREFIX + path, content, sent)
        response = connection.getresponse()
        return _read(response, response.read(_MOST_BYTES), place)
    except ssl.SSLCertVerificationError as problem:
        raise Unreachable(
            f"{place.url}: nobody vouches for its certificate ({problem.verify_message}); "
            "give its fingerprint"
        ) from None
    except (OSError, HTTPException, ValueError) as problem:
        raise Unreachable(_silent(place, problem)) from None
    finally:
        connection.close()


def _silent(place: Place, problem: Exception) -> str:
    if place.url:
        why = getattr(problem, "strerror", None) or str(problem) or "no answer"
        return f"no guardian answers at {place.url} ({why})"
    return f"no guardian runs with {place.state}; start it: guardian run"


def _connection(place: Place, seconds: float) -> HTTPConnection:
    if not place.url:
        if place.state is None:
            raise BadPlace("say where guardian is: its address, or its state folder")
        return _OverSocket(place.state / SOCKET, seconds)
    try:
        parts = urlsplit(place.url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/"):
        raise BadPlace(f'"{place.url}" is no address of a guardian; write https://192.168.1.2:8053')
    if not place.token.isascii() or not place.token.isprintable() or " " in place.token:
        raise BadPlace("this is no key; a parent makes one under Settings, Keys for programs")
    if parts.scheme == "http":
        if _is_far(host):
            raise BadPlace(f"{place.url}: anybody on the way could read the key; write https://")
        return HTTPConnection(host, port, timeout=seconds)
    if place.fingerprint:
        return _Pinned(host, port, seconds, _digest(place.fingerprint))
    return HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())


def _digest(fingerprint: str) -> bytes:
    try:
        found = bytes.fromhex(fingerprint.replace(":", "").replace(" ", ""))
    except ValueError:
        found = b""
    if len(found) != hashlib.sha256().digest_size:
        raise BadPlace(f'"{fingerprint}" is no SHA-256 fingerprint; it has 64 hexadecimal digits')
    return found


def _is_far(host: str) -> bool:
    """Whether a host is an address of the internet, beyond the house."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return False


def _read(response: HTTPResponse, content: bytes, place: Place) -> Any:
    if response.status == 204:
        return None
    is_json = "json" in response.headers.get("Content-Type", "")
    if not is_json or response.status in range(300, 400):
        where = response.headers.get("Location", "")
        more = f"; it says: go to {where}" if where else ""
        raise Unreachable(f"{place.url or place.state}: what answers there is no guardian{more}")
    data = json.loads(content)
    if response.status < 300:
        return data
    errors = [(str(each["field"]), str(each["problem"])) for each in data.get("errors", ())]
    raise refused(response.status, data.get("title", ""), data.get("detail", ""), errors)

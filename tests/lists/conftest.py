"""A real HTTPS server that can be told how to misbehave, and a clock that can be set."""

import gzip
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class ListServer:
    """Answers by path; asked: the path and headers of every request."""

    port: int
    certificate: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, scheme: str = "https") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def serve(self, path: str, text: str | bytes, *, etag: str = "", packed: bool = False) -> None:
        """Answer with content; with 304 to who has this ETag."""
        content = text.encode() if isinstance(text, str) else text

        def answer(request: BaseHTTPRequestHandler) -> None:
            if etag and request.headers.get("If-None-Match") == etag:
                reply(request, 304)
                return
            headers = {"ETag": etag} if etag else {}
            headers |= {"Content-Encoding": "gzip"} if packed else {}
            reply(request, 200, gzip.compress(content) if packed else content, headers)

        self.answers[path] = answer

    def status(self, path: str, code: int, **headers: str) -> None:
        self.answers[path] = lambda request: reply(request, code, b"", headers)


def reply(
    request: BaseHTTPRequestHandler,
    code: int,
    content: bytes = b"",
    headers: dict[str, str] | None = None,
) -> None:
    request.send_response(code)
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def missing(request: BaseHTTPRequestHandler) -> None:
    reply(request, 404)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "made.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=lists.test"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(made), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


def _running(context: ssl.SSLContext | None, made: Path) -> Iterator[ListServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, dict(self.headers.items())))
            told.answers.get(self.path, missing)(self)

        def log_message(self, *_: Any) -> None:
            """Nothing: pytest shows failures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        told = ListServer(server.server_address[1], made)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield told
        server.shutdown()
        thread.join()


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[ListServer]:
    """Over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    yield from _running(context, certificate[0])


@pytest.fixture
def plain_server(certificate: tuple[Path, Path]) -> Iterator[ListServer]:
    """Without TLS."""
    yield from _running(None, certificate[0])


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> Clock:
    """Tuesday noon."""
    return Clock()

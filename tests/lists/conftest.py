"""A real HTTPS server that can be told how to misbehave, and a clock that can be set."""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.lists.feeds.certificates import Authority

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
        """Answer with content; with 304 to who has this ETag, with the rest to who has a start."""
        content = text.encode() if isinstance(text, str) else text

        def answer(request: BaseHTTPRequestHandler) -> None:
            if etag and request.headers.get("If-None-Match") == etag:
                reply(request, 304)
                return
            headers = {"ETag": etag} if etag else {}
            start = request.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
            if start and etag and request.headers.get("If-Range") == etag:
                if int(start) >= len(content):
                    reply(request, 416)
                    return
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
                reply(request, 206, content[int(start) :], headers)
                return
            headers |= {"Content-Encoding": "gzip"} if packed else {}
            reply(request, 200, gzip.compress(content) if packed else content, headers)

        self.answers[path] = answer

    def break_off(self, path: str, text: str, after: int, *, etag: str = "") -> None:
        """Send so many bytes of content, and hang up."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Length", str(len(text)))
            if etag:
                request.send_header("ETag", etag)
            request.end_headers()
            request.wfile.write(text.encode()[:after])

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
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    return Authority().issue("127.0.0.1", tmp_path_factory.mktemp("tls"))


def running(context: ssl.SSLContext | None, made: Path) -> Iterator[ListServer]:
    """A server that ends with its user. context: None without TLS. made: whom clients trust."""

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
    yield from running(context, certificate[0])


@pytest.fixture
def plain_server(certificate: tuple[Path, Path]) -> Iterator[ListServer]:
    """Without TLS."""
    yield from running(None, certificate[0])


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


@pytest.fixture
def trusted(server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The HTTPS server, trusted by the processes that fetch."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return server

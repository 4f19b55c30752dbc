"""Fetching from a real server: bounded, HTTPS only, an outcome whatever happens."""

import asyncio
import contextlib
import io
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import aiohttp
import pytest

from guardian.lists.feeds.fetch import (
    Asking,
    Failed,
    Fetched,
    Limits,
    Outcome,
    Unchanged,
    Validators,
    fetch,
)

NOTHING, USUAL = Validators(), Limits()


def fetched(
    server: Any,
    url: str,
    known: Validators = NOTHING,
    limits: Limits = USUAL,
    then: Callable[[], None] = lambda: None,
) -> tuple[Outcome, bytes]:
    """The outcome of one fetch, and what was written. then: done when the outcome is there."""
    into = io.BytesIO()

    async def work() -> Outcome:
        context = ssl.create_default_context(cafile=str(server.certificate))
        connector = aiohttp.TCPConnector(ssl=context)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
            outcome = await fetch(session, url, into, Asking(known, limits))
            then()
        await asyncio.sleep(0.1)  # TLS is closed after the session (aiohttp, "Graceful shutdown")
        return outcome

    return asyncio.run(work()), into.getvalue()


def test_content_and_its_validators(server: Any) -> None:
    server.serve("/list", "a.example\n", etag='"1"')
    outcome, content = fetched(server, server.url("/list"))
    assert outcome == Fetched(Validators(etag='"1"'))
    assert content == b"a.example\n"


def test_what_we_have_is_not_sent_again(server: Any) -> None:
    server.serve("/list", "a.example\n", etag='"1"')
    outcome, content = fetched(server, server.url("/list"), Validators(etag='"1"'))
    assert (outcome, content) == (Unchanged(), b"")


def test_packed_content_stays_packed(server: Any) -> None:
    server.serve("/list", "a.example\n", packed=True)
    outcome, content = fetched(server, server.url("/list"))
    assert isinstance(outcome, Fetched)
    assert content[:2] == b"\x1f\x8b"


@pytest.mark.parametrize("code", [304, 401, 404, 500])
def test_a_status_that_brings_nothing(server: Any, code: int) -> None:
    server.status("/list", code)
    outcome, _ = fetched(server, server.url("/list"))
    assert isinstance(outcome, Failed)
    assert f"answered {code}" in outcome.problem


def test_redirects_are_followed_on_https_only(server: Any, plain_server: Any) -> None:
    server.serve("/new", "a.example\n")
    server.status("/old", 301, Location="/new")
    server.status("/down", 302, Location=plain_server.url("/list", "http"))
    server.status("/round", 302, Location="/round")
    plain_server.serve("/list", "evil.example\n")
    assert isinstance(fetched(server, server.url("/old"))[0], Fetched)
    outcome, content = fetched(server, server.url("/down"))
    assert isinstance(outcome, Failed)
    assert "HTTPS only" in outcome.problem
    assert (content, plain_server.asked) == (b"", [])
    assert "redirects" in str(fetched(server, server.url("/round"))[0])


@pytest.mark.parametrize(
    "url", ["http://lists.test/", "http://192.0.2.1/", "ftp://127.0.0.1/", "nonsense", "https://"]
)
def test_nothing_but_https(server: Any, url: str) -> None:
    assert isinstance(fetched(server, url)[0], Failed)


def test_plain_http_on_this_machine(plain_server: Any) -> None:
    plain_server.serve("/list", "a.example\n")
    assert isinstance(fetched(plain_server, plain_server.url("/list", "http"))[0], Fetched)


def test_more_bytes_than_allowed(server: Any) -> None:
    server.serve("/list", b"a.example\n" * 1000)
    outcome, content = fetched(server, server.url("/list"), limits=Limits(of_bytes=4096))
    assert isinstance(outcome, Failed)
    assert "larger" in outcome.problem
    assert len(content) <= 4096


def test_content_that_breaks_off(server: Any) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"a.example\n")

    server.answers["/list"] = answer
    assert isinstance(fetched(server, server.url("/list"))[0], Failed)


def test_content_that_never_ends(server: Any) -> None:
    over = threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"a")
        request.wfile.flush()
        over.wait(10)

    server.answers["/list"] = answer
    outcome, _ = fetched(server, server.url("/list"), limits=Limits(seconds=0.3), then=over.set)
    assert isinstance(outcome, Failed)
    assert "within 0.3 seconds" in outcome.problem


def test_content_that_drips(server: Any) -> None:
    over = threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.send_header("ETag", '"1"')
        request.end_headers()
        with contextlib.suppress(OSError):  # nobody listens any more
            while not over.wait(0.02):
                request.wfile.write(b"a")
                request.wfile.flush()

    server.answers["/list"] = answer
    outcome, content = fetched(server, server.url("/list"), limits=Limits(seconds=2), then=over.set)
    assert isinstance(outcome, Failed)
    assert "within 2 seconds" in outcome.problem
    assert outcome.begun == '"1"'
    assert 0 < len(content) < 1000


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0), ("120", 120), ("-5", 0), ("", 0), ("soon", 0), ("9" * 99, 999_999_999), ("²", 0),
        ("Thu, 26 Nov 2026 03:01:00 GMT", 60), ("Thu, 26 Nov 2020 03:01:00 GMT", 0),
        ("Thu, 99 Nov 2026", 0), ("Thu, 26 Nov 2026 03:01:00", 0),
    ],
)  # fmt: skip
def test_when_a_server_wants_to_be_asked_again(server: Any, said: str, seconds: float) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response_only(429)
        request.send_header("Date", "Thu, 26 Nov 2026 03:00:00 GMT")
        request.send_header("Retry-After", said)
        request.send_header("Content-Length", "0")
        request.end_headers()

    server.answers["/list"] = answer
    outcome, _ = fetched(server, server.url("/list"))
    assert isinstance(outcome, Failed)
    assert outcome.wait == seconds


def test_a_certificate_nobody_trusts(server: Any) -> None:
    server.serve("/list", "a.example\n")

    async def work() -> Outcome:
        async with aiohttp.ClientSession() as session:
            outcome = await fetch(session, server.url("/list"), io.BytesIO())
        await asyncio.sleep(0.1)
        return outcome

    assert isinstance(asyncio.run(work()), Failed)
    assert server.asked == []


def test_a_token_in_the_address_is_not_told(server: Any) -> None:
    url = server.url("/list?token=hidden").replace("https://", "https://user:hidden@")
    outcome, _ = fetched(server, url)
    assert isinstance(outcome, Failed)
    assert "hidden" not in outcome.problem

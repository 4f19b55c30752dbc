"""Lists over the network, end to end: never half a list in force, the last good one always."""

import asyncio
import contextlib
import gzip
import hashlib
import os
import resource
import signal
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from guardian.lists.feeds.credentials import Credentials
from guardian.lists.feeds.proof import Proof
from guardian.lists.feeds.route import DIRECT, Route
from guardian.lists.library import Library
from guardian.lists.source import Source, SourceKind
from guardian.lists.standing import SourceStatus
from guardian.names import to_wire
from tests.lists.conftest import ListServer, reply, running
from tests.lists.feeds.certificates import Authority
from tests.lists.feeds.signatures import NEW, OLD, Maker

FIRST = "a.example\n"
MAKER = Maker()


class Household:
    """One list that comes over the network."""

    def __init__(self, folder: Path, clock: Any, source: Source, route: Route = DIRECT) -> None:
        self.folder = folder
        self.clock = clock
        self.use(source, route)

    def use(self, source: Source, route: Route = DIRECT) -> None:
        """Settings have changed."""
        self.source = source
        self.library = Library(self.folder / "lists", [source], self.clock, route=route)

    def update(self) -> SourceStatus:
        """Fetch, compile what changed, and say how it stands."""

        async def work() -> None:
            await self.library.fetch_due(everything=True)
            opened = self.library.open_index(pytest.fail)
            if opened is None or not self.library.is_current(opened[1]):
                await self.library.compile()

        asyncio.run(work())
        return self.status

    @property
    def status(self) -> SourceStatus:
        (found,) = self.library.status()
        return found

    def blocks(self, qname: str) -> bool:
        opened = self.library.open_index(pytest.fail)
        assert opened is not None
        return bool(opened[1].match(to_wire(qname), 1).blocked_categories)

    @property
    def names(self) -> int:
        """How many are in force."""
        opened = self.library.open_index(pytest.fail)
        assert opened is not None
        return int(opened[1].names)

    @property
    def begun(self) -> Path:
        """What is kept of a transfer that broke off."""
        return self.folder / "lists" / "sources" / "far.begun"


@pytest.fixture
def server(server: ListServer, monkeypatch: pytest.MonkeyPatch) -> ListServer:
    """The HTTPS server, trusted by the processes that fetch."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return server


@pytest.fixture
def house(tmp_path: Path, clock: Any, server: ListServer) -> Household:
    """With a good list in force."""
    server.serve("/list", FIRST, etag='"1"')
    found = Household(tmp_path, clock, Source("far", "ads", server.url("/list"), change=None))
    assert found.update().problem == ""
    assert found.blocks("a.example")
    return found


def kept(house: Household, why: str) -> str:
    """Update, and see that the first content stays; gives the problem."""
    problem = house.update().problem
    assert why in problem, problem
    assert "the last good one stays" in problem
    assert house.blocks("a.example")
    assert not house.blocks("b.example")
    return problem


# What a list has to show.


def signed(server: ListServer, content: str, form: bytes = NEW) -> None:
    server.serve("/list", content, etag=f'"{hash(content)}"')
    server.serve("/list.minisig", MAKER.sign(content.encode(), form))


@pytest.mark.parametrize("form", [OLD, NEW])
def test_a_signed_list(house: Household, server: ListServer, form: bytes) -> None:
    proof = Proof(key=MAKER.key, signature=server.url("/list.minisig"))
    house.use(replace(house.source, proof=proof))
    signed(server, "a.example\nc.example\n", form)
    assert house.update().problem == ""
    assert house.blocks("c.example")
    server.serve("/list", "b.example\n")
    kept(house, "signature does not fit")
    server.status("/list.minisig", 404)
    kept(house, "list.minisig: the server answered 404")
    server.serve("/list.minisig", "<!DOCTYPE html>")
    kept(house, "is no signature")
    server.serve("/list.minisig", Maker(b"somebody").sign(b"b.example\n"))
    kept(house, "signed with another key")
    signed(server, "b.example\n", form)
    assert house.update().problem == ""
    assert house.blocks("b.example")


def test_content_from_before_the_signature_has_to_show_it_too(
    house: Household, server: ListServer
) -> None:
    house.use(replace(house.source, proof=Proof(key=MAKER.key, signature=server.url("/sig"))))
    kept(house, "answered 404")
    assert "If-None-Match" not in server.asked[-2][1]
    server.serve("/sig", MAKER.sign(FIRST.encode()))
    assert house.update().problem == ""
    house.update()
    assert server.asked[-1][1]["If-None-Match"] == '"1"'  # and then no more


def test_a_pinned_digest_and_a_file_of_digests(house: Household, server: ListServer) -> None:
    content = "a.example\nc.example\n"
    digest = hashlib.sha256(content.encode()).hexdigest()
    server.serve("/list", content)
    server.serve("/sums", f"{digest}  list\n")
    house.use(replace(house.source, proof=Proof(sha256=digest, checksum=server.url("/sums"))))
    assert house.update().problem == ""
    assert server.asked[-2][1]["Accept-Encoding"] == "identity"
    server.serve("/list", "b.example\n")
    kept(house, "SHA-256 is another")
    server.serve("/list", content, packed=True)
    kept(house, "the server packs it")


def test_a_confidential_list_is_proven_before_it_is_hashed(
    tmp_path: Path, clock: Any, server: ListServer
) -> None:
    proof = Proof(key=MAKER.key, signature=server.url("/iwf.minisig"))
    source = Source("far", "illegal", server.url("/iwf"), SourceKind.IWF, proof=proof)
    house = Household(tmp_path, clock, source)
    content = "https://a.example/\n"
    server.serve("/iwf", content)
    server.serve("/iwf.minisig", MAKER.sign(content.encode()))
    assert house.update().problem == ""
    assert house.blocks("a.example")
    server.serve("/iwf", "https://b.example/\n")
    kept(house, "signature does not fit")
    assert not any(b"example" in each.read_bytes() for each in (tmp_path / "lists").rglob("*.*"))


# Who we are.


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("sesame-open\n")
    path.chmod(0o600)
    return path


def guarded(server: ListServer, path: str, header: str, content: str = FIRST) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        right = request.headers.get("Authorization") == header
        reply(request, 200 if right else 401, content.encode() if right else b"")

    server.answers[path] = answer


@pytest.mark.parametrize(
    ("names", "header"),
    [
        ({"bearer": "secret"}, "Bearer sesame-open"),
        ({"user": "school", "password": "secret"}, "Basic c2Nob29sOnNlc2FtZS1vcGVu"),
    ],
)
def test_a_licensed_list(
    house: Household, server: ListServer, secret: Path, names: dict[str, str], header: str
) -> None:
    guarded(server, "/list", header, "a.example\nc.example\n")
    kept(house, "wants to know who we are (it answered 401)")
    house.use(replace(house.source, credentials=Credentials(**names).within(secret.parent)))
    assert house.update().problem == ""
    assert house.blocks("c.example")
    assert b"sesame" not in b"".join(
        each.read_bytes() for each in (house.folder / "lists").rglob("*") if each.is_file()
    )
    assert "sesame" not in repr(house.library.status())
    secret.chmod(0o644)
    kept(house, "others can read this secret; write chmod 600")
    secret.unlink()
    kept(house, "this secret cannot be read")


def test_a_secret_stays_with_the_host_of_the_list(
    house: Household, server: ListServer, secret: Path, certificate: tuple[Path, Path]
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    house.use(replace(house.source, credentials=Credentials(bearer=str(secret))))
    for elsewhere in running(context, certificate[0]):
        elsewhere.serve("/list", "a.example\nc.example\n")
        server.status("/list", 302, Location=elsewhere.url("/list"))
        assert house.update().problem == ""
        assert server.asked[-1][1]["Authorization"] == "Bearer sesame-open"
        assert "Authorization" not in elsewhere.asked[-1][1]
        server.serve("/list", "a.example\nd.example\n")
        proof = Proof(key=MAKER.key, signature=elsewhere.url("/sig"))
        elsewhere.serve("/sig", MAKER.sign(b"a.example\nd.example\n"))
        house.use(replace(house.source, proof=proof))
        assert house.update().problem == ""
        assert all("Authorization" not in headers for _, headers in elsewhere.asked)


def test_a_client_certificate(house: Household, tmp_path: Path) -> None:
    authority, mine = Authority(), tmp_path / "mine"
    mine.mkdir()
    (tmp_path / "theirs").mkdir()
    chain, key = authority.issue("127.0.0.1", tmp_path / "theirs")
    certificate, own_key = authority.issue("school.test", mine)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    context.load_verify_locations(mine / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    route = Route(authorities=str(mine / "ca.pem"))
    for feed in running(context, mine / "ca.pem"):
        feed.serve("/list", "a.example\nc.example\n")
        house.use(replace(house.source, location=feed.url("/list")), route)
        kept(house, "could not be fetched")
        known = Credentials(certificate=str(certificate), key=str(own_key))
        house.use(replace(house.source, credentials=known), route)
        assert house.update().problem == ""
        assert house.blocks("c.example")
        own_key.write_text("no key")
        kept(house, "it is no certificate with its key")
        own_key.chmod(0o644)
        kept(house, "others can read this secret")


# Whom we trust, and by which way.


@pytest.mark.parametrize(
    ("host", "days", "why"),
    [
        ("127.0.0.1", -1, "certificate has expired"),
        ("lists.test", 2, "IP address mismatch"),
        ("127.0.0.1", 2, ""),
    ],
)
def test_certificates(house: Household, tmp_path: Path, host: str, days: int, why: str) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    chain, key = Authority().issue(host, folder, days=days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    for other in running(context, chain):
        other.serve("/list", "a.example\nc.example\n")
        house.use(replace(house.source, location=other.url("/list")))
        assert "certificate cannot be trusted" in kept(house, "self-signed certificate" * (not why))
        house.use(house.source, Route(authorities=str(folder / "ca.pem")))
        if why:
            kept(house, why)
        else:
            assert house.update().problem == ""
            assert house.blocks("c.example")


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_trust_store_that_cannot_be_used(
    house: Household, tmp_path: Path, content: str | None
) -> None:
    store = tmp_path / "store.pem"
    if content is not None:
        store.write_text(content)
    house.use(house.source, Route(authorities=str(store)))
    kept(house, "see lists.ca")


def test_a_proxy_carries_https_unread(house: Household, server: ListServer) -> None:
    server.serve("/list", "a.example\nc.example\n")
    with Proxy() as proxy:
        # The list's own name is for the proxy to find: no loopback address, which it is not for.
        house.use(house.source, Route(proxy=f"http://127.0.0.1:{proxy.port}"))
        assert house.update().problem == ""
        assert house.blocks("c.example")
        assert proxy.asked == [f"CONNECT 127.0.0.1:{server.port} HTTP/1.1"]
        assert b"c.example" not in bytes(proxy.carried)
    kept(house, "could not be fetched")


class Proxy:
    """Carries CONNECT, and remembers what it saw."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.carried = bytearray()
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> "Proxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.splitlines()[0])
        host, _, port = head.split()[1].rpartition(":")
        theirs, ours = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(self._carry(reader, ours), self._carry(theirs, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                self.carried += data
                writer.write(data)
                await writer.drain()
            writer.close()


# Transfers that break off.

LONG = "".join(f"n{number}.long.example\n" for number in range(20_000))


def test_a_broken_transfer_goes_on_where_it_stopped(house: Household, server: ListServer) -> None:
    server.break_off("/list", LONG, 100_000, etag='"2"')
    kept(house, "the connection broke before all was here")
    assert house.begun.stat().st_size == 100_000
    server.serve("/list", LONG, etag='"2"')
    assert house.update().problem == ""
    _, headers = server.asked[-1]
    assert (headers["Range"], headers["If-Range"]) == ("bytes=100000-", '"2"')
    assert house.names == 20_000
    assert not house.begun.exists()


@pytest.mark.parametrize("etag", ['"3"', ""], ids=["another version", "no ETag"])
def test_a_start_of_another_version_is_thrown_away(
    house: Household, server: ListServer, etag: str
) -> None:
    server.break_off("/list", LONG, 100_000, etag='"2"')
    house.update()
    server.serve("/list", "a.example\nc.example\n", etag=etag)
    assert house.update().problem == ""
    assert house.names == 2


@pytest.mark.parametrize("etag", ["", 'W/"2"'])
def test_without_a_strong_etag_nothing_is_kept(
    house: Household, server: ListServer, etag: str
) -> None:
    server.break_off("/list", LONG, 100_000, etag=etag)
    kept(house, "broke")
    assert not house.begun.exists()


def test_a_start_of_another_address_is_thrown_away(house: Household, server: ListServer) -> None:
    server.break_off("/list", LONG, 100_000, etag='"2"')
    house.update()
    server.serve("/other", "a.example\nc.example\n", etag='"2"')
    house.use(replace(house.source, location=server.url("/other")))
    assert house.update().problem == ""
    assert "Range" not in server.asked[-1][1]
    assert house.names == 2


def test_a_start_that_the_server_denies(house: Household, server: ListServer) -> None:
    server.break_off("/list", LONG, 100_000, etag='"2"')
    house.update()
    server.serve("/list", "a.example\n" * 2, etag='"2"')  # the same ETag, and yet shorter
    assert house.update().problem == ""
    assert house.names == 1


def test_a_rest_that_is_of_elsewhere(house: Household, server: ListServer) -> None:
    server.break_off("/list", LONG, 100_000, etag='"2"')
    house.update()
    rest = {"ETag": '"2"', "Content-Range": "bytes 5-9/20"}
    server.answers["/list"] = lambda request: reply(request, 206, b"b.example\n", rest)
    kept(house, "answered 206")
    assert not house.begun.exists()


def test_a_confidential_list_leaves_no_start_on_disk(
    tmp_path: Path, clock: Any, server: ListServer
) -> None:
    source = Source("far", "illegal", server.url("/iwf"), SourceKind.IWF)
    house = Household(tmp_path, clock, source)
    server.break_off("/iwf", "https://very-secret.example/\n" * 9000, 100_000, etag='"2"')
    assert "broke" in house.update().problem
    assert [each.name for each in (tmp_path / "lists" / "sources").iterdir()] == ["far.json"]


# Servers that do not want to, disks that cannot, content that will not fit.


def test_failures_are_asked_after_ever_more_seldom(
    house: Household, server: ListServer, clock: Any
) -> None:
    server.status("/list", 500)
    waits = []
    for _ in range(6):
        house.update()
        assert house.status.next is not None
        waits.append((house.status.next - clock()) / timedelta(minutes=1))
    for wait, most in zip(waits, (15, 30, 60, 120, 240, 360), strict=True):
        assert 0.9 * most <= wait <= most
    server.serve("/list", FIRST)
    house.update()
    assert house.status.next is not None
    assert house.status.next - clock() >= timedelta(hours=21)


@pytest.mark.parametrize(
    "said", ["7200", "Thu, 26 Nov 2026 05:00:00 GMT"], ids=["seconds", "a date"]
)
def test_a_server_that_wants_to_be_asked_later(
    house: Household, server: ListServer, clock: Any, said: str
) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response_only(503)
        request.send_header("Date", "Thu, 26 Nov 2026 03:00:00 GMT")
        request.send_header("Retry-After", said)
        request.send_header("Content-Length", "0")
        request.end_headers()

    server.answers["/list"] = answer
    kept(house, "answered 503")
    assert house.status.next == clock() + timedelta(hours=2)


def test_a_bomb(house: Household, server: ListServer) -> None:
    ten_gigabytes = gzip.compress(bytes(1 << 26)) * 160
    server.serve("/list", ten_gigabytes)
    kept(house, "it is larger than 512 MiB")


def test_a_disk_without_room(house: Household, server: ListServer) -> None:
    server.serve("/list", LONG, etag='"2"')
    with files_of_at_most(100_000):
        kept(house, "it cannot be written (File too large); see that the disk has room")
    assert not house.begun.exists()
    assert house.update().problem == ""
    assert house.names == 20_000


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """For this process, and those that it starts meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# Fetching that is killed.


def fetchers() -> list[int]:
    """The processes that fetch for this one."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            mine = b"guardian.lists.feeds.fetch_process" in (entry / "cmdline").read_bytes()
            if mine and parent == os.getpid():
                found.append(int(entry.name))
    return found


def kill() -> None:
    for pid in fetchers():
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("after", [-1, 0, 70_000, len(LONG) - 1, len(LONG)])
def test_a_kill_leaves_the_last_good_list(house: Household, server: ListServer, after: int) -> None:
    """after: so many bytes were sent; -1: before anything was."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        if after < 0:
            kill()
        with contextlib.suppress(OSError):  # nobody listens any more
            request.send_response(200)
            request.send_header("ETag", '"2"')
            request.send_header("Content-Length", str(len(LONG)))
            request.end_headers()
            request.wfile.write(LONG.encode()[:after])
            request.wfile.flush()
            kill()

    server.answers["/list"] = answer
    status = house.update()
    assert house.names in (1, 20_000)  # the new one where it was there already, and whole
    assert (house.names == 1) == ("the last good one stays" in status.problem)
    assert house.names == 1 or after == len(LONG)
    server.serve("/list", LONG, etag='"2"')
    assert house.update().problem == ""
    assert house.names == 20_000


@pytest.mark.parametrize("step", range(5))
def test_a_kill_at_any_moment(house: Household, server: ListServer, step: int) -> None:
    server.serve("/list", LONG, etag='"2"')
    seen: list[int] = []

    async def work() -> None:
        fetching = asyncio.ensure_future(house.library.fetch_due(everything=True))
        while not fetching.done() and not seen:
            seen.extend(fetchers())
            await asyncio.sleep(0)
        await asyncio.sleep(step * 0.25)  # from its first line to its last, on any machine
        kill()
        await fetching
        await house.library.compile()

    asyncio.run(work())
    assert house.names in (1, 20_000)
    assert house.update().problem == ""
    assert house.names == 20_000


def test_what_came_before_the_kill_is_not_lost(
    tmp_path: Path, clock: Any, server: ListServer
) -> None:
    fast = Source("fast", "ads", server.url("/fast"))
    slow = Source("slow", "ads", server.url("/slow"))
    came = threading.Event()

    def changed() -> None:
        if library.status()[0].stage == "fetched":
            came.set()

    def answer(_: BaseHTTPRequestHandler) -> None:
        came.wait(30)
        kill()

    library = Library(tmp_path / "lists", [fast, slow], clock, changed=changed)
    server.serve("/fast", FIRST, etag='"1"')
    server.answers["/slow"] = answer
    asyncio.run(library.fetch_due())
    asyncio.run(library.compile())
    one, other = library.status()
    assert (one.problem, one.names) == ("", 1)
    assert "could not be fetched" in other.problem

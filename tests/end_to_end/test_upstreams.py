"""Upstreams over TCP, TLS and HTTPS: real servers, and what a household notices of sick ones."""

import base64
import contextlib
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import cast

import pytest
from dnslib import RCODE, RR, A, DNSQuestion, DNSRecord
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived

from guardian.dns.streams.tls import key_digest
from tests.encrypted import NAME, Certificate, dnsdist, kresd, self_signed, unbound
from tests.end_to_end.conftest import Running, ask, ede, eventually, free_port, lived_in

LONGEST = 4.0  # seconds until a client hears something, whatever the upstreams do
NETWORK_ERROR, NOBODY_REACHABLE = 23, 22


@dataclass(slots=True)
class Server:
    """A running unbound. pins: of its public key."""

    process: "subprocess.Popen[bytes]"
    plain: int
    tls: int
    https: int
    files: Certificate

    @property
    def pin(self) -> str:
        pem = self.files.certificate.read_text()
        return base64.b64encode(key_digest(ssl.PEM_cert_to_DER_cert(pem))).decode()


@contextmanager
def served(
    folder: Path, name: str = NAME, *, days: int = 30, address: str = "192.0.2.1"
) -> Iterator[Server]:
    files = self_signed(folder, name, days=days)
    plain, tls, https = free_port(), free_port(), free_port()
    with unbound(folder, plain, tls, https, files, address) as process:
        eventually(lambda: _knows(plain))
        yield Server(process, plain, tls, https, files)


def _knows(port: int) -> bool:
    try:
        return bool(ask(port, "x.open.example").rr)
    except OSError:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("unbound")) as running:
        yield running


@contextmanager
def asking(
    folder: Path, upstreams: str, more: str = "", lists: str = "lists: {bundled: []}\n"
) -> Iterator[Running]:
    """A guardian with these upstreams."""
    port, web = free_port(), free_port()
    config = folder / "home.yaml"
    config.write_text(
        "household: {time_zone: UTC, country: DE}\n"
        f'listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}\n'
        f"upstreams:\n{upstreams}"
        f"{lists}unknown_devices: {{profile: none}}\n{more}"
    )
    with lived_in(config, folder / "state", port, web) as running:
        yield running


def encrypted(server: Server, transport: str, more: str = "") -> str:
    """An upstream's entry."""
    port = server.tls if transport == "tls" else server.https
    address = f"{transport}://127.0.0.1:{port}#{NAME}"
    return f"  - {{address: '{address}', authorities: {server.files.certificate}{more}}}\n"


def doctor(guardian: Running) -> str:
    """What it says of upstreams; it may find other things wrong on a machine of tests."""
    command = [sys.executable, "-m", "guardian.cli.main", "doctor", "--network"]
    command += ["--config", str(guardian.config), "--state", str(guardian.state)]
    done = subprocess.run(command, capture_output=True, text=True)
    return "\n".join(line for line in done.stdout.splitlines() if "127.0.0.1" in line)


@pytest.mark.parametrize("transport", ["tcp", "tls", "https"])
def test_names_are_looked_up_over_a_connection(
    tmp_path: Path, server: Server, transport: str
) -> None:
    entry = f"  - tcp://127.0.0.1:{server.plain}\n"
    if transport != "tcp":
        entry = encrypted(server, transport, f", pins: ['{server.pin}']")
    with asking(tmp_path, entry) as guardian:
        for number in range(20):
            assert str(guardian.ask(f"n{number}.open.example").rr[0].rdata) == "192.0.2.1"
        assert len(guardian.ask("big.example", tcp=True).rr) == 150
        assert "answers in" in doctor(guardian)


@pytest.mark.parametrize("transport", ["tls", "https"])
def test_names_are_looked_up_at_a_dnsdist(tmp_path: Path, server: Server, transport: str) -> None:
    plain, tls, https = free_port(), free_port(), free_port()
    with dnsdist(tmp_path, plain, tls, https, server.files, server.plain) as process:
        eventually(lambda: _knows(plain))
        front = Server(process, plain, tls, https, server.files)
        with asking(tmp_path, encrypted(front, transport)) as guardian:
            for number in range(20):
                assert guardian.ask(f"n{number}.open.example").rr


@pytest.mark.parametrize("transport", ["tls", "https"])
def test_names_are_looked_up_at_a_knot_resolver(tmp_path: Path, transport: str) -> None:
    files, plain, tls, https = self_signed(tmp_path), free_port(), free_port(), free_port()
    with kresd(tmp_path, plain, tls, https, files) as process:
        eventually(lambda: _knows(plain))
        with asking(
            tmp_path, encrypted(Server(process, plain, tls, https, files), transport)
        ) as guardian:
            for number in range(20):
                assert str(guardian.ask(f"n{number}.open.example").rr[0].rdata) == "192.0.2.1"


def test_a_server_by_its_name_is_asked_at_its_bootstrap_addresses(
    tmp_path: Path, server: Server
) -> None:
    entry = (
        f"  - address: https://{NAME}:{server.https}/dns-query\n"
        f"    bootstrap: [127.0.0.77, 127.0.0.1]\n    authorities: {server.files.certificate}\n"
    )
    with asking(tmp_path, entry) as guardian:
        assert str(guardian.ask("x.open.example").rr[0].rdata) == "192.0.2.1"


def test_an_answer_too_long_for_a_packet_comes_by_tcp(tmp_path: Path, server: Server) -> None:
    with asking(tmp_path, f"  - 127.0.0.1:{server.plain}\n") as guardian:
        assert len(guardian.ask("big.example", tcp=True).rr) == 150


@pytest.mark.parametrize(
    ("days", "name", "said"),
    [
        (30, "other.example", "Hostname mismatch"),
        (-1, NAME, "certificate has expired"),
    ],
)
def test_a_wrong_certificate_is_never_asked(
    tmp_path: Path, days: int, name: str, said: str
) -> None:
    with (
        served(tmp_path, name, days=days) as server,
        asking(tmp_path, encrypted(server, "tls")) as guardian,
    ):
        begun = monotonic()
        reply = guardian.ask("x.open.example")
        assert monotonic() - begun < LONGEST
        assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, NETWORK_ERROR)
        assert said in doctor(guardian)


def test_a_pin_that_does_not_fit_is_refused(tmp_path: Path, server: Server) -> None:
    other = base64.b64encode(bytes(32)).decode()
    with asking(tmp_path, encrypted(server, "tls", f", pins: ['{other}']")) as guardian:
        reply = guardian.ask("x.open.example")
        assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, NETWORK_ERROR)


@pytest.mark.parametrize("transport", ["tls", "https"])
def test_a_killed_server_is_followed_by_the_next_within_a_second(
    tmp_path: Path, server: Server, transport: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with served(other) as first:
        entries = encrypted(first, transport) + encrypted(server, transport)
        with asking(tmp_path, entries) as guardian:
            assert guardian.ask("a.open.example").rr
            first.process.kill()
            first.process.wait(5)
            begun = monotonic()
            assert guardian.ask("b.open.example").rr
            assert monotonic() - begun < 1.5  # a busy machine's; it takes a few milliseconds


def test_somebody_with_a_resolver_of_their_own_never_gets_what_others_were_told(
    tmp_path: Path, server: Server
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    people = "people: [{name: Lina, age_band: 6-8, profile: none, devices: [127.0.0.2]}]\n"
    with served(other, address="192.0.2.77") as family:
        address = f"tls://127.0.0.1:{family.tls}"
        own = (
            f"  - {{address: '{address}', authorities: {family.files.certificate}, people: Lina}}\n"
        )
        with asking(tmp_path, f"  - 127.0.0.1:{server.plain}\n{own}", people) as guardian:
            for client, told in [("127.0.0.1", "192.0.2.1"), ("127.0.0.2", "192.0.2.77")] * 4:
                assert str(guardian.ask("x.open.example", client=client).rr[0].rdata) == told
            guardian.write("people: Lina", "for: elsewhere.example")
            eventually(lambda: _told(guardian, "127.0.0.2") == "192.0.2.1")
            assert _told(guardian, "127.0.0.1") == "192.0.2.1"


def _told(guardian: Running, client: str) -> str:
    return str(guardian.ask("x.open.example", client=client).rr[0].rdata)


@contextmanager
def swallowing() -> Iterator[int]:
    """A port whose connections never come about, as behind a firewall that drops everything."""
    with socket.socket() as hole, contextlib.ExitStack() as stack:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        for _ in range(3):  # its backlog is full now: the kernel drops what else wants in
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(hole.getsockname())
        yield hole.getsockname()[1]


@contextmanager
def behaving(
    reply: Callable[[bytes], bytes],
    *,
    once: bool = False,
    files: Certificate | None = None,
    alpn: str = "dot",
) -> Iterator[int]:
    """A server that answers each message as a function says; once: a connection.

    By TCP; over TLS, and to "h2" by HTTPS, where it has a certificate.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError), self.secured() as sock:
                if alpn == "h2":
                    _over_http2(sock, reply)
                    return
                while head := sock.recv(2):
                    message = sock.recv(int.from_bytes(head))
                    answer = reply(message)
                    sock.sendall(len(answer).to_bytes(2) + answer)
                    if once:
                        return

        def secured(self) -> socket.socket:
            if files is None:
                return cast(socket.socket, self.request)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(files.certificate, files.key)
            context.set_alpn_protocols([alpn])
            return context.wrap_socket(self.request, server_side=True)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        try:
            yield int(running.server_address[1])
        finally:
            running.shutdown()


def _over_http2(sock: socket.socket, reply: Callable[[bytes], bytes]) -> None:
    """Answer what is posted, until the client ends the connection."""
    connection = H2Connection(H2Configuration(client_side=False))
    connection.initiate_connection()
    sock.sendall(connection.data_to_send())
    while data := sock.recv(65_535):
        for event in connection.receive_data(data):
            if isinstance(event, DataReceived) and event.data:
                connection.send_headers(
                    event.stream_id,
                    [(":status", "200"), ("content-type", "application/dns-message")],
                )
                connection.send_data(event.stream_id, reply(event.data), end_stream=True)
        sock.sendall(connection.data_to_send())


def answered(message: bytes, *, ident: int | None = None, qname: str = "") -> bytes:
    """A good answer to a query, or one with another ID, or to another question."""
    query = DNSRecord.parse(message)
    reply = query.reply()
    reply.header.id = query.header.id if ident is None else ident
    if qname:
        reply.questions = [DNSQuestion(qname)]
    reply.add_answer(RR(qname or str(query.q.qname), rdata=A("203.0.113.66"), ttl=300))
    return bytes(reply.pack())


@pytest.mark.parametrize("transport", ["tcp", "tls", "https"])
def test_a_hole_is_followed_by_the_next_within_a_second(
    tmp_path: Path, server: Server, transport: str
) -> None:
    with swallowing() as hole:
        first = f"  - '{transport}://127.0.0.1:{hole}'\n"
        with asking(tmp_path, first + f"  - 127.0.0.1:{server.plain}\n") as guardian:
            begun = monotonic()
            assert guardian.ask("x.open.example").rr
            assert monotonic() - begun < LONGEST
            for number in range(6):  # it is left alone now: the others are not slowed by it
                guardian.ask(f"n{number}.open.example")
            begun = monotonic()
            assert guardian.ask("y.open.example").rr
            assert monotonic() - begun < LONGEST
            eventually(lambda: "does not look up names" in page(guardian))


@pytest.mark.parametrize("transport", ["tcp", "tls", "https"])
def test_alone_with_a_hole_a_client_hears_of_it_within_four_seconds(
    tmp_path: Path, transport: str
) -> None:
    with (
        swallowing() as hole,
        asking(tmp_path, f"  - '{transport}://127.0.0.1:{hole}'\n") as guardian,
    ):
        begun = monotonic()
        reply = ask(guardian.port, "x.open.example", seconds=10)
        assert monotonic() - begun < LONGEST
        assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, NOBODY_REACHABLE)


LIES: dict[str, Callable[[bytes], bytes]] = {
    "another ID": lambda message: answered(message, ident=int.from_bytes(message[:2]) ^ 0x8000),
    "another question": lambda message: answered(message, qname="other.example"),
    "nothing": lambda message: b"\0" * len(message),
    "half of it": lambda message: message[:12],
}


@pytest.mark.parametrize(
    ("transport", "lie"),
    [
        *(("tcp", lie) for lie in LIES),
        *(("tls", lie) for lie in LIES),
        *(("https", lie) for lie in LIES if lie != "another ID"),  # it means nothing there
    ],
)
def test_answers_to_other_questions_are_never_passed_on(
    tmp_path: Path, transport: str, lie: str
) -> None:
    files = None if transport == "tcp" else self_signed(tmp_path)
    alpn = "h2" if transport == "https" else "dot"
    with behaving(LIES[lie], files=files, alpn=alpn) as port:
        entry = f"  - tcp://127.0.0.1:{port}\n"
        if files is not None:
            entry = f"  - {{address: '{transport}://127.0.0.1:{port}#{NAME}'"
            entry += f", authorities: {files.certificate}}}\n"
        with asking(tmp_path, entry) as guardian:
            begun = monotonic()
            reply = ask(guardian.port, "x.open.example", seconds=10)
            assert monotonic() - begun < LONGEST
            assert (reply.header.rcode, reply.rr) == (RCODE.SERVFAIL, [])
            assert guardian.ask("localhost").rr


@pytest.mark.parametrize("transport", ["tls", "https"])
def test_the_truth_of_the_same_server_is_passed_on(tmp_path: Path, transport: str) -> None:
    files = self_signed(tmp_path)
    alpn = "h2" if transport == "https" else "dot"
    with behaving(answered, files=files, alpn=alpn) as port:
        entry = f"  - {{address: '{transport}://127.0.0.1:{port}#{NAME}'"
        with asking(tmp_path, f"{entry}, authorities: {files.certificate}}}\n") as guardian:
            assert guardian.ask("x.open.example").rr


def test_a_server_that_ends_each_connection_after_an_answer_is_no_failure(tmp_path: Path) -> None:
    with (
        behaving(answered, once=True) as port,
        asking(tmp_path, f"  - tcp://127.0.0.1:{port}\n") as guardian,
    ):
        for number in range(10):
            assert guardian.ask(f"n{number}.open.example").rr


def test_a_slow_server_does_not_slow_the_rest(tmp_path: Path, server: Server) -> None:
    waits = threading.Event()

    def slowly(message: bytes) -> bytes:
        waits.wait(20)
        return answered(message)

    with behaving(slowly) as slow:
        own = f"  - {{address: 'tcp://127.0.0.1:{slow}', for: slow.example}}\n"
        entries = own + f"  - 127.0.0.1:{server.plain}\n"
        with (
            asking(tmp_path, entries) as guardian,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
        ):
            for number in range(500):
                query = DNSRecord.question(f"n{number}.slow.example")
                client.sendto(bytes(query.pack()), ("127.0.0.1", guardian.port))
            begun = monotonic()
            for number in range(20):
                assert guardian.ask(f"n{number}.open.example").rr
            assert monotonic() - begun < LONGEST
        waits.set()


def page(guardian: Running) -> str:
    """What its status says, which fails where something is wrong."""
    command = [sys.executable, "-m", "guardian.cli.main", "status"]
    command += ["--config", str(guardian.config), "--state", str(guardian.state)]
    return subprocess.run(command, capture_output=True, text=True).stdout

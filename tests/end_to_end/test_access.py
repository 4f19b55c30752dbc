"""Nobody outside of the house gets answers, unless the configuration says so."""

import socket
from pathlib import Path

from dnslib import DNSRecord

from tests.end_to_end.conftest import Running, ask, ede, eventually, free_port, lived_in
from tests.end_to_end.own_network import in_own_network

STRANGER, CUSTOMER = "203.0.113.9", "198.51.100.9"
HOME = """
household: {{time_zone: UTC}}
listen: {{dns: ["0.0.0.0:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: 9}}]
lists: {{bundled: []}}
unknown_devices: {{profile: open}}
profiles: {{open: {{}}}}
"""


def says(running: Running, client: str, *, tcp: bool = False) -> tuple[int, int | None]:
    reply: DNSRecord = ask(running.port, "localhost", client=client, tcp=tcp)
    return int(reply.header.rcode), ede(reply)


def is_silent(running: Running, client: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.5)
        sock.bind((client, 0))
        sock.sendto(bytes(DNSRecord.question("localhost").pack()), ("127.0.0.1", running.port))
        try:
            sock.recv(512)
        except TimeoutError:
            return True
        return False


def test_never_an_open_resolver_by_accident(tmp_path: Path) -> None:
    port, web = free_port(), free_port()
    config = tmp_path / "home.yaml"
    config.write_text(HOME.format(port=port, web=web))

    def story() -> None:
        with lived_in(config, tmp_path / "state", port, web) as running:
            for tcp in (False, True):
                assert says(running, "127.0.0.1", tcp=tcp) == (0, None)
                assert says(running, STRANGER, tcp=tcp) == (5, 18)
                assert says(running, CUSTOMER, tcp=tcp) == (5, 18)
            access = f"access: {{allow: [{CUSTOMER}/32], others: nothing}}\n"
            running.write("lists:", access + "lists:")
            eventually(lambda: says(running, CUSTOMER) == (0, None))
            assert says(running, CUSTOMER, tcp=True) == (0, None)
            assert is_silent(running, STRANGER)
            assert "answers go to this house and to 198.51.100.9/32" in running.run("doctor")
            running.write(access, "")
            eventually(lambda: says(running, CUSTOMER) == (5, 18))

    in_own_network((f"{STRANGER}/32", f"{CUSTOMER}/32"), story)


def is_left(port: int, client: str) -> bool:
    """Whether a connection is closed before anything was said."""
    with socket.create_connection(("127.0.0.1", port), 10, (client, 0)) as sock:
        sock.settimeout(1)
        try:
            return sock.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


def test_who_gets_no_answers_gets_no_handshake_unless_a_device_may_come_from_anywhere(
    tmp_path: Path,
) -> None:
    port, web, tls, https = (free_port() for _ in range(4))
    config = tmp_path / "home.yaml"
    config.write_text(
        HOME.format(port=port, web=web)
        + "people: [{name: Lina, age_band: 6-8, profile: open, devices: ['id:lina-phone']}]\n"
        f"encrypted: {{name: dns.example, tls: ['0.0.0.0:{tls}'], https: ['0.0.0.0:{https}']}}\n"
    )

    def story() -> None:
        with lived_in(config, tmp_path / "state", port, web) as running:
            eventually(lambda: not is_left(tls, "127.0.0.1"))  # there is a certificate
            for each in (tls, https):
                assert not is_left(each, "127.0.0.1")
                assert is_left(each, STRANGER)
            assert not is_left(port, STRANGER)  # by TCP it can be told why
            running.write("lists:", "access: {others: nothing}\nlists:")
            eventually(lambda: is_left(port, STRANGER))
            assert not is_left(port, "127.0.0.1")
            running.run("addresses", "id:lina-phone")
            eventually(lambda: not is_left(tls, STRANGER))

    in_own_network((f"{STRANGER}/32",), story)

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

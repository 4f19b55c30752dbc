"""Sockets that somebody else opened: taken over by where they are, with what waits in them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from dnslib import DNSRecord

from guardian.service.given import Given, given_to
from guardian.service.listening import Listening
from tests.end_to_end.conftest import ask, eventually, free_port

CONFIG = """
household: {{time_zone: UTC}}
listen: {{dns: ["0.0.0.0:{port}"], web: "127.0.0.1:{web}"}}
upstreams: [{{address: 127.0.0.1, port: 9}}]
lists: {{bundled: none}}
unknown_devices: {{profile: none}}
resolver: {{workers: 2}}
"""
AS_SYSTEMD = """
import os, sys
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2")
os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4)
os.execv(sys.executable, [sys.executable, "-m", "guardian.cli.main", *sys.argv[3:]])
"""


@contextmanager
def bound(port: int) -> Iterator[Sequence[socket.socket]]:
    """UDP and TCP at every address, as root's systemd has them: nobody else can open these."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with closing(udp), closing(tcp):
        udp.bind(("0.0.0.0", port))
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind(("0.0.0.0", port))
        tcp.listen(8)
        yield udp, tcp


@contextmanager
def started(folder: Path, sockets: Sequence[socket.socket]) -> Iterator[Path]:
    """A guardian as systemd starts it; gives the file of what it said."""
    udp, tcp = (str(each.fileno()) for each in sockets)
    said = folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", AS_SYSTEMD, udp, tcp, "run",
             "--config", str(folder / "home.yaml"), "--state", str(folder / "state")],
            stdout=out, stderr=out, pass_fds=[each.fileno() for each in sockets],
        )  # fmt: skip
    try:
        yield said
    finally:
        process.terminate()
        process.wait(20)


def test_what_is_asked_before_the_start_is_answered_after_it(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "home.yaml").write_text(CONFIG.format(port=port, web=free_port()))
    with bound(port) as sockets, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as early:
        early.settimeout(60)
        early.connect(("127.0.0.1", port))
        query = DNSRecord.question("localhost")
        for _ in range(2):  # started, ended and started again: they are open meanwhile
            early.send(bytes(query.pack()))
            with started(tmp_path, sockets):
                assert str(DNSRecord.parse(early.recv(512)).rr[0].rdata) == "127.0.0.1"
                assert ask(port, "localhost", tcp=True).rr


def test_a_socket_at_which_nobody_looks_is_told(tmp_path: Path) -> None:
    port, other = free_port(), free_port()
    (tmp_path / "home.yaml").write_text(CONFIG.format(port=other, web=free_port()))
    with bound(port) as sockets, started(tmp_path, sockets) as said:
        sentence = f"systemd holds 0.0.0.0 port {port}, and listen.dns does not name it"
        eventually(lambda: sentence in said.read_text())


def test_each_place_has_its_own_socket_and_others_are_opened() -> None:
    port = free_port()
    with bound(port) as (udp, tcp):
        given = Given((udp, tcp))
        with given.open(Listening("tcp", "0.0.0.0", port)) as taken:
            assert taken.type == socket.SOCK_STREAM
            assert taken.getblocking() is False
        assert given.unused == [f"0.0.0.0 port {port}"]  # the datagrams'
        with given.open(Listening("udp", "127.0.0.1", free_port())) as opened:
            assert opened.getsockname()[1] != port


@pytest.mark.parametrize(
    "environ",
    [{}, {"LISTEN_PID": "1", "LISTEN_FDS": "2"}, {"LISTEN_PID": "7", "LISTEN_FDS": "many"}],
)
def test_what_is_not_meant_for_us_is_left_alone(environ: dict[str, str]) -> None:
    assert given_to(7, environ).unused == []
    assert os.get_inheritable(2)  # nothing was touched

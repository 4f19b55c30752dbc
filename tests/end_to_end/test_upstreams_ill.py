"""Upstreams that were well and fall ill, whatever the way to them: blackholed, hung, killed, slow.

A client hears something within four seconds, with the reason (RFC 8914), or what was true until a
moment ago (RFC 8767); and once the server is well again, so is the house.
"""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from time import monotonic

import pytest
from dnslib import RCODE, DNSRecord

from tests.end_to_end.conftest import Running, ask, ede, eventually
from tests.end_to_end.own_network import in_own_network
from tests.end_to_end.test_upstreams import (
    LONGEST,
    NETWORK_ERROR,
    NOBODY_REACHABLE,
    Server,
    asking,
    encrypted,
    served,
)
from tests.programs import program

Illness = Callable[[Server], AbstractContextManager[None]]
Story = Callable[[Path, str, Illness], None]

STALE = 3
TRANSPORTS = ["udp", "tcp", "tls", "https"]


def entry(server: Server, transport: str) -> str:
    """An upstream's line in the configuration."""
    if transport in ("tls", "https"):
        return encrypted(server, transport)
    return f"  - {transport}://127.0.0.1:{server.plain}\n"


def heard(guardian: Running, qname: str) -> DNSRecord:
    """What a client hears, which has to be in time."""
    begun = monotonic()
    reply = ask(guardian.port, qname, seconds=10)
    assert monotonic() - begun < LONGEST
    return reply


def is_told(guardian: Running, qname: str) -> bool:
    return [str(each.rdata) for each in heard(guardian, qname).rr] == ["192.0.2.1"]


def is_stale(guardian: Running, qname: str) -> bool:
    """Whether an answer is given whose time is over, as one."""
    reply = heard(guardian, qname)
    return bool(reply.rr) and ede(reply) == STALE


def nft(*words: str) -> None:
    subprocess.run([program("nft"), *words], check=True)


@contextmanager
def hole(server: Server) -> Iterator[None]:
    """Nothing that is sent to a server arrives there any more, and nobody says so."""
    ports = f"{{ {server.plain}, {server.tls}, {server.https} }}"
    nft("add", "table", "inet", "hole")
    nft("add", "chain", "inet", "hole", "in", "{ type filter hook input priority 0; }")
    for protocol in ("udp", "tcp"):
        nft("add", "rule", "inet", "hole", "in", protocol, "dport", ports, "drop")
    try:
        yield
    finally:
        nft("delete", "table", "inet", "hole")


@contextmanager
def hung(server: Server) -> Iterator[None]:
    """A server that takes connections, as its kernel does that, and says nothing."""
    server.process.send_signal(SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(SIGCONT)


def falls_silent(folder: Path, transport: str, illness: Illness) -> None:
    """One that is asked alone: what is known is given, for what is not there is a reason."""
    with served(folder) as server, asking(folder, entry(server, transport)) as guardian:
        assert is_told(guardian, "x.open.example")
        assert is_told(guardian, "x.brief.example")  # for a second
        with illness(server):
            reply = heard(guardian, "new.open.example")
            assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, NOBODY_REACHABLE)
            eventually(lambda: is_stale(guardian, "x.brief.example"))
            assert is_told(guardian, "x.open.example")  # its time is not over
        eventually(lambda: is_told(guardian, "later.open.example"))
        eventually(lambda: not is_stale(guardian, "x.brief.example"))


def is_followed(folder: Path, transport: str, illness: Illness) -> None:
    """The first of two: whoever asks meanwhile is given the second one's answer."""
    for name in ("first", "second"):
        (folder / name).mkdir()
    with (
        served(folder / "first") as first,
        served(folder / "second") as second,
        asking(folder, entry(first, transport) + entry(second, transport)) as guardian,
    ):
        assert is_told(guardian, "x.open.example")
        with illness(first):
            for number in range(8):
                assert is_told(guardian, f"n{number}.open.example")


@pytest.mark.parametrize("story", [falls_silent, is_followed])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_server_in_a_black_hole(
    tmp_path: Path,
    transport: str,
    story: Story,
) -> None:
    program("nft")
    in_own_network((), partial(story, tmp_path, transport, hole))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_server_that_hangs(tmp_path: Path, transport: str) -> None:
    falls_silent(tmp_path, transport, hung)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_server_that_is_killed_when_it_is_the_only_one(tmp_path: Path, transport: str) -> None:
    with served(tmp_path) as server, asking(tmp_path, entry(server, transport)) as guardian:
        assert is_told(guardian, "x.open.example")
        assert is_told(guardian, "x.brief.example")
        server.process.kill()
        server.process.wait(5)
        reply = heard(guardian, "new.open.example")
        assert (reply.header.rcode, ede(reply)) == (RCODE.SERVFAIL, NETWORK_ERROR)
        eventually(lambda: is_stale(guardian, "x.brief.example"))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_slow_answer_is_still_good(tmp_path: Path, transport: str) -> None:
    """It comes after the time in which a try has to succeed, and before a client gives up."""
    with served(tmp_path) as server, asking(tmp_path, entry(server, transport)) as guardian:
        assert is_told(guardian, "x.open.example")
        server.process.send_signal(SIGSTOP)
        threading.Timer(1.2, lambda: server.process.send_signal(SIGCONT)).start()
        assert is_told(guardian, "slow.open.example")

"""Both ways of taking packets mean the same, on real sockets."""

import socket
from collections.abc import Callable

import pytest

from guardian.dns import batch as batches
from guardian.dns.batch import PLACES, SLOT, SLOTS, Batch
from guardian.dns.listeners.sockets import open_udp


def many() -> Batch:
    return Batch()


def one_by_one() -> Batch:
    return Batch(batches.receive_one_by_one, batches.send_one_by_one)


@pytest.fixture(params=[many, one_by_one])
def batch(request: pytest.FixtureRequest) -> Batch:
    make: Callable[[], Batch] = request.param
    return make()


def asker(server: socket.socket, address: str) -> socket.socket:
    client = socket.socket(server.family, socket.SOCK_DGRAM)
    client.settimeout(5)
    client.connect((address, server.getsockname()[1]))
    return client


@pytest.mark.parametrize(
    ("bound", "asked", "control"),
    [("127.0.0.1", "127.0.0.1", 0), ("0.0.0.0", "127.0.0.7", 32), ("::1", "::1", 0)],
)
def test_replies_leave_from_the_address_that_was_asked(
    batch: Batch, bound: str, asked: str, control: int
) -> None:
    with open_udp((bound, 0)) as server, asker(server, asked) as client:
        for text in (b"one", b"three"):
            client.send(text)
        assert batch.receive(server) == 2
        assert batch.lengths(2) == (3, 5)
        assert batch.memory[SLOT : SLOT + 5] == b"three"
        if server.family == socket.AF_INET:
            address_at = PLACES[1].name_at + 4
            assert batch.memory[address_at : address_at + 4] == b"\x7f\0\0\1"
        sender = batch.sender(1, control)
        for slot in range(2):
            batch.sizes[PLACES[slot].size_at] = 2
        batch.send(server, 0, 2)
        late = [b"late-%d" % number for number in range(2 * SLOTS + 1)]
        batch.send_to(server, [sender] * len(late), late)
        assert [client.recv(9) for _ in range(2 + len(late))] == [b"on", b"th", *late]
        client.send(b"more")
        assert batch.receive(server) == 1
        assert batch.memory[:4] == b"more"


def test_nothing_waits_means_none(batch: Batch) -> None:
    with open_udp(("127.0.0.1", 0)) as server:
        assert batch.receive(server) == 0

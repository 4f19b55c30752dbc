"""The kernel's neighbour table, asked and listened to in a network of its own."""

import select
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from guardian.network.rtnetlink import Neighbour, NeighbourWatch, neighbours, parse
from tests.end_to_end.own_network import in_own_network

TABLET, OTHER = "a4:83:e7:00:00:01", "a4:83:e7:00:00:02"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def heard(watch: NeighbourWatch) -> dict[str, str]:
    select.select([watch], [], [], 5)
    return {each.address: each.mac for each in watch.read() or ()}


def test_neighbours_are_known_and_changes_are_heard() -> None:
    def story() -> None:
        ip("link", "add", "name", "lan", "type", "veth", "peer", "name", "phone")
        ip("link", "set", "lan", "up")
        ip("neighbour", "add", "10.0.0.2", "lladdr", TABLET, "dev", "lan")
        ip("neighbour", "add", "fd00::2", "lladdr", TABLET, "dev", "lan")
        assert neighbours() == {"10.0.0.2": TABLET, "fd00::2": TABLET}
        watch = NeighbourWatch()
        ip("neighbour", "add", "fd00::3", "lladdr", OTHER, "dev", "lan")
        assert heard(watch)["fd00::3"] == OTHER
        ip("neighbour", "replace", "fd00::3", "lladdr", TABLET, "dev", "lan")
        assert heard(watch)["fd00::3"] == TABLET
        ip("neighbour", "delete", "fd00::3", "dev", "lan")
        assert heard(watch)["fd00::3"] == ""
        assert neighbours() == {"10.0.0.2": TABLET, "fd00::2": TABLET}
        assert watch.read() == []
        watch.close()

    in_own_network((), story)


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    for each in parse(data):
        assert isinstance(each, Neighbour)

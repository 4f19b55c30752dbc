"""What control may say to the keeper of the firewall: addresses and lengths of time alone."""

import json
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.network.firewall import nft
from guardian.network.firewall.keep import BadOrder, Keeper, Order
from guardian.network.firewall.rules import Wish, commands
from guardian.network.firewall.standing import standing
from guardian.policy.devices import Mac
from tests.end_to_end.own_network import in_own_network
from tests.programs import program

PHONE = "02:00:00:00:00:01"


def line(off: Any, open_: Any = ()) -> bytes:
    return json.dumps({"off": off, "open": open_}).encode()


def test_an_order_is_read() -> None:
    order = Order.read(line({PHONE: 60, "fd00::5": 90}, ["192.0.2.1"]))
    assert order.off == {Mac(PHONE): 60, ip_address("fd00::5"): 90}
    assert order.open == {ip_address("192.0.2.1")}


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"{}",
        b'{"off": {}}',
        line([]),
        line({"lina-phone": 60}),
        line({"192.168.1.0/24": 60}),
        line({"0.0.0.0/0": 60}),
        line({"fe80::1%lan0": 60}),
        line({PHONE: 0}),
        line({PHONE: -1}),
        line({PHONE: 10**9}),
        line({PHONE: "60"}),
        line({}, ["192.0.2.0/24"]),
        line({}, ["@resolvers_v4"]),
        line({}, [{"set": 1}]),
        b"[" * 100_000,
    ],
)
def test_nonsense_is_no_order(said: bytes) -> None:
    with pytest.raises(BadOrder):
        Order.read(said)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_order_or_none(said: bytes) -> None:
    with suppress(BadOrder):
        Order.read(said)


def test_the_kernel_has_what_was_said_last_as_soon_as_there_is_a_table() -> None:
    program("nft")
    clock = [100.0]

    def off() -> dict[str, int]:
        return dict(standing(nft.table() or []).off)

    def story() -> None:
        said: list[str] = []
        keeper = Keeper(said.append, lambda: clock[0])
        keeper.hear(line({PHONE: 600, "192.168.1.5": 600, "fd00::5": 60}))
        assert "No such file" in said[0]
        clock[0] += 100  # one of them is on again by then
        nft.run(commands(Wish(("lan0",))))
        keeper.write()
        assert off().keys() == {PHONE, "192.168.1.5"}
        assert all(490 <= left <= 500 for left in off().values())
        ending = {"val": "192.168.1.5", "timeout": 2}
        assert str(ending)[1:-1] in str(nft.table()), "its streams are reset at its own end"
        keeper.hear(b"nonsense")
        assert off().keys() == {PHONE, "192.168.1.5"}
        keeper.hear(line({PHONE: 300}, ["192.0.2.1", "2001:db8::1"]))
        assert off().keys() == {PHONE}
        keeper.hear(line({}))
        assert off() == {}

    in_own_network((), story)

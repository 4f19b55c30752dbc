"""The rules as they are shown are those that nft shows, and what nft is given is whole."""

import ctypes
import re
import subprocess
import threading
from collections.abc import Callable
from ipaddress import ip_address, ip_network

import pytest

from guardian.network.firewall import nft
from guardian.network.firewall.rules import Port, Wish, commands, element, removal
from guardian.network.firewall.shown import shown
from guardian.network.firewall.standing import standing
from guardian.network.firewall.trial import restored
from guardian.policy.devices import Mac
from tests.end_to_end.own_network import in_own_network
from tests.programs import program

SMALL = Wish(("br-lan",))
LARGE = Wish(
    ("br-lan", "br-guest"),
    Port(ip_address("192.168.1.1"), 5335),
    Port(None, 5335),
    (Mac("02:00:00:00:00:09"), ip_address("192.168.1.9"), ip_network("fd00:9::/64")),
    encrypted=True,
    resolvers=(
        ip_network("8.8.8.8/32"),
        ip_network("45.90.28.0/24"),
        ip_network("45.90.28.7/32"),  # within the one before
        ip_network("2001:db8:53::/48"),
    ),
)
WHOLE_V6 = Wish(("lan0",), None, Port(ip_address("fd00::1"), 53), encrypted=False)


def listed() -> list[str]:
    """What nft shows of our table, without the counters and empty lines."""
    command = [program("nft"), "list", "table", "inet", "guardian"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = re.sub(r"\tcounter \w+ \{.*?\n\t\}\n", "", told, flags=re.DOTALL)
    return [line for line in told.splitlines() if line.strip()]


@pytest.mark.parametrize("wish", [SMALL, LARGE, WHOLE_V6], ids=("small", "large", "IPv6 only"))
def test_what_is_shown_is_what_nft_shows(wish: Wish) -> None:
    program("nft")

    def story() -> None:
        nft.run(commands(wish))
        text = "\n".join(shown(commands(wish)))
        assert [line for line in text.splitlines() if line.strip()] == listed()

    in_own_network((), story)


def test_another_wish_takes_the_place_of_the_first_and_leaves_who_is_off() -> None:
    program("nft")

    def story() -> None:
        nft.run(commands(LARGE))
        nft.run([element("off_mac", [{"elem": {"val": "02:00:00:00:00:01", "timeout": 600}}])])
        nft.run(commands(SMALL))
        table = nft.table()
        assert table is not None
        assert "02:00:00:00:00:01" in standing(table).off
        assert "br-guest" not in "\n".join(listed())
        assert "45.90.28.0" not in "\n".join(listed())

    in_own_network((), story)


def test_what_was_there_is_put_back_as_it_was() -> None:
    program("nft")

    def story() -> None:
        nft.run(commands(LARGE))
        nft.run([element("off_v4", ["192.168.1.5"])])
        before, text = nft.table(), listed()
        nft.run(commands(SMALL))
        nft.run(restored(before))
        assert listed() == text
        nft.run(restored(None))
        assert nft.table() is None
        nft.run(removal())  # of what is not there

    in_own_network((), story)


def test_a_transaction_with_an_error_changes_nothing() -> None:
    program("nft")

    def story() -> None:
        nft.run(commands(SMALL))
        before = listed()
        with pytest.raises(nft.CannotFilter, match="nft refused it"):
            nft.run([*commands(LARGE), element("no_such_set", ["192.0.2.1"])])
        assert listed() == before

    in_own_network((), story)


def without_rights(story: Callable[[], None]) -> None:
    """Run a story in a thread that has no right over its network."""

    def run() -> None:
        ctypes.CDLL(None).prctl(24, 12, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_NET_ADMIN
        story()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_who_may_not_hears_what_to_do() -> None:
    program("nft")
    raised: list[str] = []

    def told() -> None:
        try:
            nft.run(commands(SMALL), only_check=False)
        except nft.CannotFilter as problem:
            raised.append(str(problem))

    in_own_network((), lambda: without_rights(told))
    assert raised == [
        "the kernel's tables belong to the administrator; run it as root, or with sudo"
    ]

"""Flows of a device are taken out of the kernel's table, and no others."""

import socket
import subprocess
from ipaddress import ip_address

import pytest

from guardian.network.conntrack import end_flows
from tests.end_to_end.own_network import in_own_network
from tests.programs import program

TRACKED = """
add table inet t
add chain inet t c { type filter hook output priority 0; }
add rule inet t c ct state new accept
"""


@pytest.mark.parametrize(
    ("device", "other"), [("192.0.2.5", "192.0.2.6"), ("2001:db8::5", "2001:db8::6")]
)
def test_the_flows_of_a_device_end(device: str, other: str) -> None:
    program("nft")
    family = socket.AF_INET6 if ":" in device else socket.AF_INET

    def story() -> None:
        subprocess.run([program("nft"), "-f", "-"], input=TRACKED, text=True, check=True)
        assert end_flows([ip_address(device)]) == 0
        with (
            socket.create_server((other, 0), family=family) as server,
            socket.socket(family, socket.SOCK_STREAM) as flow,
            socket.socket(family, socket.SOCK_STREAM) as beside,
        ):
            for each, source in ((flow, device), (beside, other)):
                each.bind((source, 0))
                each.connect(server.getsockname())
            assert end_flows([]) == 0
            assert end_flows([ip_address(device)]) == 1
            assert end_flows([ip_address(device)]) == 0
            assert end_flows([ip_address(other)]) == 1  # the one beside it was left alone

    in_own_network((device, other), story)

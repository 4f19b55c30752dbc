"""Who has which address, from the tables as the system writes them."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from guardian.network.neighbours import owner_of, parse_arp, parse_neighbours, read, signs_of
from guardian.policy.devices import ClientId, DeviceTable, HostName, Mac, Sign
from guardian.policy.people import AgeBand, Person

ARP = """IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         A4:83:E7:00:00:01     *        br-lan
192.168.1.99     0x1         0x0         00:00:00:00:00:00     *        br-lan
"""
LEASE = "1732450000 a4:83:e7:00:00:01 192.168.1.20 Lina-Tablet 01:a4:83:e7:00:00:01\n"


def test_incomplete_entries_are_nobody() -> None:
    assert parse_arp(ARP) == {"a4:83:e7:00:00:01": {"192.168.1.20"}}


def test_failed_neighbours_are_nobody() -> None:
    text = (
        '[{"dst":"fe80::1","lladdr":"a4:83:e7:00:00:01","state":["STALE"]},'
        '{"dst":"fe80::2","lladdr":"a4:83:e7:00:00:02","state":["FAILED"]}]'
    )
    assert parse_neighbours(text) == {"a4:83:e7:00:00:01": {"fe80::1"}}


def test_a_name_has_the_addresses_of_its_hardware(tmp_path: Path) -> None:
    (tmp_path / "arp").write_text(ARP)
    (tmp_path / "leases").write_text(LEASE)
    found = read(tmp_path / "arp", [tmp_path / "leases"])
    assert found["lina-tablet"] == ("192.168.1.20",)
    assert found["a4:83:e7:00:00:01"] == ("192.168.1.20",)
    signs = (Mac("a4:83:e7:00:00:01"), HostName("lina-tablet"))
    assert signs_of("192.168.1.20", found) == signs
    assert signs_of("192.168.1.21", found) == (None, None)


@pytest.mark.parametrize(
    ("client", "name", "sign"),
    [
        ("192.168.1.20", "Noor", Sign.NAME),  # its lease says how it is called
        ("a4:83:e7:00:00:01", "Noor", Sign.NAME),  # a forwarder told: the same lease
        ("a4:83:e7:00:00:02", "Lina", Sign.MAC),
        ("id:tablet", "Lina", Sign.CLIENT_ID),
        ("192.168.1.30", "Mara", Sign.NETWORK),
        ("a4:83:e7:00:00:03", None, None),  # a network has addresses, and a forwarder tells none
        ("id:other", None, None),
        ("", None, None),
    ],
)
def test_whose_a_client_is(client: str, name: str | None, sign: Sign | None) -> None:
    table = {
        "a4:83:e7:00:00:01": ("192.168.1.20",),
        "lina-tablet": ("192.168.1.20",),
        "a4:83:e7:00:00:03": ("192.168.1.30",),
    }
    lina = Person("Lina", AgeBand.FROM_6, devices=(Mac("a4:83:e7:00:00:02"), ClientId("tablet")))
    noor = Person("Noor", AgeBand.FROM_13, devices=(HostName("lina-tablet"),))
    mara = Person("Mara", AgeBand.ADULT, devices=(ip_network("192.168.1.0/24"),))
    owner = owner_of(client, table, DeviceTable([lina, noor, mara]))
    assert (owner and owner.holder.name, owner and owner.sign) == (name, sign)

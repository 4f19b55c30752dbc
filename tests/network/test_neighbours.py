"""Who has which address: what the kernel, leases and addresses themselves say, put together."""

import tracemalloc
from ipaddress import IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.network.leases.lease import Lease
from guardian.network.neighbours import Neighbours, joined, mac_inside, owner_of
from guardian.policy.devices import ClientId, DeviceTable, HostName, Mac, Sign
from guardian.policy.people import AgeBand, Person

TABLET, OTHER = "a4:83:e7:00:00:01", "a4:83:e7:00:00:02"
NOW = 1_795_700_000


def test_all_addresses_of_a_device_are_joined() -> None:
    """Its lease, an address made from its hardware, and a private one that the kernel knows."""
    linked = {"192.168.1.20": TABLET, "fd00::9d7f:1": TABLET, "fe80::1": OTHER}
    leases = [Lease("192.168.1.20", TABLET, name="lina-tablet", ends=NOW + 60)]
    table = joined(linked, leases, NOW, asked=["fd00:1::a683:e7ff:fe00:1"])
    every = ("192.168.1.20", "fd00:1::a683:e7ff:fe00:1", "fd00::9d7f:1")
    assert table[TABLET] == every
    assert table["lina-tablet"] == every
    for address in every:
        assert table.signs_of(address) == (Mac(TABLET), HostName("lina-tablet"))
    assert table.signs_of("fe80::1") == (Mac(OTHER), None)
    assert table.signs_of("192.168.1.21") == (None, None)
    assert table.name_of(TABLET) == "lina-tablet"


def test_a_lease_of_ipv6_knows_its_device_by_the_duid() -> None:
    lease = Lease("fd00::20", duid_mac=TABLET, name="laptop")
    assert joined({}, [lease], NOW)[TABLET] == ("fd00::20",)
    # A laptop says the DUID of its network cable on Wi-Fi too: the kernel knows better.
    table = joined({"fd00::20": OTHER}, [lease], NOW)
    assert (table.get(TABLET), table[OTHER], table["laptop"]) == (
        None, ("fd00::20",), ("fd00::20",),
    )  # fmt: skip


def test_who_takes_anothers_address_does_not_take_the_name() -> None:
    lease = Lease("192.168.1.20", TABLET, name="maras-laptop")
    table = joined({"192.168.1.20": OTHER}, [lease], NOW)
    assert table.signs_of("192.168.1.20") == (Mac(OTHER), None)
    assert "maras-laptop" not in table


def test_an_address_cannot_claim_to_be_of_another_device() -> None:
    forged = "fd00::a683:e7ff:fe00:1"
    assert joined({forged: OTHER}, [], NOW, asked=[forged])[OTHER] == (forged,)


def test_what_has_ended_is_known_no_more() -> None:
    lease = Lease("192.168.1.20", TABLET, name="lina-tablet", ends=NOW)
    assert joined({}, [lease], NOW - 1)
    assert not joined({}, [lease], NOW)
    # What the kernel forgot holds until somebody else is given the address.
    before = {"192.168.1.20": OTHER}
    assert joined({}, [], NOW, before)[OTHER] == ("192.168.1.20",)
    assert joined({}, [lease], NOW - 1, before)[TABLET] == ("192.168.1.20",)


@given(st.binary(min_size=6, max_size=6), st.integers(0, 2**64 - 1))
def test_an_address_made_from_hardware_tells_it(mac: bytes, prefix: int) -> None:
    """RFC 4291, appendix A; addresses of groups, and made-up ones, are in nobody's address."""
    host = bytes((mac[0] ^ 2, *mac[1:3], 0xFF, 0xFE, *mac[3:]))
    address = str(IPv6Address(prefix.to_bytes(8, "big") + host))
    is_makers = not mac[0] & 3
    assert mac_inside(address) == (mac.hex(":") if is_makers else "")


@given(st.text())
def test_other_texts_tell_no_hardware(text: str) -> None:
    assert mac_inside(text) == ""


def test_ten_thousand_addresses_cost_less_than_5_mb() -> None:
    """A house of 2,500 devices, three addresses of IPv6 and one of IPv4 each."""
    tracemalloc.start()
    linked, leases = {}, []
    for number in range(2500):
        mac = f"a4:83:e7:00:{number >> 8:02x}:{number & 255:02x}"
        v4 = f"10.0.{number >> 8}.{number & 255}"
        leases.append(Lease(v4, mac, name=f"device-{number}", ends=NOW + 60))
        for each in (v4, *(f"2001:db8:{n}:{number:x}:aaaa:bbbb:cccc:{n}" for n in range(3))):
            linked[each] = mac
    table = joined(linked, leases, NOW)
    assert sum(len(table[each]) for each in table if ":" in each) == 10_000
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 5_000_000, used


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
    table = Neighbours(
        {"192.168.1.20": TABLET, "192.168.1.30": "a4:83:e7:00:00:03"},
        {"192.168.1.20": "lina-tablet"},
    )
    lina = Person("Lina", AgeBand.FROM_6, devices=(Mac(OTHER), ClientId("tablet")))
    noor = Person("Noor", AgeBand.FROM_13, devices=(HostName("lina-tablet"),))
    mara = Person("Mara", AgeBand.ADULT, devices=(ip_network("192.168.1.0/24"),))
    owner = owner_of(client, table, DeviceTable([lina, noor, mara]))
    assert (owner and owner.holder.name, owner and owner.sign) == (name, sign)

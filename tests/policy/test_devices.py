"""Whose a device is."""

from ipaddress import ip_address, ip_network

import pytest

from guardian.policy.devices import (
    ClientId,
    DeviceTable,
    Follows,
    HostName,
    Mac,
    Owner,
    SharedDevice,
    Sign,
    read_client_id,
    written,
)
from guardian.policy.people import AgeBand, Person

LINA = Person("Lina", AgeBand.FROM_6, devices=(Mac("a4:83:e7:00:00:01"), ip_address("192.168.1.9")))
NOOR = Person(
    "Noor", AgeBand.FROM_13, devices=(HostName("noor-phone"), ip_network("192.168.1.0/28"))
)
MARA = Person(
    "Mara", AgeBand.ADULT, devices=(ip_network("192.168.1.0/24"), ip_network("fd00::/64"))
)


@pytest.mark.parametrize(
    ("address", "mac", "name", "person", "sign"),
    [
        ("192.168.1.9", None, None, "Lina", Sign.ADDRESS),  # narrower than any network
        ("192.168.1.5", None, None, "Noor", Sign.NETWORK),  # the narrower of two
        ("192.168.1.77", None, None, "Mara", Sign.NETWORK),
        ("192.168.1.77", "a4:83:e7:00:00:01", "noor-phone", "Lina", Sign.MAC),
        ("10.0.0.1", None, "noor-phone", "Noor", Sign.NAME),
        ("fd00::5", None, None, "Mara", Sign.NETWORK),
        ("10.0.0.1", None, "no-such", None, None),
    ],
)
def test_the_surest_sign_wins(
    address: str, mac: str | None, name: str | None, person: str | None, sign: Sign | None
) -> None:
    owner = DeviceTable([LINA, NOOR, MARA]).owner(
        ip_address(address), Mac(mac) if mac else None, HostName(name) if name else None
    )
    assert (owner and owner.holder.name, owner and owner.sign) == (person, sign)


def test_a_client_id_is_the_surest_sign_and_a_tv_is_nobodys() -> None:
    tv = SharedDevice("TV", (ClientId("tv"), HostName("tv")), Follows.STRICTEST, ("Lina",))
    table = DeviceTable([LINA, NOOR, MARA, tv])
    owner = table.owner(ip_address("192.168.1.9"), client_id=ClientId("tv"))
    assert owner == Owner(tv, ClientId("tv"), Sign.CLIENT_ID)
    assert table.owner(client_id=ClientId("other")) is None
    assert table.owner(name=HostName("tv")) == Owner(tv, HostName("tv"), Sign.NAME)


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("id:Lina-Phone", ClientId("lina-phone")),
        ("ID:a", ClientId("a")),
        ("id:", None),
        ("id:a.b", None),
        ("id:-a", None),
        ("lina-phone", None),
        (f"id:{'a' * 64}", None),
    ],
)
def test_a_client_id_as_it_is_written(text: str, device: ClientId | None) -> None:
    assert read_client_id(text) == device
    assert device is None or written(device) == text.lower()

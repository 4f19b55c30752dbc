"""Files of leases as servers write them: what is in them, and that nothing in them does harm."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.network.leases import dnsmasq, isc, kea, odhcpd
from guardian.network.leases.files import FORMATS, LeaseFiles, format_of, leases_in
from guardian.network.leases.lease import Lease, mac_of_duid, read_name

TABLET, PHONE, LAPTOP = "a4:83:e7:00:00:01", "da:11:22:33:44:55", "a4:83:e7:00:00:03"
END = 1_795_700_000
V4 = Lease("192.168.1.20", TABLET, name="lina-tablet", ends=END)
NAMELESS = Lease("192.168.1.21", PHONE, ends=END)
V6 = Lease("fd00::20", duid_mac=LAPTOP, name="laptop", ends=END)

DNSMASQ = f"""{END} {TABLET} 192.168.1.20 Lina-Tablet 01:{TABLET}
{END} {PHONE} 192.168.1.21 * *
duid 00:01:00:01:2c:0f:aa:bb:02:00:00:00:00:01
{END} 12345678 fd00::20 laptop 00:03:00:01:{LAPTOP}
"""
ODHCPD = f"""192.168.1.20\tlina-tablet.lan\tlina-tablet
# br-lan a483e7000001 ipv4 lina-tablet {END} c0a80114 32 192.168.1.20/32
# br-lan da1122334455 ipv4 - {END} c0a80115 32 192.168.1.21/32
# br-lan da1122334466 ipv4 gone 0 c0a80116 32 192.168.1.22/32
fd00::20\tlaptop.lan\tlaptop
# br-lan 00030001a483e7000003 5f0d laptop {END} 20 128 fd00::20/128
# br-lan 00030001a483e7000009 5f0e - {END} 4 62 fd00:0:0:4::/62
"""
KEA4 = f"""address,hwaddr,client_id,valid_lifetime,expire,subnet_id,\
fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
192.168.1.22,{LAPTOP},,3600,{END},1,0,0,laptop,0,,0
192.168.1.20,{TABLET},01:{TABLET},3600,{END},1,0,0,lina-tablet.home.arpa.,0,,0
192.168.1.21,{PHONE},,3600,{END},1,0,0,,0,{{ "a"&#x2c "b" }},0
192.168.1.22,{LAPTOP},,3600,{END},1,0,0,laptop,2,,0
"""
KEA6 = f"""address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,\
iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id
fd00::20,00:03:00:01:{LAPTOP},4000,{END},1,3000,0,1,128,0,0,laptop,,0,,,,0
fd00:4::,00:03:00:01:{LAPTOP},4000,{END},1,3000,2,1,62,0,0,,,0,,,,0
"""
ISC4 = r"""# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;
lease 192.168.1.20 {
  starts 2 2026/11/24 11:13:20;
  ends never;
  binding state active;
  hardware ethernet a4:83:e7:00:00:01;
  client-hostname "old; } name";
}
lease 192.168.1.20 {
  starts 2 2026/11/24 11:13:20;
  ends 5 2026/11/26 17:33:20;
  cltt 2 2026/11/24 11:13:20;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet a4:83:e7:00:00:01;
  uid "\001\244\203\347\000\000\001";
  set vendor-class-identifier = "a \"quoted\" {thing}";
  client-hostname "lina-tablet";
}
lease 192.168.1.21 {
  ends epoch 1795700000; # Thu Nov 26 17:33:20 2026
  binding state active;
  hardware ethernet da:11:22:33:44:55;
}
lease 192.168.1.22 {
  ends 5 2026/11/26 17:33:20;
  binding state free;
  hardware ethernet da:11:22:33:44:66;
}
"""
ISC6 = r"""server-duid "\000\001\000\001";
ia-na "\001\000\000\000\000\003\000\001\244\203\347\000\000\003" {
  cltt 4 2026/11/26 11:00:00;
  iaaddr fd00::20 {
    binding state active;
    preferred-life 3000;
    max-life 4000;
    ends 4 2026/11/26 17:33:20;
  }
}
"""
ISC_END = 1_795_714_400  # 2026-11-26 17:33:20 UTC


def test_dnsmasq() -> None:
    assert list(dnsmasq.parse(DNSMASQ)) == [V4, NAMELESS, V6]


def test_a_router_without_a_clock_writes_how_long_in_place_of_until_when() -> None:
    (lease,) = dnsmasq.parse(f"43200 {TABLET} 192.168.1.20 lina-tablet *\n")
    assert lease.ends == 0
    assert lease.holds(END)


def test_odhcpd() -> None:
    assert list(odhcpd.parse(ODHCPD)) == [V4, NAMELESS, V6]
    (taken,) = odhcpd.parse(r"# br-lan a483e7000001 ipv4 broken\x20tv -1 c0a8 32 192.168.1.9/32")
    assert (taken.name, taken.ends) == ("", 0)


def test_kea() -> None:
    assert list(kea.parse(KEA4)) == [V4, NAMELESS]  # the last row of .22 says that it has ended
    assert list(kea.parse(KEA6)) == [V6]


def test_isc_dhcpd() -> None:
    v4, nameless = isc.parse(ISC4)
    assert v4 == Lease("192.168.1.20", TABLET, name="lina-tablet", ends=ISC_END)
    assert nameless == Lease("192.168.1.21", PHONE, ends=END)
    assert list(isc.parse(ISC6)) == [Lease("fd00::20", duid_mac=LAPTOP, ends=ISC_END)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (DNSMASQ, "dnsmasq"),
        (ODHCPD, "odhcpd"),
        (KEA4, "Kea"),
        (KEA6, "Kea"),
        (ISC4, "ISC dhcpd"),
        (ISC6, "ISC dhcpd"),
        ("", None),
        ("hello\n", None),
    ],
)
def test_a_file_tells_who_wrote_it(text: str, name: str | None) -> None:
    known = format_of(text)
    assert (known.name if known else None) == name


WHOLE = "".join(f"[{each}]" for each in (DNSMASQ, ODHCPD, KEA4, KEA6, ISC4, ISC6))
pieces = st.sampled_from([*WHOLE.split(), "\n", "\0", '"', "{", "}", ";", ",", "\\", "#", "é", " "])


@pytest.mark.parametrize("parse", [each.parse for each in FORMATS])
@given(text=st.text() | st.lists(pieces, max_size=60).map(" ".join))
def test_any_text_gives_leases_that_can_be_used(
    parse: Callable[[str], Iterator[Lease]], text: str
) -> None:
    for head in ("", KEA4.partition("\n")[0] + "\n"):
        for each in parse(head + text):
            assert each.address
            assert all(len(mac) in (0, 17) for mac in (each.mac, each.duid_mac))
            assert each.name == read_name(each.name)
            assert each.ends >= 0


@pytest.mark.parametrize("text", [DNSMASQ, ODHCPD, KEA4, KEA6, ISC4, ISC6])
@given(cut=st.integers(0, 900))
def test_a_file_that_is_being_written_gives_what_is_there(text: str, cut: int) -> None:
    known = {each.address for each in leases_in(text)} | {"192.168.1.22"}
    assert {each.address for each in leases_in(text[:cut])} <= known


@given(st.text(max_size=80))
def test_a_name_is_plain_or_none(text: str) -> None:
    name = read_name(text)
    assert len(name) <= 63
    assert name.isascii()
    assert name.isprintable()
    assert not set(name) & set("<>&\"'/\\")


@pytest.mark.parametrize(
    ("duid", "mac"),
    [
        (f"0003 0001 {TABLET}", TABLET),  # LL
        (f"0001 0001 2c0faabb {TABLET}", TABLET),  # LLT
        ("0003 0006 a483e7000001", ""),  # not Ethernet
        ("0002 0000ab11 0123456789ab", ""),  # a maker's own
        ("0004 00112233445566778899aabbccddeeff", ""),  # a UUID
        ("0003 0001 a483e700", ""),
        ("", ""),
    ],
)
def test_a_duid_tells_hardware_in_two_of_its_kinds(duid: str, mac: str) -> None:
    assert mac_of_duid(bytes.fromhex(duid.replace(":", ""))) == mac


def test_files_are_read_again_when_they_change(tmp_path: Path) -> None:
    files = LeaseFiles([f"{tmp_path}/*.leases", f"{tmp_path}/absent"])
    assert files.has_changed()
    assert not files.has_changed()
    assert files.read() == []
    (tmp_path / "house.leases").write_text(DNSMASQ)
    assert files.has_changed()
    assert files.read() == leases_in(DNSMASQ)
    assert not files.has_changed()
    (tmp_path / "new").write_text(ODHCPD)
    (tmp_path / "new").rename(tmp_path / "house.leases")
    assert files.has_changed()
    assert files.read() == leases_in(ODHCPD)


def test_what_kea_cleans_up_is_not_lost_meanwhile(tmp_path: Path) -> None:
    """A cleaned-up older part, and in the new one that one of its leases was given back."""
    head, *rows = KEA4.splitlines(keepends=True)
    place = tmp_path / "kea-leases4.csv"
    Path(f"{place}.2").write_text(head + rows[1] + rows[0])
    place.write_text(head + rows[2] + rows[3])
    assert {each.address for each in LeaseFiles([str(place)]).read()} == {
        "192.168.1.20", "192.168.1.21",
    }  # fmt: skip


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.leases").mkdir()  # root may read every file
    (tmp_path / "b.leases").write_text(DNSMASQ)
    files = LeaseFiles([f"{tmp_path}/*.leases"])
    assert files.read() == leases_in(DNSMASQ)
    assert files.unreadable == (str(tmp_path / "a.leases"),)


def test_of_a_file_without_end_the_end_is_read(tmp_path: Path) -> None:
    head, *rows = KEA4.splitlines(keepends=True)
    path = tmp_path / "kea-leases4.csv"
    with path.open("w") as file:
        file.write(head)
        file.seek(17 << 20)  # a hole: it takes no room
        file.write(f"\n{rows[1]}")
    assert path.stat().st_size > 16 << 20
    assert [each.address for each in LeaseFiles([str(path)]).read()] == ["192.168.1.20"]

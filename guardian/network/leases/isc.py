r"""ISC dhcpd's leases, IPv4 and IPv6: dhcpd.leases(5). The file grows; the last entry holds.

lease 192.168.1.20 {
  ends 4 2026/11/26 17:00:00;
  binding state active;
  hardware ethernet a4:83:e7:00:00:01;
  client-hostname "lina-tablet";
}
ia-na "\001\000\000\000\000\003\000\001\244\203\347\000\000\001" {
  iaaddr fd00::20 {
    binding state active;
    ends 4 2026/11/26 17:00:00;
  }
}
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from guardian.network.leases.lease import Lease, mac_of_duid, read_address, read_mac, read_name

_LINE: Final = re.compile(
    r"(?:\s|#[^\n]*+)*+"  # remarks; nothing here is tried twice, whatever the text
    r'((?:"(?:[^"\\\n]|\\.)*+"|[^;{}"])*+)([;{}])'
)
_ESCAPE: Final = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_IAID: Final = 4  # bytes before the DUID


def is_written_so(text: str) -> bool:
    """Whether this looks like such a file."""
    return re.search(r'^(lease \S+ \{|ia-[np][ad] "|server-duid ")', text, re.M) is not None


def parse(text: str) -> Iterator[Lease]:
    """The leases that are active; what is none of them is passed over."""
    last: dict[str, Lease | None] = {}
    lease, is_active, duid_mac = Lease(""), False, ""
    for match in _LINE.finditer(text):
        words, end = match[1].strip().split(None, 1), match[2]
        word, rest = (*words, "", "")[:2]
        if end == "}":
            if lease.address:
                last[lease.address] = lease if is_active else None
            lease = Lease("")
            continue
        if end == "{":
            if word in ("ia-na", "ia-ta", "ia-pd"):
                duid_mac = mac_of_duid(_bytes(rest)[_IAID:])
            elif word in ("lease", "iaaddr"):
                lease, is_active = _begun(rest, duid_mac if word == "iaaddr" else ""), False
            continue
        if word == "binding":
            is_active = rest == "state active"
        lease = _with(lease, word, rest)
    yield from filter(None, last.values())


def _begun(text: str, duid_mac: str) -> Lease:
    try:
        return Lease(read_address(text), duid_mac=duid_mac)
    except ValueError:
        return Lease("")


def _with(lease: Lease, word: str, rest: str) -> Lease:
    """The lease, with what one statement in it says."""
    match word:
        case "ends":
            return replace(lease, ends=_end(rest))
        case "hardware":
            return replace(lease, mac=read_mac(rest.removeprefix("ethernet")))
        case "client-hostname":
            return replace(lease, name=read_name(_bytes(rest).decode(errors="replace")))
    return lease


def _end(text: str) -> int:
    """ "4 2026/11/26 17:00:00" in UTC, "epoch 1795700000", or "never"."""
    cells = text.split()
    try:
        if cells[0] == "epoch":
            return int(cells[1])
        at = f"{cells[1]} {cells[2]} +0000"
        return int(datetime.strptime(at, "%Y/%m/%d %H:%M:%S %z").timestamp())
    except (ValueError, IndexError):
        return 0


def _bytes(text: str) -> bytes:
    """What stands between quotes, with its escapes undone."""
    quoted = text.strip().strip('"').encode("latin-1", errors="replace")

    def undone(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else code

    return _ESCAPE.sub(undone, quoted)

"""Files as other products write them, made by hand or here."""

import io
import json
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

STEVENBLACK = "https://raw.githubusercontent.com/StevenBlack/hosts/master/hosts"
TABLES: dict[str, list[dict[str, Any]]] = {
    "group": [
        {"id": 0, "enabled": 1, "name": "Default"},
        {"id": 1, "enabled": 1, "name": "Kids"},
        {"id": 2, "enabled": 0, "name": "Guests"},
    ],
    "adlist": [
        {"id": 1, "address": STEVENBLACK, "enabled": 1, "type": 0},
        {"id": 2, "address": "https://lists.example/adult.txt", "enabled": 1, "type": 0},
        {"id": 3, "address": "https://lists.example/more-ads.txt", "enabled": 1, "type": 0},
        {"id": 4, "address": "https://lists.example/off.txt", "enabled": 0, "type": 0},
        {"id": 5, "address": "https://lists.example/fine.txt", "enabled": 1, "type": 1},
    ],
    "adlist_by_group": [
        {"adlist_id": 1, "group_id": 0}, {"adlist_id": 1, "group_id": 1},
        {"adlist_id": 2, "group_id": 1},
        {"adlist_id": 3, "group_id": 1},
        {"adlist_id": 5, "group_id": 0},
    ],
    "domainlist": [
        {"id": 1, "type": 0, "domain": "school.example", "enabled": 1},
        {"id": 2, "type": 1, "domain": "bad.example", "enabled": 1},
        {"id": 3, "type": 3, "domain": r"(\.|^)video\.example$", "enabled": 1},
        {"id": 4, "type": 3, "domain": r"^ad[0-9]+\.", "enabled": 1},
        {"id": 5, "type": 3, "domain": r"^x\.example$;querytype=AAAA", "enabled": 1},
        {"id": 6, "type": 2, "domain": r"^(cdn|img)[0-9]\.fine\.example$", "enabled": 1},
        {"id": 7, "type": 1, "domain": "off.example", "enabled": 0},
    ],
    "domainlist_by_group": [
        {"domainlist_id": 1, "group_id": 0}, {"domainlist_id": 1, "group_id": 1},
        {"domainlist_id": 2, "group_id": 0}, {"domainlist_id": 2, "group_id": 1},
        {"domainlist_id": 3, "group_id": 1},
        {"domainlist_id": 4, "group_id": 0},
        {"domainlist_id": 5, "group_id": 0},
        {"domainlist_id": 6, "group_id": 0},
    ],
    "client": [
        {"id": 1, "ip": "A4:83:E7:00:00:01", "comment": "Lina's tablet"},
        {"id": 2, "ip": "192.168.1.22", "comment": "Noor phone"},
        {"id": 3, "ip": "192.168.1.30", "comment": "Printer"},
        {"id": 4, "ip": ":eth0", "comment": ""},
    ],
    "client_by_group": [
        {"client_id": 1, "group_id": 1}, {"client_id": 1, "group_id": 0},
        {"client_id": 2, "group_id": 1}, {"client_id": 2, "group_id": 0},
        {"client_id": 3, "group_id": 0},
    ],
}  # fmt: skip


def gravity(path: Path, tables: dict[str, list[dict[str, Any]]] = TABLES) -> bytes:
    """gravity.db as a teleporter has it: each table a plain copy."""
    with closing(sqlite3.connect(path)) as database:
        for name, rows in tables.items():
            columns = list(rows[0])
            database.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
            places = ", ".join("?" for _ in columns)
            database.executemany(
                f'INSERT INTO "{name}" VALUES ({places})', [tuple(row.values()) for row in rows]
            )
        database.commit()
    return path.read_bytes()


def teleporter_6(path: Path, database: bytes, toml: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("etc/pihole/pihole.toml", toml)
        archive.writestr("etc/hosts", "127.0.0.1 localhost\n")
        archive.writestr("etc/pihole/gravity.db", database)
        archive.writestr("etc/pihole/pihole-FTL.db", b"something else")
    return path


def teleporter_5(path: Path) -> Path:
    types = {
        "whitelist.exact": 0,
        "blacklist.exact": 1,
        "whitelist.regex": 2,
        "blacklist.regex": 3,
    }
    files = {
        f"{name}.json": json.dumps(rows) for name, rows in TABLES.items() if name != "domainlist"
    }
    for name, kind in types.items():
        rows = [
            {key: value for key, value in each.items() if key != "type"}
            for each in TABLES["domainlist"]
            if each["type"] == kind
        ]
        files[f"{name}.json"] = json.dumps(rows)
    files["setupVars.conf"] = (
        "PIHOLE_INTERFACE=eth0\nPIHOLE_DNS_1=9.9.9.11\nPIHOLE_DNS_2=127.0.0.1#5335\n"
        "BLOCKING_ENABLED=true\nDNSSEC=true\nREV_SERVER=true\nREV_SERVER_CIDR=192.168.1.0/24\n"
        "REV_SERVER_TARGET=192.168.1.1\nREV_SERVER_DOMAIN=lan\nWEBPASSWORD=0000\n"
    )
    files["pihole-FTL.conf"] = "BLOCKINGMODE=NXDOMAIN\n"
    files["custom.list"] = (
        "192.168.1.9 printer.home.arpa\n192.168.1.9 druck.home.arpa\n192.168.1.10 nas.home.arpa\n"
    )
    files["dnsmasq.d/05-pihole-custom-cname.conf"] = (
        "cname=files.home.arpa,nas.home.arpa\ncname=far.home.arpa,away.example\n"
    )
    files["dnsmasq.d/04-pihole-static-dhcp.conf"] = (
        "dhcp-host=A4:83:E7:00:00:02,192.168.1.22,noor-phone\n"
    )
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path

"""Files that are damaged, enormous or made to harm: a sentence, and nothing is written."""

import io
import json
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.cli.main import main
from guardian.lists.bundled import folder
from guardian.settings.settings import parse
from guardian.takeover import adguardhome, nextdns, persons, pihole, written
from guardian.takeover.report import BadExport, Report
from guardian.takeover.wishes import Wishes
from tests.takeover import samples

NESTED = b"[" * 100_000


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("etc/pihole/gravity.db", bytes(100 << 20))


def tar_bomb(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("adlist.json")
        member.size = 100 << 20
        archive.addfile(member, io.BytesIO(bytes(100 << 20)))


def cut(path: Path) -> None:
    samples.teleporter_5(path)
    path.write_bytes(path.read_bytes()[:-200])


def endless_view(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE adlist (id, address)")
        database.execute(
            "CREATE VIEW client AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) "
            "SELECT x AS id, x AS ip FROM n"
        )
        database.commit()


def endless_column(path: Path) -> None:
    """A table with a column that is made when it is read, and larger than any machine."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE adlist (id, address AS (zeroblob(900000000)))")
        database.execute("INSERT INTO adlist (id) VALUES (1)")
        database.commit()


@pytest.mark.parametrize(
    ("product", "content", "said"),
    [
        ("adguardhome", b"", "the file is empty"),
        ("adguardhome", b"\xff\xfe\x00", "not UTF-8"),
        ("adguardhome", b"a: 1", "no AdGuardHome.yaml"),
        ("adguardhome", b"dns: {a: [", "not YAML"),
        ("adguardhome", b"x" * (2 << 20), "larger than 1 MB"),
        ("adguardhome", b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
            b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9))
            for n in range(8)
        ), "more than 100000 values"),
        ("nextdns", b"", "not JSON"),
        ("nextdns", b"{}", "no profile of NextDNS"),
        ("nextdns", NESTED, "not JSON"),
        ("nextdns", b'{"denylist": 1' + b"0" * 5000 + b"}", "not JSON"),
        ("pihole", b"", "no file of Pi-hole's"),
        ("pihole", b"hello", "no file of Pi-hole's"),
        ("pihole", b"SQLite format 3\0" + bytes(200), "database cannot be read"),
        ("pihole", b"PK\x03\x04" + bytes(100), "cannot be read"),
        ("pihole", bomb, "more than 64 MiB"),
        ("pihole", tar_bomb, "more than 64 MiB"),
        ("pihole", cut, "cannot be read"),
    ],
)  # fmt: skip
def test_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    product: str,
    content: bytes | Callable[[Path], None],
    said: str,
) -> None:
    file, output = tmp_path / "file", tmp_path / "out.yaml"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        content(file)
    assert main(["import", product, str(file), "-o", str(output)]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.splitlines()) == 1
    assert not output.exists()


@pytest.mark.parametrize("make", [endless_view, endless_column])
def test_a_database_that_would_never_end(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "gravity.db")
    report = Report()
    try:
        wishes = pihole.read(tmp_path / "gravity.db", report)
    except BadExport:
        return
    assert wishes.clients == []  # a view is none of Pi-hole's tables


KEYS = [
    "name", "id", "ids", "active", "enabled", "domain", "answer", "url", "address", "upstreams",
    "client", "group_id", "settings", "blocked_services", "schedule", "mon", "start", "end",
    "safe_search", "rewrites", "content",
]  # fmt: skip
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12)
    | st.sampled_from(["9.9.9.9", "a.example", "true", "||a.example^$client=x", "9h", "24h"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def usable(wishes: Wishes, report: Report) -> None:
    people = persons.people(wishes, [], report)
    found = written.sections(wishes, people, "Etc/UTC", report)
    whole = written.text(found, wishes, report, date(2026, 11, 26))
    parse(whole.encode(), Path("made"), folder())


@given(
    parts=st.dictionaries(
        st.sampled_from(
            ["parentalControl", "denylist", "allowlist", "security", "privacy", "rewrites",
             "settings", "name"]
        ),
        ANY,
    )
)  # fmt: skip
def test_whatever_a_profile_of_nextdns_holds_guardian_can_use_it(parts: dict[str, Any]) -> None:
    report = Report()
    content = json.dumps({"denylist": [], **parts}).encode()
    usable(nextdns.read([(content, "file")], report), report)


@given(
    dns=ANY,
    parts=st.dictionaries(
        st.sampled_from(["filters", "whitelist_filters", "user_rules", "filtering", "clients",
                         "users"]),
        ANY,
    ),
)  # fmt: skip
def test_whatever_adguard_home_wrote_guardian_can_use_it(dns: Any, parts: dict[str, Any]) -> None:
    report = Report()
    content = json.dumps({"dns": dns, **parts}).encode()  # JSON is YAML
    usable(adguardhome.read(content, "file", report), report)


@given(tables=st.dictionaries(st.sampled_from(list(samples.TABLES)), st.lists(ANY, max_size=4)))
def test_whatever_is_in_pi_holes_tables(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, list[Any]]
) -> None:
    file = tmp_path_factory.mktemp("pihole") / "teleporter.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for name, rows in {"adlist": [], **tables}.items():
            content = json.dumps(rows).encode()
            member = tarfile.TarInfo(f"{name}.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    report = Report()
    try:
        wishes = pihole.read(file, report)
    except BadExport:
        return
    usable(wishes, report)

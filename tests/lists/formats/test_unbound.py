"""Unbound's configuration: zones with all below them, data for one host."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from guardian.lists.entry import BLOCKS_ALL, BLOCKS_ONE, Kind, Modifiers, Scope, Variety
from guardian.lists.formats import unbound
from guardian.lists.report import Parsed, Reason
from tests.lists.formats.conftest import entries_of

ALLOWS = Variety(Kind.ALLOW, Scope.SUBDOMAINS)
NO_A = Variety(Kind.BLOCK, Scope.SUBDOMAINS, Modifiers(only_types=frozenset({1})))


@pytest.mark.parametrize(
    ("line", "entries"),
    [
        ('local-zone: "ads.example." always_null', [(b"ads.example", BLOCKS_ALL)]),
        ('local-zone: "ads.example" always_nxdomain', [(b"ads.example", BLOCKS_ALL)]),
        ("local-zone: ads.example static # why", [(b"ads.example", BLOCKS_ALL)]),
        ('\tlocal-zone:"ADS.example" refuse', [(b"ads.example", BLOCKS_ALL)]),
        ("local-zone: 'ads.example' redirect", [(b"ads.example", BLOCKS_ALL)]),
        ('local-zone: "ads.example" inform_deny', [(b"ads.example", BLOCKS_ALL)]),
        ('local-zone: "ads.example" block_a', [(b"ads.example", NO_A)]),
        ('local-zone: "ok.example" always_transparent', [(b"ok.example", ALLOWS)]),
        ('local-data: "ads.example A 0.0.0.0"', [(b"ads.example", BLOCKS_ONE)]),
        ('local-data: "ads.example. 60 IN AAAA 2001:db8::1"', [(b"ads.example", BLOCKS_ONE)]),
        ("local-data: 'ads.example. IN CNAME elsewhere.example.'", [(b"ads.example", BLOCKS_ONE)]),
        ("local-data: 'ads.example TXT \"why\"'", [(b"ads.example", BLOCKS_ONE)]),
        ('# local-zone: "ads.example" static', []),
    ],
)
def test_what_a_line_means(
    read: Callable[..., Parsed], line: str, entries: list[tuple[bytes, Variety]]
) -> None:
    report = read("unbound", line)
    assert (entries_of(report), report.refused.total()) == (entries, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("server:", Reason.SETTING),
        ('include: "/etc/passwd"', Reason.SETTING),
        ('local-zone: "ok.example" transparent', Reason.SETTING),
        ('local-zone: "10.in-addr.arpa" nodefault', Reason.SETTING),
        ('local-zone: "ads.example"', Reason.SETTING),
        ('local-data: "ads.example SOA a. b. 1 2 3 4 5"', Reason.SETTING),
        ('local-data-ptr: "192.0.2.1 ads.example"', Reason.SETTING),
        ('local-zone: "." static', Reason.EVERYTHING),
        ('local-zone: "localhost." static', Reason.SINGLE_LABEL),
        ('local-data: ""', Reason.SETTING),
        ("ads.example", Reason.NOT_A_NAME),
    ],
)
def test_why_a_line_is_refused(read: Callable[..., Parsed], line: str, reason: Reason) -> None:
    good = [f'local-zone: "{each}.example" static' for each in "ab"]
    report = read("unbound", good[0], line, good[1])
    assert report.refused == {reason: 1}
    assert report.names == [b"a.example", b"b.example"]


def test_unbound_takes_what_we_write(tmp_path: Path) -> None:
    varieties = [BLOCKS_ALL, BLOCKS_ONE, ALLOWS]
    lines = [
        line
        for number, each in enumerate(varieties)
        for line in unbound.written(b"ads%d.example" % number, each)
    ]
    assert len(lines) == len(varieties)
    (tmp_path / "unbound.conf").write_bytes(b"\n".join([*unbound.HEADER, *lines]))
    command = ["/usr/sbin/unbound-checkconf", str(tmp_path / "unbound.conf")]
    subprocess.run(command, check=True, capture_output=True)

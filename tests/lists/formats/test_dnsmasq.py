"""dnsmasq's configuration: each line as dnsmasq itself takes it, addresses never given."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from guardian.lists.entry import BLOCKS_ALL, BLOCKS_BELOW, BLOCKS_ONE, Kind, Scope, Variety
from guardian.lists.formats import dnsmasq
from guardian.lists.report import Parsed, Reason
from tests.lists.formats.conftest import entries_of

ALLOWS = Variety(Kind.ALLOW, Scope.SUBDOMAINS)


@pytest.mark.parametrize(
    ("line", "entries"),
    [
        ("address=/ads.example/", [(b"ads.example", BLOCKS_ALL)]),
        ("address=/ads.example/#", [(b"ads.example", BLOCKS_ALL)]),
        ("address=/ads.example/0.0.0.0", [(b"ads.example", BLOCKS_ALL)]),
        ("address=/ads.example/::", [(b"ads.example", BLOCKS_ALL)]),
        ("address=/ads.example/192.0.2.7", [(b"ads.example", BLOCKS_ALL)]),  # never answered
        ("server=/ads.example/", [(b"ads.example", BLOCKS_ALL)]),
        ("local=/ads.example/", [(b"ads.example", BLOCKS_ALL)]),
        ("  local = /ADS.Example./ # why", [(b"ads.example", BLOCKS_ALL)]),
        ("address=/a.test/b.test/#", [(b"a.test", BLOCKS_ALL), (b"b.test", BLOCKS_ALL)]),
        ("address=/.ads.example/", [(b"ads.example", BLOCKS_ALL)]),
        ("address=/*.ads.example/#", [(b"ads.example", BLOCKS_BELOW)]),
        ("address=/*ads.example/#", [(b"ads.example", BLOCKS_ALL)]),
        ("server=/ok.example/#", [(b"ok.example", ALLOWS)]),
        ("server=/*.ok.example/#", [(b"ok.example", Variety(Kind.ALLOW, Scope.BELOW))]),
        ("host-record=one.example,two.example,0.0.0.0,60", [
            (b"one.example", BLOCKS_ONE), (b"two.example", BLOCKS_ONE)]),
        ("cname=one.example,elsewhere.example", [(b"one.example", BLOCKS_ONE)]),
        ("# address=/ads.example/", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_line_means(
    read: Callable[..., Parsed], line: str, entries: list[tuple[bytes, Variety]]
) -> None:
    report = read("dnsmasq", line)
    assert (entries_of(report), report.refused.total()) == (entries, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("address=/#/0.0.0.0", Reason.EVERYTHING),
        ("server=/intra.example/192.0.2.53", Reason.SETTING),
        ("server=192.0.2.53", Reason.SETTING),
        ("no-resolv", Reason.SETTING),
        ("conf-file=/etc/passwd", Reason.SETTING),
        ("address=/192.0.2.7/", Reason.ADDRESS),
        ("address=/localhost/", Reason.SINGLE_LABEL),
        ("address=/-ads.example/", Reason.NOT_A_NAME),
        ("/ads.example/", Reason.NOT_A_NAME),
    ],
)
def test_why_a_line_is_refused(read: Callable[..., Parsed], line: str, reason: Reason) -> None:
    report = read("dnsmasq", "local=/a.example/", line, "local=/b.example/")
    assert report.refused == {reason: 1}
    assert report.names == [b"a.example", b"b.example"]


def test_dnsmasq_takes_what_we_write(tmp_path: Path) -> None:
    varieties = [BLOCKS_ALL, BLOCKS_BELOW, BLOCKS_ONE, ALLOWS]
    lines = [line for each in varieties for line in dnsmasq.written(b"ads.example", each)]
    assert len(lines) == len(varieties)
    (tmp_path / "dnsmasq.conf").write_bytes(b"\n".join(lines))
    command = ["/usr/sbin/dnsmasq", "--test", f"--conf-file={tmp_path / 'dnsmasq.conf'}"]
    subprocess.run(command, check=True, capture_output=True)

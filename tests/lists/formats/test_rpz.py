"""Response policy zones: names and answers are kept, what a forwarder cannot see is counted."""

from collections.abc import Callable
from ipaddress import ip_network

import pytest

from guardian.lists.entry import BLOCKS_BELOW, BLOCKS_ONE, Kind, Scope, Variety
from guardian.lists.report import Parsed, Reason
from tests.lists.formats.conftest import entries_of

PASSES = Variety(Kind.ALLOW, Scope.EXACT)
HEAD = ("$TTL 60", "@ SOA localhost. root.localhost. 1 3600 600 86400 60", "  NS localhost.")


@pytest.mark.parametrize(
    ("line", "entries"),
    [
        ("ads.example CNAME .", [(b"ads.example", BLOCKS_ONE)]),
        ("ads.example 60 IN CNAME .", [(b"ads.example", BLOCKS_ONE)]),
        ("ads.example IN 1h30m cname . ; why", [(b"ads.example", BLOCKS_ONE)]),
        ("ads.example\tCNAME\t*.", [(b"ads.example", BLOCKS_ONE)]),
        ("ads.example CNAME rpz-drop.", [(b"ads.example", BLOCKS_ONE)]),
        ("ads.example CNAME walled.garden.example.", [(b"ads.example", BLOCKS_ONE)]),
        ("*.ads.example CNAME .", [(b"ads.example", BLOCKS_BELOW)]),
        ("ADS.example CNAME .", [(b"ads.example", BLOCKS_ONE)]),
        ("ok.example CNAME rpz-passthru.", [(b"ok.example", PASSES)]),
        ("ok.example CNAME ok.example.", [(b"ok.example", PASSES)]),
        ("*.ok.example CNAME rpz-passthru.", [(b"ok.example", Variety(Kind.ALLOW, Scope.BELOW))]),
        ("ads.example A 192.0.2.1", [(b"ads.example", BLOCKS_ONE)]),
        ('ads.example TXT "no; (really)"', [(b"ads.example", BLOCKS_ONE)]),
        ("ads.example ( CNAME . )", [(b"ads.example", BLOCKS_ONE)]),
        ("ads.example RRSIG CNAME 8 2 60 1 1 1 . x", []),
        ("; ads.example CNAME .", []),
        ("", []),
    ],
)
def test_what_a_line_means(
    read: Callable[..., Parsed], line: str, entries: list[tuple[bytes, Variety]]
) -> None:
    report = read("rpz", *HEAD, line)
    assert (entries_of(report), report.refused.total(), report.nearest) == (entries, 0, True)


@pytest.mark.parametrize(
    ("line", "reason", "kind"),
    [
        ("ads.example CNAME rpz-tcp-only.", Reason.UNSUPPORTED, "rpz-tcp-only"),
        ("32.1.2.0.192.rpz-client-ip CNAME .", Reason.UNSUPPORTED, "rpz-client-ip"),
        ("ns.bad.example.rpz-nsdname CNAME .", Reason.UNSUPPORTED, "rpz-nsdname"),
        ("*.bad.example.rpz-nsdname CNAME .", Reason.UNSUPPORTED, "rpz-nsdname"),
        ("24.0.2.0.192.rpz-nsip CNAME .", Reason.UNSUPPORTED, "rpz-nsip"),
        ("24.0.2.0.192.rpz-ip CNAME rpz-passthru.", Reason.UNSUPPORTED, "rpz-ip with rpz-passthru"),
        ("$INCLUDE /etc/passwd", Reason.UNSUPPORTED, "$INCLUDE"),
        ("$GENERATE 1-9999999 a$.example CNAME .", Reason.UNSUPPORTED, "$GENERATE"),
        ("* CNAME .", Reason.EVERYTHING, None),
        ("40.0.2.0.192.rpz-ip CNAME .", Reason.NOT_AN_ADDRESS, None),
        ("rpz-ip CNAME .", Reason.NOT_AN_ADDRESS, None),
        ("ads.other.example. CNAME .", Reason.NOT_A_NAME, None),  # outside of the zone
        ("ads.example 60", Reason.NOT_A_NAME, None),
        ("localhost CNAME .", Reason.SINGLE_LABEL, None),
        ("192.0.2.1 CNAME .", Reason.ADDRESS, None),
    ],
)
def test_why_a_line_is_refused(
    read: Callable[..., Parsed], line: str, reason: Reason, kind: str | None
) -> None:
    report = read("rpz", *HEAD, "a.example CNAME .", line, "b.example CNAME .")
    assert report.refused == {reason: 1}
    assert list(report.unsupported) == ([kind] if kind else [])
    assert report.exact == [b"a.example", b"b.example"]


@pytest.mark.parametrize(
    ("trigger", "network"),
    [
        ("32.1.2.0.192", "192.0.2.1"),
        ("24.7.2.0.192", "192.0.2.0/24"),
        ("128.1.zz.db8.2001", "2001:db8::1"),
        ("48.zz.1.db8.2001", "2001:db8:1::/48"),
    ],
)
def test_addresses_of_answers_are_kept(
    read: Callable[..., Parsed], trigger: str, network: str
) -> None:
    report = read("rpz", *HEAD, f"{trigger}.rpz-ip CNAME .")
    assert (report.networks, report.refused.total()) == ([ip_network(network)], 0)


@pytest.mark.parametrize(
    "lines",
    [
        ("$ORIGIN rpz.test.", "@ SOA a. b. 1 2 3 4 5", "ads.example CNAME .",
         "*.ads.example CNAME ."),
        ("rpz.test. SOA a. b. 1 2 3 4 5", "ads.example.rpz.test. CNAME .", "*.ads.example CNAME ."),
        ("rpz.test. SOA a. b. 1 2 3 4 5", "$ORIGIN example.rpz.test.", "ads CNAME .",
         "$ORIGIN ads", "* CNAME ."),
        ("@ SOA a. b. (", "1 ; serial", "2 3 4", "5 )", "ads.example CNAME .",
         "*.ads.example (", " 60 ; seconds", "IN CNAME", ". )"),
        ("ads.example A 192.0.2.1", "\tAAAA 2001:db8::1", " TXT why", "*.ads.example A 192.0.2.1"),
    ],
)  # fmt: skip
def test_a_zone_in_many_spellings(read: Callable[..., Parsed], lines: tuple[str, ...]) -> None:
    report = read("rpz", *lines)
    assert (report.exact, report.below) == ([b"ads.example"], [b"ads.example"])
    assert report.refused.total() == 0


def test_a_parenthesis_that_never_ends_costs_a_hundred_lines(read: Callable[..., Parsed]) -> None:
    filler = ["word ("] * 99
    report = read("rpz", "a.example CNAME .", "b.example (", *filler, "c.example CNAME .")
    assert report.exact == [b"a.example", b"c.example"]
    assert report.refused == {Reason.TOO_LONG: 1}
    assert read("rpz", "a.example CNAME .", "b.example (").refused == {Reason.NOT_A_NAME: 1}

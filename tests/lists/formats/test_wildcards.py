"""`*.name`: the name itself is meant too."""

from collections.abc import Callable

from guardian.lists.report import Parsed, Reason


def test_a_star_includes_the_name_itself(read: Callable[..., Parsed]) -> None:
    report = read("wildcards", "*.tracker.example", "plain.example", "# *.no.example")
    assert report.names == [b"tracker.example", b"plain.example"]
    assert report.lines == 3


def test_a_star_elsewhere_is_no_name(read: Callable[..., Parsed]) -> None:
    report = read("wildcards", "ads*.example", "a.*.example", "*.word")
    assert report.names == []
    assert report.refused == {Reason.NOT_A_NAME: 2, Reason.SINGLE_LABEL: 1}

"""Plain lines at once and one by one: the same names, the same report."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guardian.lists.formats import FORMATS
from guardian.lists.formats.plain import PLAIN
from guardian.lists.report import Parsed
from tests.lists.formats.conftest import entries_of
from tests.lists.formats.test_formats import LINE

ODD = (
    "x.y", "com", "localhost.localdomain", "xn--p1ai.example", "a.b.xn--p1ai", "a..example",
    "a_b.example", "a.b_", "-a.example", "a-.example", "a.example-", "A.example", "a.1",
    "a.example.", ".a.example", f"{'l' * 63}.example", f"{'l' * 64}.example", "1.2.3.4",
    "ab." * 21 + "example", "ab." * 90 + "example",
)  # fmt: skip
FORMS = (
    "{}", " {}", "{} ", "{}\r", "{} # x", "{},1", "*.{}", "**.{}", "||{}^", "||{}^|", "|{}^",
    "||{}^$important", "@@||{}^", "{}##.ad", "0.0.0.0 {}", "127.0.0.1\t{}\r", "0.0.0.0 {} # x",
    "0.0.0.0 {0} {0}", "192.0.2.1 {}", "::1 {}", "local=/{}/", "server=/{}/", "server=/{}/#",
    "address=/{}/0.0.0.0", "address=/{}/::\r", "address=/{0}/{0}/#", "local=/*.{}/",
    'local-zone: "{}" static', 'local-zone: "{}" always_nxdomain\r', 'local-zone: "{}" other',
    'local-data: "{} A 0.0.0.0"', '  local-zone: "{}" refuse',
)  # fmt: skip
USUAL = st.from_regex(r"([a-z0-9_]{1,9}(-[a-z0-9]{1,9})?\.){1,4}[a-z]{2,9}", fullmatch=True)
NAME = st.one_of(USUAL, st.sampled_from(ODD))
FORM = st.sampled_from(FORMS)
SPOKEN = st.builds(lambda form, name: form.format(name).encode(), FORM, NAME)
TEXT = st.lists(st.one_of(SPOKEN, SPOKEN, LINE), max_size=30).map(
    lambda lines: b"".join(line.replace(b"\n", b" ") + b"\n" for line in lines)
)


ALL = "".join(f"{form.format(name)}\n" for form in FORMS for name in ("n.example", *ODD)).encode()


@pytest.mark.parametrize("form", PLAIN)
@example(text=ALL)
@given(text=TEXT)
def test_both_ways_lead_to_the_same(form: str, text: bytes) -> None:
    slow, quick = Parsed(), Parsed()
    FORMATS[form](text.split(b"\n")[:-1], slow)
    FORMATS[form](PLAIN[form].others(text, quick), quick)
    assert sorted(map(repr, entries_of(quick))) == sorted(map(repr, entries_of(slow)))
    assert quick.as_data() == slow.as_data()


LINES = {
    "domains": b"n%d.example",
    "wildcards": b"*.n%d.example",
    "hosts": b"0.0.0.0 n%d.example",
    "adblock": b"||n%d.example^",
    "dnsmasq": b"address=/n%d.example/0.0.0.0",
    "unbound": b'local-zone: "n%d.example" always_null',
}


@pytest.mark.parametrize("form", PLAIN)
def test_of_plain_lines_none_is_left(form: str) -> None:
    def text() -> Iterator[bytes]:
        for number in range(20_000):
            yield (b"# a comment\n" if number == 5000 else LINES[form] % number + b"\r\n")

    parsed = Parsed()
    others = list(PLAIN[form].others(b"".join(text()), parsed))
    assert others == [b"# a comment"]
    assert len(entries_of(parsed)) == parsed.lines == 19_999

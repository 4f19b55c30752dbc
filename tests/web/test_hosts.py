"""Under which names the page is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.web.hosts import is_ours


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8053", True),
        ("192.168.1.2", True),
        ("[::1]:8053", True),
        ("[fd00::2]", True),
        ("localhost:8053", True),
        ("LOCALHOST", True),
        ("guardian.home.arpa:8053", True),
        ("raspberrypi.local", True),
        ("filter.school.example:8053", True),  # named by the household
        ("evil.example", False),
        ("evil.example:8053", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("home.arpa.evil.example", False),
        ("evil.example@127.0.0.1.evil.example", False),
        ("[::1", False),
        ("", False),
        (":8053", False),
    ],
)
def test_only_names_that_nobody_outside_can_own(host: str, ours: bool) -> None:
    assert is_ours(host, {"filter.school.example"}) is ours


@given(st.text())
def test_any_header_is_judged(host: str) -> None:
    assert is_ours(host) in (True, False)

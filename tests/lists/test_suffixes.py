"""What somebody registered: one label below a suffix of the public list."""

import pytest

from guardian.lists.suffixes import icann_suffixes


@pytest.mark.parametrize(
    ("qname", "registered"),
    [
        ("www.example.org", "example.org"),
        ("example.org", "example.org"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", ""),
        ("org", ""),
        ("a.city.kobe.jp", "city.kobe.jp"),  # an exception of *.kobe.jp
        ("a.b.c.kobe.jp", "b.c.kobe.jp"),
        ("someone.github.io", "github.io"),  # a company's suffix is a name that it registered
        ("a.b.nowhere", "b.nowhere"),  # no such ending
        ("localhost", ""),
        ("xn--80a1acny.xn--p1ai", "xn--80a1acny.xn--p1ai"),
    ],
)
def test_what_is_registered(qname: str, registered: str) -> None:
    assert icann_suffixes().registered(qname) == registered

"""Makers by hardware address, from the lists that systems have."""

from pathlib import Path

import pytest

from guardian.network.makers import maker

IEEE = """OUI/MA-L\t\t\tOrganization\r
company_id\t\t\tOrganization\r
\r
A4-83-E7   (hex)\t\tApple, Inc.\r
A483E7     (base 16)\t\tApple, Inc.\r
\t\t\t\tOne Apple Park Way\r
\r
00-80-77   (hex)\t\tBrother industries, LTD.\r
"""


@pytest.mark.parametrize(
    ("text", "mac", "name"),
    [
        (IEEE, "a4:83:e7:00:00:01", "Apple, Inc."),
        (IEEE, "00:80:77:00:00:01", "Brother industries, LTD."),
        (IEEE, "00:00:01:00:00:01", ""),
        ("# a comment\nA483E7\tApple, Inc.\n", "a4:83:e7:00:00:01", "Apple, Inc."),
        ("# a comment\nA483E7 Apple\n", "a4:83:e7:00:00:01", "Apple"),
        ("\nA483E7\t" + "x" * 90, "a4:83:e7:00:00:01", "x" * 40),
        ("", "a4:83:e7:00:00:01", ""),
    ],
)
def test_a_maker_is_found(tmp_path: Path, text: str, mac: str, name: str) -> None:
    path = tmp_path / "oui.txt"
    path.write_bytes(text.encode())
    assert maker(mac, (tmp_path / "not there", path)) == name

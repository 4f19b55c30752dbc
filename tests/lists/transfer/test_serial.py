import pytest

from guardian.lists.transfer.serial import is_newer

TOP = (1 << 32) - 1


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        (2, 1, True),
        (1, 2, False),
        (1, 1, False),
        (0, TOP, True),  # it went round
        (5, TOP - 5, True),
        (TOP, 0, False),
        (2026112601, 2026112600, True),
        ((1 << 31) - 1, 0, True),
        (1 << 31, 0, False),  # half way round: the RFC leaves it open
        (0, 1 << 31, False),
    ],
)
def test_which_serial_is_newer(one: int, other: int, *, newer: bool) -> None:
    assert is_newer(one, other) is newer

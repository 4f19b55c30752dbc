"""What records in a row come to, in one message and in many."""

from collections.abc import Sequence

import pytest
from dnslib import RR

from guardian.lists.transfer import message as dns
from guardian.lists.transfer.message import Malformed
from guardian.lists.transfer.stream import Broken, Part, Stream
from tests.lists.transfer.conftest import blocks, message, soa

WHOLE = [soa(2), blocks("a.test"), blocks("b.test"), soa(2)]
STEPS = [
    soa(4),
    soa(2), blocks("a.test"), soa(3), blocks("b.test"), blocks("c.test"),
    soa(3), soa(4), blocks("d.test"),
    soa(4),
]  # fmt: skip


def told(
    records: Sequence[RR], held: int | None, per_message: int = 100
) -> tuple[Stream, set[str]]:
    """What a stream makes of records. Parts as "-name" and "+name"."""
    pieces = [records[at : at + per_message] for at in range(0, len(records), per_message)]
    stream, said = Stream("rpz.example", held), set()
    signs = {Part.WHOLE: "", Part.WENT: "-", Part.CAME: "+"}
    for part, lines in stream.parts(dns.read(message(7, piece)) for piece in pieces):
        said |= {signs[part] + line.split()[0].decode() for line in lines}
    return stream, said


@pytest.mark.parametrize("per_message", [1, 2, 3, 100])
@pytest.mark.parametrize("held", [None, 1])
def test_a_whole_zone(held: int | None, per_message: int) -> None:
    stream, said = told(WHOLE, held, per_message)
    assert said == {"a.test", "b.test"}
    assert stream.end.serial == 2
    assert not stream.is_difference
    assert not stream.is_current


@pytest.mark.parametrize("per_message", [1, 2, 3, 100])
def test_what_changed_in_two_steps(per_message: int) -> None:
    stream, said = told(STEPS, 2, per_message)
    assert said == {"-a.test", "+b.test", "+c.test", "+d.test"}
    assert stream.end.serial == 4
    assert stream.is_difference


@pytest.mark.parametrize("serial", [5, 4])
def test_nothing_newer(serial: int) -> None:
    stream, said = told([soa(serial)], 5)
    assert stream.is_current
    assert not said


def test_an_empty_zone() -> None:
    stream, said = told([soa(2), soa(2)], 1)
    assert not stream.is_current
    assert not said


def test_only_the_soa_changed() -> None:
    stream, said = told([soa(3), soa(2), soa(3), soa(3)], 2)
    assert stream.is_difference
    assert not said


@pytest.mark.parametrize(
    ("records", "held", "why"),
    [
        (WHOLE[:-1], None, "half way"),
        (WHOLE[:2], None, "half way"),
        ([], None, "half way"),
        (STEPS[:-1], 2, "half way"),
        (STEPS[:4], 2, "half way"),
        ([soa(7)], 5, "half way"),
        (WHOLE[1:], None, "does not begin with its SOA"),
        ([*WHOLE[:-1], soa(3)], None, "ends with another"),
        ([*WHOLE, blocks("late.test")], None, "after its end"),
        ([*STEPS, blocks("late.test")], 2, "after its end"),
        ([soa(4), soa(2), soa(3), soa(9)], 2, "where the last one ended"),
    ],
)
def test_what_is_no_transfer(records: list[RR], held: int | None, why: str) -> None:
    with pytest.raises(Broken, match=why):
        told(records, held)


def test_another_zones_records() -> None:
    with pytest.raises(Malformed, match="another zone"):
        told([soa(2), blocks("a.test", "other.example"), soa(2)], None)
    with pytest.raises(Malformed, match="another zone"):
        told([soa(2, "other.example"), soa(2, "other.example")], None)
    with pytest.raises(Malformed, match="another zone"):
        told([soa(2), blocks("a.test", "evil-rpz.example"), soa(2)], None)

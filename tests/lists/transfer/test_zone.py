"""The zone as it is kept: a difference is arithmetic, a file is whole or refused."""

from array import array
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.lists.entry import BLOCKS_BELOW, BLOCKS_ONE, Variety
from guardian.lists.formats import rpz
from guardian.lists.gather import Gathered, Gatherer
from guardian.lists.hashes import PARTS, Spill, of_number
from guardian.lists.parsing import Seen
from guardian.lists.reading import BadSource
from guardian.lists.report import Parsed, Reason
from guardian.lists.source import ZONE, Source
from guardian.lists.transfer import zone as zones
from guardian.lists.transfer.message import Soa
from guardian.lists.transfer.zone import DoesNotFit, Zone

NOW, LATER = Soa(1, 3600, 600, 86400, 60), Soa(2, 3600, 600, 86400, 60)
KEY = bytes(32)
SOURCE = Source("zone", "malware", "dns://192.0.2.1/rpz.example")

hashes = st.lists(st.integers(0, 20) | st.integers(0, (1 << 56) - 1))
said = st.dictionaries(st.sampled_from([BLOCKS_ONE, BLOCKS_BELOW]), hashes)


def gathered(runs: dict[Variety, list[int]]) -> Gathered:
    """Hashes as a reader gives them, some of them again."""
    sorters = {variety: Spill().sorter() for variety in runs}
    for variety, run in runs.items():
        sorters[variety].take(array("d", map(of_number, run)))
    hashes = {variety: each.sorted() for variety, each in sorters.items()}
    again = {variety: each.again for variety, each in sorters.items()}
    return Gathered(Parsed(nearest=True), ZONE, "", hashes, "", again)


def read(*lines: str) -> Gathered:
    """Records as they are read of a transfer."""

    def parse(parsed: Parsed, drain: object) -> Seen:
        rpz.parse([line.encode() for line in lines], parsed)
        drain()  # type: ignore[operator]
        return Seen(ZONE, "")

    return Gatherer(KEY).gather_with(SOURCE, "zone", parse)


def counted(zone: Zone) -> Counter[tuple[Variety, float]]:
    """How often each entry is said."""
    counts: Counter[tuple[Variety, float]] = Counter()
    for variety, hashes in zone.hashes.items():
        told = [value for number in range(PARTS) for value in hashes.part(number)]
        assert told == sorted(set(told))
        assert len(hashes) == len(told)
        counts.update((variety, value) for value in told)
    for variety, times in zone.again.items():
        counts.update({(variety, value): many for value, many in times.items()})
    return counts


@given(before=said, came=said, data=st.data())
def test_a_difference_is_arithmetic(
    before: dict[Variety, list[int]], came: dict[Variety, list[int]], data: st.DataObject
) -> None:
    went = {
        variety: data.draw(st.lists(st.sampled_from(sorted(set(run))), unique=True)) if run else []
        for variety, run in before.items()
    }
    zone = zones.whole("rpz.example", NOW, "", gathered(before))
    after = zone.after(gathered(went), gathered(came), LATER)
    expected = counted(zone)
    for runs, change in ((came, expected.update), (went, expected.subtract)):
        change((variety, of_number(value)) for variety, run in runs.items() for value in run)
    assert counted(after) == +expected
    assert after.soa == LATER


@given(runs=said)
def test_a_file_gives_back_what_was_kept(
    runs: dict[Variety, list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("zone") / "a.zone"
    zone = zones.whole("rpz.example", NOW, "rules", gathered(runs))
    zones.write(path, zone, KEY)
    read = zones.read(path, KEY)
    assert counted(read) == counted(zone)
    assert (read.name, read.soa, read.rules) == ("rpz.example", NOW, "rules")


def test_an_entry_of_two_records_survives_the_loss_of_one() -> None:
    zone = zones.whole("rpz.example", NOW, "", read("a.test CNAME .", "a.test CNAME ."))
    after = zone.after(read("a.test CNAME ."), read(), LATER)
    assert counted(after).total() == 1
    assert counted(after.after(read("a.test CNAME ."), read(), LATER)).total() == 0


def test_what_we_do_not_have_cannot_go() -> None:
    zone = zones.whole("rpz.example", NOW, "", read("a.test CNAME ."))
    with pytest.raises(DoesNotFit):
        zone.after(read("b.test CNAME ."), read(), LATER)
    with pytest.raises(DoesNotFit):
        zone.after(read("24.0.2.0.192.rpz-ip CNAME ."), read(), LATER)
    with pytest.raises(DoesNotFit):
        zone.after(read("x.rpz-nsdname CNAME ."), read(), LATER)


def test_addresses_and_refusals_come_and_go() -> None:
    zone = zones.whole(
        "rpz.example",
        NOW,
        "",
        read("24.0.100.51.198.rpz-ip CNAME .", "x.rpz-nsdname CNAME .", "\\032.test CNAME ."),
    )
    parsed = zone.parsed
    assert [str(each) for each in parsed.networks] == ["198.51.100.0/24"]
    assert parsed.refused == {Reason.UNSUPPORTED: 1, Reason.NOT_A_NAME: 1}
    after = zone.after(
        read("24.0.100.51.198.rpz-ip CNAME .", "x.rpz-nsdname CNAME ."),
        read("32.1.113.0.203.rpz-ip CNAME ."),
        LATER,
    ).parsed
    assert [str(each) for each in after.networks] == ["203.0.113.1/32"]
    assert after.refused == {Reason.NOT_A_NAME: 1}
    assert not after.unsupported
    assert after.lines == 2


def test_a_public_suffix_that_goes_wants_the_whole_zone() -> None:
    zone = zones.whole("rpz.example", NOW, "", read("co.uk CNAME .", "*.co.uk CNAME ."))
    assert zone.parsed.held == ["co.uk"]
    with pytest.raises(DoesNotFit):
        zone.after(read("co.uk CNAME ."), read(), LATER)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zone"
    zones.write(path, zones.whole("rpz.example", NOW, "", read("a.test CNAME .")), KEY)
    content = path.read_bytes()
    for damaged in (b"", content[:10], content[:-1], content[:-1] + b"\1", b"\0" + content[1:]):
        path.write_bytes(damaged)
        with pytest.raises(BadSource, match="transferred again"):
            zones.read(path, KEY)


def test_no_name_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zone"
    zones.write(path, zones.whole("rpz.example", NOW, "", read("secret-name.test CNAME .")), KEY)
    assert b"secret-name" not in path.read_bytes()

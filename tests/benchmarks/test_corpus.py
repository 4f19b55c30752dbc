"""The names asked for: the same every time, and each of the kind it is said to be."""

from collections import Counter
from itertools import islice

from benchmarks import corpus
from benchmarks.workloads import WORKLOADS
from guardian.names import normalise


def test_the_list_is_the_same_every_time_and_has_no_name_twice() -> None:
    names = list(corpus.listed(5_000))
    assert names == list(corpus.listed(5_000))
    assert len(set(names)) == 5_000
    assert all(normalise(name) == name and name.endswith(".example") for name in names)


def test_a_longer_list_begins_with_the_shorter() -> None:
    assert list(islice(corpus.listed(1_000), 100)) == list(corpus.listed(100))


def test_no_allowed_name_is_at_or_below_a_listed_one() -> None:
    listed = set(corpus.listed())
    for name in [*corpus.allowed(1_000), *islice(corpus.unique(3, 1_000), 1_000)]:
        labels = name.split(".")
        assert not listed & {".".join(labels[at:]) for at in range(len(labels))}


def test_blocked_names_are_of_the_list() -> None:
    names = corpus.blocked(corpus.HOT)
    assert len(names) == corpus.HOT
    assert set(names) <= set(corpus.listed())


def test_unique_names_never_come_again() -> None:
    names = [name for run in range(3) for name in corpus.unique(run, 1_000)]
    assert len(set(names)) == len(names)


def test_the_mix_has_the_shares_it_promises() -> None:
    pairs = list(corpus.mixed(1, 20_000))
    listed = set(corpus.blocked(int(corpus.POPULAR * corpus.BLOCKED_SHARE)))
    blocked = sum(name in listed for name, _ in pairs) / len(pairs)
    never_seen = sum(name.startswith("www.new-") for name, _ in pairs) / len(pairs)
    qtypes = Counter(qtype for _, qtype in pairs)
    assert abs(blocked - corpus.BLOCKED_SHARE) < 0.01
    assert abs(never_seen - corpus.UNIQUE_SHARE) < 0.01
    assert [name for name, _ in qtypes.most_common()] == ["A", "AAAA", "HTTPS"]


def test_every_workload_writes_lines_that_dnsperf_reads() -> None:
    for workload in WORKLOADS:
        for line in islice(workload.lines(1, 0.01), 100):
            name, qtype = line.split(" ")
            assert normalise(name) == name
            assert qtype in dict(corpus.QTYPES)

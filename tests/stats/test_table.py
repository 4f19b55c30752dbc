"""Which cells are withheld, and that nobody can reckon them."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.stats.table import LEAST_PROFILES, TOTAL, Key, Size, withheld

AGES, SEXES = ("a", "b", "c", "d"), ("F", "M", "U")


def table(inner: dict[Key, int], households: int = 100) -> dict[Key, Size]:
    """A whole table, with its totals; every cell with as many households as profiles, or fewer."""
    found = {}
    for age, sex in product((*AGES, TOTAL), (*SEXES, TOTAL)):
        count = sum(
            each for (a, s), each in inner.items() if age in (a, TOTAL) and sex in (s, TOTAL)
        )
        found[age, sex] = Size(count, min(count, households))
    return found


def many(**cells: int) -> dict[Key, int]:
    inner = dict.fromkeys(product(AGES, SEXES), 100)
    return inner | {(key[0], key[1]): count for key, count in cells.items()}


def can_be_reckoned(sizes: dict[Key, Size], hidden: set[Key]) -> set[Key]:
    """What an attacker finds: the withheld cells that all printed ones determine (elimination)."""
    unknown = sorted(hidden)
    rows = []
    for place, words in ((0, (*AGES, TOTAL)), (1, (*SEXES, TOTAL))):
        for word in words:  # inner cells minus total: zero
            line = [key for key in sizes if key[place] == word]
            sign = {key: -1 if key[1 - place] == TOTAL else 1 for key in line}
            rows.append([Fraction(sign.get(key, 0)) for key in unknown])
    rank = 0
    for column in range(len(unknown)):
        pivot = next((n for n in range(rank, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [each / rows[rank][column] for each in rows[rank]]
        for n, row in enumerate(rows):
            if n != rank and row[column]:
                rows[n] = [x - row[column] * y for x, y in zip(row, rows[rank], strict=True)]
        rank += 1
    return {
        unknown[next(n for n, each in enumerate(row) if each)]
        for row in rows[:rank]
        if sum(bool(each) for each in row) == 1
    }


def test_large_cells_are_all_told() -> None:
    assert withheld(table(many())) == set()


def test_a_small_cell_takes_others_along() -> None:
    sizes = table(many(aF=9))
    hidden = withheld(sizes)
    assert ("a", "F") in hidden
    assert len(hidden) >= 4  # a ring: two in each row and column
    assert not can_be_reckoned(sizes, hidden)


def test_the_attack_finds_what_is_withheld_alone() -> None:
    assert can_be_reckoned(table(many(aF=9)), {("a", "F")}) == {("a", "F")}


def test_few_households_count_as_few() -> None:
    sizes = table(many()) | {("a", "F"): Size(100, 4)}
    assert ("a", "F") in withheld(sizes)


def test_nothing_is_told_of_a_small_group() -> None:
    sizes = table({("a", "F"): 9})
    assert withheld(sizes) == set(sizes)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=12, max_size=12))
def test_no_withheld_cell_can_be_reckoned(counts: list[int]) -> None:
    sizes = table(dict(zip(product(AGES, SEXES), counts, strict=True)))
    hidden = withheld(sizes)
    assert all(key in hidden for key, size in sizes.items() if size.profiles < LEAST_PROFILES)
    assert hidden == set(sizes) or not can_be_reckoned(sizes, hidden)

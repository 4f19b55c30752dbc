"""The ledger: who asks again and again gets no answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from guardian.stats.ledger import BudgetSpent, Ledger

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


def spend(ledger: Ledger, period: str, epsilon: str = "1") -> None:
    ledger.spend(period, Fraction(epsilon), "digest", NOW)


def test_a_month_is_told_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    spend(ledger, "2026-10")
    with pytest.raises(BudgetSpent, match="2026-10"):
        spend(ledger, "2026-10", "1/1000")
    spend(ledger, "2026-11")
    assert [each.period for each in ledger.entries()] == ["2026-10", "2026-11"]


def test_small_releases_share_a_month(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    for _ in range(3):
        spend(ledger, "2026-10", "1/3")
    with pytest.raises(BudgetSpent):
        spend(ledger, "2026-10", "1/1000000")


def test_a_year_has_a_budget_too(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", a_year=Fraction(2))
    spend(ledger, "2026-09")
    spend(ledger, "2026-10")
    with pytest.raises(BudgetSpent, match="2026 "):
        spend(ledger, "2026-11")
    spend(ledger, "2027-01")


@pytest.mark.parametrize("line", ["{", '{"period": "2026-10"}\n', '{"epsilon": "-1"}\n', "null\n"])
def test_a_ledger_that_cannot_be_read_lets_nothing_through(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ledger"
    path.write_text(line)
    with pytest.raises(BudgetSpent, match="line 1"):
        spend(Ledger(path), "2026-10")
    assert path.read_text() == line


def attempt(path: Path) -> bool:
    try:
        spend(Ledger(path), "2026-10", "1/2")
    except BudgetSpent:
        return False
    return True


def test_many_at_once_do_not_pass_the_budget(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:  # each opens the file for itself, as processes do
        done = list(pool.map(attempt, [tmp_path / "ledger"] * 8))
    assert sum(done) == 2

"""guardian holidays: into the configuration, without losing what somebody wrote there meanwhile."""

from argparse import ArgumentParser
from io import StringIO
from pathlib import Path

from guardian.cli import holidays
from guardian.store.household import Store
from tests.service.test_holidays import CALENDAR, ROOT


def test_an_edit_that_no_guardian_saw_is_in_the_history(tmp_path: Path) -> None:
    config, state, calendar = (tmp_path / name for name in ("home.yaml", "state", "school.ics"))
    state.mkdir()
    before = (ROOT / "config" / "home.yaml").read_bytes()
    by_hand = before + b"\n# by hand\n"
    (state / "config.last-good.yaml").write_bytes(before)
    config.write_bytes(by_hand)
    calendar.write_bytes(CALENDAR)
    parser = ArgumentParser()
    holidays.add_arguments(parser)
    said = StringIO()
    words = [str(calendar), "--write", "--config", str(config), "--state", str(state)]
    assert holidays.run(parser.parse_args(words), said) == 0
    assert b"# by hand" in config.read_bytes()
    assert "Christmas" in said.getvalue()
    store = Store.open(state / "guardian.db")
    try:
        kept = store.changes.numbered(store.changes.last() or 0)
    finally:
        store.close()
    assert kept is not None
    assert (kept.before, kept.after) == (before, by_hand)

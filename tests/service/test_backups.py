"""Copies of the household: made when due, so many kept, whole, and for nobody else's eyes."""

import io
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guardian.lists.bundled import folder
from guardian.policy.requests import Kind
from guardian.policy.timeline import Pause
from guardian.service import backups
from guardian.service.backups import Backups, BadBackup
from guardian.settings.sections.backup import Every
from guardian.settings.settings import parse
from guardian.store.accounts import Account, Role, Session
from guardian.store.household import Store
from guardian.store.migrations import MIGRATIONS
from guardian.web.languages import language

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOME = """
household: {time_zone: UTC}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: none}
"""


class House:
    """A household whose clock is set by hand."""

    def __init__(self, place: Path, backup: str) -> None:
        self.now = NOON
        self.state = place
        config = place / "home.yaml"
        config.write_text(HOME + backup)
        self.settings = parse(config.read_bytes(), config, folder())
        self.store = Store.open(place / "guardian.db")
        self.backups = Backups(place, lambda: self.store, lambda: self.settings, lambda: self.now)

    def problems(self) -> list[str]:
        return self.backups.problems(language("en"))


@pytest.mark.parametrize(
    ("every", "hours_ago", "is_due"),
    [
        (Every.DAY, None, True),
        (Every.DAY, 23.9, False),
        (Every.DAY, 24, True),
        (Every.WEEK, 24 * 6, False),
        (Every.WEEK, 24 * 7, True),
        (Every.WEEK, -48, True),  # of a clock that was wrong
        (Every.NEVER, None, False),
    ],
)
def test_when_one_is_due(every: Every, hours_ago: float | None, is_due: bool) -> None:
    last = NOON - timedelta(hours=hours_ago) if hours_ago is not None else None
    assert backups.is_due(every, last, NOON) is is_due


def test_copies_are_made_by_the_clock_and_so_many_are_kept(tmp_path: Path) -> None:
    house = House(tmp_path, "backup: {every: day, keep: 3}")
    for day in range(6):
        house.now = NOON + timedelta(days=day)
        assert house.backups.keep_up()
        assert not house.backups.keep_up()
    days = [each.at.day for each in house.backups.all()]
    assert days == [1, 30, 29]
    assert house.problems() == []
    for each in house.backups.all():
        path = house.backups.path(each.name)
        assert path is not None
        assert path.stat().st_mode & 0o777 == 0o600
    assert house.backups.path("../home.yaml") is None
    house.now += timedelta(days=2, hours=1)
    assert house.problems() == ["The last backup is of December 1, 2026; a newer one is due."]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    house = House(tmp_path, f"backup: {{every: day, folder: {tmp_path}/file/in}}")
    assert house.backups.keep_up()
    assert house.problems() == [
        f"A backup could not be written into {tmp_path}/file/in. Does it have room?"
    ]
    (tmp_path / "file").unlink()
    assert house.backups.keep_up()
    assert house.problems() == []


def test_what_is_in_a_copy_and_what_is_not(tmp_path: Path) -> None:
    house = House(tmp_path, "")
    store = house.store
    store.accounts.put(Account("Mara", Role.OWNER, "hash"))
    store.accounts.open_session(Session("secret-session", "Mara", "c", NOON, NOON))
    store.activity.add({("Lina", "games"): (1, 1)}, [("Lina", "seen.example", "games")], NOON)
    store.outbox.put(1, "said-in-a-message", NOON)
    store.requests.ask("Lina", Kind.TIME, "games", 30, NOON)
    (tmp_path / "channels.json").write_text("secret-channel")
    name = house.backups.make_now()
    path = house.backups.path(name)
    assert path is not None
    contents = backups.read(path)
    assert contents.config.decode().startswith(HOME)
    for word in (b"seen.example", b"secret-session", b"said-in-a-message", b"secret-channel"):
        assert word not in contents.database
    assert b"Mara" in contents.database


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    house = House(tmp_path, "")
    store = house.store
    store.accounts.put(Account("Mara", Role.OWNER, "hash"))
    store.spells.add(Pause("Lina", None, NOON, NOON + timedelta(hours=1)))
    path = house.backups.path(house.backups.make_now())
    assert path is not None
    store.accounts.put(Account("Ali", Role.PARENT, "hash"))
    store.spells.end(Pause, "Lina", None)
    backups.put_back(store, backups.read(path), tmp_path)
    assert [each.name for each in store.accounts.all()] == ["Mara"]
    assert [each.person for each in store.spells.running(NOON)] == ["Lina"]
    assert list(tmp_path.glob("restore*")) == []
    store.close()
    again = Store.open(tmp_path / "guardian.db")  # it was written, not only shown
    assert [each.name for each in again.accounts.all()] == ["Mara"]
    again.close()


def archive(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"no zip", archive(other=b"x"), archive(guardian_yaml=b"x", guardian_db=b"x")[:-30]],
)
def test_a_file_that_is_no_copy_changes_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)
    with pytest.raises(BadBackup):
        backups.read(file)


def test_a_copy_with_a_broken_or_newer_database_changes_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, "")
    house.store.accounts.put(Account("Mara", Role.OWNER, "hash"))
    newer = tmp_path / "newer.db"
    with sqlite3.connect(newer) as database:
        database.execute("CREATE TABLE t (x)")
        database.execute("PRAGMA user_version = 999")
    database.close()
    for content in (b"no database", newer.read_bytes()):
        with pytest.raises(BadBackup):
            backups.put_back(house.store, backups.Contents(b"", content), tmp_path)
    assert [each.name for each in house.store.accounts.all()] == ["Mara"]


WORDS = "correct horse battery staple"


def sealing(tmp_path: Path, words: str = WORDS) -> House:
    secret = tmp_path / "secret"
    secret.write_text(words + "\n")
    secret.chmod(0o600)
    return House(tmp_path, "backup: {every: day, keep: 2, passphrase_file: secret}")


def test_copies_are_sealed_where_there_is_a_passphrase(tmp_path: Path) -> None:
    house = sealing(tmp_path)
    house.store.accounts.put(Account("Mara", Role.OWNER, "hash"))
    for day in range(3):
        house.now = NOON + timedelta(days=day)
        assert house.backups.keep_up()
    names = [each.name for each in house.backups.all()]
    assert len(names) == 2
    assert all(each.endswith(".zip.age") for each in names)
    path = house.backups.path(names[0])
    assert path is not None
    assert b"Mara" not in path.read_bytes()
    with pytest.raises(BadBackup, match="it is encrypted; give its passphrase"):
        backups.read(path)
    with pytest.raises(BadBackup, match="the passphrase does not open it"):
        backups.read(path, "another one altogether")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadBackup, match="it is damaged, was cut or was changed"):
        backups.read(path, WORDS)
    other = house.backups.path(names[1])
    assert other is not None
    assert b"Mara" in backups.read(other, WORDS).database


def test_a_passphrase_that_is_missing_or_short_is_said(tmp_path: Path) -> None:
    house = sealing(tmp_path, "short")
    assert house.backups.keep_up()
    assert house.backups.all() == []
    assert house.problems() == ["the passphrase is too short; write one of at least 10 characters"]
    (tmp_path / "secret").unlink()
    house.backups.keep_up()
    assert "this secret cannot be read" in house.problems()[0]
    (tmp_path / "secret").write_text(WORDS)
    (tmp_path / "secret").chmod(0o644)
    house.backups.keep_up()
    assert "others can read this secret" in house.problems()[0]
    (tmp_path / "secret").chmod(0o600)
    house.backups.keep_up()
    assert house.problems() == []


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_copy_of_an_earlier_guardian_comes_back(tmp_path: Path, version: int) -> None:
    earlier = tmp_path / "earlier.db"
    with sqlite3.connect(earlier) as database:
        for number, script in enumerate(MIGRATIONS[:version], start=1):
            database.executescript(f"BEGIN; {script}; PRAGMA user_version = {number}; COMMIT;")
        if version >= 2:
            database.execute("INSERT INTO usage VALUES ('2026-11-26', 'Lina', 'games', 20, 5)")
    database.close()
    house = House(tmp_path, "")
    house.store.accounts.put(Account("Mara", Role.OWNER, "hash"))
    backups.put_back(house.store, backups.Contents(b"", earlier.read_bytes()), tmp_path)
    assert house.store.accounts.all() == []
    house.store.accounts.put(Account("Ali", Role.OWNER, "hash"))  # all tables are there
    house.store.spells.add(Pause("Lina", None, NOON, NOON + timedelta(hours=1)))
    assert house.store.links.all() == []
    house.store.close()
    with sqlite3.connect(tmp_path / "guardian.db") as now:
        rows = now.execute("SELECT person, used, earned FROM usage").fetchall()
        assert rows == ([("Lina", 20, 5)] if version >= 2 else [])
        assert now.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    now.close()

"""Control is killed while it saves: what is there afterwards is the old or the new, and whole.

The resolvers answer meanwhile. Each round saves as fast as it can until control is killed, looks at
the file and at the database as they lie there, and starts guardian again.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Timer

import pytest

from guardian.lists.bundled import folder
from guardian.settings.settings import parse
from tests.end_to_end.conftest import Running, eventually
from tests.web.visitor import Visitor

ROUNDS = 12
BOUNDARY = "guardian-test"


def configuration(house: Running) -> bytes:
    """The file, which must be one that can be used."""
    content = house.config.read_bytes()
    parse(content, house.config, folder(), date(2026, 11, 26))
    return content


def multipart(csrf: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    return (
        f'{head}csrf"\r\n\r\n{csrf}\r\n{head}file"; filename="home.yaml"\r\n\r\n'.encode()
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


class Parent(Visitor):
    """Saves one thing after another. kept: the accounts that guardian said it had made."""

    def begin(self, original: bytes) -> None:
        self.original, self.kept, self.tried = original, set[str](), set[str]()
        self.number = count()

    def edit(self) -> None:
        for wish in ("block:games", "open:games"):
            assert self.post("/people/Lina/filters", set=wish).status == 303

    def ask_dns(self) -> None:
        for source in ("127.0.0.2", "127.0.0.4"):
            self.house.ask("x.ads.test", client=source)
        assert self.post("/people/Lina/pause", minutes="30").status == 303
        assert self.post("/people/Lina/resume").status == 303

    def add_account(self) -> None:
        name = f"u{next(self.number)}"
        self.tried.add(name)
        done = self.post(
            "/settings/accounts", name=name, role="viewer", password="violet tractor umbrella",
            again="violet tractor umbrella",
        )  # fmt: skip
        assert done.status == 303, done.text
        self.kept.add(name)

    def restore(self) -> None:
        done = self.ask(
            "POST", "/settings/backup", multipart(self.csrf, self.original),
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}",
        )  # fmt: skip
        assert done.status == 303, done.text

    def deeds(self) -> Iterator[Callable[[], None]]:
        while True:
            yield from (self.edit, self.ask_dns, self.add_account, self.restore)


def check_store(path: Path, parent: Parent) -> None:
    """The database is whole; of each deed all is there, or nothing."""
    with closing(sqlite3.connect(path)) as store:
        assert store.execute("PRAGMA quick_check").fetchone() == ("ok",)
        made = {row[0] for row in store.execute("SELECT name FROM accounts")} - {"Mara"}
        noted = store.execute(
            "SELECT count(*) FROM journal WHERE deed LIKE 'made an account for %'"
        ).fetchone()[0]
        counts = dict(store.execute("SELECT person, sum(queries) FROM counts GROUP BY person"))
        hours = dict(
            store.execute("SELECT person, sum(seen) FROM hours WHERE thing = '' GROUP BY 1")
        )
    assert parent.kept <= made <= parent.tried
    assert noted == len(made)
    assert counts == hours  # they are written together


@pytest.mark.timeout(900)  # it starts a dozen times
@pytest.mark.parametrize("seed", [1])
def test_a_kill_leaves_the_old_or_the_new(household: Running, seed: int) -> None:
    chance = random.Random(seed)
    parent = Parent(household)
    parent.first_run()
    parent.begin(configuration(household))
    states = {parent.original}
    for wish in ("block:games", "open:games"):
        assert parent.post("/people/Lina/filters", set=wish).status == 303
        states.add(configuration(household))
    parent.restore()
    for _ in range(ROUNDS):
        deeds = list(zip(range(4), parent.deeds(), strict=False))
        chance.shuffle(deeds)
        timer = Timer(chance.uniform(0.01, 1.2), household.process.kill)
        timer.start()
        try:
            while household.process.poll() is None:
                for _, deed in deeds:
                    deed()
        except (OSError, HTTPException):
            pass  # it was killed while we waited for its word
        timer.join()
        household.process.wait(10)
        assert configuration(household) in states
        check_store(household.state / "guardian.db", parent)
        assert household.ask("x.open.test", client="127.0.0.4").rr  # resolvers are still there
        household.start()
        eventually(lambda: is_open(parent))
        assert "needs your attention" not in parent.get("/").text
        parent.edit()
        assert configuration(household) in states


def is_open(parent: Visitor) -> bool:
    try:
        return parent.get("/healthz").status == 200
    except OSError:
        return False

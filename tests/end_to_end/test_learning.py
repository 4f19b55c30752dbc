"""A parent opens a site for a young child and keeps what the site needs, and nothing else."""

import json
import subprocess

import pytest

from tests.end_to_end.conftest import Running, ede, eventually
from tests.end_to_end.test_time import MARA, is_open


@pytest.fixture
def learning(household: Running) -> Running:
    """Lina may have www.open.test only, and site.open.test is being learnt for her."""
    (household.config.parent / "fun.txt").write_text("fun.open.test\n")
    household.write("sources: [", "sources: [{name: fun, path: fun.txt, category: fun}, ")
    household.write("people:", "people:  # who lives here")
    household.only_chosen_sites("www.open.test")
    eventually(lambda: not is_open(household, "site.open.test"))
    said = household.run("learn", "Lina", "Site.open.test.", "10m")
    assert "Use site.open.test on Lina's device now" in said
    eventually(lambda: is_open(household, "site.open.test"))
    return household


def seen(household: Running) -> dict[str, int]:
    said = json.loads(household.run("learn", "Lina", "--json"))
    return {each["name"]: each["count"] for each in said["names"]}


def test_what_a_site_needs_is_seen_kept_and_nothing_else(learning: Running) -> None:
    for _ in range(3):
        assert is_open(learning, "cdn.open.test")
    assert is_open(learning, "www.site.open.test")
    assert is_open(learning, "www.open.test")  # allowed before
    assert is_open(learning, "fun.open.test")
    assert not is_open(learning, "x.ads.test")  # a category still blocks
    assert ede(learning.ask("alias.open.test", client="127.0.0.2")) == 17
    learning.ask("router.home.arpa", client="127.0.0.2")
    learning.ask("mara.open.test", client=MARA)
    eventually(lambda: seen(learning).get("fun.open.test"))
    counts = seen(learning)
    assert set(counts) == {"site.open.test", "www.site.open.test", "cdn.open.test", "fun.open.test"}
    assert counts["cdn.open.test"] == 3
    shown = learning.run("learn", "Lina")
    assert "3  cdn.open.test\n" in shown
    assert "fun.open.test  not proposed: Fun" in shown
    on_disk = [each.read_bytes() for each in learning.state.rglob("*") if each.is_file()]
    assert not any(b"cdn.open.test" in each or b"cdn\x04open" in each for each in on_disk)
    told = learning.run("check", "other.open.test", "--person", "Lina")
    assert "while a parent sees what a site needs" in told

    kept = learning.run("learn", "Lina", "--keep-all")
    assert kept == "Allowed for Lina from now on: cdn.open.test, site.open.test.\n"
    eventually(lambda: not is_open(learning, "fun.open.test"))
    for qname in ("cdn.open.test", "www.site.open.test", "www.open.test"):
        assert is_open(learning, qname)
    assert "# who lives here" in learning.config.read_text()
    history = learning.run("config", "history")
    assert "names for site.open.test learnt for Lina by" in history
    with pytest.raises(subprocess.CalledProcessError):
        learning.run("learn", "Lina")


def test_what_was_seen_can_be_dropped(learning: Running) -> None:
    before = learning.config.read_text()
    eventually(lambda: seen(learning).get("site.open.test"))
    learning.run("learn", "Lina", "--drop")
    eventually(lambda: not is_open(learning, "site.open.test"))
    assert learning.config.read_text() == before


def test_there_is_nothing_to_learn_for_who_may_have_all(household: Running) -> None:
    for words in (("Mara", "site.open.test"), ("Lina",), ("Lina", "a.test", "2h")):
        with pytest.raises(subprocess.CalledProcessError) as failed:
            household.run("learn", *words)
        assert failed.value.returncode == 2

"""Names that nobody in the household has looked up before wait until tomorrow."""

import os
import signal
from array import array
from datetime import UTC, datetime, timedelta

from dnslib import DNSRecord

from guardian.lists.suffixes import icann_suffixes
from guardian.names import to_wire
from guardian.service import known_names
from guardian.service.known_names import KnownNames
from tests.end_to_end.conftest import Running, ede, eventually
from tests.end_to_end.test_time import LINA, MARA, is_open

ON = "windows: []\n    deny_new_names: true"


def learnt(household: Running, *known: str) -> None:
    """As if the rule had been on for a month, and these names looked up."""
    key = (household.state / "lists" / "key").read_bytes()
    folder = household.state / "names"
    folder.mkdir()
    path, today = folder / "known.gkn", datetime.now(UTC).date()
    suffixes = [sorted(each.decode() for each in icann_suffixes().rules), [], []]
    begun = today - timedelta(days=30)
    nothing: tuple[str, ...] = ()
    for names in (nothing, known):
        numbers = [KnownNames.open(path, key).hash_of(to_wire(name)) or 0 for name in names]
        rows = array("Q", sorted(numbers)), array("H", bytes(2 * len(numbers)))
        known_names.write(path, key, begun, today, rows, (suffixes[0], suffixes[1], suffixes[2]))


def is_blocked(reply: DNSRecord) -> bool:
    return ede(reply) == 17


def test_a_new_name_waits_until_tomorrow(household: Running) -> None:
    assert is_open(household, "www.fresh.example")
    learnt(household, "old.example")
    household.write("windows: []", ON)
    eventually(lambda: is_blocked(household.ask("www.fresh.example", client=LINA)))
    assert is_blocked(household.ask("other.fresh.example", "HTTPS", client=LINA))
    assert is_open(household, "www.old.example")
    moved = household.ask("moved.old.example", client=LINA)  # to a new name nobody asked for
    assert str(moved.rr[-1].rname) == "www.new.example."
    assert not is_blocked(moved)
    assert is_open(household, "www.open.test")  # a server of the house answers for it
    assert not is_blocked(household.ask("www.fresh.example", client=MARA))

    eventually(lambda: (household.state / "names" / "today.log").exists())
    said = household.run("check", "www.fresh.example", "--person", "Lina")
    assert "First looked up here today, so Lina has to wait until tomorrow" in said
    assert "Rule: new-name" in said
    assert "00:00" in said  # when it ends
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    said = household.run("check", "www.fresh.example", "--person", "Lina", "--at", tomorrow)
    assert "Nothing blocks this for Lina" in said

    household.process.kill()
    household.process.wait(5)
    for pid in household.resolver_pids():
        os.kill(pid, signal.SIGKILL)
    household.start()
    assert is_blocked(household.ask("www.fresh.example", client=LINA))
    assert is_open(household, "www.old.example")
    files = [each.read_bytes() for each in (household.state / "names").iterdir()]
    assert not any(b"fresh" in each or b"old.example" in each for each in files)

    household.write(ON, "windows: []")
    eventually(lambda: is_open(household, "www.fresh.example"))
    eventually(lambda: not (household.state / "names").exists())


def test_nothing_is_new_while_guardian_learns_what_is_known(household: Running) -> None:
    household.write("windows: []", ON)
    log = household.state / "names" / "today.log"
    eventually(lambda: is_open(household, "www.fresh.example") and log.exists())
    said = household.run("check", "www.fresh.example", "--person", "Lina")
    assert "Nothing blocks this for Lina" in said
    assert "New names are not blocked until" in said

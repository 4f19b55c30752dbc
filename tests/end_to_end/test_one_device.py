"""What is otherwise on one device: felt by DNS at once, ended by itself, whatever dies."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dnslib import DNSRecord

from guardian.policy.sightings import Sighting
from guardian.store.household import Store
from tests.end_to_end.conftest import HOUSEHOLD, Running, ede, eventually, free_port, lived_in
from tests.web.visitor import Visitor

LINA, MARA, GUEST = "127.0.0.2", "127.0.0.4", "127.0.0.9"
OPEN, ADS, HELP, TIME = "news.open.test", "x.ads.test", "www.nummergegenkummer.de", "pool.ntp.org"
LEASES = Path("/var/lib/misc/dnsmasq.leases")
OLD_MAC, NEW_MAC, OTHER_MAC = "a4:83:e7:00:00:21", "da:11:22:33:44:55", "da:11:22:33:44:66"


def is_open(house: Running, qname: str, client: str) -> bool:
    return [str(each.rdata) for each in house.ask(qname, client=client).rr] == ["192.0.2.1"]


def is_blocked(reply: DNSRecord) -> bool:
    return ede(reply) == 17


def do(visitor: Visitor, method: str, path: str, wish: Any = None) -> int:
    """A call of the API, as a page of ours makes it."""
    body = json.dumps(wish) if wish is not None else ""
    page = visitor.ask(method, f"/api/v1{path}", body, X_CSRF=visitor.csrf)
    assert page.status in (200, 204), page.body
    return page.status


@pytest.fixture
def visitor(household: Running) -> Visitor:
    visitor = Visitor(household)
    visitor.first_run()
    return visitor


def test_a_blocked_device_has_helplines_and_nothing_else(
    household: Running, visitor: Visitor
) -> None:
    assert is_open(household, OPEN, MARA)
    do(visitor, "POST", f"/devices/{MARA}/block", {"minutes": 60})
    for tcp in (False, True):  # it holds when the deed returns: nothing to wait for
        assert is_blocked(household.ask(OPEN, client=MARA, tcp=tcp))
        assert is_blocked(household.ask(TIME, client=MARA, tcp=tcp))
        assert not is_blocked(household.ask(HELP, client=MARA, tcp=tcp))
    assert is_open(household, OPEN, LINA)
    said = household.run("check", OPEN, "--client", MARA)
    assert "No internet on this device until" in said
    mara = Visitor(household, source=MARA)
    assert "No internet on this device" in mara.get("/me").text
    do(visitor, "DELETE", f"/devices/{MARA}/block")
    assert is_open(household, OPEN, MARA)


def test_a_block_outlives_control_and_ends_without_it(household: Running, visitor: Visitor) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=12)
    do(visitor, "POST", f"/devices/{MARA}/block", {"until": until.isoformat()})
    household.process.kill()
    household.process.wait(5)
    reply = household.ask(OPEN, client=MARA)
    assert is_blocked(reply) or datetime.now(UTC) >= until
    eventually(lambda: is_open(household, OPEN, MARA))  # nobody is there to end it
    assert datetime.now(UTC) >= until


def test_a_block_is_there_after_a_restart(household: Running, visitor: Visitor) -> None:
    do(visitor, "POST", f"/devices/{MARA}/block", {"minutes": 60})
    household.process.kill()
    household.process.wait(5)
    for pid in household.resolver_pids():
        subprocess.run(["kill", "-9", str(pid)], check=False)
    household.start()
    assert is_blocked(household.ask(OPEN, client=MARA))
    assert is_open(household, OPEN, LINA)


def test_extra_time_on_a_device_opens_its_bedtime_and_no_other(
    household: Running, visitor: Visitor
) -> None:
    begin, end = (datetime.now(UTC) + timedelta(minutes=each) for each in (-2, 120))
    window = f'{{kind: bedtime, from: "{begin:%H:%M}", to: "{end:%H:%M}"}}'
    household.write("windows: []", f"windows: [{window}]")
    household.write("devices: [127.0.0.2]", "devices: [127.0.0.2, 127.0.0.3]")
    eventually(lambda: is_blocked(household.ask(OPEN, client="127.0.0.3")))
    do(visitor, "POST", f"/devices/{LINA}/free", {"minutes": 60})
    assert is_open(household, OPEN, LINA)
    assert is_blocked(household.ask(ADS, client=LINA))  # no content
    assert is_blocked(household.ask(OPEN, client="127.0.0.3"))  # her other device
    do(visitor, "POST", "/people/Lina/pause", {"minutes": 5})
    assert is_blocked(household.ask(OPEN, client=LINA))  # a pause holds everywhere
    do(visitor, "DELETE", "/people/Lina/pause")
    do(visitor, "POST", f"/devices/{LINA}/block", {"minutes": 60})  # in place of it
    assert is_blocked(household.ask(OPEN, client=LINA))
    do(visitor, "DELETE", f"/devices/{LINA}/block")
    assert is_blocked(household.ask(OPEN, client=LINA))


def test_a_block_without_an_end_is_in_the_file_and_can_be_taken_back(
    household: Running, visitor: Visitor
) -> None:
    household.ask(OPEN, client=GUEST)
    do(visitor, "POST", f"/devices/{MARA}/block", {})
    assert is_blocked(household.ask(OPEN, client=MARA))
    assert "blocked: true" in household.config.read_text()
    changes = json.loads(visitor.get("/api/v1/changes").body)["changes"]
    do(visitor, "POST", f"/changes/{changes[0]['number']}/undo")
    assert is_open(household, OPEN, MARA)
    assert "blocked" not in household.config.read_text()
    journal = json.loads(visitor.get("/api/v1/journal").body)["entries"]
    assert ["blocked a device", "Mara"] in [[each["deed"], each["about"]] for each in journal]


@pytest.fixture
def leased(tmp_path: Path, upstream: int) -> Iterator[tuple[Running, Path]]:
    """The household with a router's file of leases that is its own; Mara's phone was there once."""
    unshare = shutil.which("unshare")
    probe = [unshare or "", "--mount", "--propagation", "private", "true"]
    if unshare is None or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("a mount namespace cannot be made here")
    port, web, leases = free_port(), free_port(), tmp_path / "misc"
    leases.mkdir()
    config, state = tmp_path / "home.yaml", tmp_path / "state"
    (tmp_path / "house.txt").write_text("ads.test\n")
    text = HOUSEHOLD.format(port=port, web=web, upstream=upstream, windows="")
    config.write_text(text.replace("devices: [127.0.0.4]", f'devices: ["{OLD_MAC}"]'))
    state.mkdir(mode=0o700)
    then = datetime.now(UTC) - timedelta(days=1)
    store = Store.open(state / "guardian.db")
    store.devices.keep([Sighting(OLD_MAC, OLD_MAC, "maras-phone", "127.0.0.21", then, then)], ())
    store.close()
    around = (
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        f'mount --bind {leases} {LEASES.parent} && exec "$@"', "sh",
    )  # fmt: skip
    with lived_in(config, state, port, web, around=around) as running:
        yield running, leases / LEASES.name


def test_a_phone_with_a_new_address_is_hers_once_somebody_says_so(
    leased: tuple[Running, Path],
) -> None:
    house, leases = leased
    visitor = Visitor(house)
    visitor.first_run()
    leases.write_text(
        f"1 {NEW_MAC} 127.0.0.22 maras-phone *\n1 {OTHER_MAC} 127.0.0.23 maras-phone *\n"
    )
    for client in ("127.0.0.22", "127.0.0.23"):
        assert is_blocked(house.ask(ADS, client=client))  # nobody's yet

    def suggested() -> set[str]:
        found = json.loads(visitor.get("/api/v1/devices").body)["devices"]
        return {each["id"] for each in found if each["may_be"] == OLD_MAC}

    eventually(lambda: suggested() == {NEW_MAC, OTHER_MAC})
    assert "This may be maras-phone of Mara with a new address" in visitor.get("/devices").text
    assert is_blocked(house.ask(ADS, client="127.0.0.22"))  # never by itself
    do(visitor, "POST", f"/devices/{OTHER_MAC}/different", {"device": OLD_MAC})
    assert suggested() == {NEW_MAC}
    do(visitor, "POST", f"/devices/{NEW_MAC}/same", {"device": OLD_MAC})
    assert is_open(house, ADS, "127.0.0.22")
    assert is_blocked(house.ask(ADS, client="127.0.0.23"))
    assert NEW_MAC in house.config.read_text()
    assert suggested() == set()
    do(visitor, "POST", f"/devices/{OLD_MAC}/block", {"minutes": 5})  # it is one device now
    assert is_blocked(house.ask(OPEN, client="127.0.0.22"))

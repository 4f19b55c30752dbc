"""A list of the household's own is held and released on a page, and DNS follows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import HOUSEHOLD, Running, eventually, free_port, lived_in
from tests.end_to_end.test_time import LINA, OPEN, addresses
from tests.web.visitor import Visitor


@pytest.fixture
def house(tmp_path: Path, upstream: int) -> Iterator[Running]:
    """A household with a short list of its own and no other."""
    port, web, config = free_port(), free_port(), tmp_path / "home.yaml"
    (tmp_path / "house.txt").write_text("ads.test\n")
    text = HOUSEHOLD.format(port=port, web=web, upstream=upstream, windows="")
    config.write_text(text.replace("bundled: all", "bundled: none").replace("[adult, ", "["))
    with lived_in(config, tmp_path / "state", port, web) as running:
        yield running


def is_blocked(house: Running, qname: str) -> bool:
    return addresses(house.ask(qname, client=LINA)) != OPEN


def test_a_held_list_stays_until_it_is_released(house: Running) -> None:
    mara = Visitor(house)
    mara.first_run()
    eventually(lambda: is_blocked(house, "x.ads.test"))
    mara.get("/settings/lists")
    done = mara.post("/settings/lists/hold", list="house", hold="on")
    assert done.location == "/settings/lists"
    assert "hold: true" in house.config.read_text()
    page = mara.get("/settings/lists")
    assert "house stays as it is until you release it." in page.text
    assert "Held: it stays as it is." in page.text
    newer = "ads.test\nfresh.example\nno name at all!\n198.51.100.7\n"
    (house.config.parent / "house.txt").write_text(newer)
    (house.config.parent / "other.txt").write_text("new.example\n")
    house.write("sources: [", "sources: [{name: other, path: other.txt, category: house-ads}, ")
    # Until the other list is there, Lina waits.
    eventually(lambda: "1 name · other" in mara.get("/settings/lists").text)
    eventually(lambda: not is_blocked(house, "x.fresh.example"))
    assert is_blocked(house, "x.new.example")
    assert is_blocked(house, "x.ads.test")
    mara.get("/settings/lists")
    mara.post("/settings/lists/hold", list="house")
    assert "hold: true" not in house.config.read_text()
    eventually(lambda: is_blocked(house, "x.fresh.example"))
    eventually(lambda: "2 lines not understood" in mara.get("/settings/lists").text)
    page = mara.get("/settings/lists")
    assert "This is not the name of a site. 1 line line 3: no name at all!" in page.text
    assert "This is an address of numbers, and not a name." in page.text
    assert mara.post("/settings/lists/hold", list="nothing", hold="on").status == 404

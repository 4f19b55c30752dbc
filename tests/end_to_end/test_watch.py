"""A parent watches what an app asks for, makes a switch of it, and DNS follows the switch."""

from pathlib import Path

import pytest

from tests.end_to_end.conftest import Running, eventually
from tests.end_to_end.test_time import LINA, MARA, OPEN, addresses
from tests.web.test_api import program
from tests.web.visitor import Visitor

ILLEGAL = Path(__file__).parents[2] / "blocklists" / "iwf-sample" / "names.txt"


def is_open(house: Running, qname: str, client: str = LINA) -> bool:
    return addresses(house.ask(qname, client=client)) == OPEN


@pytest.fixture
def mara(household: Running) -> Visitor:
    """The owner, logged in; Lina's device has asked once."""
    visitor = Visitor(household)
    visitor.first_run()
    seen(visitor, LINA)
    return visitor


def seen(visitor: Visitor, client: str) -> None:
    """Have a device ask, so that the pages know of it."""
    visitor.house.ask("first.open.test", client=client)
    eventually(lambda: f'value="{client}"' in visitor.get("/watch").body)


def watch(visitor: Visitor, **more: str) -> str:
    """Begin; the page of the watch."""
    wish = {"device": LINA, "what": "app", "minutes": "5", **more}
    done = visitor.post("/watch", **wish)
    assert done.status == 303, done.text
    return done.location


def told(house: Running, page: str, visitor: Visitor, site: str) -> None:
    """Ask for a name of a site from Lina's device until the page has it."""

    def is_there() -> bool:
        house.ask(f"cdn.{site}", client=LINA)
        return site in visitor.get(page).text

    eventually(is_there)


def test_an_app_is_watched_made_a_switch_and_blocked(mara: Visitor) -> None:
    house = mara.house
    lina = Visitor(house, source=LINA)
    assert "asks for" not in lina.get("/me").text
    page = watch(mara)
    assert "Use the app now" in mara.get(page).text
    assert "a parent sees which names this device asks for" in lina.get("/me").text
    assert "they also see what this device asks for" in lina.get("/me").text
    told(house, page, mara, "fresh.example")
    for name in ("api.fresh.example", "img.fresh.example", "odd.old.example", "x.ads.test"):
        house.ask(name, client=LINA)
    house.ask("www.pornhub.com", client=LINA)
    house.ask(_illegal(), client=LINA)
    house.ask("www.nummergegenkummer.de", client=LINA)
    house.ask("router.home.arpa", client=LINA)
    house.ask("mine.new.example", client=MARA)
    eventually(lambda: "1 more name is of a kind that is shown to nobody" in mara.get(page).text)
    eventually(lambda: "old.example" in mara.get(page).text)
    text = mara.get(page).text
    for name in ("pornhub", "nummergegenkummer", "home.arpa", "new.example", _illegal()):
        assert name not in text, name
    assert "ads.test House-ads" in text  # why it is blocked
    assert not _is_on_disk(house, "odd.old.example")

    assert mara.post(f"{page}/stop").location == page
    assert "a parent sees" not in lina.get("/me").text
    chosen = mara.get(page)
    assert "Which names belong to the app?" in chosen.text
    assert 'value="fresh.example" checked' in chosen.body
    assert 'value="ads.test"' in chosen.body
    assert 'value="ads.test" checked' not in chosen.body
    nothing = mara.post(f"{page}/keep", keep="service", title="", block="Lina")
    assert nothing.status == 422
    assert "Choose at least one name." in nothing.text
    assert "Give the app a name" in nothing.text
    before = house.config.read_text()
    done = mara.post(
        f"{page}/keep", keep="service", title="Block World", name="fresh.example", block="Lina"
    )
    assert done.location == "/settings/services"
    page_after = mara.get("/settings/services")
    assert "Block World has a switch now, and is blocked for Lina." in page_after.text
    assert "block-world" in house.config.read_text()
    eventually(lambda: not is_open(house, "deep.api.fresh.example"))
    assert is_open(house, "odd.old.example")
    assert is_open(house, "api.fresh.example", MARA)
    assert not _is_on_disk(house, "odd.old.example")
    assert mara.get(page).status == 303  # it is forgotten
    assert "watched an app" in mara.get("/history").text

    filters = mara.get("/people/Lina/filters?group=own")
    assert 'aria-checked="true" aria-labelledby="title-block-world' in filters.body
    mara.post("/people/Lina/filters", set="open:block-world")
    eventually(lambda: is_open(house, "api.fresh.example"))
    assert "Block World" in house.run("services", "own")
    said = house.run("check", "api.fresh.example", "--person", "Lina")
    assert "allow" in said
    house.run("pause", "Lina", "5m", "--for", "block-world")
    eventually(lambda: not is_open(house, "api.fresh.example"))
    mara.get("/settings/services")
    mara.post("/settings/services/block-world/remove")
    eventually(lambda: is_open(house, "api.fresh.example"))
    assert "block-world" not in house.config.read_text()
    assert house.config.read_text() == before


def _illegal() -> str:
    rows = (each.partition("#")[0].strip() for each in ILLEGAL.read_text().splitlines())
    return next(each for each in rows if each and "/" not in each)


def _is_on_disk(house: Running, name: str) -> bool:
    on_disk = [each.read_bytes() for each in house.state.rglob("*") if each.is_file()]
    wire = b"".join(bytes([len(each)]) + each.encode() for each in name.split("."))
    return any(name.encode() in each or wire in each for each in on_disk)


def test_what_a_site_needs_is_opened_for_who_may_have_few(mara: Visitor) -> None:
    house = mara.house
    house.only_chosen_sites("www.open.test")
    eventually(lambda: not is_open(house, "www.fresh.example"))
    assert mara.post("/watch", device=LINA, what="site", minutes="5", site="").status == 422
    page = watch(mara, what="site", site="https://www.fresh.example/start")
    eventually(lambda: is_open(house, "www.fresh.example"))
    lina = Visitor(house, source=LINA)
    assert "which sites you open" in lina.get("/me").text
    told(house, page, mara, "old.example")
    mara.post(f"{page}/stop")
    eventually(lambda: not is_open(house, "www.fresh.example"))
    chosen = mara.get(page)
    assert 'value="www.fresh.example" checked' in chosen.body
    assert 'value="old.example" checked' in chosen.body
    names = ["www.fresh.example", "old.example"]
    done = mara.post(f"{page}/keep", keep="open", name=names, person="Lina")
    assert done.location == "/people/Lina/sites"
    eventually(lambda: is_open(house, "www.fresh.example"))
    assert is_open(house, "cdn.old.example")
    assert not is_open(house, "www.new.example")


def test_a_grown_ups_device_is_watched_from_itself_alone(mara: Visitor) -> None:
    seen(mara, MARA)
    refused = mara.post("/watch", device=MARA, what="app", minutes="2")
    assert refused.status == 422
    assert "can only be watched from itself" in refused.text
    there = Visitor(mara.house, source=MARA)
    there.log_in()
    assert there.post("/watch", device=MARA, what="app", minutes="2").status == 303
    assert mara.post("/watch", device="127.0.0.99", what="app", minutes="2").status == 422
    assert mara.post("/watch", device=LINA, what="app", minutes="90").status == 422


def test_who_may_not_change_rules_watches_nothing(mara: Visitor) -> None:
    page = watch(mara)
    mara.get("/settings/accounts")
    words = "four quiet green hills"
    mara.post("/settings/accounts", name="Vera", role="viewer", password=words, again=words)
    vera = Visitor(mara.house)
    vera.log_in("Vera", words)
    assert vera.get("/watch").status == 403
    assert vera.get(page).status == 403
    mara.post(f"{page}/forget")
    assert mara.get(page).status == 303


def test_a_program_watches_makes_a_switch_and_looks_names_up(mara: Visitor) -> None:
    house = mara.house
    api = program(mara, "change")
    assert api.call("POST", "/watches", {"device": "127.0.0.77"})[0] == 400
    assert api.call("POST", "/watches", {"device": LINA, "minutes": 99})[0] == 400
    begun = api.call("POST", "/watches", {"device": LINA})[1]
    assert (begun["owner"], begun["is_running"], begun["sites"]) == ("Lina", True, [])
    page = f"/watches/{LINA}"

    def is_there() -> bool:
        house.ask("cdn.fresh.example", client=LINA)
        return any(each["name"] == "fresh.example" for each in api.call("GET", page)[1]["sites"])

    eventually(is_there)
    assert api.call("POST", f"{page}/stop")[0] == 204
    assert [each["is_running"] for each in api.call("GET", "/watches")[1]["watches"]] == [False]
    wish = {"title": "Мой мир", "names": ["fresh.example"]}
    made_service = api.call("POST", "/services", wish)[1]
    assert made_service == {"id": "app", "title": "Мой мир", "names": ["fresh.example"]}
    assert api.call("GET", "/services")[1]["services"] == [made_service]
    assert api.call("POST", "/services", {"title": "x", "names": ["co.uk"]})[0] == 400
    assert api.call("POST", "/people/Lina/pause", {"minutes": 5, "thing": "app"})[0] == 200
    eventually(lambda: not is_open(house, "cdn.fresh.example"))
    assert api.call("DELETE", "/services/app")[0] == 204
    assert api.call("DELETE", "/services/app")[0] == 404
    assert api.call("DELETE", page)[0] == 204
    assert api.call("GET", page)[0] == 404
    said = api.call("GET", "/lookup?name=www.ads.test")[1]
    assert [each["list"] for each in said["lists"]] == ["house"]
    secret = api.call("GET", f"/lookup?name={_illegal()}")[1]
    assert (secret["is_illegal"], secret["lists"]) == (False, [])  # for an owner alone to know
    assert api.call("POST", "/lists/house/hold")[0] == 204
    lists = {each["id"]: each for each in api.call("GET", "/lists")[1]["lists"]}
    assert lists["house"]["held"]
    assert api.call("POST", "/lists/house/release")[0] == 204
    assert api.call("POST", "/lists/nothing/hold")[0] == 404

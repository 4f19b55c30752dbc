"""What is filtered for somebody: switched on the page, seen by DNS."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.visitor import Visitor

LINA = "127.0.0.2"
GAME = "crazygames.com"  # of the bundled list of games, and a service


@pytest.fixture
def mara(parent: Visitor) -> Iterator[Visitor]:
    """The owner, with everything as it was afterwards.

    Extra time keeps Lina's bedtime away, whenever the test runs.
    """
    before = parent.house.config.read_text()
    parent.get("/people/Lina/filters")
    assert parent.post("/people/Lina/extra", minutes="1440").status == 303
    yield parent
    flip(parent, "usual")
    assert parent.house.config.read_text() == before


def second_parent(mara: Visitor) -> Visitor:
    """Another parent of the same house, logged in."""
    mara.get("/settings/accounts")
    name, password = "Jo", "correct horse battery"
    mara.post("/settings/accounts", name=name, role="parent", password=password, again=password)
    other = Visitor(mara.house)
    assert other.log_in(name, password).status == 303
    return other


def is_blocked(house: Running, qname: str, client: str = LINA) -> bool:
    """Whether a name is answered as a blocked one; nobody answers upstream here."""
    reply = house.ask(qname, client=client)
    if reply.header.rcode == 0:
        return [str(each.rdata) for each in reply.rr] == ["0.0.0.0"]
    assert ede(reply) in (22, 23)
    return False


def opened(visitor: Visitor, path: str) -> dict[str, str]:
    """The version that a page was made from, as its forms send it."""
    body = visitor.get(path).body
    return {"version": body.partition('name="version" value="')[2].partition('"')[0]}


def flip(visitor: Visitor, deed: str, **more: str) -> Any:
    return visitor.post("/people/Lina/filters", set=deed, **more)


def rules(house: Running) -> str:
    """The line of Lina in the file."""
    return next(each for each in house.config.read_text().splitlines() if "Lina" in each)


def test_a_kind_is_blocked_and_opened_and_only_the_difference_is_written(mara: Visitor) -> None:
    house = mara.house
    before = house.config.read_text()
    page = mara.get("/people/Lina/filters")
    assert "Online games, game stores and game platforms." in page.text
    assert "Usual for 6–8." in page.text
    assert "Illegal" not in page.text
    assert not is_blocked(house, GAME)
    done = flip(mara, "block:games", **opened(mara, "/people/Lina/filters"))
    assert done.location == "/people/Lina/filters#row-games"
    eventually(lambda: is_blocked(house, GAME))
    assert "rules" in rules(house)
    page = mara.get(done.location)
    assert "Games: blocked for Lina from now on." in page.text
    assert "Usually open for 6–8." in page.text
    flip(mara, "open:games")
    eventually(lambda: not is_blocked(house, GAME))
    assert house.config.read_text() == before  # nothing is different, so nothing is written
    flip(mara, "open:social")
    assert "unblock" in rules(house)
    assert "Usually blocked for 6–8." in mara.get("/people/Lina/filters").text
    flip(mara, "usual")
    assert house.config.read_text() == before


def test_a_service_is_found_and_blocked(mara: Visitor) -> None:
    found = mara.get("/people/Lina/filters?find=crazy")
    assert "CrazyGames" in found.text
    assert "Roblox" not in found.text
    assert "1 found for" in found.text
    assert "Nothing is called" in mara.get("/people/Lina/filters?find=zzzz").text
    assert "Roblox" in mara.get("/people/Lina/filters?group=games").text
    done = flip(mara, "block:crazygames", find="crazy")
    assert done.location == "/people/Lina/filters?find=crazy#row-crazygames"
    eventually(lambda: is_blocked(mara.house, GAME))


def test_a_switch_says_what_its_kind_does_to_it_and_opens_this_one(mara: Visitor) -> None:
    house = mara.house
    before = house.config.read_text()
    page = mara.get("/people/Lina/filters?find=tiktok")
    assert "Blocked as part of “Social media”" in page.text
    assert 'aria-checked="true" aria-labelledby="title-tiktok' in page.body
    assert is_blocked(house, "www.tiktok.com")
    assert flip(mara, "open:tiktok").status == 303
    assert "allow: [tiktok]" in rules(house)
    eventually(lambda: not is_blocked(house, "www.tiktok.com"))
    assert is_blocked(house, "www.instagram.com")
    page = mara.get("/people/Lina/filters?find=tiktok")
    assert "Open, although it is part of “Social media”" in page.text
    assert "Open all the same: TikTok." in page.text
    assert "TikTok: opened for Lina" in mara.get("/people/Lina/history").text
    flip(mara, "block:tiktok")
    assert house.config.read_text() == before
    eventually(lambda: is_blocked(house, "www.tiktok.com"))
    flip(mara, "open:social")
    flip(mara, "block:tiktok")
    assert "Blocked all the same: TikTok." in mara.get("/people/Lina/filters").text
    assert "Blocked as part of" not in mara.get("/people/Lina/filters?find=tiktok").text


@pytest.mark.parametrize(
    ("deed", "written"),
    [
        ("safe:youtube:moderate", "safe_search: {youtube: moderate}"),
        ("safe:youtube:off", "safe_search: {youtube: false}"),
        ("safe:google:off", "safe_search: {google: false}"),
        ("others:allow", "safe_search: {others: allow}"),
        ("safe:youtube:strict", ""),
        ("safe:google:on", ""),
        ("others:block", ""),
    ],
)
def test_safe_search_is_a_difference_too(mara: Visitor, deed: str, written: str) -> None:
    before = mara.house.config.read_text()
    assert flip(mara, deed).status == 303
    if written:
        assert "".join(written.split()) in "".join(mara.house.config.read_text().split())
        flip(mara, "usual")
    assert mara.house.config.read_text() == before


@pytest.mark.parametrize(
    "deed", ["", "x", "block:", "block:illegal", "block:nothing", "safe:google:strict",
             "safe:yahoo:on", "others:x", "safe:youtube:"],
)  # fmt: skip
def test_a_button_that_is_none_changes_nothing(parent: Visitor, deed: str) -> None:
    before = parent.house.config.read_text()
    parent.get("/people/Lina/filters")
    assert flip(parent, deed).status == 400
    assert parent.house.config.read_text() == before


def test_who_only_looks_has_no_switches(parent: Visitor) -> None:
    parent.get("/settings/accounts")
    parent.post(
        "/settings/accounts", name="Vera", role="viewer",
        password="four quiet green hills", again="four quiet green hills",
    )  # fmt: skip
    vera = Visitor(parent.house)
    vera.log_in("Vera", "four quiet green hills")
    page = vera.get("/people/Lina/filters")
    assert page.status == 200
    assert 'role="switch"' not in page.body
    assert "Usual for 6–8." in page.text
    assert flip(vera, "block:games").status == 403
    assert vera.get("/people/Lina/edit").status == 403
    assert vera.get("/people/Lina/sites").status == 200


def test_two_parents_at_once_keep_both_edits(mara: Visitor) -> None:
    jo = second_parent(mara)
    hers, his = (opened(each, "/people/Lina/filters") for each in (mara, jo))
    assert hers == his
    assert flip(mara, "block:games", **hers).status == 303
    assert flip(jo, "block:video", **his).status == 303  # something else: both hold
    eventually(lambda: is_blocked(mara.house, GAME))
    assert "games" in rules(mara.house) + mara.house.config.read_text()
    assert "video" in mara.house.config.read_text()


def test_two_parents_at_the_same_switch_are_asked(mara: Visitor) -> None:
    jo = second_parent(mara)
    his = opened(jo, "/people/Lina/filters")
    assert flip(mara, "safe:youtube:off", **opened(mara, "/people/Lina/filters")).status == 303
    before = mara.house.config.read_text()
    clash = flip(jo, "safe:youtube:moderate", **his)
    assert clash.status == 409
    assert "Somebody else changed this just now" in clash.text
    assert "Safe search of YouTube for Lina: as usual → off" in clash.text
    assert "Safe search of YouTube for Lina: as usual → moderate" in clash.text
    assert "Mara" in clash.text
    assert 'value="safe:youtube:moderate"' in clash.body  # what he wanted is kept
    assert mara.house.config.read_text() == before
    version = clash.body.partition('name="version" value="')[2].partition('"')[0]
    assert flip(jo, "safe:youtube:moderate", version=version).status == 303
    assert "moderate" in mara.house.config.read_text()


@pytest.fixture
def lina(chromium: Browser, mara: Visitor) -> Iterator[Page]:
    """The filters of Lina in a real browser, as a parent sees them on a phone."""
    context = chromium.new_context(viewport={"width": 375, "height": 812})
    context.add_cookies(
        [
            {"name": name, "value": value, "url": mara.address}
            for name, value in mara.cookies.items()
        ]
    )
    page = context.new_page()
    page.goto(f"{mara.address}/people/Lina/filters")
    yield page
    context.close()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until something of that name has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if words in (
            focused.get_attribute("id") or "", focused.get_attribute("name") or "",
        ) or focused.inner_text() == words:  # fmt: skip
            return
    raise AssertionError(f"no {words} within reach of the keyboard")


def test_a_switch_on_the_page_is_seen_by_dns(lina: Page, mara: Visitor) -> None:
    games = lina.get_by_role("switch", name="Games Open")
    games.click()
    lina.get_by_role("switch", name="Games Blocked").wait_for()
    eventually(lambda: is_blocked(mara.house, GAME))
    expect(lina.locator("#set-games")).to_be_focused()
    assert lina.locator("p.unseen").inner_text() == "Games: blocked for Lina from now on."
    lina.get_by_role("button", name="Undo").click()
    lina.get_by_role("switch", name="Games Open").wait_for()
    eventually(lambda: not is_blocked(mara.house, GAME))


def test_services_are_found_while_one_types(lina: Page) -> None:
    lina.get_by_label("Find an app or service").fill("robl")
    lina.get_by_role("switch", name="Roblox Open").wait_for()
    assert lina.locator("p.unseen").inner_text() == "1 found for “robl”"
    lina.get_by_role("switch", name="Roblox Open").click()
    lina.get_by_role("switch", name="Roblox Blocked").wait_for()
    assert lina.get_by_label("Find an app or service").input_value() == "robl"


def test_the_keyboard_alone_switches_and_tries(lina: Page, mara: Visitor) -> None:
    lina.goto(f"{mara.address}/people/Lina")
    tab_to(lina, "Filters")
    lina.keyboard.press("Enter")
    lina.wait_for_url("**/filters")
    tab_to(lina, "set-games")
    lina.keyboard.press("Enter")
    lina.get_by_role("switch", name="Games Blocked").wait_for()
    eventually(lambda: is_blocked(mara.house, GAME))
    lina.keyboard.press("Space")  # the focus is still there
    lina.get_by_role("switch", name="Games Open").wait_for()
    eventually(lambda: not is_blocked(mara.house, GAME))
    lina.goto(f"{mara.address}/people/Lina/filters")
    tab_to(lina, "name")
    lina.keyboard.type("www.instagram.com")
    lina.keyboard.press("Enter")
    lina.wait_for_url("**/try")
    assert "www.instagram.com is blocked for Lina" in lina.inner_text("main")
    tab_to(lina, "Allow instagram.com for Lina")
    lina.keyboard.press("Enter")
    lina.wait_for_url("**/sites")
    eventually(lambda: not is_blocked(mara.house, "www.instagram.com"))
    mara.post("/people/Lina/sites", set="remove:allow:instagram.com")


def test_without_script_all_works_the_plain_way(chromium: Browser, mara: Visitor) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": key, "value": value, "url": mara.address} for key, value in mara.cookies.items()]
    )
    page = context.new_page()
    page.goto(f"{mara.address}/people/Lina/filters")
    page.get_by_role("switch", name="Games Open").click()
    page.wait_for_url("**/filters#row-games")
    eventually(lambda: is_blocked(mara.house, GAME))
    page.get_by_label("Find an app or service").fill("robl")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("switch", name="Roblox Blocked").wait_for()  # as part of games
    context.close()

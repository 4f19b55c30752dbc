"""What parents do on a phone, in a real browser, and what DNS says of it afterwards."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.conftest import household
from tests.web.relay import Relay
from tests.web.visitor import OWNER, Visitor

LITTLE, TEEN = "127.0.0.2", "127.0.0.3"  # Lina and Noor
PHONE: ViewportSize = {"width": 375, "height": 812}
Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A household in which nobody sleeps just now: these tests are about what is done by hand."""
    for running in household(tmp_path_factory.mktemp("house")):
        text = running.config.read_text()
        for name in ("Lina", "Noor"):
            assert f"{{name: {name}," in text
        text = text.replace("devices: [127.0.0.2]", f"devices: [127.0.0.2], {DAY}")
        text = text.replace("rules: {deny_names: [shut.test]}", RULES)
        running.config.write_text(text)
        yield running


DAY = "rules: {drop_windows: [bedtime, homework, school, screen-free, internet-free]}"
RULES = DAY.replace("rules: {", "rules: {deny_names: [shut.test], ")


@pytest.fixture(scope="module")
def owner(house: Running) -> Visitor:
    visitor = Visitor(house)
    visitor.first_run()
    return visitor


@pytest.fixture
def opens(chromium: Browser, owner: Visitor) -> Iterator[Opens]:
    """Opens a page in a browser of its own, logged in as somebody, or as nobody (None)."""
    contexts = []

    def open_page(path: str, who: Visitor | None = owner) -> Page:
        context = chromium.new_context(viewport=PHONE)
        contexts.append(context)
        if who is not None:
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": who.address}
                    for name, value in who.cookies.items()
                ]
            )
        page = context.new_page()
        page.goto(owner.address + path)
        return page

    yield open_page
    for each in contexts:
        each.close()


def is_stopped(house: Running, client: str, qname: str = "x.open.test") -> bool:
    return ede(house.ask(qname, client=client)) == 17


def test_pause_and_resume(opens: Opens, house: Running) -> None:
    eventually(lambda: not is_stopped(house, LITTLE))
    page = opens("/people/Lina")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_selector("text=Paused for Lina until")
    eventually(lambda: is_stopped(house, LITTLE))
    page.goto(page.url)
    page.get_by_role("button", name="Back to the usual rules").first.click()
    page.wait_for_selector("text=Back to the usual rules for Lina.")
    eventually(lambda: not is_stopped(house, LITTLE))


def test_a_request_is_answered_and_in_force(
    opens: Opens, chromium: Browser, house: Running
) -> None:
    eventually(lambda: is_stopped(house, TEEN, "www.shut.test"))
    relay = Relay(house.web, TEEN)  # the child's phone
    context = chromium.new_context(viewport=PHONE)
    child = context.new_page()
    child.goto(f"http://127.0.0.1:{relay.port}/me?site=www.shut.test")
    child.click("button.main")
    child.wait_for_selector("text=You asked.")
    parent = opens("/")
    parent.wait_for_selector("text=Noor asks for www.shut.test")
    parent.get_by_role("button", name="Allow once").first.click()
    parent.wait_for_selector("text=Answered: yes.")
    eventually(lambda: not is_stopped(house, TEEN, "www.shut.test"))
    child.wait_for_selector("text=Yes! It is open until")
    context.close()
    relay.close()


def test_two_parents_at_once(opens: Opens, owner: Visitor, house: Running) -> None:
    """The second is told what the first changed, and loses nothing of what was wanted."""
    owner.get("/settings/accounts")
    made = owner.post(
        "/settings/accounts", name="Jo", role="parent", password="violet tractor umbrella",
        again="violet tractor umbrella",
    )  # fmt: skip
    assert made.status == 303
    jo = Visitor(house)
    assert jo.log_in("Jo", "violet tractor umbrella").status == 303
    hers, his = opens("/people/Lina/edit"), opens("/people/Lina/edit", jo)
    hers.select_option("#privacy", "counts")
    hers.click("main button.main")
    hers.wait_for_selector("text=Kept for Lina.")
    before = house.config.read_bytes()
    his.select_option("#privacy", "categories")
    his.click("main button.main")
    his.wait_for_selector("text=Somebody else changed this just now")
    assert "Mara" in his.inner_text("main")
    assert house.config.read_bytes() == before
    his.get_by_role("button", name="Do what I wanted all the same").click()
    his.wait_for_selector("text=Kept for Lina.")
    assert "categories" in house.config.read_text()


def test_a_stolen_cookie_is_worth_nothing_after_the_log_out(opens: Opens, owner: Visitor) -> None:
    page = opens("/login", None)
    page.fill("#name", OWNER[0])
    page.fill("#password", OWNER[1])
    page.click("main button.main")
    page.wait_for_url(owner.address + "/")
    thief = Visitor(owner.house)
    thief.cookies = {
        str(each.get("name")): str(each.get("value")) for each in page.context.cookies()
    }
    assert thief.get("/settings").status == 200  # as long as she is logged in
    page.goto(owner.address + "/settings")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert thief.get("/settings").status == 303
    assert thief.get("/settings").location.startswith("/login")
    assert thief.post("/people/Lina/pause", minutes="30").location.startswith("/login")
    assert thief.get("/api/v1/people").status == 401
    page.go_back()
    assert "Log out" not in page.inner_text("body")

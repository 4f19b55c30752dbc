"""What a page can do, the API can do: no deed without an operation, and each one works."""

import io
import json
import re
import socket
import zipfile
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import pytest

from guardian.web.api.operations import OPERATIONS
from guardian.web.routes import ROUTES
from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.test_api import Program, program
from tests.web.visitor import OWNER, Visitor

LINA = "127.0.0.2"

# A form's address → the operations that do the same.
SAME = {
    "/setup/internet": ["PATCH /household", "POST /upstreams/try"],
    "/settings/upstreams": ["PATCH /household", "POST /upstreams/try"],
    "/settings/upstreams/try": ["GET /upstreams", "POST /upstreams/try"],
    "/setup/people": ["POST /people"],
    "/setup/devices": ["PATCH /household"],
    "/people/new": ["POST /people"],
    "/people/{person}/pause": ["POST /people/{person}/pause"],
    "/people/{person}/resume": ["DELETE /people/{person}/pause", "DELETE /people/{person}/extra"],
    "/people/{person}/extra": ["POST /people/{person}/extra"],
    "/people/{person}/bedtime": ["POST /people/{person}/bedtime"],
    "/people/{person}/agreement": ["POST /people/{person}/agreement"],
    "/people/{person}/filters": ["PATCH /people/{person}/filters"],
    "/people/{person}/sites": ["POST /people/{person}/sites", "DELETE /people/{person}/sites"],
    "/people/{person}/try": ["GET /check"],
    "/people/{person}/open": ["POST /people/{person}/open"],
    "/people/{person}/open/{name}/end": ["DELETE /people/{person}/open"],
    "/people/{person}/edit": ["PATCH /people/{person}"],
    "/people/{person}/remove": ["DELETE /people/{person}"],
    "/history/{number}/undo": ["POST /changes/{number}/undo"],
    "/devices": ["POST /devices/{device}/people"],
    "/devices/{device}": ["POST /devices/{device}/name", "POST /devices/{device}/people"],
    "/devices/{device}/address": ["POST /devices/{device}/address"],
    "/devices/{device}/address/profile": ["POST /devices/{device}/address/profile"],
    "/devices/{device}/address/revoke": ["DELETE /devices/{device}/address"],
    "/devices/{device}/begin": ["POST /devices/{device}/block", "POST /devices/{device}/free"],
    "/devices/{device}/end": ["DELETE /devices/{device}/block", "DELETE /devices/{device}/free"],
    "/devices/{device}/ignore": ["POST /devices/{device}/ignore"],
    "/devices/{device}/same": ["POST /devices/{device}/same"],
    "/devices/{device}/different": ["POST /devices/{device}/different"],
    "/settings/backup/times": ["PATCH /household"],
    "/settings/backup/now": ["POST /backups"],
    "/settings/backup/copies/{name}/restore": ["POST /backups/{name}/restore"],
    "/settings/notifications/new/{kind}": ["POST /channels"],
    "/settings/notifications/{number}": ["PATCH /channels/{number}"],
    "/settings/notifications/{number}/test": ["POST /channels/{number}/test"],
    "/settings/notifications/{number}/remove": ["DELETE /channels/{number}"],
    "/watch": ["POST /watches"],
    "/watch/{device}/stop": ["POST /watches/{device}/stop"],
    "/watch/{device}/forget": ["DELETE /watches/{device}"],
    "/watch/{device}/keep": ["POST /services"],
    "/settings/house": ["PATCH /household"],
    "/settings/account/password": ["PUT /account/password"],
    "/settings/account/language": ["PUT /account/language"],
    "/settings/account/codes/new": ["GET /account/codes"],
    "/settings/account/codes": ["PUT /account/codes"],
    "/settings/account/codes/end": ["POST /account/codes/end"],
    "/settings/account/session": ["DELETE /account/sessions/{id}"],
    "/settings/accounts": ["POST /accounts"],
    "/settings/accounts/{name}/remove": ["DELETE /accounts/{name}"],
    "/settings/lists": ["POST /lists"],
    "/settings/lists/catalogue": [
        "POST /catalogue/{list}/use",
        "DELETE /catalogue/{list}/use",
    ],
    "/settings/lists/hold": ["POST /lists/{list}/hold", "POST /lists/{list}/release"],
    "/settings/services/{service}/name": ["PATCH /household"],
    "/settings/services/{service}/remove": ["DELETE /services/{service}"],
    "/settings/lists/waiting": ["POST /lists/{list}/take", "POST /lists/{list}/keep"],
    "/settings/lists/try": ["POST /lists/{list}/try"],
    "/settings/lists/back": ["POST /lists/{list}/back"],
    "/settings/lists/update": ["POST /lists/update"],
    "/settings/lists/remove": ["DELETE /lists/{id}"],
    "/settings/tokens": ["POST /keys"],
    "/settings/tokens/remove": ["DELETE /keys/{id}"],
    "/settings/certificate/on": ["PATCH /household"],
    "/settings/certificate/renew": ["POST /certificate/renew"],
    "/settings/certificate/upload": ["PUT /certificate"],
    "/settings/backup": ["PUT /backup"],
    "/requests/{number}/undo": ["POST /requests/{number}/undo"],
    "/requests/{number}": ["POST /requests/{number}/answer"],
    "/links": ["POST /links"],
    "/links/{number}/revoke": ["DELETE /links/{number}"],
    "/me/time": ["POST /requests"],
    "/me/site": ["POST /requests"],
    "/me/wrong": ["POST /appeals"],
    "/appeals/{number}": ["POST /appeals/{number}"],
    "/appeals/{number}/undo": ["POST /appeals/{number}/undo"],
    "/people/{person}/week/move": ["PUT /people/{person}/windows/{number}"],
    "/people/{person}/week/remove": ["DELETE /people/{person}/windows/{number}"],
    "/people/{person}/week/copy": ["POST /people/{person}/windows/copy"],
    "/people/{person}/week/window": ["POST /people/{person}/windows"],
    "/people/{person}/week/window/{number}": ["PUT /people/{person}/windows/{number}"],
    "/people/{person}/week/budget": ["POST /people/{person}/budgets"],
    "/people/{person}/week/budget/{number}": ["PUT /people/{person}/budgets/{number}"],
    "/people/{person}/week/budget/{number}/remove": ["DELETE /people/{person}/budgets/{number}"],
    "/settings/holidays": ["POST /holidays"],
    "/settings/holidays/remove": ["DELETE /holidays"],
    "/settings/holidays/calendar": ["POST /holidays/calendar"],
}
# … and those that a program has no need of.
OF_BROWSERS = {
    "/me/news": "only who reads it can have read it",
    "/setup": "it asks for the code that was printed; who sees that uses the socket",
    "/setup/password": "the same: POST /accounts through the socket",
    "/login": "a program has a key",
    "/logout": "it is taken away: DELETE /keys/{id}",
    "/devices/{device}/alike/{known}": "the undo of «different», where it was said",
    "/links/{number}/restore": "the undo of a tap, on the page where it was made",
    "/me/survey": "what a child thinks is theirs to say, and no program's",
    "/me/forget": "whose it is, is told from the device",
    "/do/{token}": "it is an address for programs already",
}


def test_every_deed_of_a_page_is_an_operation_too() -> None:
    known = {f"{each.method} {each.path}" for each in OPERATIONS}
    for route in ROUTES:
        if route.method == "POST" and route.path not in OF_BROWSERS:
            assert route.path in SAME, f"{route.path}: add an operation, and a line above"
            assert set(SAME[route.path]) <= known, route.path
    paths = {each.path for each in ROUTES if each.method == "POST"}
    assert not (SAME.keys() | OF_BROWSERS.keys()) - paths, "a page is gone: take its line out"


def test_no_operation_stands_there_twice() -> None:
    named = [(each.method, each.path) for each in OPERATIONS]
    assert len(named) == len(set(named))
    assert all(each.summary for each in OPERATIONS)


@pytest.fixture(scope="module")
def owner(parent: Visitor) -> Program:
    return program(parent, "own")


def is_open(house: Running, name: str) -> bool:
    return ede(house.ask(name, client=LINA)) != 17


def etag(owner: Program, path: str) -> str:
    return owner.raw("GET", path).headers["etag"]


def test_people_come_change_and_leave(owner: Program) -> None:
    status, made = owner.call("POST", "/people", {"name": "Zoë", "age_band": "9-12"})
    assert (status, made["age_band"], made["profile"]) == (200, "9-12", "9-12")
    change = {"name": "Zoe", "born": "2013-05", "privacy": "counts"}
    status, changed = owner.call("PATCH", "/people/Zo%C3%AB", change)
    assert (status, changed["name"], changed["age_band"]) == (200, "Zoe", "13-15")
    assert owner.call("GET", "/people/Zoe/activity")[1]["privacy"] == "counts"
    for wrong in (
        {"name": "Lina"}, {"name": "new"}, {"name": " x"}, {"name": "x" * 41}, {"name": "\n"},
    ):  # fmt: skip
        assert owner.call("PATCH", "/people/Zoe", wrong)[0] == 400, wrong
        assert owner.call("POST", "/people", {"age_band": "6-8", **wrong})[0] == 400, wrong
    assert owner.call("POST", "/people", {"name": "Kim"})[0] == 400
    assert owner.call("PATCH", "/people/Zoe", {"profile": "nothing"})[0] == 422
    assert owner.call("PATCH", "/people/Zoe", {"born": "soon"})[0] == 422
    assert owner.call("DELETE", "/people/Zoe")[0] == 204
    assert owner.call("GET", "/people/Zoe")[0] == 404


def test_filters_and_sites_reach_dns(shared: Running, owner: Program) -> None:
    path = "/people/Lina/filters"
    before = owner.call("GET", path)[1]
    assert "adult" in before["blocked"]
    levels = {each["engine"]: each["level"] for each in before["safe_search"]}
    assert levels["google"] == "strict"
    wish = {
        "block": ["games"], "open": ["adult"], "only": True, "others_blocked": False,
        "safe_search": [{"engine": "google", "level": "off"}],
    }  # fmt: skip
    status, after = owner.call("PATCH", path, wish)
    assert status == 200
    assert "games" in after["blocked"]
    assert "adult" not in after["blocked"]
    assert (after["only"], after["others_blocked"]) == (True, False)
    assert {"engine": "google", "level": "off"} in after["safe_search"]
    eventually(lambda: not is_open(shared, "www.example.com"))
    assert owner.call("PATCH", path, {"usual": True, "only": False})[1] == before
    for wrong in (
        {"block": ["nothing"]}, {"block": ["illegal"]}, {"block": "games"}, {"open": [1]},
        {"safe_search": [{"engine": "google", "level": "moderate"}]},
        {"safe_search": [{"engine": "altavista", "level": "off"}]},
        {"safe_search": [{"level": "off"}]}, {"only": "yes"},
    ):  # fmt: skip
        assert owner.call("PATCH", path, wrong)[0] == 400, wrong
    sites = "/people/Lina/sites"
    assert owner.call("POST", sites, {"list": "deny", "name": "Shut.Example"})[1]["deny"] == [
        "shut.example"
    ]
    eventually(lambda: not is_open(shared, "www.shut.example"))
    moved = owner.call("POST", sites, {"list": "allow", "name": "shut.example"})[1]
    assert (moved["allow"], moved["deny"]) == (["shut.example"], [])
    assert owner.call("POST", sites, {"list": "pattern", "name": "ads*.example"})[0] == 200
    assert owner.call("DELETE", f"{sites}?list=pattern&name=ads*.example")[1]["pattern"] == []
    assert owner.call("DELETE", f"{sites}?list=allow&name=shut.example")[1]["allow"] == []
    for wrong in (
        {"list": "deny", "name": "co.uk"}, {"list": "deny", "name": ".."},
        {"list": "x", "name": "a.example"}, {"list": "pattern", "name": " "},
    ):  # fmt: skip
        assert owner.call("POST", sites, wrong)[0] == 400, wrong


def test_a_service_of_a_blocked_kind_is_opened_as_on_the_page(owner: Program) -> None:
    def rules() -> Any:
        people = owner.call("GET", "/household")[1]["household"]["people"]
        return next(each for each in people if each["name"] == "Lina").get("rules", {})

    path = "/people/Lina/filters"
    assert owner.call("PATCH", path, {"open": ["tiktok"]})[0] == 200
    assert rules()["allow"] == ["tiktok"]
    assert owner.call("PATCH", path, {"block": ["tiktok"]})[0] == 200
    assert "tiktok" not in [*rules().get("allow", ()), *rules().get("block", ())]


def test_one_name_is_open_for_a_while(shared: Running, owner: Program) -> None:
    assert owner.call("POST", "/people/Noor/open", {"name": "shut.test", "minutes": 5})[0] == 200
    eventually(lambda: ede(shared.ask("shut.test", client="127.0.0.3")) != 17)
    assert owner.call("DELETE", "/people/Noor/open?name=shut.test")[0] == 204
    eventually(lambda: ede(shared.ask("shut.test", client="127.0.0.3")) == 17)
    until_night = owner.call("POST", "/people/Noor/open", {"name": "shut.test"})[1]["until"]
    assert "T00:00:00" in until_night
    assert owner.call("DELETE", "/people/Noor/open?name=shut.test")[0] == 204


def test_bedtime_now_and_the_day_as_planned(owner: Program) -> None:
    assert owner.call("POST", "/people/Tom/bedtime")[0] == 200
    assert owner.call("GET", "/people/Tom")[1]["kind"] in ("pause", "bedtime")
    assert owner.call("DELETE", "/people/Tom/pause")[0] == 204
    day = owner.call("GET", "/people/Tom/day")[1]
    assert "bedtime" in [each["kind"] for each in day["stretches"]]
    for wrong in ("x", "2026-13-01", "9999-12-31"):
        assert owner.call("GET", f"/people/Tom/day?day={wrong}")[0] == 400


def test_windows_are_made_changed_copied_and_removed(owner: Program) -> None:
    path = "/people/Tom/windows"
    before = owner.call("GET", path)[1]["windows"]
    new = {"kind": "homework", "days": ["mon"], "from": "15:00", "to": "16:30", "block": ["games"]}
    made = owner.call("POST", path, new)[1]["windows"]
    number = next(each["number"] for each in made if each["window"]["kind"] == "homework")
    assert made[number]["window"]["from"] == "15:00"
    later = {**new, "to": "17:00"}
    assert owner.call("PUT", f"{path}/{number}", later)[0] == 428
    stale = etag(owner, path)
    changed = owner.raw("PUT", f"{path}/{number}", json.dumps(later), If_Match=stale)
    assert json.loads(changed.body)["windows"][number]["window"]["to"] == "17:00"
    late = owner.call("PUT", f"{path}/{number}", new, If_Match=stale)
    assert late[0] == 412
    copied = owner.call("POST", f"{path}/copy", {"day": "mon", "to": ["tue", "wed"]})[1]["windows"]
    assert copied[number]["window"]["days"] == ["mon-wed"]
    less = owner.call("DELETE", f"{path}/{number}?day=wed", If_Match="*")[1]["windows"]
    assert less[number]["window"]["days"] == ["mon-tue"]
    assert owner.call("DELETE", f"{path}/{number}", If_Match="*")[0] == 200
    left = owner.call("GET", path)[1]["windows"]
    assert "homework" not in [each["window"]["kind"] for each in left]
    dated = {"kind": "bedtime", "dates": "2026-12-31", "from": "23:00", "to": "09:00"}
    assert owner.call("POST", path, dated)[0] == 200
    for wrong, status in (
        ({"kind": "party"}, 400), ({"kind": "bedtime"}, 422), ({**new, "from": "25:00"}, 422),
        ({**new, "days": ["someday"]}, 422), ({**new, "block": ["nothing"]}, 422),
        ({**new, "block": []}, 200), ({**new, "to": "15:00"}, 422),
    ):  # fmt: skip
        assert owner.call("POST", path, wrong)[0] == status, wrong
    for missing in ("999", "x"):
        assert owner.call("PUT", f"{path}/{missing}", new, If_Match="*")[0] == 404
    assert owner.call("DELETE", f"{path}/0?day=never", If_Match="*")[0] == 400
    while len(owner.call("GET", path)[1]["windows"]) > len(before):
        assert owner.call("DELETE", f"{path}/0", If_Match="*")[0] == 200


def test_budgets_are_made_changed_and_removed(owner: Program) -> None:
    path = "/people/Noor/budgets"
    before = owner.call("GET", path)[1]["budgets"]
    new = {"for": "dating", "minutes": [10, 10, 10, 10, 10, 30, 30], "holidays": 30}
    made = owner.call("POST", path, new)[1]["budgets"]
    number = next(each["number"] for each in made if each["budget"]["for"] == "dating")
    assert made[number]["budget"]["minutes"] == new["minutes"]
    assert owner.call("POST", path, new)[0] == 400
    weekly = {"for": "dating", "minutes": [90], "per": "week"}
    changed = owner.call("PUT", f"{path}/{number}", weekly, If_Match="*")[1]["budgets"]
    assert changed[number]["budget"]["per"] == "week"
    for wrong, status in (
        ({"for": "dating", "minutes": []}, 400), ({"for": "nothing", "minutes": [1]}, 422),
        ({"for": "all", "minutes": [-1]}, 422), ({"for": "all", "minutes": [2000]}, 422),
        ({"minutes": [1]}, 400),
    ):  # fmt: skip
        assert owner.call("POST", path, wrong)[0] == status, wrong
    assert owner.call("DELETE", f"{path}/{number}", If_Match="*")[1]["budgets"] == before


def test_holidays(owner: Program) -> None:
    added = owner.call("POST", "/holidays", {"first": "2026-12-23", "last": "2027-01-06"})[1]
    assert added["holidays"][0]["last"] == "2027-01-06"
    gone = owner.call("DELETE", "/holidays?first=2026-12-23&last=2027-01-06")
    assert gone == (200, {"holidays": []})
    assert owner.call("DELETE", "/holidays?first=2026-12-23")[0] == 404
    assert owner.call("POST", "/holidays", {"first": "x"})[0] == 400
    assert owner.call("POST", "/holidays", {"first": "2027-01-02", "last": "2027-01-01"})[0] == 400
    calendar = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Winter\r\nDTSTART;VALUE=DATE:20261223\r\n"
        "DTEND;VALUE=DATE:20270107\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    read = json.loads(owner.raw("POST", "/holidays/calendar", calendar).body)["holidays"]
    assert read == [{"first": "2026-12-23", "last": "2027-01-06", "title": "Winter"}]
    assert owner.raw("POST", "/holidays/calendar", "no calendar").status == 409


def test_lists(owner: Program) -> None:
    new = {"name": "Ours", "url": "https://lists.example/ours", "category": "ours"}
    assert owner.call("POST", "/lists", new)[0] == 204
    found = [each["id"] for each in owner.call("GET", "/lists")[1]["lists"]]
    assert "ours" in found
    assert owner.call("POST", "/lists", {**new, "url": "ftp://x"})[0] == 422
    assert owner.call("POST", "/lists/update")[0] == 204
    assert owner.call("DELETE", "/lists/ours")[0] == 204
    assert owner.call("DELETE", "/lists/ours")[0] == 404


def test_links(shared: Running, owner: Program) -> None:
    new = {"title": "Fridge", "deed": "pause", "person": "Lina", "minutes": 15}
    made = owner.call("POST", "/links", new)[1]
    assert re.fullmatch(r"/do/[\w-]{20,}", made["path"])
    visitor = Visitor(shared)
    visitor.get(made["path"])
    assert visitor.post(made["path"]).status == 303
    eventually(lambda: not is_open(shared, "www.example.com"))
    assert owner.call("DELETE", "/people/Lina/pause")[0] == 204
    link = owner.call("GET", "/links")[1]["links"][0]
    assert (link["works"], link["left"], link["maker"]) == (True, 0, OWNER[0])
    assert owner.call("DELETE", f"/links/{made['number']}")[0] == 204
    assert owner.call("DELETE", f"/links/{made['number']}")[0] == 404
    status, said = owner.call("POST", "/links", {**new, "title": "", "minutes": 0, "person": "x"})
    assert status == 400
    assert {each["field"] for each in said["errors"]} == {"title", "minutes", "person"}


def test_backup_and_putting_it_back(owner: Program) -> None:
    file = owner.raw("GET", "/backup")
    assert file.headers["content-type"] == "application/yaml"
    assert owner.raw("PUT", "/backup", file.body.replace("Tom", "Timo").encode()).status == 204
    assert owner.call("GET", "/people/Timo")[0] == 200
    assert owner.raw("PUT", "/backup", "people: 5").status == 422
    change = owner.call("GET", "/changes")[1]["changes"][0]
    assert owner.call("POST", f"/changes/{change['number']}/undo", {"whole": True})[0] == 204
    assert owner.call("GET", "/people/Tom")[0] == 200


def test_a_copy_is_fetched_whole(owner: Program) -> None:
    name = owner.call("POST", "/backups")[1]["name"]
    wanted = Request(
        f"{owner.visitor.address}/api/v1/backups/{name}",
        headers={"Authorization": f"Bearer {owner.key}"},
    )
    with urlopen(wanted, timeout=20) as answer:
        assert answer.headers["Content-Type"] == "application/octet-stream"  # it may be sealed
        names = zipfile.ZipFile(io.BytesIO(answer.read())).namelist()
    assert sorted(names) == ["guardian.db", "guardian.yaml"]
    assert owner.call("GET", "/backups/nothing")[0] == 404


def test_accounts_and_keys(parent: Visitor, owner: Program) -> None:
    new = {"name": "Grandma", "role": "helper", "password": "correct horse battery"}
    assert owner.call("POST", "/accounts", new)[1]["role"] == "helper"
    assert owner.call("POST", "/accounts", new)[0] == 400
    for wrong in ({"name": ""}, {"password": "short"}, {"password": "aaaaaaaaaaaa"}):
        assert owner.call("POST", "/accounts", {**new, "name": "X", **wrong})[0] == 400, wrong
    assert Visitor(parent.house).log_in("Grandma", new["password"]).status == 303
    assert "password" not in json.dumps(owner.call("GET", "/accounts")[1])
    assert owner.call("DELETE", f"/accounts/{OWNER[0]}")[0] == 412
    assert owner.call("DELETE", "/accounts/Grandma")[0] == 204
    assert owner.call("DELETE", "/accounts/Grandma")[0] == 404
    made = owner.call("POST", "/keys", {"name": "Clock", "right": "see"})[1]
    clock = Program(owner.visitor, made["key"])
    assert clock.call("GET", "/people")[0] == 200
    assert clock.call("GET", "/keys")[0] == 403
    assert made["id"] in [each["id"] for each in owner.call("GET", "/keys")[1]["keys"]]
    assert owner.call("DELETE", f"/keys/{made['id']}")[0] == 204
    assert clock.call("GET", "/people")[0] == 401
    assert owner.call("DELETE", f"/keys/{made['id']}")[0] == 404
    assert owner.call("POST", "/keys", {"name": "X", "right": "anybody"})[0] == 400


def test_an_account_of_a_child_is_somebodys(shared: Running, owner: Program) -> None:
    new = {"name": "noor-at-school", "role": "child", "password": "correct horse battery"}
    for wrong in (
        {},
        {"person": "Nobody"},
        {"person": "Mara"},
        {"role": "helper", "person": "Noor"},
    ):
        assert owner.call("POST", "/accounts", {**new, **wrong})[0] == 400, wrong
    assert owner.call("POST", "/accounts", {**new, "person": "Noor"})[0] == 200
    child = Visitor(shared)
    child.log_in(new["name"], new["password"])
    assert "Noor" in child.get("/me").text
    assert owner.call("DELETE", f"/accounts/{new['name']}")[0] == 204


def test_whoever_has_no_account_any_more_hears_no_news(owner: Program) -> None:
    new = {"name": "Uncle", "role": "helper", "password": "correct horse battery"}
    assert owner.call("POST", "/accounts", new)[0] == 200
    channel = {"account": "Uncle", "title": "His phone", "url": "json://127.0.0.1:9/"}
    assert owner.call("POST", "/channels", channel)[0] == 200
    assert owner.call("DELETE", "/accounts/Uncle")[0] == 204
    assert "Uncle" not in json.dumps(owner.call("GET", "/channels")[1])


@dataclass(slots=True)
class LoggedIn:
    """Somebody's page that calls the API by itself."""

    visitor: Visitor

    def call(self, method: str, path: str, data: Any = None) -> tuple[int, Any]:
        body = json.dumps(data) if data is not None else ""
        page = self.visitor.ask(method, f"/api/v1{path}", body, X_CSRF=self.visitor.csrf)
        return page.status, json.loads(page.body) if page.body else None


def test_ones_own_account(owner: Program, shared: Running) -> None:
    import pyotp

    first = "correct horse battery"
    owner.call("POST", "/accounts", {"name": "Pia", "role": "viewer", "password": first})
    browser, other = Visitor(shared), Visitor(shared)
    browser.log_in("Pia", first)
    browser.get("/settings")
    other.log_in("Pia", first)
    pia = LoggedIn(browser)
    assert pia.call("GET", "/account")[1]["name"] == "Pia"
    assert owner.call("GET", "/account")[0] == 403
    assert pia.call("PUT", "/account/language", {"language": "fr"})[1]["language"] == "fr"
    assert pia.call("PUT", "/account/language", {"language": "xx"})[0] == 400
    known = pia.call("GET", "/account/sessions")[1]["sessions"]
    assert [each["current"] for each in known].count(True) == 1
    there = next(each["id"] for each in known if not each["current"])
    assert pia.call("DELETE", f"/account/sessions/{there}")[0] == 204
    assert other.get("/").location == "/login"
    assert pia.call("DELETE", f"/account/sessions/{there}")[0] == 404
    offered = pia.call("GET", "/account/codes")[1]
    code = pyotp.TOTP(offered["secret"]).now()
    assert pia.call("PUT", "/account/codes", {"secret": offered["secret"], "code": "x"})[0] == 400
    status, recovery = pia.call(
        "PUT", "/account/codes", {"secret": offered["secret"], "code": code}
    )
    assert (status, len(recovery["codes"])) == (200, 8)
    assert pia.call("GET", "/account")[1]["codes"] is True
    assert pia.call("POST", "/account/codes/end", {"present": "wrong"})[0] == 400
    assert pia.call("POST", "/account/codes/end", {"present": first})[0] == 204
    change = {"present": first, "password": "another long sentence"}
    assert pia.call("PUT", "/account/password", {**change, "password": "short"})[0] == 400
    assert pia.call("PUT", "/account/password", change)[0] == 204
    assert Visitor(shared).log_in("Pia", change["password"]).status == 303
    owner.call("DELETE", "/accounts/Pia")


def test_appeals_are_said_decided_and_taken_back(owner: Program) -> None:
    wish = {"person": "Noor", "name": "Shut.Test", "reason": "for school"}
    assert owner.call("POST", "/appeals", wish)[0] == 204
    assert owner.call("POST", "/appeals", wish)[0] == 400
    for wrong in ({"name": "a..b"}, {"reason": " "}):
        assert owner.call("POST", "/appeals", wish | wrong)[0] == 400
    assert owner.call("POST", "/appeals", wish | {"person": "Nobody"})[0] in (400, 404)
    (waiting,) = owner.call("GET", "/appeals")[1]["waiting"]
    assert (waiting["person"], waiting["name"]) == ("Noor", "shut.test")
    path = f"/appeals/{waiting['number']}"
    assert owner.call("POST", path, {"upheld": True, "because": "yes"})[0] == 204
    assert owner.call("POST", path, {"upheld": False})[0] == 404
    assert owner.call("GET", "/appeals")[1]["decided"][0]["verdict"] == "upheld"
    assert owner.call("POST", f"{path}/undo")[0] == 204
    assert owner.call("POST", path, {"upheld": False})[0] == 204
    assert owner.call("POST", "/appeals/999", {"upheld": False})[0] == 404


def test_how_it_works_here_is_told(owner: Program) -> None:
    told = owner.call("GET", "/transparency")[1]
    assert (told["notice_hours"], told["statistics"]) == (24, False)
    assert {each["because"] for each in told["lists"]} == {"law", "product"}
    assert owner.call("GET", "/survey")[1] == {"sheets": 0, "answers": []}


def test_the_first_run_is_told_to_anybody(shared: Running) -> None:
    page = Visitor(shared).get("/api/v1/setup")
    assert json.loads(page.body)["done"] is True


def test_what_happened_is_told_by_page_and_as_a_stream(shared: Running, owner: Program) -> None:
    start = owner.call("GET", "/happened")[1]["next"]
    with socket.create_connection(("127.0.0.1", shared.web), timeout=30) as stream:
        stream.sendall(
            f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: {start}\r\n"
            f"Authorization: Bearer {owner.key}\r\n\r\n".encode()
        )
        lines = stream.makefile("r", encoding="utf-8")
        assert any(line.startswith("event: changed") for line in lines)
        assert owner.call("POST", "/people/Tom/pause", {"minutes": 5})[0] == 200
        number = next(line for line in lines if line.startswith("id: "))
        said = json.loads(next(lines).removeprefix("data: "))
        assert said["id"] == int(number.removeprefix("id: "))
        assert (said["kind"], said["person"]) == ("pause", "Tom")
    assert owner.call("DELETE", "/people/Tom/pause")[0] == 204
    told = owner.call("GET", f"/happened?after={start}")[1]
    assert said["id"] in [each["id"] for each in told["events"]]
    assert owner.call("GET", "/happened?after=x")[0] == 400

"""Whether a device asks guardian, on its page, in the list, for programs and commands."""

import json
import re

from tests.end_to_end.conftest import Running, eventually
from tests.web.visitor import Visitor

GUEST = "127.0.0.9"


def device(visitor: Visitor, sign: str) -> "dict[str, object]":
    found = json.loads(visitor.get("/api/v1/devices").body)["devices"]
    return next((each for each in found if sign in each["signs"]), {})


def test_a_device_that_asks_is_said_to(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    assert "This device" not in visitor.get("/devices").text
    own.ask("www.example.com", client=GUEST)
    eventually(lambda: device(visitor, GUEST).get("asks") == "asks")
    page = visitor.get(f"/devices/{GUEST}").text
    assert "This device asks guardian, as it should." in page
    assert "What guardian cannot stop" in page
    line = next(each for each in own.run("devices").splitlines() if GUEST in each)
    assert "  asks  " in line
    # One that is in the configuration and was never here.
    assert device(visitor, "127.0.0.4")["asks"] == "away"
    assert "Nothing is heard of this device now." in visitor.get("/devices/127.0.0.4").text


def test_who_looks_for_a_vpn_is_told_apart_from_who_asks(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    own.ask("www.nordvpn.com", client=GUEST)  # which guardian blocked
    eventually(lambda: device(visitor, GUEST).get("asks") == "hidden")
    tried = json.dumps(device(visitor, GUEST)["tried"])
    assert '"kind": "names"' in tried
    assert "nordvpn" not in tried
    for path in ("/devices", f"/devices/{GUEST}"):
        assert "It looked for VPN, proxy or DNS services" in visitor.get(path).text
    assert "Tried a hidden way" in visitor.get("/devices").text
    eventually(lambda: "The last 30 days" in visitor.get(f"/devices/{GUEST}").text)
    line = next(each for each in own.run("devices").splitlines() if GUEST in each)
    assert "HIDDEN" in line


def test_what_cannot_be_stopped_is_said(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    page = visitor.get("/limits").text
    for words in ("Mobile data", "A VPN", "Another DNS server, by hand", "What helps:"):
        assert words in page


def label_of(page: str | None) -> str:
    assert page is not None
    return page.rpartition("/")[2]


def test_a_browser_is_told_whether_guardian_was_asked(own: Running) -> None:
    Visitor(own).first_run()
    child = Visitor(own)  # nobody is logged in on that device
    assert "Begin the test" in child.get("/check").text
    label = label_of(child.get("/check/new").location)
    page = child.get(f"/check/{label}")
    (name,) = re.findall(r'<img src="//([^/"]+)/"', page.body)
    assert name == f"{label}.check.guardian.home.arpa"
    assert "guardian was not asked" in child.get(f"/check/{label}/result").text
    assert own.ask(name).header.rcode == 3  # there is nobody of this name
    eventually(lambda: "guardian was asked" in child.get(f"/check/{label}/result").text)
    assert "as it should" in child.get(f"/check/{label}/result").text


def test_who_passes_questions_on_is_told_apart(own: Running) -> None:
    Visitor(own).first_run()
    child = Visitor(own)
    label = label_of(child.get("/check/new").location)
    own.ask(f"{label}.check.guardian.home.arpa", client=GUEST)
    eventually(lambda: "The question came from" in child.get(f"/check/{label}/result").text)
    assert GUEST in child.get(f"/check/{label}/result").text


def test_a_test_that_is_over_begins_anew(own: Running) -> None:
    Visitor(own).first_run()
    for path in ("/check/0123456789abcdef", "/check/x/result"):
        assert Visitor(own).get(path).location == "/check"

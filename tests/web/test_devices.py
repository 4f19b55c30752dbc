"""Which device is whose, said on a page and felt by DNS."""

import re

from tests.end_to_end.conftest import Running, ede, eventually
from tests.web.visitor import Visitor

GUEST = "127.0.0.9"


def is_blocked(house: Running, client: str) -> bool:
    """Whether a site for adults is blocked for a client; nobody answers for what is open."""
    return ede(house.ask("www.pornhub.com", client=client)) == 17


def test_a_new_device_is_given_to_somebody_and_back_to_nobody(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    assert is_blocked(own, GUEST)  # strict until named
    eventually(lambda: GUEST in visitor.get("/devices").text)
    page = visitor.post("/devices", **{f"owner-{GUEST}": "Mara"})
    assert page.location == "/devices"
    eventually(lambda: not is_blocked(own, GUEST))
    assert "devices: [127.0.0.4, 127.0.0.9]" in own.config.read_text()
    visitor.get("/devices")
    visitor.post("/devices", **{f"owner-{GUEST}": ""})
    eventually(lambda: is_blocked(own, GUEST))
    assert "said whose devices are whose by Mara" in own.run("config", "history")


def test_a_wish_for_nobody_we_know_changes_nothing(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    before = own.config.read_text()
    visitor.post("/devices", **{"owner-127.0.0.2": "Eve", "owner-10.9.9.9": "Mara"})
    assert own.config.read_text() == before


def test_a_device_gets_a_name_and_people_on_its_page(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    is_blocked(own, GUEST)
    eventually(lambda: GUEST in visitor.get("/devices").text)
    page = visitor.get(f"/devices/{GUEST}")
    assert page.status == 200
    visitor.post(f"/devices/{GUEST}", called="Mara’s reader", people="Mara")
    assert not is_blocked(own, GUEST)
    assert "Mara’s reader" in visitor.get("/devices").text
    visitor.post(f"/devices/{GUEST}", called="Living room", people=["Lina", "Mara"])
    assert is_blocked(own, GUEST)  # the strictest
    assert "Shared by Lina and Mara" in visitor.get("/devices").text
    visitor.post(f"/devices/{GUEST}", called="Living room")
    assert "shared_devices" not in own.config.read_text()
    assert "name: Living room" in own.config.read_text()


def test_wrong_values_stay_in_the_form_and_change_nothing(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    before = own.config.read_text()
    wrong = visitor.post("/devices/127.0.0.2", called="x" * 41, people="Lina")
    assert (wrong.status, "Write a name of at most 40 characters." in wrong.text) == (422, True)
    assert "x" * 41 in wrong.body
    assert visitor.post("/devices/127.0.0.2", called="T", people="Eve").status == 422
    for values, said in (
        ({"deed": "block", "length": "at", "at": "soon"}, "Write a time of day, such as 20:30."),
        ({"deed": "free", "length": "always"}, "Extra time needs an end. Choose one."),
        ({"deed": "melt", "length": "30"}, "Choose one of these."),
        ({}, "Choose one of these."),
    ):
        wrong = visitor.post("/devices/127.0.0.2/begin", **values)
        assert (wrong.status, said in wrong.text) == (422, True), said
    assert own.config.read_text() == before
    assert visitor.get("/devices/10.9.9.9").status == 404
    assert visitor.get("/devices/%3Cscript%3E").status == 404


def test_no_internet_until_a_time_and_its_undo(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    mara = "127.0.0.4"
    assert not is_blocked(own, mara)
    visitor.post(f"/devices/{mara}/begin", deed="block", length="at", at="2359")
    assert is_blocked(own, mara)
    page = visitor.get(f"/devices/{mara}")
    assert "until 23:59" in page.text
    undo = re.search(r'<form method="post" action="([^"]+/end)"', page.body)
    assert undo is not None
    visitor.post(undo[1])
    assert not is_blocked(own, mara)
    visitor.post(f"/devices/{mara}/begin", deed="block", length="always")
    assert is_blocked(own, mara)
    undo = re.search(r'action="(/history/\d+/undo[^"]*)"', visitor.get(f"/devices/{mara}").body)
    assert undo is not None
    visitor.post(undo[1])
    assert not is_blocked(own, mara)


def test_an_ignored_device_is_folded_away_and_comes_back(own: Running) -> None:
    visitor = Visitor(own)
    visitor.first_run()
    is_blocked(own, GUEST)
    eventually(lambda: f"owner-{GUEST}" in visitor.get("/devices").body)
    visitor.post(f"/devices/{GUEST}/ignore", ignored="yes")
    page = visitor.get("/devices")
    assert f"owner-{GUEST}" not in page.body
    assert "1 device that is not shown as new" in page.text
    assert is_blocked(own, GUEST)  # as unknown devices are
    visitor.post(f"/devices/{GUEST}/ignore", ignored="no")
    assert f"owner-{GUEST}" in visitor.get("/devices").body


def test_who_may_only_look_changes_no_device(own: Running) -> None:
    owner = Visitor(own)
    owner.first_run()
    owner.get("/settings/accounts")
    made = owner.post(
        "/settings/accounts", name="Oma", role="viewer", password="many words to keep",
        again="many words to keep",
    )  # fmt: skip
    assert made.status == 303, made.text
    oma = Visitor(own)
    oma.log_in("Oma", "many words to keep")
    page = oma.get("/devices/127.0.0.2")
    assert page.status == 200
    assert "/devices/127.0.0.2/begin" not in page.body
    before = own.config.read_text()
    for path, values in (
        ("", {"called": "Mine"}),
        ("/begin", {"deed": "block", "length": "30"}),
        ("/end", {}),
        ("/ignore", {"ignored": "yes"}),
        ("/same", {"known": "127.0.0.4"}),
    ):
        assert oma.post(f"/devices/127.0.0.2{path}", **values).status == 403
    assert own.config.read_text() == before

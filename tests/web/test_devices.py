"""Which device is whose, said on a page and felt by DNS."""

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

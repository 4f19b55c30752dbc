"""News reaches parents on their channels, in their language, and its secrets reach nobody."""

import re
import socket
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from guardian.web.channels import KINDS
from tests.end_to_end.conftest import Running, eventually
from tests.web.receivers import MailReceiver, WebReceiver
from tests.web.visitor import Visitor

HERE = "/settings/notifications"
TOPICS = ["requests", "deeds", "logins"]
SECRET = "sesame-open-42"


@pytest.fixture
def receiver() -> Iterator[WebReceiver]:
    opened = WebReceiver()
    yield opened
    opened.close()


@pytest.fixture
def mail() -> Iterator[MailReceiver]:
    with warnings.catch_warnings(action="ignore"):  # of AUTH without TLS: on loopback
        opened = MailReceiver()
    yield opened
    opened.close()


def owner(house: Running) -> Visitor:
    visitor = Visitor(house)
    visitor.first_run()
    return visitor


def add(parent: Visitor, url: str, topics: list[str] = TOPICS, **more: str) -> None:
    parent.get(f"{HERE}/new/other")
    values = {"title": "Phone", "url": url, "most": "10", "pages": parent.address, **more}
    done = parent.post(f"{HERE}/new/other", topic=topics, **values)
    assert done.status == 303, done.text
    parent.get(HERE)


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def everything_written(house: Running) -> str:
    """All files of the household but that of the channels, and all that it printed."""
    files = [each for each in house.state.parent.rglob("*") if each.is_file()]
    return "".join(
        each.read_bytes().decode(errors="replace") for each in files if each.name != "channels.json"
    )


def test_a_request_is_told_in_the_parents_language_and_answered_from_the_message(
    own: Running, receiver: WebReceiver
) -> None:
    parent = owner(own)
    add(parent, f"{receiver.url}?key={SECRET}", answers="on")
    parent.get("/settings/account")
    parent.post("/settings/account/language", language="fr")
    own.run("requests", "ask", "Noor", "site.example")
    eventually(lambda: receiver.got)
    said = receiver.got[0]["message"]
    assert said.startswith("Noor demande site.example")
    links = re.findall(r"http://\S+", said)
    assert [urlsplit(each).path[:4] for each in links] == ["/do/", "/do/"]
    somebody = Visitor(own)  # on another device, without an account
    yes, no = (urlsplit(each).path for each in links)
    page = somebody.get(yes)
    assert "site.example" in page.text
    assert "waiting" not in own.run("requests")
    assert len(receiver.got) == 1  # opening it has answered nothing
    assert somebody.post(yes).status == 200
    eventually(lambda: len(receiver.got) == 2)
    assert "site.example" in receiver.got[1]["message"]  # how it was answered
    assert somebody.get(yes).status == 404
    assert somebody.get(no).status == 404
    assert SECRET not in everything_written(own)
    assert (own.state / "channels.json").stat().st_mode & 0o777 == 0o600
    assert SECRET not in parent.get(HERE).body


def test_nothing_is_sent_that_was_not_chosen(own: Running, receiver: WebReceiver) -> None:
    parent = owner(own)
    add(parent, receiver.url, ["deeds"])
    own.run("requests", "ask", "Noor", "site.example")
    own.run("pause", "Noor", "20m")
    eventually(lambda: receiver.got)
    assert "Noor" in receiver.text
    assert "site.example" not in receiver.text


def test_what_does_not_arrive_is_said_and_tried_again(own: Running, receiver: WebReceiver) -> None:
    parent = owner(own)
    receiver.status = 401
    add(parent, receiver.url)
    own.run("pause", "Noor", "20m")
    said = "Messages do not arrive on “Phone”: the service does not accept the password or key."
    eventually(lambda: said in parent.get("/").text)
    assert "does not accept the password" in parent.get(HERE).text
    own.run("pause", "Noor", "30m")
    assert receiver.tries == 1  # it waits for its second try, and what is new waits with it
    page = parent.post(f"{HERE}/1/test")
    assert page.status == 422
    assert receiver.tries == 2


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # on loopback nobody listens
def test_mail_by_its_own_form(own: Running, mail: MailReceiver) -> None:
    parent = owner(own)
    parent.get(f"{HERE}/new/mail")
    form = {
        "title": "Mail", "to": "mara@home.test", "server": f"127.0.0.1:{mail.port}",
        "user": mail.USER, "password": mail.PASSWORD, "secure": "none", "most": "10",
    }  # fmt: skip
    assert parent.post(f"{HERE}/new/mail", topic=["requests"], **form).status == 303
    page = parent.get(HERE)
    assert "m…@home.test" in page.text
    assert mail.PASSWORD not in page.body
    assert parent.post(f"{HERE}/1/test").status == 303
    [(to, text)] = mail.got
    assert to == ["mara@home.test"]
    assert "This is a test" in text
    assert mail.PASSWORD not in everything_written(own)


@pytest.mark.parametrize("kind", [each.id for each in KINDS])
def test_each_kind_has_a_form_that_keeps_what_was_typed(
    shared: Running, parent: Visitor, kind: str
) -> None:
    page = parent.get(f"{HERE}/new/{kind}")
    assert page.status == 200
    page = parent.post(f"{HERE}/new/{kind}", title="My channel", quiet_from="9 pm", most="x")
    assert page.status == 422
    assert "This is needed." in page.text
    assert "Write a time of day, such as 20:30." in page.text  # until when?
    assert 'value="My channel"' in page.body
    assert 'value="9 pm"' in page.body


def test_what_sends_may_be_missing(own: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where somebody installed guardian alone: its Python finds no apprise."""
    parent = owner(own)
    own.stop()
    (own.state.parent / "sitecustomize.py").write_text('import sys; sys.modules["apprise"] = None')
    monkeypatch.setenv("PYTHONPATH", str(own.state.parent))
    own.start()
    eventually(lambda: is_open(own.web))
    assert "pip install" in parent.get(HERE).text
    parent.get(f"{HERE}/new/other")
    page = parent.post(f"{HERE}/new/other", title="x", url="json://127.0.0.1:9/", most="9")
    assert page.status == 422
    assert "is not installed here" in page.text


def test_bad_input_is_said_at_its_field_and_a_password_is_not_repeated(
    shared: Running, parent: Visitor
) -> None:
    parent.get(f"{HERE}/new/telegram")
    page = parent.post(f"{HERE}/new/telegram", title="Bot", key="12:bad key", chat="7", most="99")
    assert page.status == 422
    assert "Write a number within the limits." in page.text
    assert "12:bad key" not in page.body
    page = parent.post(f"{HERE}/new/telegram", title="Bot", key="12:bad key", chat="7", most="9")
    assert "A bot’s key looks like" in page.text
    page = parent.post(f"{HERE}/new/other", title="x", url="nothing://at/all", most="9")
    assert "the address cannot be read." in page.text
    page = parent.post(f"{HERE}/new/other", title="x", url="json://a/", most="9", answers="on")
    assert "Links need the address of these pages." in page.text
    assert not (shared.state / "channels.json").exists()
    assert parent.get(f"{HERE}/new/pigeon").status == 404
    assert parent.get(f"{HERE}/7").status == 404


def test_who_may_not_see_any_more_is_told_nothing(
    own: Running, receiver: WebReceiver, tmp_path: Path
) -> None:
    parent = owner(own)
    parent.get("/settings/accounts")
    parent.post("/settings/accounts", name="Ali", role="parent", password="correct horse battery")
    ali = Visitor(own)
    assert ali.log_in("Ali", "correct horse battery").status == 303
    add(ali, receiver.url)
    own.run("pause", "Noor", "20m")
    eventually(lambda: receiver.got)
    parent.post("/settings/accounts/Ali/remove")
    assert "Phone" not in parent.get(HERE).text

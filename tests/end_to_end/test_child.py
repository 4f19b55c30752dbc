"""A child's side: their own page, a question and its answer, the block page, one-purpose links.

All over plain HTTP from the child's own address, with the effect seen by DNS.
"""

import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.end_to_end.conftest import Running, eventually, free_port, lived_in
from tests.web.visitor import Page, Visitor

LINA, NOOR, MARA, NOBODY = "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.9"
TV = "127.0.0.30"
# Children of one test each, so that what they asked for and how often is theirs.
ADA, BEN, CAI, DORA, EVA, FINN = (f"127.0.0.{number}" for number in range(21, 27))
HOLDS_UNTIL = re.compile(r"[Uu]ntil [^.]*")
HOUSE = """
household: {{time_zone: Europe/Berlin, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}", block: ["127.0.0.1:{block}"]}}
upstreams:
  - {{address: 127.0.0.1, port: {upstream}, for: [open.test, ads.test]}}
  - {{address: 127.0.0.1, port: {upstream}}}
local: {{records: {{guardian.home.arpa: 127.0.0.1}}}}
lists:
  bundled: all
  sources:
    - {{name: house, path: house.txt, category: house-ads}}
    - {{name: The Watch, path: urls.txt, kind: iwf, category: illegal}}
profiles:
  child:
    block: [adult, gambling, house-ads]
    safe_search: true
    answer: address
    answer_address: 127.0.0.1
    budgets: [{{for: games, minutes: 60}}]
people:
  - {{name: Lina, age_band: 6-8, profile: child, devices: [127.0.0.2]}}
  - {{name: Noor, age_band: 13-15, profile: child, devices: [127.0.0.3]}}
  - {{name: Mara, age_band: adult, devices: [127.0.0.4]}}
  - {{name: Ada, age_band: 9-12, profile: child, devices: [127.0.0.21]}}
  - {{name: Ben, age_band: 9-12, profile: child, devices: [127.0.0.22]}}
  - {{name: Cai, age_band: 9-12, profile: child, devices: [127.0.0.23]}}
  - {{name: Dora, age_band: 9-12, profile: child, devices: [127.0.0.24]}}
  - {{name: Eva, age_band: 9-12, profile: child, devices: [127.0.0.25]}}
  - {{name: Finn, age_band: 16-17, profile: child, devices: [127.0.0.26]}}
shared_devices:
  - {{name: TV, devices: [127.0.0.30], follows: strictest, of: [Ada, Noor]}}
unknown_devices: {{profile: child}}
"""


def home(folder: Path, upstream: int) -> Iterator[Running]:
    port, web, block = free_port(), free_port(), free_port()
    config, state = folder / "home.yaml", folder / "state"
    (folder / "house.txt").write_text("ads.test\n")
    (folder / "urls.txt").write_text("https://listed.test/\n")
    config.write_text(HOUSE.format(port=port, web=web, block=block, upstream=upstream))
    with lived_in(config, state, port, web, block) as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, upstream: int) -> Iterator[Running]:
    yield from home(tmp_path_factory.mktemp("house"), upstream)


@pytest.fixture(scope="module")
def parent(house: Running) -> Visitor:
    visitor = Visitor(house)
    visitor.first_run()
    return visitor


@pytest.fixture
def own(tmp_path: Path, upstream: int) -> Iterator[Running]:
    """A household of a test's own, where nobody has asked anything yet, before the first run."""
    yield from home(tmp_path, upstream)


def child(house: Running, source: str = LINA) -> Visitor:
    visitor = Visitor(house, source=source)
    visitor.get("/me")
    return visitor


def answers(house: Running, qname: str, client: str) -> list[str]:
    return [str(each.rdata) for each in house.ask(qname, client=client).rr]


# The own page


def test_a_child_sees_what_holds_without_logging_in(house: Running, parent: Visitor) -> None:
    page = child(house).get("/me")
    assert page.status == 200
    for words in ("Hello, Lina", "Free time", "116 111", "Games: about", "What my parents can see"):
        assert words in page.text
    assert "What was done about me" not in page.text
    assert "Gambling" in page.text
    assert child(house).get("/").location == "/me"


def test_the_page_tells_nothing_of_others(house: Running, parent: Visitor) -> None:
    assert child(house, NOOR).post("/me/site", site="noors-secret.test", anyway="1").status == 303
    for source in (LINA, NOBODY):
        page = child(house, source).get("/me")
        for word in ("Noor", "Mara", "noors-secret", "127.0.0."):
            assert word not in page.text
    assert "noors-secret" in child(house, NOOR).get("/me").text


def test_a_device_without_a_name(house: Running, parent: Visitor) -> None:
    visitor = child(house, NOBODY)
    page = visitor.get("/me")
    assert "This device has no name yet" in page.text
    assert "Lina" not in page.text
    assert page.seal == ""  # nothing to send
    visitor.seal = child(house).seal
    assert visitor.post("/me/site", site="x.ads.test").status == 403


def test_what_several_people_use_names_none_of_them(house: Running, parent: Visitor) -> None:
    parent.get("/people/Finn")
    page = child(house, TV).get("/me")
    assert "Several people use this device" in page.text
    assert "Gambling" in page.text
    assert page.seal == ""
    blocked = visit(house, "www.bet365.com", TV)
    assert "which is filtered for you" in blocked.text
    assert "Ask my parents" not in blocked.text
    for name in ("Ada", "Noor", "Finn"):
        assert name not in page.text + blocked.text


def test_a_grown_up_finds_the_log_in(house: Running, parent: Visitor) -> None:
    page = child(house, MARA).get("/me")
    assert "Log in to look after others" in page.text
    assert "What my parents can see" not in page.text
    assert Visitor(house, source=MARA).get("/").location == "/login"


def test_it_is_there_before_the_first_run(own: Running) -> None:
    assert "Hello, Lina" in child(own).get("/me").text
    assert child(own).get("/help").status == 200


def number_of(parent: Visitor, asked: str) -> str:
    """The number of an open request, by what the parent reads."""
    body = parent.get("/requests").body
    found = re.search(rf'id="ask-(\d+)"><bdi>{re.escape(asked)}<', body)
    assert found is not None, asked
    return found[1]


def test_from_a_question_to_an_open_site(house: Running, parent: Visitor) -> None:
    assert answers(house, "fun.ads.test", ADA) == ["127.0.0.1"]
    ada = child(house, ADA)
    asked = ada.post("/me/site", site="https://Fun.ADS.test/play?x=1")
    assert asked.location == "/me"
    page = ada.get("/me")
    assert "You asked. The answer will be on this page." in page.text
    assert "fun.ads.test No answer yet." in page.text
    assert "Ada asks for fun.ads.test" in parent.get("/").text
    number = number_of(parent, "Ada asks for fun.ads.test")
    done = parent.post(f"/requests/{number}", answer="once", **{"from": "requests"})
    assert done.location == "/requests"
    eventually(lambda: answers(house, "fun.ads.test", ADA) == ["192.0.2.1"])
    assert answers(house, "fun.ads.test", LINA) == ["127.0.0.1"]
    assert "fun.ads.test Yes! It is open until" in ada.get("/me").text
    said = parent.get("/requests")
    assert "Ada asks for fun.ads.test Yes, for an hour" in said.text
    assert f'id="ask-{number}"' not in said.body
    again = parent.post(f"/requests/{number}", answer="no")
    assert again.status == 409
    assert "has its answer already" in again.text or "no open request" in again.text


def test_a_no_comes_with_its_reason(house: Running, parent: Visitor) -> None:
    ben = child(house, BEN)
    ben.post("/me/time", minutes="30", thing="games")
    number = number_of(parent, "Ben asks for 30 minutes more of Games")
    parent.post(f"/requests/{number}", answer="no", because="Homework first, <b>then</b> we see")
    page = ben.get("/me")
    assert "Not this time." in page.text
    assert "Homework first, <b>then</b> we see" in page.text
    assert "<b>then" not in page.body
    ben.post("/me/time", minutes="30", thing="games")
    assert "You can ask again an hour after it" in ben.get("/me").text


def test_asking_has_a_kind_end(house: Running, parent: Visitor) -> None:
    cai = child(house, CAI)
    cai.post("/me/site", site="a.ads.test")
    cai.post("/me/site", site="a.ads.test")
    assert "You have asked for this already." in cai.get("/me").text
    for name in "bc":
        cai.post("/me/site", site=f"{name}.ads.test")
    cai.post("/me/site", site="d.ads.test")
    assert "Three of your questions are waiting." in cai.get("/me").text
    for _ in range(8):
        cai.post("/me/site", site="e.ads.test")
    assert "Take a break" in cai.get("/me").text
    dora = child(house, DORA)
    dora.post("/me/site", site="a.ads.test")
    assert "You asked." in dora.get("/me").text  # one device's pace is its own


def test_what_is_open_is_not_asked_for_by_mistake(house: Running, parent: Visitor) -> None:
    lina = child(house)
    page = lina.post("/me/site", site="www.open.test")
    assert "looks open for you" in page.text
    assert "www.open.test No answer" not in lina.get("/me").text


def test_a_site_that_is_none_keeps_what_was_typed(house: Running, parent: Visitor) -> None:
    eva = child(house, EVA)
    page = eva.post("/me/site", site="my favourite")
    assert page.status == 422
    assert "Write the name of a site" in page.text
    assert 'value="my favourite"' in page.body
    page = eva.post("/me/site", site="co.uk", anyway="1")
    assert page.status == 422
    assert "more than one site" in page.text
    assert eva.post("/me/time", minutes="31", thing="games").status == 422
    assert eva.post("/me/time", minutes="30", thing="homework").status == 422
    assert "Nothing yet." in eva.get("/me").text


def test_neither_helplines_nor_illegal_names_are_ever_asked_for(
    house: Running, parent: Visitor
) -> None:
    noor = child(house, NOOR)
    noor.post("/me/site", site="listed.test", anyway="1")
    assert "cannot be opened for anybody here" in noor.get("/me").text
    noor.post("/me/site", site="www.nummergegenkummer.de", anyway="1")
    assert "always open for you" in noor.get("/me").text
    for name in ("listed.test", "nummergegenkummer"):
        assert name not in parent.get("/requests").text
        assert name not in noor.get("/me").text


def test_forms_come_from_this_page_to_this_device_alone(house: Running, parent: Visitor) -> None:
    lina, noor = child(house), child(house, NOOR)
    stolen = Visitor(house, source=LINA, seal=noor.seal)
    assert stolen.post("/me/site", site="z.ads.test").status == 403
    assert Visitor(house, source=LINA).post("/me/site", site="z.ads.test").status == 403
    for seal in ("x", "9999999999.", "99.ü", lina.seal[:-1], "1" + lina.seal):
        assert (
            Visitor(house, source=LINA, seal=seal).post("/me/site", site="z.ads.test").status == 403
        )
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    body = f"site=z.ads.test&seal={lina.seal}"
    assert lina.ask("POST", "/me/site", body, Origin="http://evil.example", **form).status == 403
    assert lina.ask("POST", "/me/site", body, Host="evil.example", **form).status == 421
    assert "z.ads.test" not in lina.get("/me").text


def test_from_13_on_one_sees_what_was_done(house: Running, parent: Visitor) -> None:
    parent.get("/people/Noor")
    parent.post("/people/Noor/pause", minutes="30")
    page = child(house, NOOR).get("/me")
    assert "Internet paused" in page.text
    assert "What was done about me lately Mara : paused the internet for you" in page.text
    parent.post("/people/Noor/resume")


def test_the_page_hears_of_an_answer(house: Running, parent: Visitor) -> None:
    """Its stream says another mark once something on it is another."""
    finn = child(house, FINN)
    connection = HTTPConnection("127.0.0.1", house.web, timeout=10, source_address=(FINN, 0))
    connection.request("GET", "/me/changes")
    stream = connection.getresponse()
    first = [stream.readline() for _ in range(3)][1]
    finn.post("/me/site", site="live.ads.test")
    second = first
    while second == first:
        second = [stream.readline() for _ in range(3)][1]
    assert second.startswith(b"data: ")
    mark = re.search(r'data-changes="(\w+)"', finn.get("/me").body)
    assert mark is not None
    assert mark[1].encode() in second
    connection.close()


def test_help_is_one_tap_from_everywhere(house: Running, parent: Visitor) -> None:
    for page in (parent.get("/"), parent.get("/nothing"), child(house).get("/me")):
        assert 'href="/help"' in page.body
    text = Visitor(house, source=NOBODY).get("/help").text
    for words in ("116 111", "What it cannot do", "To my page"):
        assert words in text


# Links that do one thing


def a_link(parent: Visitor, **values: str) -> str:
    parent.get("/links")
    form = {
        "title": "Grandma", "deed": "pause", "person": "Lina", "minutes": "30", "per_day": "2",
        "days": "7",
    }  # fmt: skip
    made = parent.post("/links", **(form | values))
    assert made.status == 303, made.text
    page = parent.get(made.location)
    assert "<svg" in page.body
    found = re.search(r"/do/[\w-]+", page.body)
    assert found is not None
    return found[0]


def test_a_link_pauses_when_its_button_is_pressed(house: Running, parent: Visitor) -> None:
    path = a_link(parent)
    number = re.findall(r"/links/(\d+)/revoke", parent.get("/links").body)[0]
    assert path.rpartition("/")[2].encode() not in (house.state / "guardian.db").read_bytes()
    grandma = Visitor(house, source=NOBODY)
    page = grandma.get(path)
    assert "Pause Lina for 30 minutes" in page.text
    assert "Noor" not in page.text
    for _ in range(3):  # what fetches links does nothing
        grandma.get(path)
        grandma.ask("HEAD", path)
    assert answers(house, "x.open.test", LINA) == ["192.0.2.1"]
    assert grandma.post(path).status == 303
    assert answers(house, "x.open.test", LINA) == ["127.0.0.1"]
    assert answers(house, "x.open.test", NOOR) == ["192.0.2.1"]
    assert "Done. It holds until" in grandma.get(path).text
    listed = parent.get("/links").text
    assert "Grandma Pause Lina for 30 minutes Made by Mara" in listed
    assert "Used 1 time" in listed
    parent.post("/people/Lina/resume")
    assert answers(house, "x.open.test", LINA) == ["192.0.2.1"]
    grandma.post(path)
    grandma.post(path)  # more often than it may
    assert "Used 2 times" in parent.get("/links").text
    assert parent.post(f"/links/{number}/revoke").status == 303
    assert grandma.get(path).status == 404
    assert grandma.post(path).status == 404


def test_a_link_never_shortens_what_a_parent_did(house: Running, parent: Visitor) -> None:
    path = a_link(parent)
    parent.post("/people/Lina/pause", minutes="600")
    parent.get("/people/Lina")
    before = HOLDS_UNTIL.findall(parent.get("/people/Lina").text)
    visitor = Visitor(house, source=LINA)
    visitor.get(path)
    visitor.post(path)
    assert before
    assert HOLDS_UNTIL.findall(parent.get("/people/Lina").text) == before
    parent.post("/people/Lina/resume")


def test_a_link_lives_only_as_long_as_its_maker_may(house: Running, parent: Visitor) -> None:
    path = a_link(parent, deed="extra", person="Noor", title="Fridge")
    visitor = Visitor(house, source=NOBODY)
    assert "30 minutes more for Noor" in visitor.get(path).text
    assert visitor.post(path, seal="nonsense").status == 403
    assert visitor.get("/do/" + "x" * 24).status == 404
    assert visitor.get("/links").location == "/login?next=/links"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "x" * 41), ("deed", "erase"), ("person", "Nobody"),
        ("minutes", "0"), ("minutes", "99999999999"), ("per_day", "-1"), ("days", "2"),
    ],
)  # fmt: skip
def test_a_link_that_cannot_be(house: Running, parent: Visitor, field: str, value: str) -> None:
    form = {
        "title": "Kitchen", "deed": "pause", "person": "Lina", "minutes": "30", "per_day": "2",
        "days": "7",
    }  # fmt: skip
    page = parent.post("/links", **(form | {field: value}))
    assert page.status == 422
    assert f'id="{field}-error"' in page.body
    if field != "title":
        assert 'value="Kitchen"' in page.body


# The block page


def raw(house: Running, data: bytes, source: str = LINA) -> bytes:
    """All that comes back for some bytes."""
    with socket.create_connection(
        ("127.0.0.1", house.block), timeout=10, source_address=(source, 0)
    ) as sock:
        try:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has had enough, and its reply may still be here
        got = b""
        try:
            while more := sock.recv(65536):
                got += more
        except ConnectionError:
            pass
        return got


def visit(house: Running, host: str, source: str = LINA, path: str = "/", **headers: str) -> Page:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head, _, body = raw(house, "\r\n".join([*lines, "", ""]).encode(), source).partition(
        b"\r\n\r\n"
    )
    first, *rest = head.decode().split("\r\n")
    found = dict(line.lower().split(": ", 1) for line in rest)
    return Page(int(first.split()[1]), found, body.decode())


def test_the_block_page_says_why_and_how_to_ask(house: Running, parent: Visitor) -> None:
    page = visit(house, "Fun.ads.test", path="/any?thing", Cookie="secret=1")
    assert page.status == 403
    assert "fun.ads.test" in page.text
    assert "This site belongs to “House-ads”, which is filtered for you." in page.text
    assert page.text.index("116 111") < page.text.index("Ask my parents")
    assert f'href="http://127.0.0.1:{house.web}/me?site=fun.ads.test"' in page.body
    assert "set-cookie" not in page.headers
    assert "<script" not in page.body
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["connection"] == "close"
    assert len(page.body) < 10_000
    asked = Visitor(house, source=LINA).get("/me?site=fun.ads.test")
    assert 'value="fun.ads.test"' in asked.body


def test_it_says_until_when(house: Running, parent: Visitor) -> None:
    parent.get("/people/Lina")
    parent.post("/people/Lina/pause", minutes="30")
    assert re.search(r"paused for you until \d\d:\d\d\.", visit(house, "www.open.test").text)
    assert "should work again" in visit(house, "www.open.test", NOOR).text
    parent.post("/people/Lina/resume")
    assert "should work again" in visit(house, "www.open.test").text


def test_of_illegal_content_it_says_no_name(house: Running, parent: Visitor) -> None:
    for source in (LINA, MARA, NOBODY):
        page = visit(house, "listed.test", source)
        assert page.status == 403
        assert "This page is not shown" in page.text
        assert "The list: The Watch" in page.text
        assert "If you think this is a mistake" in page.text
        assert "116 111" in page.text
        assert "listed.test" not in page.body
        assert "/me" not in page.body
    assert "listed.test" not in (house.state.parent / "stderr").read_text()


def test_it_is_quiet_where_nobody_sees_a_page(house: Running) -> None:
    for path in ("/favicon.ico", "/generate_204", "/hotspot-detect.html"):
        page = visit(house, "fun.ads.test", path=path)
        assert (page.status, page.headers["content-type"]) == (403, "text/plain; charset=utf-8")
    assert len(visit(house, "fun.ads.test", Sec_Fetch_Dest="image").body) < 100
    head = raw(house, b"HEAD / HTTP/1.1\r\nHost: fun.ads.test\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 403 ")
    assert head.endswith(b"\r\n\r\n")


def test_other_devices_are_told_what_holds_for_them(house: Running) -> None:
    assert "This device has no name yet" in visit(house, "fun.ads.test", NOBODY).text
    assert "should work again" in visit(house, "fun.ads.test", MARA).text
    assert "Here is guardian" in visit(house, "guardian.home.arpa").text
    assert "Here is guardian" in visit(house, f"127.0.0.1:{house.block}").text


def test_it_speaks_the_browsers_language(house: Running) -> None:
    page = visit(house, "fun.ads.test", Accept_Language="ar;q=0.9")
    assert '<html lang="ar" dir="rtl">' in page.body


@pytest.mark.parametrize(
    "host",
    ["", "<script>alert(1)</script>", "a" * 300, "..", "[::1", "x@y", "ads.test:99999999",
     "ads.test\x00", "xn--\xff.test", "'\"&.ads.test", "%00", "1.2.3.4"],
)  # fmt: skip
def test_a_hostile_host_is_harmless(house: Running, host: str) -> None:
    page = visit(house, host)
    assert page.status == 403
    assert "<script" not in page.body
    assert "alert" not in page.body


def test_a_request_that_never_ends_is_ended(house: Running) -> None:
    assert raw(house, b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000).startswith(b"HTTP/1.1 431 ")
    assert raw(house, b"\x16\x03\x01\x02\x00\x01\x00").startswith(b"HTTP/1.1 400 ")
    assert raw(house, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    form = b"POST / HTTP/1.1\r\nHost: fun.ads.test\r\nContent-Length: 90000\r\n\r\n" + b"y" * 90_000
    assert raw(house, form).startswith(b"HTTP/1.1 403 ")
    with socket.create_connection(("127.0.0.1", house.block), timeout=20) as silent:
        assert silent.recv(1) == b""  # closed by the other side, in its time


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.one_of(
        st.binary(max_size=2000),
        st.tuples(st.binary(max_size=80), st.binary(max_size=200)).map(
            lambda each: b"GET /" + each[0] + b" HTTP/1.1\r\nHost: " + each[1] + b"\r\n\r\n"
        ),
        st.text(max_size=200).map(
            lambda text: f"GET / HTTP/1.1\r\nHost: fun.ads.test\r\nAccept-Language: {text}\r\n\r\n"
            .encode()
        ),
    )
)  # fmt: skip
def test_no_bytes_get_more_than_a_short_answer(house: Running, data: bytes) -> None:
    reply = raw(house, data, "127.0.0.1")
    if reply:
        assert reply[:13] in (b"HTTP/1.1 400 ", b"HTTP/1.1 403 ", b"HTTP/1.1 431 ")
    assert len(reply) < 10_000
    assert "failed" not in (house.state.parent / "stderr").read_text()


def test_many_at_once_do_not_shut_out_the_next(house: Running) -> None:
    socks = [socket.create_connection(("127.0.0.1", house.block)) for _ in range(60)]
    try:
        assert visit(house, "fun.ads.test", "127.0.0.7").status == 403
    finally:
        for each in socks:
            each.close()

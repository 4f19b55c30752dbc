"""The pages over TLS: a certificate of guardian's own, one that was uploaded, files that change."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from guardian.client import Client, Place, Unreachable
from guardian.client.errors import Refused
from guardian.service.certificate import describe
from tests.certificates import self_signed
from tests.end_to_end.conftest import Running, eventually, free_port, lived_in

HOUSEHOLD = """
household: {{time_zone: UTC, country: DE, language: en}}
listen: {{dns: ["127.0.0.1:{port}"], web: "127.0.0.1:{web}"}}
web: {{{guard}}}
upstreams: [{{address: 127.0.0.1, port: {upstream}}}]
people: [{{name: Lina, age_band: 6-8, devices: [127.0.0.2]}}]
unknown_devices: {{profile: 6-8}}
"""


@contextmanager
def household(folder: Path, guard: str) -> Iterator[Running]:
    port, web = free_port(), free_port()
    config = folder / "home.yaml"
    config.write_text(HOUSEHOLD.format(port=port, web=web, guard=guard, upstream=free_port()))
    with lived_in(config, folder / "state", port, web) as running:
        yield running


def made(until: datetime) -> tuple[bytes, bytes]:
    """A certificate that is good until then, and its key, in PEM."""
    return self_signed("pages.test", until)


NOW = datetime.now(UTC)
GOOD, OVER = NOW + timedelta(days=60), NOW - timedelta(days=1)


def print_of(house: Running) -> str:
    """The fingerprint that a new connection is shown."""
    pem = ssl.get_server_certificate(("127.0.0.1", house.web), timeout=10)
    return describe(pem.encode()).fingerprint


def is_up(house: Running) -> bool:
    try:
        return bool(print_of(house))
    except OSError:
        return False


def connection(house: Running) -> HTTPSConnection:
    context = ssl._create_unverified_context()
    return HTTPSConnection("127.0.0.1", house.web, timeout=20, context=context)


def ask(over: HTTPConnection, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    over.request("GET", path, headers=headers)
    answer = over.getresponse()
    body = answer.read().decode()
    return answer.status, {name.lower(): value for name, value in answer.headers.items()}, body


def get(over: HTTPConnection, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """The same, and the end of the connection."""
    with closing(over):
        return ask(over, path, **headers)


def log_in(over: HTTPConnection, **headers: str) -> str:
    """The cookie that Mara is given."""
    form = "name=Mara&password=correct+horse+battery&next=/"
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    with closing(over):
        over.request("POST", "/login", form, headers)
        return over.getresponse().headers["Set-Cookie"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    redirect = free_port()
    folder = tmp_path_factory.mktemp("tls")
    with household(folder, f'tls: own, redirect: "127.0.0.1:{redirect}"') as running:
        running.block = redirect
        yield running


@pytest.fixture
def at_home(house: Running) -> Client:
    return Client(Place(state=house.state))


def test_the_pages_come_by_https_alone(house: Running) -> None:
    status, headers, _ = get(connection(house), "/setup")
    assert status == 200
    assert "strict-transport-security" not in headers
    with pytest.raises(OSError, match=r"."):
        get(HTTPConnection("127.0.0.1", house.web, timeout=10), "/setup")


def test_plain_http_is_sent_on(house: Running) -> None:
    over = HTTPConnection("127.0.0.1", house.block, timeout=10)
    status, headers, _ = get(over, "/people/Lina?x=%C3%96")
    where = f"https://127.0.0.1:{house.web}/people/Lina?x=%C3%96"
    assert (status, headers["location"]) == (308, where)
    assert get(over, "/", Host="evil.example")[0] == 421


def test_a_cookie_that_came_by_https_goes_by_https_alone(house: Running, at_home: Client) -> None:
    account = {"name": "Mara", "role": "owner", "password": "correct horse battery"}
    at_home.call("POST", "/accounts", account)
    cookie = log_in(connection(house))
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


def test_a_client_knows_it_by_its_fingerprint(house: Running, at_home: Client) -> None:
    key = at_home.call("POST", "/keys", {"name": "Clock", "right": "see"})["key"]
    found = at_home.call("GET", "/certificate")
    assert found["is_own"]
    assert "127.0.0.1" in found["names"]
    place = Place(f"https://127.0.0.1:{house.web}", key, found["fingerprint"])
    assert Client(place).people()[0].name == "Lina"
    with pytest.raises(Unreachable, match="another certificate"):
        Client(replace(place, fingerprint="00" * 32)).people()
    with pytest.raises(Unreachable, match="nobody vouches"):
        Client(replace(place, fingerprint="")).people()


def test_another_certificate_takes_over_and_nothing_is_dropped(
    house: Running, at_home: Client
) -> None:
    before = print_of(house)
    with closing(connection(house)) as standing:
        assert ask(standing, "/setup")[0] in (200, 303)
        sock = standing.sock
        chain, key = made(GOOD)
        data = {"certificate": chain.decode(), "key": key.decode()}
        new = at_home.call("PUT", "/certificate", data)
        assert new["fingerprint"] == print_of(house) == describe(chain).fingerprint != before
        assert ask(standing, "/setup")[0] in (200, 303)
        assert standing.sock is sock
    fresh = at_home.call("POST", "/certificate/renew")
    assert fresh["is_own"]
    assert fresh["fingerprint"] == print_of(house) not in (before, new["fingerprint"])


def test_what_cannot_be_used_changes_nothing(house: Running, at_home: Client) -> None:
    before = print_of(house)
    (chain, key), (other, _), (old, old_key) = made(GOOD), made(GOOD), made(OVER)
    for wrong, with_key, said in (
        (other, key, "belongs to another"), (old, old_key, "it was good until"),
        (chain, b"", "no certificate or no key"), (b"nonsense", b"", "no certificate or no key"),
        (chain, b"x" * 200_000, "no certificate or no key"),
    ):  # fmt: skip
        data = {"certificate": wrong.decode(), "key": with_key.decode()}
        with pytest.raises(Refused, match=said):
            at_home.call("PUT", "/certificate", data)
        assert print_of(house) == before
    assert at_home.call("GET", "/certificate")["problem"] == ""


def test_a_key_is_never_told(house: Running, at_home: Client) -> None:
    folder = house.state / "tls"
    assert folder.stat().st_mode & 0o077 == 0
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    key = (folder / "in-force.pem").read_text().split("-----")[2].strip()[:40]
    for told in (at_home.call("GET", "/certificate"), at_home.call("GET", "/household")):
        assert key not in json.dumps(told)
    assert key not in (house.state.parent / "stderr").read_text()


def test_files_that_change_are_followed_and_bad_ones_are_told(tmp_path: Path) -> None:
    def put(pair: tuple[bytes, bytes]) -> str:
        (tmp_path / "key.pem").write_bytes(pair[1])
        (tmp_path / "chain.pem").write_bytes(pair[0])
        return describe(pair[0]).fingerprint

    first = put(made(GOOD))
    with household(tmp_path, "tls: files, certificate: chain.pem, key: key.pem") as house:
        here = Client(Place(state=house.state))

        def problems() -> Any:
            return " ".join(here.status().problems)

        assert print_of(house) == first
        second = put(made(GOOD))
        eventually(lambda: print_of(house) == second)
        (tmp_path / "chain.pem").write_text("half a certi")
        eventually(lambda: "the last good certificate stays" in problems())
        assert print_of(house) == second
        put(made(OVER))
        eventually(lambda: "it was good until" in problems())
        house.stop()
        house.start()  # also then: the last good one
        eventually(lambda: is_up(house))
        assert print_of(house) == second
        assert "certificate" in problems()
        soon = put(made(NOW + timedelta(days=3)))
        eventually(lambda: print_of(house) == soon)
        assert "renew it" in problems()
        doctor = [json.loads(each) for each in _doctor(house).splitlines()]
        found = next(each for each in doctor if each["check"] == "certificate")
        assert (found["level"], "2 days" in found["sentence"]) == ("warn", True)


def _doctor(house: Running) -> str:
    argv = [sys.executable, "-m", "guardian.cli.main", "doctor", "--json"]
    argv += ["--config", str(house.config), "--state", str(house.state)]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout


def test_a_named_proxy_is_believed(tmp_path: Path) -> None:
    guard = "trusted_proxies: 127.0.0.1/32, names: pages.test, metrics: 192.0.2.0/24"
    with household(tmp_path, guard) as house:
        here = Client(Place(state=house.state))
        account = {"name": "Mara", "role": "owner", "password": "correct horse battery"}
        here.call("POST", "/accounts", account)
        over = HTTPConnection("127.0.0.1", house.web, timeout=10)
        sent = {
            "Host": "pages.test", "X-Forwarded-For": "203.0.113.9, 192.0.2.7",
            "X-Forwarded-Proto": "https",
        }  # fmt: skip
        cookie = log_in(over, **sent)
        assert "Secure" in cookie
        status, _, body = get(
            over, "/api/v1/account/sessions", Cookie=cookie.partition(";")[0], Host="pages.test"
        )
        assert (status, json.loads(body)["sessions"][0]["address"]) == (200, "192.0.2.7")
        assert get(over, "/metrics", **{"X-Forwarded-For": "192.0.2.7"})[0] == 200
        assert get(over, "/metrics", **{"X-Forwarded-For": "192.0.2.7, 198.51.100.1"})[0] == 401
        assert get(over, "/setup", Host="other.test")[0] == 421

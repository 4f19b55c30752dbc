"""AdGuardHome.yaml: what a family had is what it has."""

from datetime import datetime
from ipaddress import ip_address
from zoneinfo import ZoneInfo

import pytest

from guardian.policy.devices import ClientId, Mac
from guardian.policy.people import AgeBand
from guardian.policy.rules import Answer, Category, Engine, Level, SafeSearch
from guardian.settings import Settings
from tests.takeover.conftest import TakeOver
from tests.takeover.samples import DATA

FILE = DATA / "AdGuardHome.yaml"
LINA = "Lina:6-8=Lina tablet,Lina phone"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def settings(take_over: TakeOver) -> Settings:
    return take_over("adguardhome", FILE, "--person", LINA)[0]


def test_the_house(settings: Settings) -> None:
    house = settings.household.unknown
    assert house is not None
    assert house.blocked == {"ads", "gambling", "malware", "tinder"}
    assert house.deny_names == {"ads.example", "metrics.example", "tracker.example"}
    assert house.allow_names == {"school.example"}
    assert len(house.deny_patterns) == 1
    assert house.block_answer.answer is Answer.NXDOMAIN
    assert {each.engine for each in house.safe_search} == {
        Engine.BING,
        Engine.DUCKDUCKGO,
        Engine.ECOSIA,
        Engine.GOOGLE,
        Engine.PIXABAY,
    }
    assert settings.household.zone.key == "Europe/Berlin"


def test_people_and_their_devices(settings: Settings) -> None:
    lina, office = settings.household.people
    assert (lina.name, lina.age_band) == ("Lina", AgeBand.FROM_6)
    assert lina.devices == (
        Mac("a4:83:e7:00:00:01"),
        ClientId("lina-tablet"),
        Mac("a4:83:e7:00:00:02"),
    )
    assert lina.profile is not None
    assert office.profile is not None
    assert lina.profile.blocked == {"ads", "gambling", "adult", "malware"}
    assert "video.example" in lina.profile.deny_names  # a rule with $client
    assert SafeSearch(Engine.YOUTUBE, Level.MODERATE) in lina.profile.safe_search
    assert office.profile.blocked == {"tinder"}  # nothing filtered, but the house's services
    assert "video.example" not in office.profile.deny_names
    assert [str(each) for each in office.devices] == ["192.168.7.0/24", "2001:db8::7"]
    assert settings.own_upstreams["Lina"][0].endpoint.address == ip_address("1.1.1.3")
    (blocked,) = settings.household.devices
    assert (blocked.blocked, blocked.signs) == (True, (ip_address("192.168.1.66"),))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-27T15:00", False),  # a Friday has no stretch in the file: blocked whole
        ("2026-11-28T08:59", False),
        ("2026-11-28T09:00", True),
        ("2026-11-28T20:29", True),
        ("2026-11-28T20:30", False),
        ("2026-11-29T03:00", True),  # Sunday is free from 0 to 24 hours
        ("2026-11-29T23:59", True),
    ],
)
def test_a_schedule_is_when_services_are_open(settings: Settings, at: str, is_open: bool) -> None:
    profile = settings.household.people[0].profile
    assert profile is not None
    instant = datetime.fromisoformat(at).replace(tzinfo=BERLIN)
    minute = instant.hour * 60 + instant.minute
    holding = [
        each
        for each in profile.windows
        if instant.weekday() in each.days
        and each.start.hour * 60 + each.start.minute <= minute
        and minute < ((each.end.hour * 60 + each.end.minute) or 1440)
    ]
    assert bool(holding) is not is_open
    for each in holding:
        assert set(each.blocks) == {Category("youtube"), Category("disney-plus"), Category("x")}


def test_names_of_the_house_and_upstreams(settings: Settings) -> None:
    records = {name: [str(each) for each in found] for name, found in settings.records.items()}
    assert records == {
        "router.home.arpa": ["192.168.1.1"],
        "gateway.home.arpa": ["192.168.1.1"],
        "printer.home.arpa": ["192.168.1.9"],
        "nas.home.arpa": ["192.168.1.10"],
    }
    assert [str(each.endpoint.address) for each in settings.upstreams] == [
        "9.9.9.10",
        "149.112.112.10",
    ]
    forwards = {each.suffix: str(each.upstreams[0].endpoint.address) for each in settings.forwards}
    assert forwards["lan"] == forwards["168.192.in-addr.arpa"] == "192.168.1.1"
    assert forwards["work.example"] == "10.9.9.53"
    assert forwards["cloud.example"] == "94.140.14.140"


def test_lists(settings: Settings) -> None:
    lists = {each.title: (each.category, str(each.kind)) for each in settings.lists.sources}
    assert lists == {
        "AdGuard DNS filter": ("ads", "block"),
        "Betting sites": ("gambling", "block"),
        "Never block ads": ("ads", "allow"),
        "Never block gambling": ("gambling", "allow"),
    }
    assert all(each.location.startswith("https://") for each in settings.lists.sources)


def test_what_is_not_kept_is_said(take_over: TakeOver) -> None:
    _, told = take_over("adguardhome", FILE, "--person", LINA)
    lost = told.partition("Not kept:")[2]
    for said in (
        "tls://dns.unknown.example",
        "AdAway Default Blocklist: it was switched off",
        "4chan (the house): guardian knows no such app",
        "guardian has nothing like $ctag=device_tv",
        "*.lab.home.arpa → 192.168.1.20",
        "rewrite old.home.arpa",
        "user parent: make an account",
        "Lina has those of Lina tablet",
        "age of Office: nobody tells it",
    ):
        assert said in lost
    assert "$2a$" not in told  # nobody's password


def test_an_earlier_schema(take_over: TakeOver) -> None:
    old = FILE.parent.parent / "data" / "AdGuardHome-schema12.yaml"
    settings, _ = take_over("adguardhome", old)
    house = settings.household.unknown
    assert house is not None
    assert house.blocked == {"ads", "tiktok", "adult"}
    assert [each.name for each in settings.household.people] == ["TV"]
    assert "nas.lan" in settings.records

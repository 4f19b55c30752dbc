"""Files that are fine and files that are not, as tables of what their authors read."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.policy.budgets import Budget, Period
from guardian.policy.devices import ClientId, Follows, HostName, Mac, SharedDevice
from guardian.policy.people import AgeBand
from guardian.policy.rules import Answer, Category, Engine, Everything, Level, SafeSearch
from guardian.policy.windows import Dates, Season, Weekday, WindowKind
from guardian.settings import ConfigError, Settings, load, ready_made
from guardian.settings.endpoints import Endpoint, Server
from guardian.settings.notes import notes
from guardian.settings.sections.lists import ListKind
from guardian.settings.sections.network import Forwarder, NamedAs
from guardian.settings.settings import parse

Load = Callable[[str], Settings]
Problems = Callable[[str], list[str]]
ROOT = Path(__file__).resolve().parents[2]

SMALL = """\
household: {time_zone: Europe/Berlin}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: none}
"""
FAMILY = """\
people:
  - {name: Lina, age_band: 6-8, devices: [tablet]}
  - {name: Noor, age_band: 13-15, devices: ["id:Noor-Phone"]}
  - {name: Mara, age_band: adult}
"""


@pytest.mark.parametrize("name", ["home.yaml", "school.yaml"])
def test_every_example_is_fine(name: str) -> None:
    assert load(ROOT / "config" / name).household.people


def test_the_smallest_file(loaded: Load) -> None:
    found = loaded(SMALL)
    assert found.household.unknown is None
    assert found.household.essentials
    assert found.listen.dns == (
        Endpoint(ip_address("127.0.0.1"), 5353),
        Endpoint(ip_address("::1"), 5353),
    )
    assert found.upstreams == (Server(Endpoint(ip_address("9.9.9.9"), 53)),)
    assert set(found.lists.bundled) == {"adult", "games", "video", "iwf-sample"}
    assert (found.resolver.workers, found.resolver.cache_bytes) == (1, 8 * 2**20)


def test_what_yaml_would_misread_means_what_it_looks_like(loaded: Load) -> None:
    found = loaded(
        """\
household: {time_zone: Europe/Oslo, country: NO}
upstreams: [{address: 9.9.9.9}]
profiles:
  primary:
    windows: [{kind: bedtime, days: mon, from: 20:00, to: 07:00}]
people:
  - {name: No, age_band: 6-8, profile: primary, devices: [10:20:30:40:50:51, 0x10, 1e3]}
  - {name: 1_000, age_band: adult}
unknown_devices: {profile: primary}
"""
    ).household
    assert found.country == "NO"
    assert [person.name for person in found.people] == ["No", "1_000"]
    assert found.people[0].devices == (Mac("10:20:30:40:50:51"), HostName("0x10"), HostName("1e3"))
    [window] = found.profiles[0].windows
    assert (window.start, window.end) == (time(20), time(7))


def test_all_that_a_profile_can_say(loaded: Load) -> None:
    found = loaded(
        SMALL
        + """\
profiles:
  teen:
    block: adult
    allow_names: [WIKIPEDIA.org., bücher.example]
    deny_names: chat.example
    safe_search: {google: on, bing: false, youtube: strict}
    windows:
      - {kind: school, days: [sat-mon, wednesday], from: 8:00, to: 24:00, block: [games, video]}
      - {kind: bedtime, from: 00:00, to: 24:00}
    answer: address
    answer_address: ["fd00::2", 192.168.1.2]
    block_ttl: 60
  open_minded: {safe_search: true}
"""
    )
    teen, open_minded = found.household.profiles
    assert teen.blocked == {"adult"}
    assert teen.allow_names == {"wikipedia.org", "xn--bcher-kva.example"}
    assert teen.deny_names == {"chat.example"}
    assert teen.safe_search == {
        SafeSearch(Engine.GOOGLE, Level.STRICT),
        SafeSearch(Engine.YOUTUBE, Level.STRICT),
    }
    school, bedtime = teen.windows
    assert school.days == {Weekday.SAT, Weekday.SUN, Weekday.MON, Weekday.WED}
    assert (school.start, school.end) == (time(8), time(0))
    assert school.blocks == (Category("games"), Category("video"))
    assert (bedtime.days, bedtime.blocks) == (frozenset(Weekday), (Everything(),))
    assert teen.block_answer.answer is Answer.ADDRESS
    assert teen.block_answer.addresses == (ip_address("192.168.1.2"), ip_address("fd00::2"))
    assert teen.block_answer.ttl == 60
    assert {(each.engine, each.level) for each in open_minded.safe_search} == {
        (engine, Level.MODERATE if engine is Engine.YOUTUBE else Level.STRICT) for engine in Engine
    }


def test_what_several_use_and_who_speaks_for_others(loaded: Load) -> None:
    found = loaded(
        SMALL
        + FAMILY
        + """\
shared_devices:
  - {name: TV, devices: [living-room-tv]}
  - {name: Console, devices: [192.168.1.9], follows: checked-in, of: [Lina, Mara]}
  - {name: Loudspeaker, follows: Mara}
listen:
  forwarders:
    - address: 192.168.1.1
    - {address: "fd00::1", option: 65074, as: id}
"""
    )
    assert found.household.people[1].devices == (ClientId("noor-phone"),)
    assert found.household.shared == (
        SharedDevice("TV", (HostName("living-room-tv"),), Follows.STRICTEST, ("Lina", "Noor")),
        SharedDevice("Console", (ip_address("192.168.1.9"),), Follows.CHECKED_IN, ("Lina", "Mara")),
        SharedDevice("Loudspeaker", (), Follows.PERSON, ("Mara",), "Mara"),
    )
    assert found.listen.forwarders == (
        Forwarder(ip_address("192.168.1.1"), 65001, NamedAs.MAC),
        Forwarder(ip_address("fd00::1"), 65074, NamedAs.ID),
    )


def test_times_that_are_not_like_the_others(loaded: Load) -> None:
    found = loaded(
        """\
household: {time_zone: Europe/Berlin, holidays: [2026-12-23/2027-01-06, 2027-05-06]}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: 6-8}
profiles:
  teen:
    windows:
      - {kind: bedtime, from: 22:00, to: 06:30, allow: [video], season: term}
      - {kind: bedtime, dates: 2026-12-31, block: none}
    budgets:
      - {for: games, minutes: {mon-fri: 45, sat-sun: 90}, holidays: 120, carry: 30}
      - {for: all, minutes: 600, per: week}
"""
    ).household
    assert found.holidays == (
        Dates(date(2026, 12, 23), date(2027, 1, 6)),
        Dates(date(2027, 5, 6), date(2027, 5, 6)),
    )
    bedtime, new_year = found.profiles[0].windows
    assert bedtime.spares == {"video"}
    assert bedtime.season is Season.TERM
    assert (new_year.blocks, new_year.dates) == ((), Dates(date(2026, 12, 31), date(2026, 12, 31)))
    assert found.profiles[0].budgets == (
        Budget("games", Period.DAY, (45,) * 5 + (90,) * 2, 120, 30),
        Budget(None, Period.WEEK, (600,) * 7),
    )
    assert found.unknown is not None
    assert "social" in found.unknown.blocked


@pytest.mark.parametrize(
    ("today", "band", "soon"),
    [
        (date(2026, 11, 1), AgeBand.FROM_6, ["Lina moves from 6-8 to 9-12 on 1 December 2026"]),
        (date(2026, 10, 1), AgeBand.FROM_6, []),
        (date(2026, 12, 1), AgeBand.FROM_9, []),
        (date(2035, 11, 20), AgeBand.FROM_16, ["Lina is of age on 1 December 2035; the rules"]),
        (date(2035, 12, 1), AgeBand.ADULT, ["Lina is of age since 1 December 2035; the rules"]),
        (date(2036, 2, 1), AgeBand.ADULT, []),
    ],
)
def test_a_band_moves_with_the_months(
    tmp_path: Path, today: date, band: AgeBand, soon: list[str]
) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(A_PERSON + "{name: Lina, born: 2017-12}")
    found = load(path, today=today)
    [lina] = found.household.people
    assert lina.age_band is band
    ready = ready_made.profiles().get(str(band))
    assert lina.profile == ready
    said = [note for note in notes(found, today=today) if "Lina" in note]
    assert len(said) == len(soon)
    assert all(note.startswith(start) for note, start in zip(said, soon, strict=True))


@pytest.mark.parametrize(
    ("household", "person", "profile", "said"),
    [
        ("", "", "teen", ""),
        ("", "born: 2008-12", "teen", "is of age on 1 December 2026; the rules for them end then"),
        ("", "born: 2008-11", None, "is of age since 1 November 2026; the rules for them have"),
        ("", "born: 2008-11, own_choice: true", "teen", "has chosen to keep their rules"),
        ("", "born: 2007-01", None, "the rules written for them hold no more"),
        ("country: KR", "born: 2008-11", "teen", ""),  # of age at 19
        ("country: KR", "born: 2007-11", None, "is of age since 1 November 2026"),
        ("country: eg", "born: 2006-01", "teen", ""),  # at 21
        ("kind: school", "born: 2008-11", "teen", "is in the age band adult since"),
        ("", "age_band: adult", "teen", ""),  # the file knows that they are
    ],
)
def test_rules_end_when_somebody_is_of_age(
    tmp_path: Path, household: str, person: str, profile: str | None, said: str
) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(
        f"household: {{time_zone: UTC, {household}}}\nupstreams: [{{address: 9.9.9.9}}]\n"
        "unknown_devices: {profile: none}\nprofiles: {teen: {block: [gambling]}}\n"
        f"people: [{{name: Noor, profile: teen, {person or 'age_band: 16-17'}}}]\n"
    )
    found = load(path, today=date(2026, 11, 20))
    [noor] = found.household.people
    assert (noor.profile.name if noor.profile else None) == profile
    about = [note for note in notes(found, today=date(2026, 11, 20)) if "Noor" in note]
    assert bool(about) == bool(said)
    assert any(said in note for note in about) or not said


def test_who_keeps_the_rules_of_their_age_keeps_those_of_the_last(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(A_PERSON + "{name: Noor, born: 2008-11, own_choice: true}")
    [noor] = load(path, today=date(2026, 11, 20)).household.people
    assert noor.age_band is AgeBand.ADULT
    assert noor.profile == ready_made.profiles()["16-17"]


@pytest.mark.parametrize(
    ("said", "safe", "others"),
    [
        ("{youtube: moderate}", {"google": "strict", "youtube": "moderate"}, True),
        ("{google: false}", {"youtube": "strict"}, True),
        ("{bing: true}", {"google": "strict", "youtube": "strict", "bing": "strict"}, True),
        ("{others: allow}", {"google": "strict", "youtube": "strict"}, False),
        ("{others: block}", {"google": "strict", "youtube": "strict"}, True),
        ("false", {}, True),
    ],
)
def test_safe_search_on_top_of_a_base_says_what_is_different(
    loaded: Load, said: str, safe: dict[str, str], others: bool
) -> None:
    base = "{google: true, youtube: strict, others: block}"
    people = f"people: [{{name: Lina, age_band: 6-8, profile: p, rules: {{safe_search: {said}}}}}]"
    found = loaded(f"{SMALL}profiles: {{p: {{safe_search: {base}}}}}\n{people}\n")
    profile = found.household.people[0].profile
    assert profile
    assert {each.engine: each.level for each in profile.safe_search} == safe
    assert ("baidu" in profile.blocked) == others


def test_a_profile_is_what_it_changes_of_its_base(loaded: Load) -> None:
    found = loaded(
        SMALL
        + """\
profiles:
  younger:
    block: [adult, games]
    deny_names: chat.example
    safe_search: true
    windows:
      - {kind: homework, from: 15:00, to: 16:00, block: [video]}
      - {kind: bedtime, from: 20:00, to: 07:00}
    budgets: [{for: video, minutes: 30}, {for: all, minutes: 90}]
    answer: nxdomain
  older:
    base: younger
    unblock: games
    block_ttl: 60
    windows: [{kind: bedtime, from: 22:00, to: 07:00}]
    budgets: [{for: all, minutes: 180}]
people:
  - {name: Noor, age_band: 13-15, profile: older, rules: {block: video, allow_only: true}}
  - {name: Lina, age_band: 6-8}
  - {name: Omar, age_band: 9-12, rules: {unblock: adult}}
  - {name: Mara, age_band: adult, rules: {block: adult}}
"""
    ).household
    younger, older = found.profiles
    assert older.blocked == {"adult"}
    assert older.deny_names == {"chat.example"}
    assert older.safe_search == younger.safe_search
    assert older.block_answer == replace(younger.block_answer, ttl=60)
    assert [(each.kind, each.start) for each in older.windows] == [
        (WindowKind.BEDTIME, time(22)),
        (WindowKind.HOMEWORK, time(15)),
    ]
    assert {each.category: each.minutes[0] for each in older.budgets} == {None: 180, "video": 30}
    noor, lina, omar, mara = (person.profile for person in found.people)
    assert noor
    assert omar
    assert mara
    assert noor.blocked == {"adult", "video"}
    assert noor.allow_only
    assert noor.name == "older"
    assert lina == ready_made.profiles()["6-8"]
    assert "adult" not in omar.blocked
    assert omar.blocked < ready_made.profiles()["9-12"].blocked
    assert mara.blocked == {"adult"}


def test_network_lists_and_resolver(loaded: Load) -> None:
    found = loaded(
        """\
household: {time_zone: UTC}
listen: {dns: "0.0.0.0:53", web: "[::]:80"}
upstreams:
  - {address: 9.9.9.9}
  - {address: 10.0.0.53, port: 5300, for: [work.example, home.arpa]}
local:
  suffixes: {home.arpa: 192.168.1.1, 168.192.in-addr.arpa: "[fd00::1]:5353"}
  records: {printer.home.arpa: [192.168.1.9, "fd00::9"], nas.home.arpa: 192.168.1.8}
lists:
  bundled: [adult]
  sources:
    - {name: Our school, path: school.txt, category: chess, update: 12h}
    - {name: Watch, url: "https://lists.example/a", kind: iwf, format: domains}
profiles: {p: {block: [chess]}}
unknown_devices: {profile: p}
resolver: {workers: 2, cache: 1GB, run_as: guardian}
"""
    )
    assert found.listen.dns == (Endpoint(ip_address("0.0.0.0"), 53),)
    assert str(found.listen.web) == "[::]:80"
    assert found.upstreams == (Server(Endpoint(ip_address("9.9.9.9"), 53)),)
    assert {each.suffix: [str(one) for one in each.upstreams] for each in found.forwards} == {
        "home.arpa": ["192.168.1.1", "10.0.0.53:5300"],
        "168.192.in-addr.arpa": ["[fd00::1]:5353"],
        "work.example": ["10.0.0.53:5300"],
    }
    assert found.records["nas.home.arpa"] == (ip_address("192.168.1.8"),)
    school, watch = found.lists.sources
    assert (school.id, school.category, school.update) == (
        "our-school",
        "chess",
        timedelta(hours=12),
    )
    assert (watch.kind, watch.category) == (ListKind.IWF, "illegal")
    assert (watch.update, watch.expires) == (timedelta(hours=12), timedelta(hours=72))
    assert school.expires is None
    assert found.resolver.cache_bytes == 2**30


def test_devices_of_every_sort(loaded: Load) -> None:
    found = loaded(
        SMALL
        + "people: [{name: Mara, age_band: adult, devices: "
        + '[A4-83-E7-00-00-01, 10.0.0.0/8, "fd00::/64", "::ffff:10.0.0.1", Maras-iPhone]}]'
    )
    assert found.household.people[0].devices == (
        Mac("a4:83:e7:00:00:01"),
        ip_network("10.0.0.0/8"),
        ip_network("fd00::/64"),
        ip_address("10.0.0.1"),
        HostName("maras-iphone"),
    )


A_WINDOW = SMALL + "profiles:\n  p:\n    windows:\n      - "
A_BUDGET = SMALL + "profiles:\n  p:\n    budgets:\n      - "
A_PERSON = SMALL + "people:\n  - "
A_SOURCE = SMALL + "lists:\n  sources:\n    - "


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            A_WINDOW + '{kind: bedtime, from: "8.30pm", to: "07:00"}',
            'home.yaml, line 7, profiles.p.windows[0].from: "8.30pm" is not a time of day; '
            'write it as "20:30"',
        ),
        (A_WINDOW + "{kind: bedtime, from: 25:00, to: 07:00}", '"25:00" is not a time of day'),
        (A_WINDOW + "{kind: bedtime, from: 7 uhr, to: 08:00}", 'write it as "07:00"'),
        (A_WINDOW + "{kind: bedtime, from: 20:00, to: 20:00}", "the window ends when it starts"),
        (A_WINDOW + "{kind: bedtme, from: 20:00, to: 07:00}", 'write "bedtime"'),
        (A_WINDOW + "{kind: bedtime, to: 07:00}", '"from" is missing; add a time of day'),
        (
            A_WINDOW + "{kind: bedtime, from: 20:00, to: 07:00, days: [friyay]}",
            'windows[0].days[0]: "friyay" is not a day',
        ),
        (A_WINDOW + "{kind: bedtime, from: 20:00, to: 07:00, days: []}", "no day is named"),
        (A_WINDOW + "{kind: bedtime, from: 20:00, to: 07:00, block: []}", "blocks nothing"),
        (A_WINDOW + "bedtime", '"bedtime" is a single value; write a window with its times'),
        (
            SMALL + "profiles: {p: {block: [adlt]}}",
            '"adlt" is no category and no service; write "adult"',
        ),
        (SMALL + "profiles: {p: {block: [illegal]}}", "blocked for everybody already"),
        (SMALL + "profiles: {p: {blok: [adult]}}", "profiles.p.blok: there is no such key; write"),
        (SMALL + "profiles: {p: {block: {adult: yes}}}", "these are keys with values"),
        (SMALL + "profiles: {p: {answer: address}}", "it is not said which address"),
        (SMALL + "profiles: {p: {answer_address: 10.0.0.1}}", "it has no use with answer: zero"),
        (SMALL + "profiles: {p: {block_ttl: 5}}", "5 is out of range; write a number from 10 to"),
        (SMALL + "profiles: {p: {block_ttl: ten}}", '"ten" is not a whole number'),
        (SMALL + "profiles: {p: {safe_search: maybe}}", '"maybe" is neither on nor off'),
        (SMALL + "profiles: {p: {safe_search: {bing: moderate}}}", '"moderate" is no setting of'),
        (SMALL + "profiles: {p: {safe_search: {yahoo: on}}}", '"yahoo" has no safe search here'),
        (SMALL + "profiles: {none: {}}", '"none" means something else already'),
        (
            SMALL + "profiles: {p: {deny_names: ['https://www.site.example/page']}}",
            'write "www.site.example"; what is below it is meant too',
        ),
        (SMALL + "profiles: {p: {deny_names: ['*.site.example']}}", 'write "site.example"'),
        (A_PERSON + "{name: Lina, age_band: 7, profile: none}", 'write the band, "6-8"'),
        (A_PERSON + "{name: Lina, age_band: 6-8, rules: {base: 9-12}}", "take base out"),
        (A_PERSON + "{name: Lina}", '"age_band" is missing; add age_band: 6-8, or born: 2018-05'),
        (A_PERSON + "{name: Lina, age_band: 6-8, born: 2018-05}", "there is an age_band already"),
        (A_PERSON + "{name: Lina, born: may}", '"may" is not a month; write it as 2018-05'),
        (A_WINDOW + "{kind: bedtime, dates: 2026-13-01, block: none}", "is not a date"),
        (A_WINDOW + "{kind: bedtime, dates: 2026-12-02/2026-12-01, block: none}", "ends before"),
        (
            A_WINDOW + "{kind: bedtime, days: sat, dates: 2026-12-01, block: none}",
            "none of these dates is one of its days",
        ),
        (
            A_WINDOW + "{kind: school, from: 8:00, to: 9:00, block: [games], allow: [video]}",
            "it is of use only where all is blocked",
        ),
        (A_BUDGET + "{for: games, minutes: {sat: 60}}", "no minutes are given for mon, tue"),
        (A_BUDGET + "{for: games, minutes: {mon-sun: 60, sat: 9}, per: week}", "one number of"),
        (A_BUDGET + "{for: games, minutes: 1441}", "a day has 1440 minutes"),
        (SMALL + "profiles: {p: {deny_patterns: ['/(a+)+$/']}}", "could take long"),
        (SMALL + "profiles: {p: {deny_patterns: [ads.example]}}", "is no pattern"),
        (SMALL + "profiles: {p: {deny_types: [HTTPSX]}}", '"HTTPSX" is no record type'),
        (
            SMALL + "profiles: {p: {deny_networks: [203.0.113.1/24]}}",
            'write it as "203.0.113.0/24"',
        ),
        (SMALL + "profiles: {p: {unblock: [adult]}}", "there is no base that blocks it"),
        (SMALL + "profiles: {p: {base: q}}", 'there is no profile "q"'),
        (SMALL + "profiles: {p: {base: q}, q: {base: p}}", "it is built on itself"),
        (SMALL + "profiles: {p: {safe_search: {others: hide}}}", '"hide" is no setting'),
        (A_PERSON + "{name: Lina, age_band: adult, profile: p}", 'there is no profile "p"'),
        (
            A_PERSON + "{name: Lina, age_band: adult, devices: 300.1.1.1}",
            '"300.1.1.1" is no device',
        ),
        (
            A_PERSON + "{name: Lina, age_band: adult, devices: 10.0.0.1/24}",
            'write it as "10.0.0.0/24"',
        ),
        (
            A_PERSON
            + "{name: A, age_band: adult, devices: [pad, tv]}\n"
            + "  - {name: B, age_band: adult, devices: [10.0.0.1, TV]}",
            'home.yaml, line 6, people[1].devices[1]: "TV" is A\'s already',
        ),
        (
            A_PERSON + "{name: Lina, age_band: adult}\n  - {name: LINA, age_band: adult}",
            'line 6, people[1].name: another person is called "LINA"',
        ),
        (A_SOURCE + "{name: A, category: adult}", "it has no url, path or zone"),
        (A_SOURCE + "{name: A, url: 'http://a.example', category: adult}", "can be forged"),
        (A_SOURCE + "{name: A, path: a.txt}", '"category" is missing'),
        (A_SOURCE + "{name: A, path: a.txt, kind: iwf, category: adult}", "cannot be of category"),
        (A_SOURCE + "{name: A, path: a.txt, category: illegal}", "write kind: iwf"),
        (A_SOURCE + "{name: A, path: a.txt, kind: iwf, update: 1d}", "write 12h or less"),
        (
            A_SOURCE + "{name: A, path: a.txt, category: adult, expires: 2d}",
            "only a list of kind iwf",
        ),
        (A_SOURCE + "{name: A, path: a.txt, category: adult, update: 1s}", "is not a length of"),
        (A_SOURCE + "{name: Adult, path: a.txt, category: adult}", "another list is called"),
        (SMALL + "lists: {bundled: [adlt]}", '"adlt" is not a bundled list; write "adult"'),
        (SMALL + "listen: {dns: [127.0.0.1]}", 'write it as "127.0.0.1:5353"'),
        (SMALL + 'listen: {dns: ["::1"]}', 'write it as "[::1]:5353"'),
        (SMALL + "listen: {web: localhost:80}", 'write it as "127.0.0.1:80"'),
        (SMALL + "listen: {web: 127.0.0.1:99999}", '"99999" is not a port'),
        (SMALL + "listen: {dns: []}", "no address is given"),
        (SMALL + "listen: {dns: 9.9.9.9:53}", "guardian would ask itself at 9.9.9.9:53"),
        (SMALL + "local: {records: {a b: 10.0.0.1}}", '"a b" is not a domain name'),
        (SMALL + "local: {suffixes: [home.arpa]}", "this is a list; write a table from a suffix"),
        (SMALL + "resolver: {cache: 16}", '"16" is not a size; write it as 16MB'),
        (SMALL + "resolver:\n", "line 4, resolver: the value is empty"),
        (SMALL.replace("Europe/Berlin", "Berlin"), 'write "Europe/Berlin"'),
        (SMALL.replace("Europe/Berlin", "europe/berlin"), 'write "Europe/Berlin"'),
        (SMALL.replace("Europe/Berlin", "America/New Yorck"), 'write "America/New_York"'),
        (SMALL.replace("Europe/Berlin", "../../etc/passwd"), "is not a time zone"),
        (SMALL.replace("{address: 9.9.9.9}", "{address: 9.9.9.9, for: a.example}"), "nobody is"),
        (SMALL.replace("profile: none", "profile: non"), 'there is no profile "non"'),
        (
            SMALL + "people: [{name: A, age_band: adult, devices: ['id:Lina phone']}]",
            'people[0].devices[0]: "id:Lina phone" is no client id; write id: and at most 63',
        ),
        (SMALL + "people: [{name: A, age_band: adult, devices: [id: x]}]", "write a hardware"),
        (
            SMALL + "listen: {forwarders: [{address: 192.168.1.1, as: name}]}",
            'listen.forwarders[0].as: "name" is no way to name a client; use one of: mac, id',
        ),
        (SMALL + "listen: {forwarders: [{address: router}]}", '"router" is not an IP address'),
        (
            SMALL + "encrypted: {behind_proxy: [192.168.1.2]}",
            "encrypted.behind_proxy[0]: 192.168.1.2 can be reached from other machines, and "
            'nothing is encrypted there; write "127.0.0.1:8053", or use https:',
        ),
        (
            SMALL + "encrypted: {https: [127.0.0.1], tls: ['127.0.0.1:443']}",
            "something else is at 127.0.0.1:443 already; give each a port of its own",
        ),
        (
            SMALL + "encrypted: {quic: ['127.0.0.1:5353']}",
            "something else is at 127.0.0.1:5353 already; give each a port of its own",
        ),
        (
            SMALL + "encrypted: {https: [127.0.0.1], path: dns-query}",
            'encrypted.path: "dns-query" is not a path; write it as "/dns-query"',
        ),
        (SMALL + "encrypted: {https: [127.0.0.1], path: /dns/all}", "is for single devices"),
        (SMALL + "encrypted: {proxies: [proxy]}", '"proxy" is not an IP address'),
        (SMALL + "listen: {forwarders: [{address: 1.2.3.4, option: 65536}]}", "out of range"),
        (
            SMALL + "listen: {forwarders: [{address: 10.0.0.1}, {address: 10.0.0.1, as: id}]}",
            "10.0.0.1 is here twice; keep one of the two",
        ),
        (
            SMALL + FAMILY + "shared_devices: [{name: lina, devices: [tv]}]",
            'shared_devices[0].name: another person is called "lina"',
        ),
        (
            SMALL + FAMILY + "shared_devices: [{name: TV, devices: [tablet]}]",
            'shared_devices[0].devices[0]: "tablet" is Lina\'s already',
        ),
        (
            SMALL + FAMILY + "shared_devices: [{name: TV}, {name: tv}]",
            'shared_devices[1].name: another device is called "tv"',
        ),
        (
            SMALL + FAMILY + "shared_devices: [{name: TV, of: [Lina, Nor]}]",
            'shared_devices[0].of: nobody is called "Nor"; use one of: Lina, Noor',
        ),
        (
            SMALL + FAMILY + "shared_devices: [{name: TV, follows: checkedin}]",
            'shared_devices[0].follows: nobody is called "checkedin"; write "checked-in"',
        ),
        (
            SMALL + FAMILY + "shared_devices: [{name: TV, follows: Noor, of: [Lina]}]",
            "shared_devices[0].of: it follows Noor alone; take of out",
        ),
        (
            SMALL + "people: [{name: A, age_band: adult}]\nshared_devices: [{name: TV}]",
            "there are no children to follow; name the people that it is of",
        ),
        (SMALL + "upstreams: []", "the key is written a second time, after line 2"),
        (SMALL + "? [a]\n: b", "a key is not a single word"),
        (SMALL + "people: !include people.yaml", '"!include" is a YAML tag'),
        ("", "home.yaml: the file is empty; start from config/home.yaml"),
        ("# nothing\n", "home.yaml: the file is empty"),
        ("- a\n- b\n", "the file is no table of keys"),
        ("household:\n\ttime_zone: UTC\n", "home.yaml, line 2: this is not YAML"),
        ("household: {time_zone: UTC\n", "this is not YAML"),
        ("a: 1\n---\nb: 2\n", "keep one document"),
        ("a: \x07\n", "home.yaml, line 1: there is a character that YAML does not allow"),
        ("a: " + "[" * 30 + "]" * 30, "values are nested too deeply"),
        ("[" * 5000, "values are nested too deeply"),
        ("a: &a [*a]\n", "values are nested too deeply"),
    ],
)
def test_a_problem_is_a_sentence_with_its_place_and_remedy(
    problems: Problems, text: str, sentence: str
) -> None:
    found = problems(text)
    assert any(sentence in each for each in found), found
    assert all(each.startswith("home.yaml") and "; " in each for each in found)


def test_quic_without_its_package_is_one_sentence(
    problems: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "aioquic", None)  # as where it is not installed
    assert problems(SMALL + "encrypted: {quic: [127.0.0.1]}") == [
        "home.yaml, line 4, encrypted.quic: DNS over QUIC needs the package aioquic, which is not "
        'installed; install it (pip install "guardian[quic]"), or take this out'
    ]


def test_all_problems_of_a_file_come_at_once_in_its_order(problems: Problems) -> None:
    found = problems(
        """\
household: {time_zon: Europe/Berlin}
upstreams: [{address: 9.9.9, port: 0}]
profiles:
  p: {block: [adlt, gmes], answer: nothing}
people:
  - {name: A, age_band: adult, profile: q, devices: [tv]}
  - {name: B, age_band: adult, devices: [tv]}
"""
    )
    assert [sentence.split(":")[0] for sentence in found] == [
        "home.yaml, line 1, household.time_zon",
        "home.yaml, line 1, household",
        "home.yaml, line 1",  # unknown_devices is missing from the file as a whole
        "home.yaml, line 2, upstreams[0].address",
        "home.yaml, line 2, upstreams[0].port",
        "home.yaml, line 4, profiles.p.block[0]",
        "home.yaml, line 4, profiles.p.block[1]",
        "home.yaml, line 4, profiles.p.answer",
        "home.yaml, line 6, people[0].profile",
        "home.yaml, line 7, people[1].devices[0]",
    ]


def test_aliases_that_unfold_without_end_are_refused(problems: Problems) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "values, aliases unfolded" in problems("\n".join(lines))[0]


def test_files_that_cannot_be_read(tmp_path: Path, blocklists: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"household:\n  name: M\xfcller\n")
    large = tmp_path / "large.yaml"
    large.write_bytes(b"# " + b"x" * 2**20)
    for path, sentence in [
        (tmp_path / "none.yaml", "cannot be read (No such file or directory)"),
        (tmp_path, "cannot be read (Is a directory)"),
        (latin, "line 2: the text is not UTF-8"),
        (large, "larger than 1 MB"),
    ]:
        with pytest.raises(ConfigError, match="; ") as raised:
            load(path, blocklists)
        assert sentence in str(raised.value)
        assert raised.value.exit_code == 2


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_settings_or_a_clear_error(content: bytes) -> None:
    with pytest.raises(ConfigError):
        parse(content, Path("home.yaml"), Path("no-lists"))


words = st.sampled_from(
    ["", "~", "all", "none", "adult", "p", "20:00", "9.9.9.9", "::1", "a b", "-1", "1d", "\u202e"]
)
KEYS = """\
household time_zone country listen dns web upstreams address port for local suffixes records lists
bundled sources name url path category kind format update profiles p block allow_names safe_search
windows days from to answer answer_address block_ttl people age_band profile devices
unknown_devices resolver workers cache run_as google youtube
"""
keys = st.sampled_from(KEYS.split())
shapes = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(shape=st.dictionaries(keys, shapes, max_size=8))
def test_any_shape_is_settings_or_a_clear_error(shape: dict[str, object]) -> None:
    import json

    try:
        parse(json.dumps(shape).encode(), Path("home.yaml"), Path("no-lists"))
    except ConfigError as error:
        assert error.problems  # noqa: PT017  # either outcome is right

"""guardian lists catalogue, add and remove, as somebody types them."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from guardian.cli import lists
from guardian.cli.lists.places import BadWord
from guardian.lists.catalogue import NotListed
from guardian.settings import ConfigError, load
from guardian.store.household import Store
from tests.cli.test_lists import at_home

HOME = """\
# Our house
household: {time_zone: Europe/Berlin}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: none}
lists:
  bundled: [adult]  # the rest is not for us
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a household's file and a list."""
    (tmp_path / "home.yaml").write_text(HOME)
    (tmp_path / "school.txt").write_text("bad.example\n")
    return tmp_path


def test_the_catalogue_in_words_and_as_json(home: Path) -> None:
    code, said = at_home(home, "catalogue", "--category", "dating")
    assert code == 0
    assert said.splitlines()[:2] == [
        "dating",
        "  shadowwhisperer-dating           1,400 names  Unlicense        good to begin with",
    ]
    every = json.loads(at_home(home, "catalogue", "--json")[1])
    assert len(every) >= 40
    poles = json.loads(at_home(home, "catalogue", "--language", "pl", "--json")[1])
    assert {each["id"] for each in poles} == {"kadhosts", "cert-polska"}
    assert all(each["used_as"] is None for each in poles)
    for words in (["--category", "nothing"], ["--language", "English"]):
        with pytest.raises(BadWord, match="there are some for"):
            at_home(home, "catalogue", *words)


def test_the_catalogue_needs_no_household(tmp_path: Path) -> None:
    assert at_home(tmp_path, "catalogue")[0] == 0


def test_a_list_of_the_catalogue_is_used_in_one_step_and_given_up(home: Path) -> None:
    code, said = at_home(home, "add", "stalkerware")
    assert code == 0
    for words in (
        "Stalkerware indicators is added. Its names are of malware.",
        "speak with a helpline",
        "It is by Echap: https://",
        "Licence: Creative Commons Attribution 4.0, https://",
        "You may use it, change it and sell it.",
        "names its makers",
    ):
        assert words in said
    text = (home / "home.yaml").read_text()
    assert text.startswith(HOME)  # comments and all
    source = load(home / "home.yaml").lists.sources[0]
    assert (source.id, source.format) == ("stalkerware-indicators", "hosts")
    assert "in use" in at_home(home, "catalogue", "--category", "malware")[1]
    standing = json.loads(at_home(home, "status", "--json")[1])
    assert [each["licence"] for each in standing] == ["CC0-1.0", "CC-BY-4.0"]
    with pytest.raises(BadWord, match='used already, as "Stalkerware indicators"'):
        at_home(home, "add", "stalkerware")
    assert at_home(home, "remove", "stalkerware") == (
        0,
        "Stalkerware indicators is no longer used.\n",
    )
    assert (home / "home.yaml").read_text() == HOME


def test_what_a_licence_does_not_allow_is_said(home: Path) -> None:
    assert "not in a service that people pay for" in at_home(home, "add", "phishing-army")[1]
    assert "not change it" in at_home(home, "add", "someonewhocares")[1]
    assert "state no licence" in at_home(home, "add", "peter-lowe")[1]
    assert (
        "ask its makers" in at_home(home, "add", str(home / "school.txt"), "--category", "own")[1]
    )


def test_a_part_of_an_archive_gets_the_category_of_its_name(home: Path) -> None:
    address = "https://lists.example/blacklists.tar.gz"
    said = json.loads(at_home(home, "add", f"{address}#drogue", "--json")[1])
    assert (said["name"], said["category"], said["catalogue"]) == (
        "blacklists drogue", "drugs", None,
    )  # fmt: skip
    said = json.loads(at_home(home, "add", f"{address}#sexual_education", "--json")[1])
    assert (said["kind"], said["category"]) == ("allow", "adult")
    said = json.loads(at_home(home, "add", f"{address}#adult", "--category", "nude", "--json")[1])
    assert said["category"] == "nude"


def test_a_file_is_named_from_the_folder_of_the_configuration(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    for name in ("own.txt", "police.txt"):
        (elsewhere / name).write_text("own.example\n")
    at_home(home, "add", str(home / "school.txt"), "--category", "school", "--name", "Our school")
    at_home(
        home, "add", "own.txt", "--category", "school", "--update", "12h", "--format", "domains"
    )
    at_home(home, "add", "police.txt", "--kind", "iwf", "--name", "Police")
    sources = load(home / "home.yaml").lists.sources
    assert [each.location for each in sources] == [
        "school.txt", f"{elsewhere}/own.txt", f"{elsewhere}/police.txt",
    ]  # fmt: skip
    assert [each.category for each in sources] == ["school", "school", "illegal"]


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["nothing"], NotListed, 'no list "nothing"; guardian lists catalogue'),
        (["nothing.txt"], BadWord, "nothing.txt: there is no such file"),
        (["https://lists.example/a.txt"], BadWord, "say it, such as --category adult"),
        (["http://lists.example/a.txt", "--category", "a"], ConfigError, "can be forged"),
        (["urlhaus", "--category", "illegal"], ConfigError, "only a list of kind iwf"),
        (["urlhaus", "--update", "often"], ConfigError, "often"),
        (["urlhaus", "--name", "adult"], ConfigError, 'another list is called "adult" already'),
    ],
)
def test_what_cannot_be_added_gets_a_sentence(
    home: Path, words: list[str], error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as caught:
        at_home(home, "add", *words)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2  # type: ignore[attr-defined]  # all of these have one
    assert (home / "home.yaml").read_text() == HOME


def test_what_is_no_list_of_ours_cannot_be_given_up(home: Path) -> None:
    for word, said in (("zz", "yours are: none"), ("adult", "came with guardian")):
        with pytest.raises(BadWord, match=said):
            at_home(home, "remove", word)
    at_home(home, "add", "urlhaus")
    assert json.loads(at_home(home, "remove", "URLhaus", "--json")[1])["id"] == "urlhaus"


def test_an_edit_that_no_guardian_took_over_is_not_lost(home: Path) -> None:
    state = home / "state"
    state.mkdir()
    (state / "config.last-good.yaml").write_text("household: {}\n")
    at_home(home, "add", "urlhaus")
    store = Store.open(state / "guardian.db")
    try:
        assert [each.after.decode() for each in store.changes.all()] == [HOME]
    finally:
        store.close()


@pytest.mark.parametrize("action", lists.ACTIONS)
def test_every_action_can_be_read_by_a_program(action: str) -> None:
    parser = ArgumentParser()
    lists.ACTIONS[action].add_arguments(parser)
    assert "--json" in parser.format_usage()

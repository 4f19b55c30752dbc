"""guardian lists, as somebody types it."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from guardian.cli import lists
from guardian.cli.lists import lookup
from guardian.cli.lists.places import BadWord
from guardian.lists.discretion import MOST
from guardian.lists.index import BadIndex
from guardian.lists.library import NoSuchList, NothingWaits
from guardian.lists.reading import BadSource
from guardian.lists.trust.contents import NoSuchVersion

HOME = """\
household: {time_zone: Europe/Berlin}
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: none}
lists:
  bundled: none
  sources:
    - {name: Our school, path: school.txt, category: adult}
    - {name: Police, path: police.txt, kind: iwf}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a household's file and its lists."""
    (tmp_path / "home.yaml").write_text(HOME)
    (tmp_path / "school.txt").write_text(
        "||bad.example^\n||bad.example^\n@@||fine.bad.example^\n||co.uk^\n"
    )
    (tmp_path / "police.txt").write_text("https://secret.example/\n")
    return tmp_path


def typed(*words: str | Path) -> tuple[int, str]:
    parser = ArgumentParser(prog="guardian lists")
    lists.add_arguments(parser)
    out = StringIO()
    return lists.run(parser.parse_args(list(map(str, words))), out), out.getvalue()


def at_home(home: Path, command: str, *words: str) -> tuple[int, str]:
    return typed(command, "--config", home / "home.yaml", "--state", home / "state", *words)


def test_update_and_status(home: Path) -> None:
    code, said = at_home(home, "update")
    assert code == 0
    assert "our-school" in said
    assert "3 names are in" in said
    code, said = at_home(home, "status", "--json")
    school, police = json.loads(said)
    assert (school["list"], school["names"], school["refused"]) == ("our-school", 2, 1)
    assert school["duplicates"] == 1
    assert (police["category"], police["names"], police["problem"]) == ("illegal", 1, None)
    assert "secret" not in said


def test_an_update_without_news_makes_no_new_index(home: Path) -> None:
    at_home(home, "update")
    at_home(home, "update")
    assert len(list((home / "state" / "lists").glob("*.gdx"))) == 1
    (home / "school.txt").write_text("||other.example^\n")
    assert "index-00000002.gdx" in at_home(home, "update")[1]


def test_a_list_that_is_missing(home: Path) -> None:
    (home / "school.txt").unlink()
    code, said = at_home(home, "update")
    assert code == 1
    assert "nothing of it is in force" in said


def came(home: Path) -> str:
    """The day on which the list's content came."""
    _, said = at_home(home, "status", "our-school", "--json")
    return str(json.loads(said)[0]["current"]["came"])[:10]


def test_lookup_in_words_and_as_json(home: Path) -> None:
    os.utime(home / "school.txt", (86_400, 86_400))  # no version is written in it: its day tells
    at_home(home, "update")
    said_of_it = f"(adult, subdomains; version 1970-01-02, of {(today := came(home))})"
    code, said = at_home(home, "lookup", "www.BAD.example", "fine.bad.example", "other.example")
    assert code == 0
    assert said.splitlines() == [
        f"www.bad.example: block by our-school {said_of_it}",
        f"fine.bad.example: allow by our-school {said_of_it}",
        "other.example: no list speaks of it",
    ]
    _, said = at_home(home, "lookup", "www.bad.example", "--json")
    found = json.loads(said)
    assert found["entries"][0].pop("came").startswith(today)
    assert found == {
        "qname": "www.bad.example",
        "action": "block",
        "entries": [
            {
                "list": "our-school",
                "category": "adult",
                "kind": "block",
                "scope": "subdomains",
                "version": "1970-01-02",
            }
        ],
    }


def test_illegal_content_is_not_named(home: Path) -> None:
    at_home(home, "update")
    assert at_home(home, "lookup", "secret.example") == (
        0,
        "illegal content: blocked for everybody\n",
    )


def test_lookup_before_anything_was_compiled(home: Path) -> None:
    with pytest.raises(lookup.NoIndex, match="guardian lists update"):
        at_home(home, "lookup", "bad.example")


@pytest.mark.parametrize("word", ["bad..name", "a b", ""])
def test_a_word_that_is_no_name(home: Path, word: str) -> None:
    at_home(home, "update")
    with pytest.raises(BadWord) as caught:
        at_home(home, "lookup", word)
    assert caught.value.exit_code == 2


def test_compile_needs_no_household(tmp_path: Path) -> None:
    (tmp_path / "ads.hosts").write_text("0.0.0.0 a.example\n0.0.0.0 10.0.0.1\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "ads.txt").write_text("# Version: 7\nb.example\n")
    os.utime(tmp_path / "ads.hosts", (86_400, 86_400))
    out = tmp_path / "out.gdx"
    code, said = typed("compile", tmp_path / "ads.hosts", tmp_path / "more/ads.txt", "-o", out)
    assert code == 0
    assert "1 names, 1 lines refused (hosts: 100% of lines)" in said
    assert "1 × an IP address\n        line 2: 0.0.0.0 10.0.0.1" in said
    assert f"{out}: 2 names" in said
    nowhere = tmp_path / "nowhere"
    names = ("a.example", "x.a.example", "x.b.example")
    code, said = typed("lookup", *names, "--index", out, "--state", nowhere)
    assert said.splitlines() == [
        "a.example: block by ads (blocked, exact; version 1970-01-02)",
        "x.a.example: no list speaks of it",
        "x.b.example: block by ads-2 (blocked, subdomains; version 7)",
    ]
    assert not nowhere.exists()


def test_the_households_index_by_its_file(home: Path) -> None:
    at_home(home, "update")
    index = home / "state" / "lists" / "index-00000001.gdx"
    words = ("lookup", "bad.example", "--index", index, "--state")
    assert "our-school" in typed(*words, home / "state")[1]
    with pytest.raises(BadIndex, match="another key"):
        typed(*words, home / "nowhere")


def test_compile_says_what_is_wrong(tmp_path: Path) -> None:
    out = tmp_path / "out.gdx"
    with pytest.raises(BadWord, match="no such file"):
        typed("compile", tmp_path / "none.txt", "-o", out)
    (tmp_path / "bad.txt").write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(BadSource, match="it cannot be read"):
        typed("compile", tmp_path / "bad.txt", "-o", out)
    assert not out.exists()


def test_lines_in_and_objects_out(home: Path) -> None:
    at_home(home, "update")
    command = [sys.executable, "-m", "guardian.cli.main", "lists", "lookup", "-"]
    command += ["--config", str(home / "home.yaml"), "--state", str(home / "state")]
    asked = b"bad.example\n\nfine.bad.example AAAA\nx.example a\nbad..name\n\xff\nx.example NO\n"
    done = subprocess.run(command, input=asked, capture_output=True, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each.get("action") for each in answers] == ["block", "allow", "none", None, None, None]
    assert all("error" in each for each in answers[3:])
    assert done.returncode == 2


def many(start: int, end: int) -> str:
    return "".join(f"||n{number}.bad.example^\n" for number in range(start, end))


def said_of(home: Path, command: str, *words: str) -> dict[str, Any]:
    code, said = at_home(home, command, "our-school", *words, "--json")
    assert code == 0
    found = json.loads(said)
    return dict(found[0] if isinstance(found, list) else found)


def test_what_waits_is_shown_and_released(home: Path) -> None:
    (home / "school.txt").write_text(many(0, 300))
    at_home(home, "update")
    (home / "school.txt").write_text(many(100, 900))
    code, said = at_home(home, "update")
    assert "new content waits for you: it grows from 300 to 800 names" in said
    code, said = at_home(home, "diff", "our-school")
    assert code == 0
    assert "- 100 names" in said
    assert "+ 600 names" in said
    waiting = said_of(home, "status")["waiting"]
    assert (waiting["names"], waiting["number"], waiting["doubts"][0]["why"]) == (800, 2, "grows")
    assert said_of(home, "release")["names"] == 800
    status = said_of(home, "status")
    assert (status["waiting"], status["current"]["number"]) == (None, 2)
    with pytest.raises(NothingWaits):
        at_home(home, "release", "our-school")


def test_what_waits_is_rejected(home: Path) -> None:
    (home / "school.txt").write_text(many(0, 300))
    at_home(home, "update")
    (home / "school.txt").write_text("||wikipedia.org^\n" + many(0, 300))
    at_home(home, "update")
    assert "wikipedia.org" in at_home(home, "status", "our-school")[1]
    said = said_of(home, "reject")
    assert (said["waits"], said["names"], said["number"]) == (False, 300, 1)
    assert said_of(home, "status")["waiting"] is None


def test_a_version_is_put_back_and_stays(home: Path) -> None:
    for name in ("one", "two", "three"):
        (home / "school.txt").write_text(f"||{name}.bad.example^\n")
        at_home(home, "update")
    assert "+ 1 names\n    + three.bad.example\n" in at_home(home, "diff", "our-school")[1]
    said = said_of(home, "diff", "1", "3")
    assert (said["gone_names"], said["come_names"]) == (["one.bad.example"], ["three.bad.example"])
    said = said_of(home, "rollback", "1")
    assert (said["number"], said["hold"]) == (1, True)
    assert "hold: true" in (home / "home.yaml").read_text()
    at_home(home, "update")
    assert json.loads(at_home(home, "lookup", "one.bad.example", "--json")[1])["action"] == "block"
    words = at_home(home, "status", "our-school")[1]
    assert "on hold: it stays as it is" in words
    assert "   1  " in words
    assert "in force" in words
    assert said_of(home, "release")["hold"] is False
    at_home(home, "update")
    assert said_of(home, "hold")["hold"] is True
    assert said_of(home, "status")["current"]["number"] == 4
    with pytest.raises(NoSuchVersion):
        at_home(home, "rollback", "our-school", "9")
    with pytest.raises(NoSuchList, match="lists of your own are: our-school, police"):
        at_home(home, "rollback", "nobody")


def test_a_confidential_list_cannot_be_read_out(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "police.txt").write_text("".join(f"https://n{n}.example/\n" for n in range(100)))
    at_home(home, "update")
    lines = "".join(f"n{n}.example\n" for n in range(100)).encode()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(lines)))
    _, said = at_home(home, "lookup", "-")
    told = [json.loads(line)["action"] for line in said.splitlines()]
    assert told == ["block"] * MOST + ["none"] * (100 - MOST)
    capsys.readouterr()
    for name in ("n0.example", "other.example"):  # what is listed and what is not, alike
        assert at_home(home, "lookup", name)[1] == f"{name}: no list speaks of it\n"
        assert "left out" in capsys.readouterr().err
    at_home(home, "lookup", "www.bad.example")
    assert at_home(home, "lookup", "www.bad.example")[1].startswith("www.bad.example: block")


def test_names_that_a_list_should_not_have_are_kept_for_its_makers(home: Path) -> None:
    at_home(home, "update")
    words = at_home(home, "wrong", "www.Bad.example", "secret.example")[1]
    assert "www.bad.example  our-school, version" in words
    assert "bad.example in adult, subdomains" in words
    assert "secret.example  no list names it now" in words  # of illegal content nothing is told
    assert "wrong:" in (home / "home.yaml").read_text()
    rows = json.loads(at_home(home, "wrong", "--json")[1])
    assert [(each["name"], each["list"]) for each in rows] == [
        ("www.bad.example", "our-school"),
        ("secret.example", ""),
    ]
    assert at_home(home, "wrong", "www.bad.example", "secret.example", "--drop") == (0, "")
    assert "wrong:" not in (home / "home.yaml").read_text()
    with pytest.raises(BadWord):
        at_home(home, "wrong", "..")

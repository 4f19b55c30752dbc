"""What is wrong with the household is said in the reader's language, and in English to programs."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from guardian.errors import Said, translated
from guardian.lists.bundled import folder
from guardian.settings import ConfigError
from guardian.settings.settings import parse
from guardian.web.languages import NAMES, language
from tests.end_to_end.conftest import Running, eventually, free_port
from tests.web.conftest import household
from tests.web.visitor import Visitor

TWICE = """
household: {time_zone: UTC}
listen: {dns: ["127.0.0.1:5353"]}
upstreams: [{address: 192.168.1.1}]
people:
  - {name: Lina, age_band: 6-8, devices: [lina-phone]}
  - {name: Tom, age_band: 9-12, devices: [lina-phone]}
unknown_devices: {profile: none}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from household(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def marie(house: Running) -> Visitor:
    """The owner, who reads French."""
    visitor = Visitor(house)
    visitor.first_run()
    visitor.get("/settings/account")
    assert visitor.post("/settings/account/language", language="fr").status == 303
    return visitor


def test_a_problem_is_english_to_commands_and_logs() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TWICE.encode(), Path("home.yaml"), folder(), date(2026, 11, 26))
    said = str(caught.value)
    assert said == (
        'home.yaml, line 7, people[1].devices[0]: "lina-phone" is Lina\'s already; '
        "keep it with one of the two"
    )
    french = language("fr").say
    assert translated(caught.value.args[0], french) == (
        "home.yaml, ligne 7, people[1].devices[0]\xa0: «\xa0lina-phone\xa0» appartient déjà à "
        "Lina\xa0; laissez-le à l’un des deux"
    )


@pytest.mark.parametrize("code", [code for code in NAMES if code != "en"])
def test_a_sentence_within_a_sentence_is_said_too(code: str) -> None:
    say = language(code).say
    inner = Said("the name is too long")
    outer = Said("%(problem)s; %(mend)s.", problem=inner, mend=Said("take them out"))
    assert outer == "the name is too long; take them out."
    assert say("the name is too long") in translated(outer, say)
    assert "too long" not in translated(outer, say)
    assert translated("as it is", say) == "as it is"


def test_a_field_says_it(marie: Visitor) -> None:
    marie.get("/settings/lists")
    wish = {"title": "Bundled", "url": "https://lists.example/a.txt", "category": "adult"}
    assert marie.post("/settings/lists", **wish).status == 303
    marie.get("/settings/lists")
    again = marie.post("/settings/lists", **wish)
    assert again.status == 422
    assert "une autre liste s’appelle déjà «\xa0Bundled\xa0»" in again.body
    assert "donnez à chacune son propre nom" in again.text


def test_the_first_page_says_it(marie: Visitor) -> None:
    house = marie.house
    house.write(f'dns: ["127.0.0.1:{house.port}"]', f'dns: ["127.0.0.1:{house.port + 1}"]')
    eventually(lambda: "les adresses où guardian répond ont changé" in marie.get("/").text)
    assert (
        "the addresses under listen have changed"
        in (house.state.parent / "stdout").read_text() + (house.state.parent / "stderr").read_text()
    )


def test_what_is_wrong_with_a_list_is_said(marie: Visitor) -> None:
    """What its content is, and why a zone did not come: on the lists' page and the first one."""
    house, silent = marie.house, free_port()
    (house.config.parent / "page.txt").write_text("<!DOCTYPE html><html><body>Hello</body></html>")
    lists = f"""lists:
  bundled: none
  sources:
    - {{name: Seite, path: page.txt, category: adult}}
    - {{name: Zone, zone: rpz.example, category: malware, primaries: ["127.0.0.1:{silent}"]}}
"""
    text = house.config.read_text()
    house.config.write_text(re.sub(r"^lists:.*?(?=^people:)", lists, text, flags=re.M | re.S))
    for said in (
        "page.txt\xa0: c’est une page web, pas une liste",
        f"le transfert a échoué\xa0: 127.0.0.1:{silent} ne peut pas être interrogé",
    ):
        for path in ("/settings/lists", "/"):
            eventually(partial(says, marie, path, said))
    english = house.run("lists", "status")
    assert "page.txt: it is a web page, not a list; nothing of it is in force" in english
    assert f"it could not be transferred: 127.0.0.1:{silent} cannot be asked" in english


def says(visitor: Visitor, path: str, said: str) -> bool:
    return said in unescape(visitor.get(path).body)


def test_a_refused_deed_says_it(marie: Visitor) -> None:
    marie.get("/")
    refused = marie.post("/requests/99", answer="once")
    assert refused.status == 409
    assert "il n’y a pas de demande 99 en attente" in refused.text

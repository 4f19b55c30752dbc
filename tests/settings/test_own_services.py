"""Services of a household's own: read, refused with a remedy, and edited in place."""

from pathlib import Path

import pytest

from guardian.lists.bundled import folder
from guardian.settings import ConfigError, own_services
from guardian.settings.edit import edited
from guardian.settings.settings import Settings, parse

FRAME = """
household: {time_zone: UTC}  # here we live
upstreams: [{address: 9.9.9.9}]
unknown_devices: {profile: none}
profiles: {child: {block: [games, block-world], allow: [minecraft]}}
people:
  - {name: Lina, age_band: 6-8, profile: child, rules: {unblock: [block-world]}}
"""
OWN = "services: {block-world: {title: Block World, names: [bw.example, WWW.cdn.example]}}\n"


def read(text: str) -> Settings:
    return parse(text.encode(), Path("home.yaml"), folder())


def test_a_service_is_a_word_like_any_other() -> None:
    settings = read(FRAME + OWN)
    service = settings.services.service("block-world")
    assert service.names == ("bw.example", "www.cdn.example")
    assert settings.services.title("block-world", "ar") == "Block World"
    assert settings.services.covering("a.bw.example", settings.services.ids()) == {"block-world"}
    child = settings.household.profiles[0]
    assert child.blocked == {"games", "block-world"}
    assert child.spares == {"minecraft"}
    lina = settings.household.called("Lina").profile
    assert lina is not None
    assert lina.blocked == {"games"}
    assert "minecraft" in settings.household.mentioned


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ("{games: {names: [a.example]}}", '"games" is a category already; write "games-app"'),
        ("{tiktok: {names: [a.example]}}", '"tiktok" is a service already'),
        ("{Block World: {names: [a.example]}}", "write a word of small letters"),
        ("{block-world: {title: X}}", '"names" is missing'),
        ("{block-world: {names: [https://a.example/]}}", 'write "a.example"'),
        ("{block-world: {names: [a.example], kepe: []}}", "there is no such key"),
        ("{}", '"block-world" is no category and no service'),
    ],
)
def test_what_cannot_be_used_has_a_remedy(services: str, said: str) -> None:
    with pytest.raises(ConfigError) as failed:
        read(f"{FRAME}services: {services}\n")
    assert said in str(failed.value)


def test_services_are_edited_in_place() -> None:
    before = FRAME + OWN
    more = edited(before.encode(), lambda data: own_services.add(
        data, "block-world", "Block World", ["bw.example", "new.example"]
    ))  # fmt: skip
    assert read(more.decode()).services.own["block-world"].names == (
        "bw.example", "www.cdn.example", "new.example",
    )  # fmt: skip
    less = edited(more, lambda data: own_services.take_name(data, "block-world", "bw.example"))
    assert "bw.example" not in less.decode()
    gone = edited(more, lambda data: own_services.remove(data, "block-world")).decode()
    assert "block-world" not in gone
    assert "# here we live" in gone
    assert read(gone).household.profiles[0].blocked == {"games"}
    first = edited(gone.encode(), lambda data: own_services.add(data, "our", "X", ["x.example"]))
    assert read(first.decode()).services.own["our"].names == ("x.example",)


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Block World", "block-world"), ("Café & Bar!", "cafe-bar"), ("Мой мир", "app"),
        ("TikTok", "tiktok-2"), ("---", "app"), ("x" * 40, "x" * 30),
    ],
)  # fmt: skip
def test_a_title_gets_a_word(title: str, word: str) -> None:
    assert own_services.word_for(title, {"tiktok"}) == word

"""Which names of search engines have a safe mode, and where it lives."""

import pytest

from guardian import names
from guardian.safety.safe_search import targets


@pytest.mark.parametrize(
    ("qname", "engine", "strict"),
    [
        ("www.google.com", "google", "forcesafesearch.google.com"),
        ("www.google.co.uk", "google", "forcesafesearch.google.com"),
        ("www.google.com.br", "google", "forcesafesearch.google.com"),
        ("www.bing.com", "bing", "strict.bing.com"),
        ("edgeservices.bing.com", "bing", "strict.bing.com"),
        ("duckduckgo.com", "duckduckgo", "safe.duckduckgo.com"),
        ("start.duckduckgo.com", "duckduckgo", "safe.duckduckgo.com"),
        ("www.youtube.com", "youtube", "restrict.youtube.com"),
        ("ya.ru", "yandex", "familysearch.yandex.ru"),
        ("www.yandex.kz", "yandex", "familysearch.yandex.ru"),
        ("www.ecosia.org", "ecosia", "strict-safe-search.ecosia.org"),
        ("search.brave.com", "brave", "forcesafe.search.brave.com"),
        ("pixabay.com", "pixabay", "safesearch.pixabay.com"),
        ("youtubei.googleapis.com", "youtube", "restrict.youtube.com"),
    ],
)
def test_an_engine_and_its_strict_mode(qname: str, engine: str, strict: str) -> None:
    found, levels = targets()[qname]
    assert found == engine
    assert levels["strict"] == strict


def test_youtube_alone_has_a_moderate_mode() -> None:
    moderate = {engine for engine, levels in targets().values() if "moderate" in levels}
    assert moderate == {"youtube"}
    assert targets()["m.youtube.com"][1]["moderate"] == "restrictmoderate.youtube.com"


def test_how_many_names_each_engine_has() -> None:
    engines = [engine for engine, _ in targets().values()]
    count = {engine: engines.count(engine) for engine in set(engines)}
    assert count == {
        "google": 194, "bing": 2, "duckduckgo": 3, "youtube": 5, "ecosia": 1, "brave": 1,
        "pixabay": 1, "yandex": 52,
    }  # fmt: skip


@pytest.mark.parametrize(
    "qname", ["google.com", "maps.google.com", "mail.google.com", "youtube.com", "i.ytimg.com"]
)
def test_other_names_of_the_same_houses_stay_as_they_are(qname: str) -> None:
    assert qname not in targets()


def test_no_target_is_itself_rewritten() -> None:
    for qname, (_, levels) in targets().items():
        assert names.normalise(qname) == qname
        for target in levels.values():
            assert names.normalise(target) == target
            assert target not in targets()

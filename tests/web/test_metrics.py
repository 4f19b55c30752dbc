"""/metrics as Prometheus reads it: true figures, nobody's names, and not for everybody."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from guardian.web.figures import ListFigures, Numbers, page
from tests.end_to_end.conftest import Running, eventually
from tests.end_to_end.conftest import household as living
from tests.end_to_end.conftest import upstream as nsd
from tests.web.visitor import Visitor

LINA = "127.0.0.2"
SECRET = ("Lina", "127.0.0", "open.test", "ads.test")

household, upstream = living, nsd


def read(house: Running) -> dict[tuple[str, str], float]:
    page = Visitor(house).get("/metrics")
    assert page.status == 200, page.body
    return {
        (sample.name, ",".join(dict(sorted(sample.labels.items())).values())): sample.value
        for family in families(page.body)
        for sample in family.samples
    }


@pytest.fixture
def asked(household: Running) -> Running:
    for number in range(20):
        household.ask(f"n{number}.open.test", client=LINA)
    for _ in range(5):
        household.ask("ads.test", client=LINA)
    return household


def test_the_figures_are_true_and_nobodys(asked: Running) -> None:
    eventually(lambda: read(asked)["guardian_queries_total", ""] >= 25)
    eventually(lambda: read(asked).get(("guardian_upstream_queries_total", "1"), 0) >= 20)
    found = read(asked)
    assert found["guardian_blocked_total", ""] == 5
    assert found["guardian_upstream_seconds_count", "1"] >= 1
    assert found["guardian_upstream_up", "1"] == 1
    assert found["guardian_upstream_seconds_bucket", "+Inf,1"] >= 1
    assert found["guardian_cache_entries", "answers"] >= 20
    assert found["guardian_list_names", "house"] == 1
    assert found["guardian_resolvers", ""] == 1
    assert found["guardian_store_bytes", ""] > 0
    body = Visitor(asked).get("/metrics").body
    assert not [each for each in SECRET if each in body]


def test_a_list_that_was_fetched_has_an_age() -> None:
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    lists = (ListFigures("a", 5, now - timedelta(hours=1), is_well=False),)
    numbers = Numbers("1", 2, 1, (3, 4), (), lists, 0, 1, 100, 1, now)
    body = page(numbers)[0].decode()
    assert 'guardian_list_age_seconds{list="a"} 3600.0' in body
    assert 'guardian_list_up{list="a"} 0.0' in body
    assert 'guardian_cache_entries{cache="replies"} 4.0' in body
    assert "illegal" not in body  # it is not counted


def test_a_resolver_that_is_started_again_is_counted_and_forgets_nothing(asked: Running) -> None:
    eventually(lambda: read(asked).get(("guardian_upstream_queries_total", "1"), 0) >= 20)
    for pid in asked.resolver_pids():
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: read(asked)["guardian_resolver_restarts_total", ""] == 1)
    eventually(lambda: read(asked)["guardian_resolvers", ""] == 1)
    assert read(asked)["guardian_upstream_queries_total", "1"] >= 20


def test_only_this_machine_the_named_networks_and_keys_may_read(household: Running) -> None:
    visitor = Visitor(household)
    assert visitor.get("/metrics").status == 200
    assert visitor.get("/metrics", X_Forwarded_For="192.0.2.1").status == 401
    assert visitor.get("/metrics", Host="evil.example").status == 421

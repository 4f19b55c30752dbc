"""A child asks, a parent answers, and the answer is in force."""

import subprocess

import pytest

from tests.end_to_end.conftest import Running, eventually
from tests.end_to_end.test_time import close_until_later, is_open


def test_a_name_is_opened_once_and_then_for_always(household: Running) -> None:
    assert not is_open(household, "x.ads.test")
    assert "Request 1 waits" in household.run("requests", "ask", "Lina", "x.ads.test")
    with pytest.raises(subprocess.CalledProcessError):
        household.run("requests", "ask", "Lina", "x.ads.test")
    household.run("requests", "answer", "1", "once", "--because", "for your homework")
    eventually(lambda: is_open(household, "x.ads.test"))
    assert not is_open(household, "y.ads.test")
    assert "once (for your homework)" in household.run("requests")
    said = household.run("check", "x.ads.test", "--person", "Lina")
    assert "x.ads.test was opened for Lina until" in said

    household.run("requests", "ask", "Lina", "y.ads.test")
    household.run("requests", "answer", "2", "always")
    eventually(lambda: is_open(household, "y.ads.test"))
    assert "people[Lina].rules.allow_names: + y.ads.test" in household.run("config", "history")


def test_more_time_is_given_and_no_is_no(household: Running) -> None:
    close_until_later(household)
    household.run("requests", "ask", "Lina", "--more", "30m")
    household.run("requests", "answer", "1", "once")
    eventually(lambda: is_open(household, "news.open.test"))
    household.run("requests", "ask", "Lina", "--more", "1h", "--for", "video")
    household.run("requests", "answer", "2", "no", "--because", "it is late")
    assert "60 minutes more for video: no (it is late)" in household.run("requests")
    with pytest.raises(subprocess.CalledProcessError):
        household.run("requests", "ask", "Lina", "--more", "1h", "--for", "video")

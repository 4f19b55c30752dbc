"""A child asks, a parent answers, and the answer is in force."""

import subprocess
from functools import partial

import pytest

from tests.end_to_end.conftest import Running, eventually
from tests.end_to_end.test_time import close_until_later, is_open
from tests.web.visitor import Visitor


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


def test_an_answer_is_taken_back_on_the_page(household: Running) -> None:
    mara = Visitor(household)
    mara.first_run()
    for name, chosen in (("x.ads.test", "tonight"), ("y.ads.test", "always"), ("z.ads.test", "no")):
        household.run("requests", "ask", "Lina", name)
        number = max(each for each in range(1, 9) if f"/requests/{each}" in _waiting(mara))
        mara.post(f"/requests/{number}", answer=chosen)
        if chosen != "no":
            eventually(partial(is_open, household, name))
        said = mara.get("/requests")
        assert f'action="/requests/{number}/undo"' in said.body
        done = mara.post(f"/requests/{number}/undo", back="/requests")
        assert done.location == "/requests"
        assert "The request waits for an answer again." in mara.get("/requests").text
        eventually(partial(_is_closed, household, name))
        assert f"{name}: tonight" not in household.run("requests")
    assert "y.ads.test" not in household.config.read_text()
    mara.post("/requests/1/undo")  # there is no answer to take back any more
    assert "cannot be taken back any more" in mara.get("/requests").text


def _is_closed(household: Running, qname: str) -> bool:
    return not is_open(household, qname)


def _waiting(mara: Visitor) -> str:
    return mara.get("/requests").body

"""What the page answers over HTTP: words, headers, and refusals."""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from guardian.web.languages import ENGLISH, Language
from guardian.web.status import PersonStatus, Status

Serve = Callable[..., str]


def ask(address: str, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


def words(html: str) -> str:
    """The text of a page, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_says_what_is_in_force(serve: Serve, family: Status) -> None:
    response, page = ask(serve(family), "/")
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    text = words(page)
    assert "Thursday, 19:42" in text
    assert "Free time until 20:00, then bedtime" in text
    assert "Homework until 20:15: no video, games or social media" in text
    assert "1,204 look-ups today, 37 blocked" in text
    assert "1 look-up today, 1 blocked" in text
    assert "8 kinds of content filtered" in text
    assert "1 kind of content filtered" in text
    assert "Nothing is filtered but illegal content." in text
    assert "16 lists with 5,204 names" in text
    assert "All is well" in text
    assert "192.168.1.2:53" in text


def test_problems_take_the_place_of_all_is_well(serve: Serve, family: Status) -> None:
    problem = "home.yaml, line 3: the last good configuration stays in force"
    _, page = ask(serve(replace(family, problems=(problem,))), "/")
    assert problem in words(page)
    assert "All is well" not in page


def test_an_empty_house_learns_what_to_do(serve: Serve, family: Status) -> None:
    empty = replace(family, people=(), queries_today=0, blocked_today=0, lists=0, names=0, dns=())
    _, page = ask(serve(empty), "/")
    text = words(page)
    assert "Nobody has been named yet" in text
    assert "age_band: 6-8" in text
    assert "No list is in force" in text
    assert "names no address to answer at" in text
    _, page = ask(serve(replace(empty, dns=("192.168.1.2:53",))), "/")
    assert "set this as its DNS server, or as your router’s: 192.168.1.2:53" in words(page)


def test_help_is_there(serve: Serve, family: Status) -> None:
    _, page = ask(serve(family), "/")
    assert 'href="tel:116111"' in page
    assert "We checked this number on 29 September 2026." in words(page)


def test_an_old_number_is_shown_as_old(serve: Serve, family: Status) -> None:
    assert family.helpline is not None
    old = replace(family.helpline, checked=date(2026, 4, 22))
    _, page = ask(serve(replace(family, helpline=old)), "/")
    assert "We last checked this number on 22 April 2026, which is a while ago." in words(page)


def test_without_a_number_there_is_the_directory(serve: Serve, family: Status) -> None:
    _, page = ask(serve(replace(family, helpline=None)), "/")
    assert "https://childhelplineinternational.org/helplines/" in page
    assert "tel:" not in page


def test_markup_in_names_is_text(serve: Serve, family: Status) -> None:
    hostile = '<script>alert("1")</script>'
    people = (PersonStatus(hostile, hostile, 'x" onload="', hostile, hostile, (hostile,), 1, 1),)
    _, page = ask(serve(replace(family, people=people, problems=(hostile,))), "/")
    assert "<script>alert" not in page
    assert '" onload="' not in page
    assert page.count("&lt;script&gt;") == 6


def test_the_page_is_written_in_the_households_language(
    serve: Serve, family: Status, arabic: Language
) -> None:
    languages = {"en": ENGLISH, "ar": arabic}
    _, page = ask(serve(replace(family, language="ar"), languages), "/")
    assert '<html lang="ar" dir="rtl">' in page
    assert "من يمكن التحدث إليه" in page
    assert "1,204 عملية بحث اليوم" in page
    _, page = ask(serve(replace(family, language="tlh"), languages), "/")
    assert '<html lang="en" dir="ltr">' in page


def test_every_sentence_of_the_templates_can_be_translated() -> None:
    """No words stand in a template outside `trans`."""
    folder = Path(__file__).parents[2] / "guardian" / "web" / "templates"
    for file in folder.glob("*.html"):
        text = re.sub(r"\{%-? trans.*?endtrans -?%\}", "", file.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<pre.*?</pre>", "", text, flags=re.DOTALL)
        assert set(re.findall(r"[a-z]{2,}", words(text))) <= {"guardian"}, file


def test_the_api_says_every_field(serve: Serve, family: Status) -> None:
    response, body = ask(serve(family), "/api/v1/status")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    said = json.loads(body)
    assert set(said) == {field.name for field in fields(Status)}
    assert said["time"] == "2026-11-26T19:42:00+00:00"
    assert said["people"][0]["title"] == "Free time"
    assert said["helpline"]["checked"] == "2026-09-29"


def test_the_documented_answer_is_the_real_one(serve: Serve, family: Status) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "web.md").read_text("utf-8")
    block = re.search(r"```json\n(.*?)```", manual, re.DOTALL)
    assert block is not None
    documented = json.loads(block[1])
    said = json.loads(ask(serve(family), "/api/v1/status")[1])
    assert documented.keys() == said.keys()
    assert documented["people"][0].keys() == said["people"][0].keys()
    assert documented["helpline"].keys() == said["helpline"].keys()


def test_healthz(serve: Serve, family: Status) -> None:
    response, body = ask(serve(family), "/healthz")
    assert (response.status, body) == (200, "ok\n")


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/status", "/healthz", "/nothing", "/static/guardian.css"]
)
def test_browsers_are_told_what_they_may_do(serve: Serve, family: Status, path: str) -> None:
    response, _ = ask(serve(family), path)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == (
        "no-cache" if path.startswith("/static/") else "no-store"
    )
    assert "Access-Control-Allow-Origin" not in response.headers


def test_nothing_is_fetched_from_elsewhere(serve: Serve, family: Status) -> None:
    _, page = ask(serve(family), "/")
    assert re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page)
    for address in re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page):
        assert address.startswith("/static/")
    assert " style=" not in page
    assert "<style" not in page


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_the_page_can_only_be_read(serve: Serve, family: Status, method: str) -> None:
    response, page = ask(serve(family), "/", method)
    assert response.status == 405
    assert response.headers["Allow"] == "GET,HEAD"
    assert "Nothing was changed." in page


def test_head_has_no_body(serve: Serve, family: Status) -> None:
    response, body = ask(serve(family), "/", "HEAD")
    assert (response.status, body) == (200, "")


def test_a_page_that_is_not_there(serve: Serve, family: Status) -> None:
    response, page = ask(serve(family), "/nothing")
    assert response.status == 404
    assert "There is no page here" in page
    response, body = ask(serve(family), "/api/v1/nothing")
    assert (response.status, json.loads(body)) == (404, {"error": "Not Found"})


@pytest.mark.parametrize("path", ["/", "/api/v1/status", "/healthz", "/static/guardian.css"])
def test_another_name_learns_nothing(serve: Serve, family: Status, path: str) -> None:
    address = serve(family)
    response, body = ask(address, path, Host="evil.example:8053")
    assert response.status == 421
    assert "Lina" not in body
    if path == "/":
        assert "Please use guardian’s own address" in body
        assert f'href="{address}/"' in body


def test_a_configured_name_is_ours(serve: Serve, family: Status) -> None:
    address = serve(family, names=("Filter.School.example",))
    assert ask(address, "/", Host="filter.school.example")[0].status == 200


def test_static_files_do_not_open_the_folder(serve: Serve, family: Status) -> None:
    address = serve(family)
    for path in ("/static/", "/static/../status.py", "/static/%2e%2e/status.py"):
        response, body = ask(address, path)
        assert response.status in (403, 404)
        assert "dataclass" not in body


def test_a_failure_is_a_calm_page_and_a_line_in_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Status:
        raise OSError("the disk is full")

    with caplog.at_level(logging.ERROR):
        response, page = ask(serve(broken), "/")
    assert response.status == 500
    assert "Filtering goes on as before" in page
    assert "disk is full" not in page
    assert "the page failed: path='/'" in caplog.text

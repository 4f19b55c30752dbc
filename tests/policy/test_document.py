"""docs/policy.md and docs/library.md tell what the code does: steps, households, the library."""

import doctest
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guardian.cli import grant, pause
from guardian.cli.spells import length_of
from guardian.policy.rules import Step
from guardian.policy.timeline import Grant, Pause
from guardian.service.inquiry import Inquiry, Question
from guardian.settings import load
from guardian.settings.notes import notes
from guardian.store.household import Store

DOCS = Path(__file__).resolve().parents[2] / "docs"
POLICY = (DOCS / "policy.md").read_text(encoding="utf-8")
LIBRARY = (DOCS / "library.md").read_text(encoding="utf-8")

FRAME = {
    "household": "household: {time_zone: Europe/Berlin, holidays: 2026-12-23/2027-01-06}\n",
    "upstreams": "upstreams: [{address: 9.9.9.9}]\n",
    "unknown_devices": "unknown_devices: {profile: none}\n",
}
WORDS = {"allow": "allowed", "block": "blocked", "rewrite": "rewritten"}
COMMANDS = {"grant": (grant, Grant), "pause": (pause, Pause)}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a household's table.

    at: on the household's wall clock. conditions: what was done before.
    """

    at: datetime
    conditions: str
    person: str
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Example:
    """A household of the page."""

    title: str
    text: str
    rows: tuple[Row, ...]


def examples() -> Iterator[Example]:
    pattern = r"\*\*(.+?)\*\*.*\n```yaml\n((?:.*\n)*?)```\n\n((?:\|.*\n)+)"
    for title, yaml, table in re.findall(pattern, POLICY):
        frame = [each for key, each in FRAME.items() if not re.search(f"^{key}:", yaml, re.M)]
        yield Example(title, "".join(frame) + yaml, tuple(rows_of(table)))


def rows_of(table: str) -> Iterator[Row]:
    start = ""
    for line in table.splitlines()[2:]:
        when, person, name, said = (cell.strip() for cell in line.strip("|").split(" | "))
        begins, _, conditions = when.partition(", ")
        if begins != "then":
            clock, _, conditions = conditions.partition(", ")
            start = f"{begins}, {clock}"
        at = datetime.strptime(start, "%a %d %b %Y, %H:%M")  # noqa: DTZ007 (a wall clock's)
        assert f"{at:%a}" == start[:3], f"{start} is no {start[:3]}"
        yield Row(at, conditions, person, name.strip("`"), said)


def prepare(store: Store, row: Row, now: datetime) -> None:
    """Do in a store what a row says was done before its question."""
    if command := re.fullmatch(r"`guardian (.+)`", row.conditions):
        chosen, *words = shlex.split(command[1])
        module, spell = COMMANDS[chosen]
        parser = ArgumentParser()
        module.add_arguments(parser)
        args = parser.parse_args(words)
        store.spells.add(spell(args.person, args.thing, now, now + length_of(args.how_long)))
    elif row.conditions:
        used = re.fullmatch(r"(\d+) minutes of (\S+) used(?:, (\d+) earned)?", row.conditions)
        assert used, f"nobody knows how to do: {row.conditions}"
        store.usage.keep([(row.at.date(), row.person, used[2], int(used[1]))])
        store.usage.earn(row.at.date(), row.person, used[2], int(used[3] or 0))


def test_the_page_names_the_steps_in_their_order() -> None:
    rows = re.findall(r"^\| (\d) ([a-z ]+) \|", POLICY, re.MULTILINE)
    assert [int(number) for number, _ in rows] == [int(step) for step in Step]
    assert [words for _, words in rows] == [
        "illegal content",
        "helplines",
        "essentials",
        "pause",
        "own names",
        "windows and budgets",
        "categories",
        "safe search",
    ]


def test_the_page_has_four_households_with_their_questions() -> None:
    assert POLICY.count("```yaml") == len(list(examples())) == 4
    asked = sum(len(example.rows) for example in examples())
    assert asked == len(re.findall(r"\| (?:allowed|blocked|rewritten): ", POLICY))


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.title)
def test_a_household_is_told_what_the_page_says(example: Example, tmp_path: Path) -> None:
    config = tmp_path / "home.yaml"
    config.write_text(example.text, encoding="utf-8")
    settings = load(config)
    assert [note for note in notes(settings) if "overlap" not in note] == []
    for number, row in enumerate(example.rows):
        state = tmp_path / str(number)
        state.mkdir()
        now = row.at.replace(tzinfo=settings.household.zone).astimezone(UTC)
        store = Store.open(state / "guardian.db")
        prepare(store, row, now)
        store.close()
        verdict = Inquiry(config, state, now).answer(Question(row.name, "A", row.person, None, now))
        reason = verdict.reason.partition(": named by list ")[0]
        assert f"{WORDS[verdict.action]}: {reason}" == row.said, row


def test_the_library_does_what_its_page_says() -> None:
    text = LIBRARY.replace("```", "")
    page = DOCS / "library.md"
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert examples.examples
    assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0

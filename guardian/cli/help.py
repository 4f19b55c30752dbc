"""guardian help: whom a child can talk to, where content is reported, what to dial in danger."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import ClassVar, TextIO

from guardian.cli.places import add_place_arguments
from guardian.errors import GuardianError
from guardian.safety.helplines import DIRECTORY, HOTLINES, Help, Helpline, help_in
from guardian.settings import load
from guardian.web.countries import countries
from guardian.web.help_words import IN_DANGER, TO_REPORT, TO_TALK, facts
from guardian.web.languages import NAMES, Language, language


class NoSuchCountry(GuardianError):
    """A word that is no country's code."""

    exit_code: ClassVar[int] = 2


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument(
        "country",
        nargs="?",
        help="its two letters (ISO 3166-1), such as DE; without them, the household's",
    )
    parser.add_argument(
        "--lang", choices=list(NAMES), help="in which language; without it, the household's"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: Namespace, out: TextIO) -> int:
    """Print what there is in a country. Raises NoSuchCountry, ConfigError."""
    country, code = args.country, args.lang
    if country is None or code is None:
        household = load(args.config).household if args.config.exists() else None
        country = country if country is not None else household.country if household else ""
        code = code or (household.language if household else "en")
    speaks = language(code, country)
    titles = dict(countries(speaks))
    found = help_in(country)
    if found.country not in titles:
        raise NoSuchCountry(f'"{country}" is no country; write its two letters, such as DE')
    if args.json:
        print(json.dumps(asdict(found), ensure_ascii=False, default=date.isoformat), file=out)
        return 0
    for line in _lines(found, titles[found.country], speaks, datetime.now(UTC).date()):
        print(line, file=out)
    return 0


def _lines(found: Help, title: str, speaks: Language, today: date) -> Iterator[str]:
    yield title
    if found.emergency:
        yield from ("", speaks.say(IN_DANGER), *(f"  {number}" for number in found.emergency))
    yield from ("", speaks.say(TO_TALK))
    yield from _services(found.helplines, DIRECTORY, speaks, today)
    yield from ("", speaks.say(TO_REPORT))
    yield from _services(found.hotlines, HOTLINES, speaks, today)


def _services(
    services: Iterable[Helpline], directory: str, speaks: Language, today: date
) -> Iterator[str]:
    for each in services:
        where = [part for part in (each.number, each.site) if part]
        yield f"  {each.name}"
        yield f"    {' · '.join([*where, *facts(each, today, speaks)])}"
    yield f"  {directory}"

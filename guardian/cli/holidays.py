"""guardian holidays: school holidays from a calendar file or address into the configuration."""

import asyncio
import tempfile
import zlib
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import BinaryIO, TextIO

from guardian.cli.editing import put
from guardian.cli.places import add_place_arguments
from guardian.lists.feeds.fetch import Asking, Failed, Limits, fetch
from guardian.service import holidays
from guardian.service.holidays import BadCalendar
from guardian.settings import load
from guardian.settings.times import dates_text


def add_arguments(parser: ArgumentParser) -> None:
    add_place_arguments(parser)
    parser.add_argument("calendar", help="an .ics file, or its HTTPS address")
    parser.add_argument("--write", action="store_true", help="add them to the configuration")


def run(args: Namespace, out: TextIO) -> int:
    """Show the calendar's days off, and add them where that is wished. Raises BadCalendar."""
    load(args.config)
    found = holidays.read(_content(args.calendar), args.calendar)
    for name, days in found:
        print(f"{dates_text(days):24} {name}", file=out)
    if args.write:
        content = holidays.added(args.config.read_bytes(), [days for _, days in found])
        put(args, content, "holidays")
        print(f"{args.config} has them now.", file=out)
    else:
        print("Add --write to have them in the configuration.", file=out)
    return 0


def _content(calendar: str) -> bytes:
    if not calendar.lower().startswith("https://"):
        if "://" in calendar:
            raise BadCalendar(f"{calendar}: only HTTPS addresses are fetched; give one, or a file")
        try:
            content = Path(calendar).read_bytes()
        except OSError as problem:
            raise BadCalendar(f"{calendar}: it cannot be read ({problem.strerror})") from None
        if len(content) > holidays.MOST_BYTES:
            raise BadCalendar(f"{calendar}: it is larger than 1 MB; give a smaller calendar")
        return content
    with tempfile.TemporaryFile() as file:
        asyncio.run(_fetch(calendar, file))
        file.seek(0)
        content = file.read()
    if content.startswith(b"\x1f\x8b"):
        unpacked = zlib.decompressobj(wbits=31).decompress(content, holidays.MOST_BYTES + 1)
        content = b"" if len(unpacked) > holidays.MOST_BYTES else unpacked
    return content


async def _fetch(address: str, into: BinaryIO) -> None:
    import aiohttp

    limits = Limits(of_bytes=holidays.MOST_BYTES, seconds=30)
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        outcome = await fetch(session, address, into, Asking(limits=limits))
    if isinstance(outcome, Failed):
        raise BadCalendar(f"{outcome.problem}; try again, or give a file")

"""guardian stats show: what a contribution or a release says, to read."""

import csv
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from guardian.stats.contribution import MOST_BYTES, Contribution, read
from guardian.stats.release import TITLES
from guardian.stats.sdmx import FLOW
from guardian.stats.table import TOTAL

HELP: Final = "what a contribution, or the .csv of a release, says"
_MOST: Final = 1 << 26  # bytes
_UNITS: Final = {"PT": "%", "PER_1000_PS": " of 1,000", "PS": ""}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def run(args: Namespace, out: TextIO) -> int:
    """Print it. Raises BadContribution, OSError."""
    with args.file.open("rb") as file:
        content = file.read(_MOST)
    first, _, _ = content.partition(b",")
    lines = _release(content) if first == b"DATAFLOW" else _given(read(content[: MOST_BYTES + 1]))
    for line in lines:
        print(line, file=out)
    return 0


def _given(given: Contribution) -> Iterator[str]:
    yield f"{given.period}  {given.area}  {given.population}"
    for cell in given.cells:
        yield (
            f"  age {cell.age}, sex {cell.sex}: {cell.active} in use, {cell.filtered} filtered, "
            f"{cell.timed} with times, {cell.asked} asked, {cell.granted} got a yes"
        )
        for topic, count in sorted(cell.met.items()):
            yield f"    {topic}: something blocked for {count} of {cell.kinds}"
    for each in sorted(given.reported):
        yield f"  list {each}: called wrong here{', and it was' if each in given.upheld else ''}"


def _release(content: bytes) -> Iterator[str]:
    titles = {str(measure): title for measure, title in TITLES.items()}
    rows = csv.DictReader(content.decode(errors="replace").splitlines())
    heading = ""
    for row in rows:
        if row["DATAFLOW"] != FLOW:
            continue
        now = (
            f"{row['TIME_PERIOD']}  {row['REF_AREA']}  {row['POPULATION']}  "
            f"{titles.get(row['INDICATOR'], row['INDICATOR'])}"
        )
        if now != heading:
            heading = now
            yield heading
        of = [
            f"{name} {row[key]}"
            for name, key in (("age", "AGE"), ("sex", "SEX"), ("", "TOPIC"))
            if row[key] != TOTAL
        ]
        unit = _UNITS.get(row["UNIT_MEASURE"], "")
        figure = f"{row['OBS_VALUE']}{unit} ± {row['ERROR_95']}"
        yield f"  {', '.join(of).strip() or 'all':40} {figure if row['OBS_VALUE'] else 'withheld'}"
